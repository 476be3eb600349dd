package dev.overlapped.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// The routines that wait for a thread to be alertable, first in, first out.
///
/// The owner puts its own completions into a plain queue; other threads use an inbox with a lock. All
/// methods but [#addFromElsewhere] and [#takesCall] are the owner's.
final class ApcQueue {
    /// After this many passes or nanoseconds a wait returns even if routines keep begetting routines.
    static final int PASSES_MAX = 64;
    static final long PASSES_NANOS_MAX = 10_000_000;
    /// Routines that may run before the network is looked at again, counted over all waits of a thread.
    static final int ROUTINES_PER_POLL = 256;
    /// Calls of others, and of the owner itself, that wait here at a time; one more is refused.
    static final int CALLS_MAX = 65_536;
    /// With so many waiting here the owner starts no request that has a routine. Those that are pending by
    /// then bring theirs all the same.
    static final int ROUTINES_MAX = 262_144;

    /// Passes are numbered, each thread's in a range of its own.
    private static final AtomicLong THREADS = new AtomicLong(1);
    private static final long PASSES_PER_THREAD = 1L << 40;

    /// Something to run on the owner's thread.
    interface Apc {
        /// The socket whose routines must not nest, or null.
        Socket socket();

        /// Runs it, with no lock held. What it throws is reported.
        void run(Caller caller) throws Exception;
    }

    private final ArrayDeque<Apc> own = new ArrayDeque<>();
    private final ArrayDeque<Apc> inbox = new ArrayDeque<>();
    /// Written under the inbox's lock; read without it to see that there is nothing.
    private volatile boolean inboxFilled;
    /// Sockets whose routines are running, outermost first; null stands for a call that has no socket.
    private final ArrayList<Socket> running = new ArrayList<>();
    /// What the passes that are under way have put aside, each pass's behind that of the pass around it.
    private final ArrayList<Apc> held = new ArrayList<>();
    /// Calls that wait here, in either queue. Counted up by who queues one, down by the owner.
    private final AtomicInteger calls = new AtomicInteger();
    private int sincePoll;
    private long pass = PASSES_PER_THREAD * THREADS.getAndIncrement();

    /// What others have queued before, perhaps for the same socket, goes first.
    void add(Apc apc) {
        takeInbox();
        own.add(apc);
    }

    void addFromElsewhere(Apc apc) {
        synchronized (inbox) {
            inbox.add(apc);
            inboxFilled = true;
        }
    }

    /// Whether a call may be queued, which then counts until [#callLeaves]. Any thread.
    boolean takesCall() {
        if (calls.incrementAndGet() <= CALLS_MAX) {
            return true;
        }
        calls.decrementAndGet();
        return false;
    }

    void callLeaves() {
        calls.decrementAndGet();
    }

    /// Whether the owner may start a request that has a routine.
    boolean takesRoutine() {
        return own.size() + held.size() < ROUTINES_MAX;
    }

    private void takeInbox() {
        if (inboxFilled) {
            synchronized (inbox) {
                own.addAll(inbox);
                inbox.clear();
                inboxFilled = false;
            }
        }
    }

    long pass() {
        return pass;
    }

    boolean isInRoutine() {
        return !running.isEmpty();
    }

    /// Whether the routine that runs next in this pass, as far as can be seen, is one of `socket` too.
    boolean goesOnWith(Socket socket) {
        Apc next = own.peek();
        return next != null && next.socket() == socket;
    }

    private boolean mayRun(Apc apc) {
        return running.isEmpty() || apc.socket() == null || !running.contains(apc.socket());
    }

    /// Whether one of them may run now, given the sockets whose routines this thread is inside of.
    boolean hasRunnable() {
        takeInbox();
        if (running.isEmpty()) {
            return !own.isEmpty();
        }
        for (Apc apc : own) {
            if (mayRun(apc)) {
                return true;
            }
        }
        return false;
    }

    /// Runs what is queued, in passes, and what that begets, within bounds. After each pass the sends that
    /// it began leave together.
    void run(Caller caller) {
        long began = 0;
        int passes = 0;
        do {
            pass++;
            int heldBefore = held.size();
            for (int left = own.size(); left > 0; left--) {
                runOrHold(own.poll(), caller);
            }
            while (held.size() > heldBefore) {
                own.addFirst(held.removeLast());
            }
            caller.waiter().runDeferred();
            long now = caller.engine().provider().nanoTime();
            began = passes == 0 ? now : began;
            if (++passes == PASSES_MAX || now - began > PASSES_NANOS_MAX) {
                return;
            }
            pollBefore(own.size(), caller);
        } while (hasRunnable());
    }

    /// Between two passes rather than within one, where it would part sends that leave together.
    private void pollBefore(int routines, Caller caller) {
        if (sincePoll + routines > ROUTINES_PER_POLL && sincePoll > 0) {
            caller.waiter().pollInPassing();
            sincePoll = 0;
        }
    }

    /// The owner has polled.
    void polled() {
        sincePoll = 0;
    }

    /// Runs one, or puts it aside for this pass if a routine of its socket is running further out; inner
    /// waits could not run it either. An inner wait may have taken it: then there is nothing to do.
    private void runOrHold(Apc apc, Caller caller) {
        if (apc == null) {
            return;
        }
        if (!mayRun(apc)) {
            held.add(apc);
            return;
        }
        pollBefore(1, caller);
        sincePoll++;
        running.add(apc.socket());
        try {
            apc.run(caller);
        } catch (Throwable e) {
            caller.report(e);
        } finally {
            running.removeLast();
        }
    }
}
