package dev.overlapped.provider.simulated;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.random.RandomGenerator;

/// Virtual time, what is due when, and chance. Time stands still but for [#jump], so a run takes as long as
/// its calls do, and depends on nothing but them and what chance decides.
final class Schedule {
    private record Entry(long due, long number, Runnable what) {
    }

    private final SimulatedOptions options;
    private final RandomGenerator random;
    /// In the order of time; what is due at the same time, in the order it was begun.
    private final PriorityQueue<Entry> agenda =
            new PriorityQueue<>(Comparator.comparingLong(Entry::due).thenComparingLong(Entry::number));
    private long now;
    private long entries;

    Schedule(SimulatedOptions options, RandomGenerator random) {
        this.options = options;
        this.random = random;
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

    boolean happens(Chance chance) {
        return happens(options.probability(chance));
    }

    /// What is certain is not left to chance: who enumerates all that chance can decide meets it once.
    boolean happens(double probability) {
        return probability >= 1 || (probability > 0 && random.nextDouble() < probability);
    }

    /// From 0 to `bound` - 1. Where there is no choice nobody is asked.
    int below(int bound) {
        return bound == 1 ? 0 : random.nextInt(bound);
    }

    // ---- time ----

    /// Does `what` at once, or a while later, as the options have it.
    void soon(Runnable what) {
        if (happens(Chance.DELAYS)) {
            later(what);
        } else {
            what.run();
        }
    }

    /// Does `what` a while later.
    void later(Runnable what) {
        after(nanos(), what);
    }

    /// How long a while is this time.
    long nanos() {
        return 1 + random.nextLong(options.delayNanosMax());
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
