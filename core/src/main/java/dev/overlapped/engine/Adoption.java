package dev.overlapped.engine;

import dev.overlapped.flight.Flight;
import dev.overlapped.provider.Interest;
import dev.overlapped.provider.Poller;
import dev.overlapped.provider.ReadyEvents;
import dev.overlapped.provider.TransportProvider;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The engine thread: it looks after reactors that their own threads have not polled for a while, after the
/// requests of virtual threads, and after threads that end with requests pending. It never runs user code.
///
/// Nobody wakes it to say that he leaves a wait; the leaver arms one shared timer if it is not armed. When
/// the timer is due the engine compares each idle reactor with what it saw the last time: polled since, so
/// its thread is alive and comes back, and gets more patience; or not polled, and it is adopted, that is
/// nested in the engine's own poller until its thread polls again. An adopted reactor costs nothing while
/// nothing happens.
///
/// How long it waits: a pending send should move within a millisecond or two, since its bytes are due
/// elsewhere; for a receive nobody can tell but a peer whose window fills, so it may wait longer. A thread
/// that kept coming back is trusted further (docs/decisions/0003).
final class Adoption {
    private static final int SEND_PATIENCE_MAX_MS = 16;
    private static final int RECEIVE_PATIENCE_MIN_MS = 16;
    private static final int PATIENCE_MAX_MS = 1024;
    /// How often virtual threads, and threads on kernels that cannot watch one, are asked whether they live.
    private static final int ALIVE_CHECK_MS = 100;
    private static final long NANOS_PER_MS = 1_000_000;

    /// Low bits of the keys in the engine's poller: sockets have none, since handles are multiples of 4.
    private static final int TIMER = 1;
    private static final int REACTOR = 2;
    private static final int THREAD = 3;
    private static final int KEY_MASK = 3;

    /// What the engine thread remembers of one reactor. Its own, but for `threadWatch`, written under
    /// the reactor's monitor.
    static final class Watch {
        private int seen;
        private long lookedAt;
        private int patienceMs = 1;
        private volatile int threadWatch = -1;

        /// A new owner starts with no trust.
        void begin() {
            seen = 0;
            patienceMs = 1;
        }
    }

    private final Engine engine;
    private final TransportProvider provider;
    private final Reactor reactor;
    private final int timer;
    private final Caller self;
    private final ReadyEvents events = new ReadyEvents();
    private final ReadyEvents inner = new ReadyEvents();
    /// Virtual threads with requests pending, by number: in an order that each run of a simulation has.
    private final Map<Integer, Caller> virtualCallers = new ConcurrentHashMap<>();

    /// Guards arming; `armedMs` is read without it by those who find the timer due soon enough. 0: not armed.
    private final Object arming = new Object();
    private volatile int armedMs;

    /// Without `threaded` nobody is adopted and threads that end are not noticed: for a provider whose time
    /// only moves while somebody polls.
    Adoption(Engine engine, TransportProvider provider, boolean threaded) {
        this.engine = engine;
        this.provider = provider;
        this.reactor = new Reactor(engine, openPoller(provider));
        this.timer = provider.openTimer();
        reactor.poller().watch(timer, TIMER, Interest.READ);
        Thread thread = provider.threads().newDaemon("overlapped-engine", this::run);
        this.self = new Caller(engine, thread, 0);
        reactor.driveForEver(self);
        if (threaded) {
            thread.start();
        }
    }

    /// Without this one there is no engine at all.
    private static Poller openPoller(TransportProvider provider) {
        Poller poller = provider.openPoller();
        if (poller == null) {
            throw new IllegalStateException("no descriptor is left; raise the limit (ulimit -n)");
        }
        return poller;
    }

    /// Where the requests of virtual threads are homed.
    Reactor reactor() {
        return reactor;
    }

    /// The engine thread, to which requests go over that have no other thread.
    Caller self() {
        return self;
    }

    // ---- called by other threads ----

    /// `leaver` goes elsewhere with requests pending: somebody has to look after it if it does not come back.
    void expect(Caller leaver) {
        if (leaver == self) {
            return;
        }
        if (leaver.isVirtual()) {
            virtualCallers.put(leaver.number(), leaver);
            arm(ALIVE_CHECK_MS);
        } else {
            Reactor held = leaver.waiter().heldReactor();
            // None, if what it has started could not wait and has ended.
            if (held != null && !held.isAdopted()) {
                arm(patience(held));
            }
        }
    }

    /// A thread wants to keep its reactor although it has nothing pending: it goes back to the pool unless
    /// the thread waits again before long. False: it should go at once, since the thread is watched as well.
    boolean reclaimsLater(Reactor kept) {
        arm(PATIENCE_MAX_MS);
        return kept.watch.threadWatch < 0;
    }

    private static int patience(Reactor of) {
        Caller owner = of.owner();
        int trusted = of.watch.patienceMs;
        if (owner != null && owner.waiter().hasPendingSends()) {
            return Math.min(trusted, SEND_PATIENCE_MAX_MS);
        }
        return Math.max(trusted, RECEIVE_PATIENCE_MIN_MS);
    }

    /// The timer is due in `delayMs` at the latest.
    private void arm(int delayMs) {
        int now = armedMs;
        if (now != 0 && now <= delayMs) {
            return;
        }
        synchronized (arming) {
            if (armedMs == 0 || armedMs > delayMs) {
                armedMs = delayMs;
                provider.setTimer(timer, delayMs * NANOS_PER_MS);
            }
        }
    }

    /// Its owner polls again. Called under the reactor's monitor.
    void giveBack(Reactor adopted) {
        reactor.poller().nest(adopted.poller(), adopted.key() | REACTOR, false);
    }

    /// It goes to the pool. Called under the reactor's monitor.
    void forget(Reactor released) {
        int watch = released.watch.threadWatch;
        if (watch >= 0) {
            released.watch.threadWatch = -1;
            reactor.poller().unwatch(watch);
            provider.close(watch, false);
        }
    }

    /// It is about to be closed.
    void unnest(Reactor closing) {
        reactor.poller().unnest(closing.poller());
    }

    // ---- the engine thread ----

    private void run() {
        self.bind();
        boolean goesOn = true;
        while (goesOn) {
            try {
                goesOn = turn();
            } catch (Throwable e) {
                // Whatever it is, others' requests depend on this thread.
                self.report(e);
            }
        }
    }

    /// Waits until something happens, and does what is due then. Where an engine has no thread of its own,
    /// another one may stand in for it, turn by turn. False: the network has ended.
    boolean turn() {
        boolean goesOn = self.waiter().pollAsEngine(events);
        self.lookAhead(events);
        for (int i = 0; i < events.size(); i++) {
            dispatch(events.key(i), events.readiness(i));
        }
        reactor.run(self);
        return goesOn;
    }

    private void dispatch(long key, int readiness) {
        switch ((int) key & KEY_MASK) {
            case TIMER -> lookAround();
            case REACTOR -> driveAdopted(engine.reactor(key & ~KEY_MASK));
            case THREAD -> endThreadOf(engine.reactor(key & ~KEY_MASK));
            default -> engine.dispatch(key, readiness, self);
        }
    }

    private void lookAround() {
        synchronized (arming) {
            armedMs = 0;
        }
        provider.threads().turn();
        // Volatile write above, then the reactors' words; a leaver writes its word, then reads `armedMs`.
        long now = provider.nanoTime();
        NextLook next = new NextLook();
        engine.forEachReactor(idle -> look(idle, now, next));
        lookAtVirtualCallers(next);
        if (next.delayMs < Integer.MAX_VALUE) {
            arm(next.delayMs);
        }
    }

    /// When to look around again.
    private static final class NextLook {
        private int delayMs = Integer.MAX_VALUE;

        void within(int ms) {
            delayMs = Math.min(delayMs, Math.max(ms, 1));
        }
    }

    private void look(Reactor at, long now, NextLook next) {
        if (at == reactor) {
            return;
        }
        if (at.isAdopted()) {
            if (at.watch.threadWatch < 0) {
                checkAlive(at, next);
            }
            return;
        }
        int word = at.idleWord();
        if (word == 0) {
            return;
        }
        Watch watch = at.watch;
        if (watch.seen != word) {
            // Polled since the last look, or new here: it gets as long as it is trusted for.
            if (watch.seen != 0) {
                watch.patienceMs = Math.min(2 * Math.max(watch.patienceMs, 1), PATIENCE_MAX_MS);
            }
            watch.seen = word;
            watch.lookedAt = now;
            next.within(patience(at));
            return;
        }
        long waitedMs = (now - watch.lookedAt) / NANOS_PER_MS;
        if (waitedMs >= patience(at)) {
            adopt(at, word, next);
        } else {
            next.within((int) (patience(at) - waitedMs));
        }
    }

    private void adopt(Reactor idle, int seen, NextLook next) {
        if (idle.reclaim()) {
            // Others have completed all that its thread had, which has not waited since and may have ended.
            engine.putBack(idle);
            return;
        }
        if (!idle.adopt(seen)) {
            next.within(1);
            return;
        }
        engine.instruments().countAdopted();
        Caller owner = idle.owner();
        Flight.adopted(owner == null ? null : owner.thread(), patience(idle));
        idle.watch.patienceMs = 1;
        idle.watch.seen = 0;
        watchThread(idle);
        synchronized (idle) {
            if (idle.isAdopted()) {
                reactor.poller().nest(idle.poller(), idle.key() | REACTOR, true);
            }
        }
        checkAlive(idle, next);
        idle.run(self);
    }

    /// Without a watch, or memory for one, its thread is asked now and then.
    private void watchThread(Reactor adopted) {
        synchronized (adopted) {
            Caller owner = adopted.owner();
            if (owner == null || adopted.watch.threadWatch >= 0) {
                return;
            }
            int opened = provider.openThreadWatch(owner.threadId());
            if (opened < 0) {
                return;
            }
            long key = adopted.key() | THREAD;
            if (reactor.poller().watch(opened, key, Interest.READ | Interest.LEVEL) < 0) {
                provider.close(opened, false);
            } else {
                adopted.watch.threadWatch = opened;
            }
        }
    }

    /// Asked after the thread's watch was opened: a number that was given to a new thread meanwhile shows
    /// as a thread that is not alive.
    private void checkAlive(Reactor adopted, NextLook next) {
        Caller owner = adopted.owner();
        if (owner == null) {
            return;
        }
        if (owner.hasEnded()) {
            endThreadOf(adopted);
        } else if (adopted.watch.threadWatch < 0) {
            next.within(ALIVE_CHECK_MS);
        }
    }

    private void driveAdopted(Reactor adopted) {
        if (adopted == null) {
            return;
        }
        adopted.pollNow(inner);
        engine.dispatch(inner, self);
        adopted.run(self);
        if (adopted.reclaim()) {
            engine.putBack(adopted);
        }
    }

    /// The thread has ended: so do its requests, but for those that may outlive it.
    private void endThreadOf(Reactor held) {
        Caller owner = held == null ? null : held.owner();
        if (owner == null) {
            return;
        }
        if (!owner.hasEnded()) {
            // The watch was of an older thread with the same number, or fired a moment early: look again
            // soon.
            synchronized (held) {
                forget(held);
            }
            arm(1);
            return;
        }
        engine.endRequestsOf(owner, self);
        if (held.reclaim()) {
            engine.putBack(held);
        } else {
            // An accept of its was in no queue: it is about to go on as a receive.
            arm(1);
        }
    }

    private void lookAtVirtualCallers(NextLook next) {
        for (Iterator<Caller> each = virtualCallers.values().iterator(); each.hasNext();) {
            Caller caller = each.next();
            if (!caller.waiter().hasPending()) {
                each.remove();
                if (caller.waiter().hasPending()) {
                    // It has started another one meanwhile, and found itself still listed.
                    next.within(1);
                    virtualCallers.put(caller.number(), caller);
                }
            } else if (caller.hasEnded()) {
                engine.endRequestsOf(caller, self);
                // Then it goes from the list, or has an accept that was in no queue at this moment.
                next.within(ALIVE_CHECK_MS);
            } else if (!caller.waiter().isWaiting()) {
                next.within(ALIVE_CHECK_MS);
            }
        }
    }
}
