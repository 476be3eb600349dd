package dev.overlapped.provider.simulated;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.function.IntUnaryOperator;

/// Virtual time, what is due when, and chance. Time stands still but for [#jump], so a run takes as long as
/// its calls do, and depends on nothing but them and the seed.
final class Schedule {
    private record Entry(long due, long number, Runnable what) {
    }

    private final SimulatedOptions options;
    private final SplittableRandom random;
    private final IntUnaryOperator choices;
    /// In the order of time; what is due at the same time, in the order it was begun.
    private final PriorityQueue<Entry> agenda =
            new PriorityQueue<>(Comparator.comparingLong(Entry::due).thenComparingLong(Entry::number));
    private long now;
    private long entries;

    /// `choices` are asked for a number below a bound; null: it is drawn.
    Schedule(SimulatedOptions options, IntUnaryOperator choices) {
        this.options = options;
        this.random = new SplittableRandom(options.seed());
        this.choices = choices != null ? choices : random::nextInt;
    }

    SimulatedOptions options() {
        return options;
    }

    long now() {
        return now;
    }

    AssertionError mistake(String what) {
        return new AssertionError("seed " + options.seed() + ", at " + now + " ns: " + what);
    }

    // ---- chance ----

    /// What is certain is not drawn.
    boolean happens(double probability) {
        return probability >= 1 || (probability > 0 && random.nextDouble() < probability);
    }

    /// From 0 to `bound` - 1. Where there is no choice nobody is asked.
    int below(int bound) {
        return bound == 1 ? 0 : choices.applyAsInt(bound);
    }

    // ---- time ----

    /// Does `what` at once, or a while later, as the options have it.
    void soon(Runnable what) {
        if (happens(options.delays())) {
            later(what);
        } else {
            what.run();
        }
    }

    /// Does `what` a while later.
    void later(Runnable what) {
        after(1 + random.nextLong(options.delayNanosMax()), what);
    }

    void after(long nanos, Runnable what) {
        agenda.add(new Entry(now + nanos, entries++, what));
    }

    /// Lets time go on to the next thing that is due, and does all that is due then. False: nothing is due
    /// until `deadline`, which it is now, unless that is never ([Long#MAX_VALUE]).
    boolean jump(long deadline) {
        Entry next = agenda.peek();
        if (next == null || next.due > deadline) {
            now = deadline == Long.MAX_VALUE ? now : deadline;
            return false;
        }
        now = next.due;
        while (!agenda.isEmpty() && agenda.peek().due <= now) {
            agenda.poll().what.run();
        }
        return true;
    }
}
