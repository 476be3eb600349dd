package dev.overlapped.bench.check;

import dev.overlapped.bench.run.Spread;
import java.util.Locale;
import java.util.Optional;
import java.util.function.DoubleFunction;

/// What came of a bar.
///
/// @param what what is measured
/// @param bar the bar, in words
/// @param measured what it was, if it could be measured
/// @param state whether it was cleared
public record Verdict(String what, String bar, Optional<Spread> measured, State state) {
    /// How a bar can end.
    public enum State {
        /// It was cleared.
        MET,
        /// It was missed by no more than 3 %, which another run may tell otherwise.
        OPEN,
        /// It was missed.
        MISSED,
        /// Nobody could measure it here.
        UNMEASURED
    }

    static final double OPEN_SHARE = 0.03;

    /// One that wants the median to be at most `most`.
    static Verdict atMost(String what, double most, Optional<Spread> measured) {
        return of(what, "<= " + number(most), measured,
            m -> m <= most ? State.MET : m <= most * (1 + OPEN_SHARE) ? State.OPEN : State.MISSED);
    }

    /// One that wants the median to be at least `least`.
    static Verdict atLeast(String what, double least, Optional<Spread> measured) {
        return of(what, ">= " + number(least), measured,
            m -> m >= least ? State.MET : m >= least * (1 - OPEN_SHARE) ? State.OPEN : State.MISSED);
    }

    private static Verdict of(String what, String bar, Optional<Spread> measured,
            DoubleFunction<State> judge) {
        return new Verdict(what, bar, measured,
            measured.map(spread -> judge.apply(spread.median())).orElse(State.UNMEASURED));
    }

    private static String number(double value) {
        return value == Math.rint(value) ? String.format(Locale.ROOT, "%,.0f", value)
            : String.format(Locale.ROOT, "%.2f", value);
    }

    /// The measured value with its smallest and largest round.
    public String measuredText() {
        return measured.map(s -> digits(s.median()) + " (" + digits(s.min()) + ".." + digits(s.max()) + ")")
            .orElse("-");
    }

    private static String digits(double value) {
        return String.format(Locale.ROOT, value >= 100 ? "%,.0f" : "%.3f", value);
    }

    /// All of it in one line.
    public String line() {
        return state.name().toLowerCase(Locale.ROOT) + ": " + what + ' ' + bar + ", measured "
            + measuredText();
    }
}
