package dev.overlapped.engine;

import dev.overlapped.operation.Batch;
import dev.overlapped.operation.Receive;
import dev.overlapped.operation.Send;
import dev.overlapped.provider.Interest;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// Where one direction of a socket waits for readiness: at which reactor, and what is registered there. While
/// something waits, that is the reactor of the first request's caller, or of a waiter that has taken the
/// direction over for the time of its wait. Guarded by the direction's lock.
final class Home {
    private final OperationQueue queue;
    private final Registration registration;
    private final boolean writes;
    private final boolean reportsAgain;
    /// Null while nothing waits.
    private Reactor at;
    /// The direction stands in some reactor's list of those to attempt at once.
    private boolean runnable;

    Home(OperationQueue queue, Registration registration, boolean writes) {
        this.queue = queue;
        this.registration = registration;
        this.writes = writes;
        this.reportsAgain = !writes && registration.isLevel();
    }

    /// The direction waits for `first` from here on, the only one. 0 or `-errno`: it cannot.
    int begin(Request first, boolean ready, Caller driver) {
        int result = watch(choose(first), ready);
        if (ready) {
            makeRunnable(driver);
        }
        return result;
    }

    /// The direction waits for `first` now, which may belong to somebody else than before. Returns whether it
    /// is to be attempted at once: if it is `ready`, and where the kernel cannot watch it, since what still
    /// has to wait then ends.
    boolean follow(Request first, boolean ready, Caller driver) {
        return move(choose(first), ready, driver);
    }

    private boolean move(Reactor where, boolean ready, Caller driver) {
        if (where == at) {
            return ready;
        }
        boolean attempts = watch(where, ready) < 0 || ready;
        if (attempts) {
            // It may stand in the former home's list too, where it will find nothing to do.
            runnable = false;
            makeRunnable(driver);
        }
        return attempts;
    }

    /// The reactor of the request's caller, or of a thread that sits waiting for its event.
    private Reactor choose(Request request) {
        Reactor own = request.caller().waiter().heldReactor();
        EventObject event = request.event();
        Caller waiting = event == null || own.isDriven() ? null : event.waiting();
        if (waiting != null && waiting != request.caller()) {
            Reactor theirs = waiting.waiter().heldReactor();
            if (theirs != null && theirs.addGuest(queue)) {
                return theirs;
            }
        }
        return own;
    }

    /// A direction that is `ready` to be written is not watched: it is to be attempted at once.
    private int watch(Reactor where, boolean ready) {
        at = where;
        if (writes) {
            return ready ? 0 : registration.write(where);
        }
        return registration.read(where);
    }

    /// The kernel has no room or no bytes: it is asked to say when that changes. 0 or `-errno`.
    int arm() {
        return watch(at, false);
    }

    /// The direction can be attempted at once; it will be, by whoever looks after its home.
    void makeRunnable(Caller driver) {
        if (!runnable) {
            runnable = true;
            at.makeRunnable(queue, driver);
        }
    }

    /// It has been taken out of the list.
    void unlisted() {
        runnable = false;
    }

    /// `waiter` waits for a request here: it drives the direction itself if nobody does. Returns what
    /// [#follow] does.
    boolean lendTo(Caller waiter, boolean ready) {
        Reactor theirs = waiter.waiter().heldReactor();
        if (at == theirs || waiter.isVirtual() || theirs == null || at.follow(waiter)
                || !theirs.addGuest(queue)) {
            return ready;
        }
        return move(theirs, ready, waiter);
    }

    /// The waiter that took the direction over goes: back to the caller of the first request. Returns what
    /// [#follow] does.
    boolean returnFrom(Caller waiter, Request first, boolean ready) {
        if (at != waiter.waiter().heldReactor() || first.caller() == waiter) {
            return ready;
        }
        boolean attempts = follow(first, ready, waiter);
        waiter.engine().adoption().expect(first.caller());
        return attempts;
    }

    /// Nothing waits any more. Reading stays registered, so that the next receive costs no system call;
    /// writing is watched only while a send waits for room.
    void leave() {
        at = null;
        // What stands in that reactor's list may never be taken out: the reactor may go to the pool.
        runnable = false;
        if (writes) {
            registration.write(null);
        }
    }

    /// Datagrams: what is left of them is reported again. So one is received for each report: to look for
    /// another would be a call in vain each time that there is none.
    boolean reportsAgain() {
        return reportsAgain;
    }

    /// The poller has reported the direction; if nothing is `wanted`, it is not to do so again and again.
    void reported(boolean wanted) {
        if (reportsAgain && !wanted) {
            registration.read(null);
        }
    }

    /// What one socket is registered for, and where. Guarded by its monitor, inside the directions' locks.
    static final class Registration {
        private final Socket socket;
        private Reactor reading;
        private Reactor writing;
        private boolean gone;

        Registration(Socket socket) {
            this.socket = socket;
        }

        /// Datagrams are reported for as long as there are any.
        private boolean isLevel() {
            return !socket.isStream();
        }

        /// Watches for reading at `where`, and nowhere else. 0 or `-errno`. `reading` changes under the lock
        /// of the receives, which the caller holds: where it stays as it is, no monitor is needed.
        int read(Reactor where) {
            return reading == where ? 0 : readAnew(where);
        }

        private synchronized int readAnew(Reactor where) {
            if (gone) {
                return 0;
            }
            Reactor before = reading;
            int here = interest(where);
            int there = interest(before);
            reading = where;
            change(before, there);
            int result = change(where, here);
            // Where the kernel could not watch, nothing is registered: the next one asks anew.
            reading = result < 0 ? null : where;
            return result;
        }

        /// Watches for writing at `where`, and nowhere else; null: not at all. Always asks the kernel to
        /// look again.
        synchronized int write(Reactor where) {
            if (gone || (writing == null && where == null)) {
                return 0;
            }
            Reactor before = writing;
            int here = interest(where);
            int there = interest(before);
            writing = where;
            if (before != where) {
                change(before, there);
            }
            int result = change(where, here);
            writing = result < 0 ? null : where;
            return result;
        }

        /// The descriptor is about to be closed or replaced: ends every watch. Unless `forGood`, new ones
        /// may follow.
        synchronized void end(boolean forGood) {
            gone = forGood;
            if (reading != null) {
                reading.unwatch(socket.descriptor());
            }
            if (writing != null && writing != reading) {
                writing.unwatch(socket.descriptor());
            }
            reading = null;
            writing = null;
        }

        private int interest(Reactor where) {
            if (where == null) {
                return 0;
            }
            int read = isLevel() ? Interest.READ | Interest.LEVEL : Interest.READ;
            return (where == reading ? read : 0) | (where == writing ? Interest.WRITE : 0);
        }

        private int change(Reactor where, int before) {
            if (where == null) {
                return 0;
            }
            int now = interest(where);
            if (before == 0) {
                return now == 0 ? 0 : where.watch(socket.descriptor(), socket.handle(), now);
            }
            if (now == 0) {
                where.unwatch(socket.descriptor());
                return 0;
            }
            return where.rewatch(socket.descriptor(), socket.handle(), now);
        }
    }

    /// Requests in the order they were started, linked by `next`; urgent receives among them take no turns.
    /// Guarded by the lock of its direction.
    static final class Chain {
        private Request first;
        private Request last;
        private int size;
        private int urgents;

        Request first() {
            return first;
        }

        /// Looks at what an attempt on the first one will need. The one method that needs no lock: what it
        /// sees may be old, or half of it, and its result means nothing.
        int lookAhead() {
            Request request = first;
            if (request == null || !(request.operation() instanceof Receive receive)) {
                return size;
            }
            Object tag = request.tag;
            return receive.buffers().lookAhead() + (tag == null || tag.getClass() == Object.class ? 1 : 0);
        }

        /// The first of those that take turns, or null.
        Request firstInTurn() {
            Request each = first;
            while (urgents > 0 && each != null && each.isUrgent()) {
                each = each.next;
            }
            return each;
        }

        Request firstUrgent() {
            Request each = urgents > 0 ? first : null;
            while (each != null && !each.isUrgent()) {
                each = each.next;
            }
            return each;
        }

        boolean isEmpty() {
            return first == null;
        }

        /// Nobody waits for a turn.
        boolean isIdle() {
            return size == urgents;
        }

        int size() {
            return size;
        }

        void append(Request request) {
            request.next = null;
            if (first == null) {
                first = request;
            } else {
                last.next = request;
            }
            last = request;
            size++;
            urgents += request.isUrgent() ? 1 : 0;
        }

        void remove(Request request) {
            Request before = request == first ? null : first;
            while (before != null && before.next != request) {
                before = before.next;
            }
            remove(before, request);
        }

        /// Takes `request` out, which stands behind `before`, or first if that is null.
        void remove(Request before, Request request) {
            if (before == null) {
                first = request.next;
            } else {
                before.next = request.next;
            }
            if (last == request) {
                last = before;
            }
            request.next = null;
            size--;
            urgents -= request.isUrgent() ? 1 : 0;
        }

        /// Takes out what is selected, and then ends it, in that order; returns how many there were.
        int takeOut(Predicate<Request> selection, Consumer<Request> end) {
            Chain selected = new Chain();
            Request before = null;
            for (Request each = first, following; each != null; each = following) {
                following = each.next;
                if (selection.test(each)) {
                    remove(before, each);
                    selected.append(each);
                } else {
                    before = each;
                }
            }
            int count = selected.size;
            while (selected.first != null) {
                Request next = selected.first;
                selected.remove(null, next);
                end.accept(next);
            }
            return count;
        }

        /// Puts the sends at the front into `batch`, as far as they may leave in one call.
        void gatherInto(Batch batch) {
            batch.clear();
            Request each = first;
            while (each != null && each.gathers()
                    && batch.add((Send) each.operation(), OperationQueue.ATTEMPT_BYTES_MAX)) {
                each = each.next;
            }
        }

        /// Makes what is selected of `from`'s the business of `to`; returns how many there were.
        int passOn(Predicate<Request> selection, Caller from, Caller to) {
            int count = 0;
            for (Request each = first; each != null; each = each.next) {
                if (each.caller() == from && selection.test(each)) {
                    each.passTo(to);
                    count++;
                }
            }
            return count;
        }

        /// From here on nothing of what is here is indicated.
        void silence() {
            for (Request each = first; each != null; each = each.next) {
                each.silence();
            }
        }

        boolean anyMatch(Predicate<Request> predicate) {
            for (Request each = first; each != null; each = each.next) {
                if (predicate.test(each)) {
                    return true;
                }
            }
            return false;
        }
    }
}
