package dev.overlapped.engine;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/// Every outcome of chance in turn. Where a program asks a random generator, it is given the first answer at
/// first; [#advance] then gives the last question that has another answer its next one, as an odometer turns
/// its last wheel, and forgets the questions behind, which may be others the next time.
///
/// A question is how many answers it has. The same answers have to lead to the same questions: what else a
/// program depends on shows as a question that has changed.
final class Choices implements RandomGenerator {
    private static final int WHEELS_MIN = 16;

    private int[] answers = new int[WHEELS_MIN];
    private int[] bounds = new int[WHEELS_MIN];
    private int asked;
    private int known;
    private boolean calm;

    /// The answers of one case, to repeat it; without any, the first case of all.
    static Choices of(int... answers) {
        Choices choices = new Choices();
        choices.answers = Arrays.copyOf(answers, Math.max(answers.length, WHEELS_MIN));
        choices.bounds = new int[choices.answers.length];
        choices.known = answers.length;
        return choices;
    }

    /// From 0 to `bound` - 1.
    @Override
    public int nextInt(int bound) {
        if (bound == 1 || calm) {
            return bound - 1;
        }
        if (asked == known) {
            add(bound);
        } else if (bounds[asked] == 0) {
            bounds[asked] = bound;
        }
        if (bounds[asked] != bound) {
            throw new AssertionError("the same choices lead elsewhere: question " + asked + " has " + bound
                    + " answers, and had " + bounds[asked]);
        }
        return answers[asked++];
    }

    private void add(int bound) {
        if (known == answers.length) {
            answers = Arrays.copyOf(answers, 2 * known);
            bounds = Arrays.copyOf(bounds, 2 * known);
        }
        answers[known] = 0;
        bounds[known] = bound;
        known++;
    }

    @Override
    public long nextLong(long bound) {
        return nextInt(Math.toIntExact(bound));
    }

    /// Below every probability but 0, or above every one but 1.
    @Override
    public double nextDouble() {
        return nextInt(2) == 0 ? 0 : Math.nextDown(1.0);
    }

    /// All answers to this one are too many.
    @Override
    public long nextLong() {
        throw new UnsupportedOperationException("a choice needs a bound");
    }

    /// From here on the last answer is given to each question, which a case does not consist of.
    void calm() {
        calm = true;
    }

    /// Goes on to the next case. False: that was the last.
    boolean advance() {
        known = asked;
        while (known > 0 && answers[known - 1] == bounds[known - 1] - 1) {
            known--;
        }
        asked = 0;
        calm = false;
        if (known == 0) {
            return false;
        }
        answers[known - 1]++;
        return true;
    }

    /// The answers so far, for [#of].
    @Override
    public String toString() {
        return Arrays.stream(answers, 0, asked).mapToObj(Integer::toString).collect(Collectors.joining(", "));
    }
}
