package dev.overlapped.provider.simulated;

import dev.overlapped.provider.simulated.SimulatedPoller.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// One of [SimulatedThreads]: whether it has the turn, and what it waits for.
///
/// Its fields belong to whoever has the turn, but for the turn itself.
final class SimulatedThread {
    private final int number;
    private final String name;
    private final boolean isDaemon;
    Thread thread;
    /// Written by who passes the turn on, then taken by this thread: what was done before is seen after.
    private volatile boolean turn;
    /// What ends its wait besides `deadline`; null while it could run.
    BooleanSupplier until;
    long deadline;
    Supplier<String> what;
    boolean unparked;
    /// Its flag is to go up when it has the turn. Its own at all times.
    private boolean wasInterrupted;
    boolean ended;
    /// To be told of its end.
    final List<Source> watches = new ArrayList<>();

    SimulatedThread(int number, String name, boolean isDaemon) {
        this.number = number;
        this.name = name;
        this.isDaemon = isDaemon;
    }

    int number() {
        return number;
    }

    String name() {
        return name;
    }

    boolean isDaemon() {
        return isDaemon;
    }

    boolean lives() {
        return !ended && thread.isAlive();
    }

    boolean canRun(long now) {
        return lives() && (until == null || deadline <= now || until.getAsBoolean());
    }

    // ---- the turn ----

    void give() {
        turn = true;
        LockSupport.unpark(thread);
    }

    void take() {
        while (!takeWithin(Long.MAX_VALUE)) {
            Thread.onSpinWait();
        }
    }

    /// False: it has not got the turn, after `nanos` or for no reason. An interrupted thread cannot park, so
    /// it gets its flag back with its turn.
    boolean takeWithin(long nanos) {
        wasInterrupted |= Thread.interrupted();
        if (!turn) {
            LockSupport.parkNanos(this, nanos);
        }
        if (!turn) {
            return false;
        }
        turn = false;
        if (wasInterrupted) {
            wasInterrupted = false;
            thread.interrupt();
        }
        return true;
    }

    // ---- for reports ----

    boolean isStuck() {
        Thread.State state = thread.getState();
        return state == Thread.State.BLOCKED || state == Thread.State.WAITING;
    }

    String stack() {
        StringBuilder text = new StringBuilder();
        for (StackTraceElement each : thread.getStackTrace()) {
            text.append("\n    at ").append(each);
        }
        return text.toString();
    }

    @Override
    public String toString() {
        return name + (ended ? " has ended" : until == null ? " can run" : ": " + what.get());
    }
}
