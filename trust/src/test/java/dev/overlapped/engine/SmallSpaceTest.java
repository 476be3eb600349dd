package dev.overlapped.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// All small programs up to a depth. `./overlapped simulate --small DEPTH` goes deeper.
class SmallSpaceTest {
    /// So many steps that both sends, the cancel, the close and the end of the thread can be in one program.
    private static final int DEPTH = 5;
    private static final long CASES_MIN = 100_000;
    private static final int SECONDS_MAX = 120;

    @Test
    @Timeout(SECONDS_MAX)
    void inEveryOrderEachSendEndsOnceAndThePeerHasItsBytes() {
        assertThat(SmallSpace.enumerate(DEPTH)).isGreaterThan(CASES_MIN);
    }

    @Test
    void theChoicesOfACaseRepeatIt() {
        Choices choices = Choices.of(2, 0, 3);
        new SmallProgram(choices, 2).run();
        String answers = choices.toString();
        Choices again = Choices.of(answers.chars().filter(Character::isDigit).map(c -> c - '0').toArray());
        new SmallProgram(again, 2).run();

        assertThat(again).hasToString(answers);
        assertThat(answers).startsWith("2, 0, 3");
    }
}
