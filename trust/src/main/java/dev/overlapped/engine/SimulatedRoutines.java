package dev.overlapped.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/// The waits of one thread of a random program, and the routines that run in them: when they may, once each,
/// in order.
final class SimulatedRoutines {
    /// What a routine may throw.
    static final class Planned extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    private static final int DEPTH_MAX = 3;

    private final Engine engine;
    private final Caller caller;
    /// Of the whole program.
    private final StringBuilder trace;
    private final Consumer<SimulatedEnd> body;
    /// Ended, in that order, and their routines have not run.
    private final List<SimulatedTransfer> undelivered = new ArrayList<>();
    /// Sockets whose routines are running, outermost first.
    private final List<Socket> running = new ArrayList<>();
    private boolean alertable;
    private boolean settling;
    private long delivered;
    private boolean threadEnded;
    private long waitBegan;
    /// The next routine is the first of a wait that is in no routine.
    private boolean isFirst;

    /// Of the calling thread, which becomes one of `engine`'s.
    SimulatedRoutines(Engine engine, StringBuilder trace, Consumer<SimulatedEnd> body) {
        this.engine = engine;
        this.caller = Caller.introduce(engine);
        this.trace = trace;
        this.body = body;
    }

    void say(String what) {
        trace.append(engine.provider().nanoTime()).append(' ').append(this).append(": ").append(what)
                .append('\n');
    }

    Caller caller() {
        return caller;
    }

    /// Its thread is about to end: what it has pending ends too, and its routines do not run.
    void endThread() {
        say("ends");
        threadEnded = true;
    }

    boolean hasThreadEnded() {
        return threadEnded;
    }

    static void require(boolean holds, String promise, Object of) {
        if (!holds) {
            throw new AssertionError("broken: " + promise + ": " + of);
        }
    }

    // ---- routines ----

    /// Its routine is to run.
    void ended(SimulatedTransfer transfer) {
        undelivered.add(transfer);
    }

    void run(SimulatedTransfer transfer) {
        require(Thread.currentThread().equals(caller.thread()), "its routine runs on its thread", transfer);
        require(undelivered.contains(transfer), "its routine runs once, after its end", transfer);
        require(alertable, "its routine runs only in an alertable wait", transfer);
        require(!running.contains(transfer.socket), "routines of a socket do not nest", transfer);
        for (SimulatedTransfer before : undelivered.subList(0, undelivered.indexOf(transfer))) {
            require(before.socket != transfer.socket, "its routine overtakes that of " + before, transfer);
        }
        boolean isLate = engine.provider().nanoTime() > Math.max(waitBegan, transfer.endedAt());
        require(!isFirst || !isLate, "its routine runs as soon as its thread is alertable", transfer);
        isFirst = false;
        undelivered.remove(transfer);
        delivered++;
        say("  routine of " + transfer.number);
        if (settling || running.size() == DEPTH_MAX) {
            return;
        }
        running.add(transfer.socket);
        alertable = false;
        try {
            body.accept(transfer.end);
        } finally {
            alertable = true;
            running.removeLast();
        }
    }

    /// From here on routines do nothing.
    void settle() {
        settling = true;
    }

    boolean isSettling() {
        return settling;
    }

    void requireAllRun() {
        require(undelivered.isEmpty(), "each routine has run", undelivered);
    }

    // ---- waits ----

    private void beginWait() {
        waitBegan = engine.provider().nanoTime();
        isFirst = running.isEmpty();
    }

    /// A call that may wait, alertably.
    long alertably(LongSupplier call) {
        beginWait();
        alertable = true;
        try {
            return call.getAsLong();
        } finally {
            alertable = false;
        }
    }

    int sleep(long nanos, boolean isAlertable) {
        say("sleep " + nanos + (isAlertable ? ", alertably" : ""));
        return await(nanos, isAlertable, () -> caller.sleep(nanos, isAlertable));
    }

    /// Waits, and checks what holds for every kind of wait.
    int await(long nanos, boolean isAlertable, IntSupplier wait) {
        long deliveredBefore = delivered;
        long before = engine.provider().nanoTime();
        beginWait();
        boolean wasAlertable = alertable;
        alertable = isAlertable;
        int end = wait.getAsInt();
        alertable = wasAlertable;
        long now = engine.provider().nanoTime();
        require((end == Caller.IO_COMPLETION) == (delivered > deliveredBefore), "routines have run", end);
        require(end != Caller.TIMEOUT || now - before >= nanos, "the time is over", end);
        return end;
    }

    @Override
    public String toString() {
        return caller.thread().getName();
    }
}
