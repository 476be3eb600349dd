package dev.overlapped.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChoicesTest {
    @Test
    void eachAnswerToEachQuestionIsGivenOnceAlsoWhereOneBegetsAnother() {
        Choices choices = Choices.of();
        List<String> cases = new ArrayList<>();
        do {
            int first = choices.nextInt(3);
            int second = first == 1 ? choices.nextInt(2) : 0;
            boolean third = choices.nextDouble() < 0.5;
            cases.add(first + " " + second + " " + third);
        } while (choices.advance());

        assertThat(cases).containsExactly("0 0 true", "0 0 false", "1 0 true", "1 0 false", "1 1 true",
                "1 1 false", "2 0 true", "2 0 false");
    }

    @Test
    void whatHasOneAnswerIsNoQuestion() {
        Choices choices = Choices.of();
        assertThat(choices.nextInt(1)).isZero();
        choices.calm();
        assertThat(choices.nextInt(5)).isEqualTo(4);
        assertThat(choices.advance()).isFalse();
    }

    @Test
    void theAnswersOfACaseRepeatIt() {
        Choices choices = Choices.of(2, 1);
        assertThat(choices.nextInt(3)).isEqualTo(2);
        assertThat(choices.nextLong(4)).isEqualTo(1);
        assertThat(choices).hasToString("2, 1");
    }

    @Test
    void aQuestionThatHasChangedIsNoticed() {
        Choices choices = Choices.of();
        choices.nextInt(3);
        choices.nextInt(2);
        choices.advance();

        assertThatThrownBy(() -> choices.nextInt(4)).isInstanceOf(AssertionError.class)
                .hasMessageContaining("question 0 has 4 answers, and had 3");
    }
}
