package dev.overlapped.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/// The waits of a random program, and the routines that run in them: when they may, once each, in order.
final class SimulatedRoutines {
    /// What a routine may throw.
    static final class Planned extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    private static final int DEPTH_MAX = 3;

    private final Engine engine;
    private final Caller caller;
    private final StringBuilder trace = new StringBuilder();
    private final Consumer<SimulatedEnd> body;
    /// Ended, in that order, and their routines have not run.
    private final List<SimulatedTransfer> undelivered = new ArrayList<>();
    /// Sockets whose routines are running, outermost first.
    private final List<Socket> running = new ArrayList<>();
    private boolean alertable;
    private boolean settling;
    private long delivered;
    /// When the first routine of this wait ran.
    private long began;
    private Throwable reported;

    SimulatedRoutines(Caller caller, Consumer<SimulatedEnd> body) {
        this.engine = caller.engine();
        this.caller = caller;
        this.body = body;
    }

    void say(String what) {
        trace.append(engine.provider().nanoTime()).append(' ').append(what).append('\n');
    }

    String trace() {
        return trace.toString();
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
        require(undelivered.contains(transfer), "its routine runs once, after its end", transfer);
        require(alertable, "its routine runs only in an alertable wait", transfer);
        require(!running.contains(transfer.socket), "routines of a socket do not nest", transfer);
        for (SimulatedTransfer before : undelivered.subList(0, undelivered.indexOf(transfer))) {
            require(before.socket != transfer.socket, "its routine overtakes that of " + before, transfer);
        }
        undelivered.remove(transfer);
        delivered++;
        began = Math.min(began, engine.provider().nanoTime());
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

    /// Something was thrown where nobody could catch it.
    void report(Throwable thrown) {
        if (!(thrown instanceof Planned) && reported == null) {
            reported = thrown;
        }
    }

    void requireNothingReported() {
        if (reported != null) {
            throw new AssertionError(reported.getMessage(), reported);
        }
    }

    void requireAllRun() {
        require(undelivered.isEmpty(), "each routine has run", undelivered);
    }

    // ---- waits ----

    /// A call that may wait, alertably.
    long alertably(LongSupplier call) {
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
        boolean outermost = running.isEmpty();
        began = outermost ? Long.MAX_VALUE : began;
        boolean wasAlertable = alertable;
        alertable = isAlertable;
        int end = wait.getAsInt();
        alertable = wasAlertable;
        requireNothingReported();
        long now = engine.provider().nanoTime();
        require((end == Caller.IO_COMPLETION) == (delivered > deliveredBefore), "routines have run", end);
        require(end != Caller.TIMEOUT || now - before >= nanos, "the time is over", end);
        if (end != Caller.SATISFIED && isAlertable && outermost) {
            boolean tookLong = now - began > ApcQueue.PASSES_NANOS_MAX;
            require(undelivered.isEmpty() || tookLong, "all routines run before a wait is over", undelivered);
        }
        return end;
    }
}
