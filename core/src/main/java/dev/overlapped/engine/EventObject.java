package dev.overlapped.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/// An event object: signalled or not, with the threads that wait for it and the pending requests that will
/// signal it.
///
/// Guarded by its own monitor, which is taken inside a direction's lock and never the other way round. It
/// wakes everybody who waits; who finds the event unsignalled again goes on waiting.
public final class EventObject {
    private final boolean manualReset;
    /// Numbers of events that have no handle, given to those that are waited for together with others.
    private static final AtomicLong UNNAMED = new AtomicLong();

    /// What programs call it: positive. Negative: one of `UNNAMED`; 0: none yet.
    private long handle;
    /// Written under the monitor.
    private volatile boolean signalled;
    /// Made when somebody waits in earnest.
    private ArrayList<Caller> waiters;
    /// Head of the list of pending requests, linked by `eventNext` and `eventPrevious`.
    private Request pending;
    /// To be queued to a thread when the event is first set, for the event of one request.
    private Routine routine;

    EventObject(boolean manualReset, boolean signalled) {
        this.manualReset = manualReset;
        this.signalled = signalled;
    }

    /// An event without a handle, which nobody closes.
    public static EventObject unnamed(boolean manualReset) {
        return new EventObject(manualReset, false);
    }

    void named(long newHandle) {
        handle = newHandle;
    }

    /// What programs call it.
    public long handle() {
        return handle;
    }

    /// Signals it, and wakes whoever waits for it. `caller` is the calling thread, which holds no lock.
    public void signal(Caller caller) {
        set(caller);
        caller.afterUnlock();
    }

    /// Signals it. Whom that wakes is woken when `driver` holds no lock.
    void set(Caller driver) {
        Routine due;
        synchronized (this) {
            signalled = true;
            for (int i = 0; waiters != null && i < waiters.size(); i++) {
                driver.wakeLater(waiters.get(i));
            }
            due = routine;
        }
        if (due != null) {
            due.target.deliverLater(due, driver);
        }
    }

    /// Unsignals it.
    public void reset() {
        if (signalled) {
            synchronized (this) {
                signalled = false;
            }
        }
    }

    /// Whether it is signalled; takes nothing from it.
    public boolean isSignalled() {
        return signalled;
    }

    /// Takes the signal, if there is one: an auto-reset event is unsignalled by that.
    public boolean take() {
        // Read once: what is signalled after this is not taken by it.
        boolean isSignalled = signalled;
        if (manualReset || !isSignalled) {
            return isSignalled;
        }
        synchronized (this) {
            boolean was = signalled;
            signalled = false;
            return was;
        }
    }

    // ---- pending requests, so that a waiter can find what it waits for ----

    synchronized void addPending(Request request) {
        request.eventPrevious = null;
        request.eventNext = pending;
        if (pending != null) {
            pending.eventPrevious = request;
        }
        pending = request;
    }

    synchronized void removePending(Request request) {
        if (request.eventPrevious == null) {
            pending = request.eventNext;
        } else {
            request.eventPrevious.eventNext = request.eventNext;
        }
        if (request.eventNext != null) {
            request.eventNext.eventPrevious = request.eventPrevious;
        }
        request.eventNext = null;
        request.eventPrevious = null;
    }

    /// A direction whose requests do not stand together may come several times, which does no harm: to look
    /// for it would take very long where very many sockets share the event.
    private synchronized void collectQueues(List<OperationQueue> into) {
        for (Request request = pending; request != null; request = request.eventNext) {
            OperationQueue queue = request.queue();
            if (queue != null && (into.isEmpty() || into.getLast() != queue)) {
                into.add(queue);
            }
        }
    }

    private synchronized void addWaiter(Caller caller) {
        if (waiters == null) {
            waiters = new ArrayList<>(1);
        }
        waiters.add(caller);
    }

    private synchronized void removeWaiter(Caller caller) {
        waiters.remove(caller);
    }

    /// A thread that waits for it with a reactor of its own, or null.
    synchronized Caller waiting() {
        for (int i = 0; waiters != null && i < waiters.size(); i++) {
            if (!waiters.get(i).isVirtual()) {
                return waiters.get(i);
            }
        }
        return null;
    }

    // ---- events of one request ----

    /// Has `body` queued to `target`, the calling thread, when the event is first set, or now if it is. It
    /// counts as a routine of `socket`. False: the event has one already.
    public boolean onSet(Socket socket, Body body, Caller target) {
        synchronized (this) {
            if (routine != null) {
                return false;
            }
            routine = new Routine(socket, body, target);
            if (!signalled) {
                return true;
            }
        }
        target.deliverLater(routine, target);
        return true;
    }

    /// Whether its request is to end with the thread that started it, since that was to run a routine.
    public synchronized boolean hasRoutine() {
        return routine != null;
    }

    /// What a routine does; what it throws is reported as its thread's.
    public interface Body {
        void run() throws Exception;
    }

    private record Routine(Socket socket, Body body, Caller target) implements ApcQueue.Apc {
        @Override
        public void run(Caller caller) throws Exception {
            body.run();
        }
    }

    // ---- waits ----

    private synchronized void takePlace() {
        if (handle == 0) {
            handle = UNNAMED.decrementAndGet();
        }
    }

    /// Takes all of the events of `wait` if each is signalled, else none. The monitors nest in the order of
    /// the handles, so that two waiters for the same events cannot block each other.
    private static boolean takeAll(Wait wait, int locked) {
        if (locked == wait.count) {
            for (int i = 0; i < wait.count; i++) {
                wait.events[i].take();
            }
            return true;
        }
        EventObject event = wait.events[locked];
        synchronized (event) {
            return event.signalled && takeAll(wait, locked + 1);
        }
    }

    /// Waits, not alertably, until `ended` holds, which whoever makes it so tells by setting this event.
    /// The signal stays for the caller to take. `caller` is the calling thread.
    public void awaitUntil(BooleanSupplier ended, Caller caller) {
        Wait one = new Wait();
        one.add(this);
        caller.waiter().await(new Waiter.Condition() {
            @Override
            public boolean isSatisfied(Caller by) {
                return ended.getAsBoolean();
            }

            @Override
            public void begin(Caller by) {
                one.begin(by);
            }

            @Override
            public void end(Caller by) {
                one.end(by);
            }

            @Override
            public void drive(Caller by) {
                one.drive(by);
            }
        }, -1, false);
    }

    /// A wait for any or all of some events. It belongs to the waiting thread, which uses it again.
    public static final class Wait implements Waiter.Condition {
        /// The most events that one call may wait for.
        public static final int EVENTS_MAX = 64;

        /// In the order they were added, or of their handles where all are waited for.
        private final EventObject[] events = new EventObject[EVENTS_MAX];
        private final ArrayList<OperationQueue> queues = new ArrayList<>();
        private int count;
        private boolean all;
        /// Which event ended the wait; 0 for a wait for all.
        private int index;

        /// Adds an event; false if it is there already and all are waited for, which no wait could satisfy
        /// twice.
        public boolean add(EventObject event) {
            if (all) {
                event.takePlace();
            }
            int at = count;
            while (all && at > 0 && events[at - 1].handle > event.handle) {
                at--;
            }
            if (all && at > 0 && events[at - 1] == event) {
                return false;
            }
            System.arraycopy(events, at, events, at + 1, count - at);
            events[at] = event;
            count++;
            return true;
        }

        void prepare(boolean forAll) {
            clear();
            all = forAll;
            index = 0;
        }

        /// Lets go of the events.
        void clear() {
            Arrays.fill(events, 0, count, null);
            count = 0;
        }

        @Override
        public boolean isSatisfied(Caller caller) {
            if (all) {
                return takeAll(this, 0);
            }
            for (int i = 0; i < count; i++) {
                if (events[i].take()) {
                    index = i;
                    return true;
                }
            }
            return false;
        }

        @Override
        public void begin(Caller caller) {
            for (int i = 0; i < count; i++) {
                events[i].addWaiter(caller);
            }
        }

        @Override
        public void end(Caller caller) {
            for (int i = 0; i < count; i++) {
                events[i].removeWaiter(caller);
            }
        }

        @Override
        public void drive(Caller caller) {
            for (int i = 0; i < count; i++) {
                events[i].collectQueues(queues);
            }
            for (int i = 0; i < queues.size(); i++) {
                queues.get(i).takeOver(caller);
            }
            queues.clear();
        }

        /// Which of the events ended the wait, in the order they were added.
        public int index() {
            return index;
        }
    }
}
