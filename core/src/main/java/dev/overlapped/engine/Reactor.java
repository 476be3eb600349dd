package dev.overlapped.engine;

import dev.overlapped.provider.Poller;
import dev.overlapped.provider.ReadyEvents;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// A poller, and who is looking after it.
///
/// A reactor is leased to one thread while that thread waits or has requests pending, and lies in the
/// engine's pool otherwise. Being driven or adopted only decides who is *woken*: any thread may poll a live
/// reactor and attempt any queue, since the queue's own lock orders everything. States, in the low bits of
/// `word`:
///
/// - FREE: in the pool; nobody polls it for work. What is still registered in it has no request waiting.
/// - IDLE: leased, and its thread is elsewhere (computing, in a routine, sleeping).
/// - DRIVEN: its thread is in a wait, polling.
/// - ADOPTED: IDLE for so long that the engine thread watches it; until its thread polls again.
///
/// The bits above count the polls, so that the engine can tell a thread that keeps coming back from one
/// that does not.
final class Reactor {
    private static final int FREE = 0;
    private static final int IDLE = 1;
    private static final int DRIVEN = 2;
    private static final int ADOPTED = 3;
    private static final int STATE_MASK = 3;
    private static final int ONE_POLL = 4;
    /// A list that others add to is rid of what has gone when it has come to this size, and whenever it has
    /// doubled since.
    static final int LISTED_MIN = 64;
    private static final VarHandle WORD = word();

    private final Engine engine;
    private final Poller poller;
    private final long key;
    private volatile int word;
    /// Whose it is; null in the pool. Written under the monitor.
    private volatile Caller owner;

    /// Guards every call on the poller but the owner's own poll, so that none comes after close.
    private final Object gate = new Object();
    private boolean closed;

    /// Directions to attempt without waiting for readiness. Guarded by itself.
    private final ArrayDeque<OperationQueue> runnable = new ArrayDeque<>();
    private volatile boolean runnableFilled;

    /// Threads that wait for something homed here, and want to know when the owner leaves. Guarded by itself.
    private final ArrayList<Caller> followers = new ArrayList<>();
    private volatile boolean followed;

    /// Directions of other threads' requests, homed here for the time of the owner's wait. Guarded by itself.
    private final ArrayList<OperationQueue> guests = new ArrayList<>();
    private boolean admitsGuests;

    /// What the engine thread knows of it.
    final Adoption.Watch watch = new Adoption.Watch();

    Reactor(Engine engine, Poller poller) {
        this.engine = engine;
        this.poller = poller;
        this.key = engine.nameReactor(this);
    }

    private static VarHandle word() {
        try {
            return MethodHandles.lookup().findVarHandle(Reactor.class, "word", int.class);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }

    // ---- lease: from the pool to a thread and back ----

    /// Makes it `by`'s. Whoever took it out of the pool calls this, once.
    synchronized void lease(Caller by) {
        owner = by;
        watch.begin();
        becomeIdle(by);
    }

    /// Also counts as a poll, so that the engine sees that its thread was here.
    private void becomeIdle(Caller by) {
        int now = (word & ~STATE_MASK) + ONE_POLL | IDLE;
        by.waiter().holds(now);
        // Volatile: a follower adds itself, then reads the state; a leaver writes the state here, and then
        // reads the followers.
        word = now;
    }

    /// `by` has requests pending again. What it had before others have completed, or it would have given the
    /// reactor back after a wait: that somebody looks after it counts as a poll of its own. False: it is not
    /// `by`'s any more, since the engine may give it back while `by` has nothing pending.
    synchronized boolean renew(Caller by) {
        if (owner != by || state() == FREE) {
            return false;
        }
        if (state() == IDLE) {
            word += ONE_POLL;
            by.waiter().holds(word);
        }
        return true;
    }

    /// The owner gives it back, if it has nothing pending. True: it goes to the pool now.
    synchronized boolean release(Caller by) {
        if (owner != by || by.waiter().hasPending()) {
            return false;
        }
        endAdoption();
        word = (word & ~STATE_MASK) | FREE;
        free();
        return true;
    }

    /// The engine takes it back from an owner that is elsewhere and has nothing pending. Its next request, or
    /// its next wait, finds that out: here a request is counted first and the lease is looked at then.
    synchronized boolean reclaim() {
        int now = word;
        int state = now & STATE_MASK;
        boolean isElsewhere = state == IDLE || state == ADOPTED;
        if (!isElsewhere || owner.waiter().hasPending()) {
            return false;
        }
        // The owner may begin to drive at this moment, without the monitor.
        if (!WORD.compareAndSet(this, now, (now & ~STATE_MASK) | FREE)) {
            return false;
        }
        if (state == ADOPTED) {
            engine.adoption().giveBack(this);
        }
        free();
        return true;
    }

    private void free() {
        engine.adoption().forget(this);
        owner = null;
    }

    // ---- driving ----

    /// The owner begins to poll. False: it is not `by`'s any more. `expected` is what `by` left in `word`.
    boolean enter(Caller by, int expected) {
        return WORD.compareAndSet(this, expected, expected - IDLE + DRIVEN) || enterSlowly(by);
    }

    private synchronized boolean enterSlowly(Caller by) {
        if (owner != by || state() == FREE) {
            return false;
        }
        endAdoption();
        word = (word & ~STATE_MASK) | DRIVEN;
        return true;
    }

    /// The owner has polled and goes elsewhere: to routines, or to its own business.
    void leave(Caller by) {
        becomeIdle(by);
        if (followed) {
            wakeFollowers(by);
        }
    }

    /// The owner, in a routine, will attempt what it has listed when the pass ends: nobody else need do so
    /// before, unless that takes long again.
    private void resume(Caller by) {
        if (!isAdopted()) {
            return;
        }
        synchronized (this) {
            if (owner == by && isAdopted()) {
                endAdoption();
                becomeIdle(by);
            }
        }
    }

    /// For the engine's own reactor, which its thread never leaves.
    synchronized void driveForEver(Caller by) {
        owner = by;
        word = DRIVEN;
        by.waiter().holdsForEver(this);
    }

    boolean isDriven() {
        return (word & STATE_MASK) == DRIVEN;
    }

    private int state() {
        return word & STATE_MASK;
    }

    Caller owner() {
        return owner;
    }

    Poller poller() {
        return poller;
    }

    long key() {
        return key;
    }

    // ---- adoption, by the engine thread ----

    /// The word if its owner is elsewhere, else 0.
    int idleWord() {
        int now = word;
        return (now & STATE_MASK) == IDLE ? now : 0;
    }

    /// IDLE, and nothing has happened since `seen` was read: becomes ADOPTED.
    synchronized boolean adopt(int seen) {
        return WORD.compareAndSet(this, seen, seen - IDLE + ADOPTED);
    }

    boolean isAdopted() {
        return state() == ADOPTED;
    }

    private void endAdoption() {
        if (state() == ADOPTED) {
            engine.adoption().giveBack(this);
        }
    }

    /// Fetches events without waiting, for a thread that is not the owner.
    void pollNow(ReadyEvents events) {
        synchronized (gate) {
            events.clear();
            if (!closed) {
                poller.poll(events, 0);
            }
        }
    }

    // ---- what is registered here ----

    int watch(int descriptor, long socket, int interest) {
        synchronized (gate) {
            return closed ? 0 : poller.watch(descriptor, socket, interest);
        }
    }

    int rewatch(int descriptor, long socket, int interest) {
        synchronized (gate) {
            return closed ? 0 : poller.rewatch(descriptor, socket, interest);
        }
    }

    void unwatch(int descriptor) {
        synchronized (gate) {
            if (!closed) {
                poller.unwatch(descriptor);
            }
        }
    }

    /// Ends the owner's poll. Harmless when it is not polling any more.
    void wakeUp() {
        synchronized (gate) {
            if (!closed) {
                poller.wakeUp();
            }
        }
    }

    void close() {
        synchronized (gate) {
            closed = true;
            poller.close();
        }
    }

    // ---- directions that need no readiness ----

    /// Notes that `queue` can be attempted at once, and sees to it that somebody does.
    void makeRunnable(OperationQueue queue, Caller driver) {
        synchronized (runnable) {
            runnable.add(queue);
            runnableFilled = true;
        }
        // Listed first, state read then; who adopts writes the state first and reads the list then.
        Caller by = owner;
        if (driver == by && driver.isInRoutine()) {
            resume(by);
        } else if (isAdopted()) {
            engine.adoption().reactor().makeRunnable(queue, driver);
            return;
        }
        if (by != null) {
            driver.wakeLater(by);
        }
    }

    /// Attempts what can be attempted at once; what becomes runnable meanwhile stays for the next time.
    void run(Caller driver) {
        if (!runnableFilled) {
            return;
        }
        for (int rounds = countRunnable(); rounds > 0; rounds--) {
            OperationQueue queue = pollRunnable();
            if (queue == null) {
                return;
            }
            queue.runAsRunnable(driver);
        }
    }

    boolean hasRunnable() {
        return runnableFilled;
    }

    private int countRunnable() {
        synchronized (runnable) {
            return runnable.size();
        }
    }

    private OperationQueue pollRunnable() {
        synchronized (runnable) {
            OperationQueue queue = runnable.poll();
            runnableFilled = !runnable.isEmpty();
            return queue;
        }
    }

    // ---- followers and guests: waiting for what another thread started ----

    /// Asks to be woken when the owner leaves. False: nobody is driving, so the asker should drive itself.
    boolean follow(Caller follower) {
        if (this == engine.adoption().reactor()) {
            return true;
        }
        synchronized (followers) {
            list(follower, followers, Caller::hasEnded);
            followed = true;
        }
        return isDriven();
    }

    /// The owner may wait for very long, and what it would let go of then may come and go meanwhile.
    private static <T> void list(T one, List<T> in, Predicate<T> hasGone) {
        int size = in.size();
        if (in.contains(one)) {
            return;
        }
        if (size >= LISTED_MIN && Integer.bitCount(size) == 1) {
            in.removeIf(hasGone);
        }
        in.add(one);
    }

    private void wakeFollowers(Caller driver) {
        synchronized (followers) {
            for (Caller follower : followers) {
                driver.wakeLater(follower);
            }
            followers.clear();
            followed = false;
        }
        driver.afterUnlock();
    }

    void admitGuests() {
        synchronized (guests) {
            admitsGuests = true;
        }
    }

    /// Takes in another thread's direction; false when the owner is not waiting, or not any more.
    boolean addGuest(OperationQueue queue) {
        synchronized (guests) {
            if (admitsGuests) {
                list(queue, guests, each -> each.closed);
            }
            return admitsGuests;
        }
    }

    /// The owner's wait is over: every guest goes home to whoever its first request belongs to.
    void sendGuestsHome(Caller driver) {
        synchronized (guests) {
            admitsGuests = false;
        }
        for (int i = guests.size() - 1; i >= 0; i--) {
            guests.remove(i).goHome(driver);
        }
        driver.afterUnlock();
    }
}
