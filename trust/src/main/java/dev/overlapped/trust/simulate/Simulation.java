package dev.overlapped.trust.simulate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.function.LongFunction;
import java.util.function.ObjLongConsumer;

/// Runs a program for one seed after the other, several at a time, each on a thread of its own: what a seed
/// leaves in thread locals goes with its thread.
///
/// Everything is guarded by the monitor of this object. The thread that calls [#run] hands out the seeds, in
/// order, and looks after those that take too long.
final class Simulation {
    /// What came of it.
    ///
    /// @param seeds    how many have ended
    /// @param failures in the order of their seeds
    /// @param nanos    how long it took
    record Result(long seeds, List<Failure> failures, long nanos) {
        double seconds() {
            return (double) nanos / TimeUnit.SECONDS.toNanos(1);
        }
    }

    private record Run(long seed, Thread thread, long startedNanos) {
    }

    private static final long LOOK_MILLIS = 100;

    private final LongFunction<String> program;
    private final int threads;
    private final long secondsMax;
    private final boolean keepsGoing;
    private final ObjLongConsumer<String> passed;
    private final List<Run> running = new ArrayList<>();
    private final List<Failure> failures = new ArrayList<>();
    private long ended;

    /// `program` gives its trace or throws; a seed that takes longer than `secondsMax` has failed. Unless it
    /// `keepsGoing` the first failure is the last. `passed` is told each trace.
    Simulation(LongFunction<String> program, int threads, long secondsMax, boolean keepsGoing,
            ObjLongConsumer<String> passed) {
        this.program = program;
        this.threads = threads;
        this.secondsMax = secondsMax;
        this.keepsGoing = keepsGoing;
        this.passed = passed;
    }

    /// Runs `count` seeds from `from` on; `reached` is told now and then how many have ended. Of several
    /// failures at about the same time all are in the result, so the first one is always the same.
    synchronized Result run(long from, long count, LongConsumer reached) throws InterruptedException {
        long began = System.nanoTime();
        long next = 0;
        while (!running.isEmpty() || (next < count && mayGoOn())) {
            if (next < count && running.size() < threads && mayGoOn()) {
                start(from + next++);
                continue;
            }
            wait(LOOK_MILLIS);
            endHanging();
            reached.accept(ended);
        }
        failures.sort(Comparator.comparingLong(Failure::seed));
        return new Result(ended, List.copyOf(failures), System.nanoTime() - began);
    }

    private boolean mayGoOn() {
        return keepsGoing || failures.isEmpty();
    }

    private void start(long seed) {
        Thread thread = Thread.ofPlatform().daemon().name("seed " + seed).unstarted(() -> run(seed));
        running.add(new Run(seed, thread, System.nanoTime()));
        thread.start();
    }

    private void run(long seed) {
        Failure failure = null;
        String trace = null;
        try {
            trace = program.apply(seed);
        } catch (Throwable e) {
            failure = Failure.of(seed, e);
        }
        end(seed, trace, failure);
    }

    private synchronized void end(long seed, String trace, Failure failure) {
        if (!running.removeIf(each -> each.seed == seed)) {
            // It has failed already, because it took so long.
            return;
        }
        ended++;
        if (failure != null) {
            failures.add(failure);
        } else {
            passed.accept(trace, seed);
        }
        notifyAll();
    }

    /// A thread cannot be stopped: that of a seed that hangs is left to itself.
    private void endHanging() {
        long now = System.nanoTime();
        for (Run run : List.copyOf(running)) {
            if (now - run.startedNanos > TimeUnit.SECONDS.toNanos(secondsMax)) {
                running.remove(run);
                ended++;
                failures.add(Failure.hang(run.seed, secondsMax, run.thread.getStackTrace()));
            }
        }
    }
}
