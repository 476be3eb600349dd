package dev.overlapped.engine;

/// Every [SmallProgram] of a depth.
public final class SmallSpace {
    private SmallSpace() {
    }

    /// Runs all cases of `depth` steps, one after the other; how many there were. Throws what is broken in
    /// the first that fails, with its choices.
    public static long enumerate(int depth) {
        Choices choices = Choices.of();
        long cases = 0;
        do {
            new SmallProgram(choices, depth).run();
            cases++;
        } while (choices.advance());
        return cases;
    }
}
