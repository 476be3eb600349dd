package dev.overlapped.engine;

import dev.overlapped.provider.ReadyEvents;
import dev.overlapped.provider.Threads;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.spi.AbstractSelectableChannel;
import java.nio.channels.spi.AbstractSelector;
import java.util.Set;

/// How one thread waits: inside its reactor's poll, so that it drives its own requests; or parked, if it is
/// virtual, since a native wait would hold its carrier (its requests are homed with the engine thread).
///
/// It counts what its thread has pending, since that decides whether the thread needs a reactor. Everything
/// is its thread's alone unless it says otherwise.
final class Waiter {
    /// What a thread waits for.
    interface Condition {
        /// Takes what was waited for, if it is there.
        boolean isSatisfied(Caller caller);

        /// The thread is about to wait in earnest: from here on whoever makes the condition true wakes it.
        default void begin(Caller caller) {
        }

        /// The end of what [#begin] began.
        default void end(Caller caller) {
        }

        /// Sees to it that what is waited for makes progress, also where another thread started it. A thread
        /// that parks has no reactor to do so with, and is not asked.
        default void drive(Caller caller) {
        }
    }

    /// A thread that has leased a reactor so often keeps it between its requests, until it stays away.
    static final int LEASES_BEFORE_KEPT = 16;

    private static final int RUNNING = 0;
    private static final int POLLING = 1;
    private static final int PARKED = 2;
    private static final VarHandle MODE = field("mode", int.class);
    private static final VarHandle PENDING = field("pending", long.class);
    /// What one request adds to `pending`.
    private static final long ONE = 1;
    private static final long ONE_SEND = ONE | 1L << Integer.SIZE;

    private final Engine engine;
    private final Threads threads;
    private final Caller caller;
    private final Thread thread;
    private final boolean isVirtual;
    private final ApcQueue apcs;
    /// Null for a virtual thread, which never polls: there may be very many of those.
    private final ReadyEvents events;
    /// Made at the first wait that can be interrupted.
    private Interruption interruption;

    /// Requests started and not completed, in the lower half; in the upper half how many of them are sends.
    /// Raised by this thread, or by the engine thread for its own waiter; lowered by whoever completes one.
    private volatile long pending;

    /// The reactor last leased; others read it where a request of this thread is pending, or to wake it.
    private volatile Reactor reactor;
    /// What this thread left in the reactor's word.
    private int reactorWord;
    private int leases;

    /// RUNNING, POLLING or PARKED. The waiter writes it, then looks at what it waits for; a waker makes
    /// that true, then reads this (both volatile). Whoever moves it back to RUNNING from another thread
    /// does the waking.
    private volatile int mode;

    Waiter(Engine engine, Caller caller, Thread thread, ApcQueue apcs) {
        this.engine = engine;
        this.threads = engine.provider().threads();
        this.caller = caller;
        this.thread = thread;
        this.isVirtual = thread.isVirtual();
        this.events = isVirtual ? null : new ReadyEvents();
        this.apcs = apcs;
    }

    private static VarHandle field(String name, Class<?> type) {
        try {
            return MethodHandles.lookup().findVarHandle(Waiter.class, name, type);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }

    // ---- what is pending ----

    /// One more request is pending. On this thread, under the lock of its queue; makes sure of a reactor.
    /// False: no descriptor is left for one, and nothing is pending.
    boolean pend(boolean isSend) {
        // Atomic, so that the engine either sees this request and leaves the reactor, or has given it back
        // before.
        if ((long) PENDING.getAndAdd(this, isSend ? ONE_SEND : ONE) == 0) {
            if (isVirtual) {
                reactor = engine.adoption().reactor();
            } else if ((reactor == null || !reactor.renew(caller)) && !leasesReactor()) {
                unpend(isSend);
                return false;
            }
        }
        return true;
    }

    private boolean leasesReactor() {
        reactor = engine.takeReactor(caller);
        leases++;
        return reactor != null;
    }

    /// Requests go over to this thread, which is the engine's, or (negative) to another one.
    void count(int requests, boolean areSends) {
        long _ = (long) PENDING.getAndAdd(this, requests * (areSends ? ONE_SEND : ONE));
    }

    /// One request less is pending; any thread.
    void unpend(boolean isSend) {
        long _ = (long) PENDING.getAndAdd(this, isSend ? -ONE_SEND : -ONE);
    }

    boolean hasPending() {
        return pending != 0;
    }

    boolean hasPendingSends() {
        return pending > Integer.MAX_VALUE;
    }

    /// The reactor that this thread's pending requests are homed at.
    Reactor heldReactor() {
        return reactor;
    }

    /// The engine thread's, from before it starts and for ever: others may have requests go over to it then.
    void holdsForEver(Reactor own) {
        reactor = own;
    }

    void holds(int word) {
        reactorWord = word;
    }

    /// Sends that routines have left to be gathered leave now, and what else can go on without waiting.
    void runDeferred() {
        if (pending != 0 && !isVirtual && reactor.hasRunnable()) {
            reactor.run(caller);
        }
    }

    /// A poll that does not wait, so that no request starves while routines keep running, or while the thread
    /// never has to wait. It counts as one: the engine sees it.
    void pollInPassing() {
        if (pending != 0 && !isVirtual && enter()) {
            fetch(0);
            leave(false);
        }
    }

    // ---- waiting ----

    /// Waits until `condition` is satisfied, at most `nanos` (negative: for ever). An alertable wait also
    /// ends when routines have run. What is satisfied comes before routines.
    int await(Condition condition, long nanos, boolean alertable) {
        return await(condition, nanos, alertable, false);
    }

    /// As [#await], and an interrupt of the thread ends it too, which takes the flag away. What is satisfied
    /// comes before that as well.
    int awaitInterruptibly(Condition condition, long nanos, boolean alertable) {
        return await(condition, nanos, alertable, true);
    }

    private int await(Condition condition, long nanos, boolean alertable, boolean interruptible) {
        runDeferred();
        if (condition.isSatisfied(caller)) {
            pollInPassing();
            return Caller.SATISFIED;
        }
        if (!alertable || !apcs.hasRunnable() || (interruptible && thread.isInterrupted())) {
            int ended = awaitInEarnest(condition, nanos, alertable, interruptible);
            if (ended != Caller.IO_COMPLETION) {
                return ended;
            }
        }
        apcs.run(caller);
        return Caller.IO_COMPLETION;
    }

    private int awaitInEarnest(Condition condition, long nanos, boolean alertable, boolean interruptible) {
        long deadline = nanos < 0 ? 0 : engine.provider().nanoTime() + nanos;
        long left = nanos;
        boolean interrupted = false;
        condition.begin(caller);
        boolean parks = !enter();
        Interruption listening = interruptible && !parks ? listen() : null;
        try {
            while (true) {
                // A parked thread would spin with the flag up, so it gets it back later.
                interrupted |= parks && !interruptible && Thread.interrupted();
                if (parks ? park(condition, left, alertable)
                        : poll(condition, left, alertable, listening)) {
                    return Caller.SATISFIED;
                }
                if (interruptible && Thread.interrupted()) {
                    return Caller.INTERRUPTED;
                }
                if (alertable && apcs.hasRunnable()) {
                    return Caller.IO_COMPLETION;
                }
                if (nanos >= 0) {
                    left = deadline - engine.provider().nanoTime();
                    if (left <= 0) {
                        return Caller.TIMEOUT;
                    }
                }
            }
        } finally {
            if (listening != null) {
                listening.stop();
            }
            leave(parks);
            condition.end(caller);
            if (interrupted) {
                thread.interrupt();
            }
        }
    }

    /// False: it is to park instead. Where no descriptor is left, that is all that a thread can do which has
    /// nothing pending.
    private boolean enter() {
        if (isVirtual) {
            return false;
        }
        while (reactor == null || !reactor.enter(caller, reactorWord)) {
            if (!leasesReactor()) {
                return false;
            }
        }
        reactor.admitGuests();
        return true;
    }

    private void leave(boolean parked) {
        if (!parked) {
            reactor.sendGuestsHome(caller);
            reactor.leave(caller);
        }
        threads.turn();
        // Read once: whoever keeps the reactor is expected, even if others complete its requests just now.
        if (pending != 0) {
            engine.adoption().expect(caller);
        } else if (!parked && (leases < LEASES_BEFORE_KEPT || !engine.adoption().reclaimsLater(reactor))
                && reactor.release(caller)) {
            engine.putBack(reactor);
        }
    }

    /// One turn of a platform thread's wait: true when the condition was satisfied.
    private boolean poll(Condition condition, long nanos, boolean alertable, Interruption listening) {
        // First, since whom it follows then may leave at once, and wakes only those that wait.
        mode = POLLING;
        condition.drive(caller);
        if (condition.isSatisfied(caller)) {
            mode = RUNNING;
            return true;
        }
        // Volatile: here the mode is written, then the flag read; an interrupt sets the flag, then wakes.
        boolean hasWork = (alertable && apcs.hasRunnable()) || reactor.hasRunnable()
                || (listening != null && thread.isInterrupted());
        fetch(hasWork ? 0 : nanos);
        return condition.isSatisfied(caller);
    }

    private void fetch(long nanos) {
        threads.turn();
        reactor.poller().poll(events, nanos);
        mode = RUNNING;
        apcs.polled();
        engine.dispatch(events, caller);
        reactor.run(caller);
    }

    /// One turn of a wait without a reactor: true when the condition was satisfied.
    private boolean park(Condition condition, long nanos, boolean alertable) {
        mode = PARKED;
        boolean satisfied = condition.isSatisfied(caller);
        if (satisfied || (alertable && apcs.hasRunnable())) {
            mode = RUNNING;
            return satisfied;
        }
        threads.park(caller, nanos);
        mode = RUNNING;
        return condition.isSatisfied(caller);
    }

    /// The engine thread's poll; it waits for nothing else. False: the network has ended.
    boolean pollAsEngine(ReadyEvents into) {
        mode = POLLING;
        int count = reactor.poller().poll(into, reactor.hasRunnable() ? 0 : -1);
        mode = RUNNING;
        return count >= 0;
    }

    private Interruption listen() {
        if (interruption == null) {
            interruption = new Interruption();
        }
        interruption.start();
        return interruption;
    }

    /// Wakes this waiter when its thread is interrupted in a poll. Being a selector is the one way to be told
    /// of that; nothing else of a selector is used. A parked thread is woken by an interrupt anyway.
    private final class Interruption extends AbstractSelector {
        Interruption() {
            super(null);
        }

        void start() {
            begin();
        }

        void stop() {
            end();
        }

        @Override
        public Selector wakeup() {
            wake();
            return this;
        }

        @Override
        protected void implCloseSelector() {
        }

        @Override
        protected SelectionKey register(AbstractSelectableChannel of, int operations, Object attachment) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Set<SelectionKey> keys() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Set<SelectionKey> selectedKeys() {
            throw new UnsupportedOperationException();
        }

        @Override
        public int select() {
            throw new UnsupportedOperationException();
        }

        @Override
        public int select(long timeout) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int selectNow() {
            throw new UnsupportedOperationException();
        }
    }

    /// Whether its thread sits in one of the engine's waits at this moment. Any thread.
    boolean isWaiting() {
        return mode != RUNNING;
    }

    /// Ends its wait, to look again at what it waits for. Any thread, with no lock held.
    void wake() {
        int now = mode;
        if (now != RUNNING && MODE.compareAndSet(this, now, RUNNING)) {
            engine.instruments().countWakeUp();
            if (now == POLLING) {
                reactor.wakeUp();
            } else {
                threads.unpark(thread);
            }
        }
    }
}
