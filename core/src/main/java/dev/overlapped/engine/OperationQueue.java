package dev.overlapped.engine;

import dev.overlapped.error.WinsockErrors;
import dev.overlapped.operation.Accept;
import dev.overlapped.operation.Batch;
import dev.overlapped.operation.Operation;
import dev.overlapped.operation.Send;
import dev.overlapped.provider.Errno;
import dev.overlapped.provider.Interest;
import dev.overlapped.provider.TransportProvider;
import java.util.function.Predicate;

/// The requests of one socket in one direction, first in, first out. Its monitor is the lock on which
/// correctness rests: whoever holds it, on whichever thread, may attempt the requests, and nobody else. The
/// life of a request here:
///
/// 1. [#start] on the caller's thread. If nothing is queued and the kernel may have room (or bytes), it is
///    attempted at once; finished means the call returns its result, with its indication scheduled.
/// 2. Otherwise it is appended and pending, and the direction is homed at a reactor.
/// 3. Whoever polls that reactor learns that the direction is ready and calls [#ready]; each request is
///    attempted in order, one system call per hold of the lock; sends in a row are gathered into one call.
/// 4. A finished request leaves the queue and is told under the lock, so that nothing overtakes it.
final class OperationQueue {
    /// Requests of one socket and direction; one more is WSAEWOULDBLOCK.
    static final int REQUESTS_MAX = 65_536;
    /// Bytes that one system call moves at most: neither a caller nor the lock is held for longer.
    static final long ATTEMPT_BYTES_MAX = 1 << 20;
    /// Attempts in a row before others have their turn.
    static final int ROUNDS_MAX = 64;
    /// Bytes that routines may leave to be gathered.
    static final long DEFERRED_BYTES_MAX = 64 * 1024;

    private final Socket socket;
    private final TransportProvider provider;
    private final boolean writes;
    final Home.Chain requests = new Home.Chain();
    private final Home home;
    /// The kernel may have room or bytes: it has not said otherwise since the last event.
    private boolean ready = true;
    /// An end, an error or urgent data was reported, and is not reported twice: short reads prove nothing.
    private boolean special;
    private long deferredBytes;
    /// The pass of routines in which a send was last begun.
    private long pass;
    /// Nothing starts any more. Written under the lock; read without it to let go of the direction.
    volatile boolean closed;

    OperationQueue(Socket socket, TransportProvider provider, boolean writes) {
        this.socket = socket;
        this.provider = provider;
        this.writes = writes;
        this.home = new Home(this, socket.registration(), writes);
    }

    // ---- starting ----

    /// Starts a request: a count if it finished at once, `-WSA_IO_PENDING`, or another negated code and
    /// there will be no indication. A call that finished is its caller's to recycle.
    long start(Request request, Caller caller) {
        boolean waitsAtOnce = request.isCall();
        long result = startUnderLock(request, caller);
        if (result == -WinsockErrors.WSA_IO_PENDING && !waitsAtOnce) {
            caller.engine().adoption().expect(caller);
        }
        caller.afterUnlock();
        return result;
    }

    private synchronized long startUnderLock(Request request, Caller caller) {
        int refusal = closed ? WinsockErrors.WSAENOTSOCK : request.hasRoutine() && !caller.takesRoutine()
                ? WinsockErrors.WSAENOBUFS : socket.refusal(request);
        if (refusal != 0) {
            return request.refuse(refusal, false);
        }
        request.announce();
        boolean defers = defers(request, caller);
        if (request.isCall()) {
            // What this thread's routines have left to be gathered goes first, so that it need not wait.
            step(caller);
        }
        // Nobody may be polling for a socket that never waits, or could not: the kernel is asked each time.
        ready |= (!request.mayWait() || (home.reportsAgain() && request.isCall())) && requests.isIdle();
        boolean isNext = ((requests.isIdle() && ready) || request.isUrgent()) && request.acceptor() == null;
        long result = isNext && !defers ? startNow(request, caller) : -WinsockErrors.WSA_IO_PENDING;
        if (result != -WinsockErrors.WSA_IO_PENDING) {
            return result;
        }
        int code = request.mayWait() ? append(request, caller) : WinsockErrors.WSAEWOULDBLOCK;
        if (code != 0) {
            ready |= code == WinsockErrors.WSAENOBUFS && requests.isIdle();
            return endUnqueued(request, code, caller);
        }
        deferredBytes += defers ? ((Send) request.operation()).buffers().remaining() : 0;
        if (ready && (deferredBytes >= DEFERRED_BYTES_MAX || request.acceptor() != null)) {
            step(caller);
        }
        return -WinsockErrors.WSA_IO_PENDING;
    }

    /// A lone send in a pass of routines is attempted at once; several wait for each other, and leave
    /// together at the end of the pass.
    private boolean defers(Request request, Caller caller) {
        long before = pass;
        pass = caller.pass();
        return request.gathers() && !request.isCall() && caller.gathersSends(socket, pass == before);
    }

    /// The first attempt, on the caller's thread. `-WSA_IO_PENDING`: it has to be queued.
    private long startNow(Request request, Caller caller) {
        long result = request.operation().attempt(provider, socket.descriptor(), ATTEMPT_BYTES_MAX);
        if (!advance(request, result)) {
            return -WinsockErrors.WSA_IO_PENDING;
        }
        int code = conclude(request, result);
        // A datagram that was too long has been received all the same, and is told.
        if (code != 0 && (request.isCall() || result <= 0)) {
            return request.refuse(code, true);
        }
        return endNow(request, code, caller);
    }

    /// It cannot wait. What it has received is in its buffers, what a call has sent is counted, and a request
    /// that has sent a part ends like one that was cancelled half-way.
    private long endUnqueued(Request request, int code, Caller caller) {
        Operation operation = request.operation();
        if (operation.transferred() == 0) {
            socket.ended(request);
            return request.refuse(code, true);
        }
        if (request.isCall() || operation.hasBytesInHand()) {
            return endNow(request, 0, caller);
        }
        request.finish(code, request.over(code), caller);
        return -WinsockErrors.WSA_IO_PENDING;
    }

    private static long endNow(Request request, int code, Caller caller) {
        caller.engine().instruments().countImmediate();
        long moved = request.over(code);
        if (!request.isCall()) {
            request.finish(code, moved, caller);
        }
        return code == 0 ? moved : -code;
    }

    private int append(Request request, Caller caller) {
        if (requests.size() == REQUESTS_MAX) {
            return WinsockErrors.WSAEWOULDBLOCK;
        }
        if (!caller.waiter().pend(writes)) {
            return WinsockErrors.WSAENOBUFS;
        }
        if (!enqueue(request, caller)) {
            caller.waiter().unpend(writes);
            return WinsockErrors.WSAENOBUFS;
        }
        caller.engine().instruments().countPending();
        request.pending();
        return 0;
    }

    /// Puts it at the end. False: the kernel cannot watch the socket.
    private boolean enqueue(Request request, Caller driver) {
        if (requests.isEmpty() && home.begin(request, ready, driver) < 0) {
            home.leave();
            return false;
        }
        request.queuedIn(this);
        requests.append(request);
        if (request.event() != null) {
            request.event().addPending(request);
        }
        return true;
    }

    synchronized void takeOver(Caller waiter) {
        if (!requests.isEmpty()) {
            ready = home.lendTo(waiter, ready);
        }
    }

    synchronized void goHome(Caller waiter) {
        if (!requests.isEmpty()) {
            ready = home.returnFrom(waiter, requests.first(), ready);
        }
    }

    /// What is selected of `from`'s is the engine thread's from here on, and homed there.
    void passOn(Predicate<Request> selection, Caller from, Caller driver) {
        synchronized (this) {
            Caller heir = driver.engine().adoption().self();
            int count = requests.passOn(selection, from, heir);
            heir.waiter().count(count, writes);
            if (count > 0 && requests.first().caller() == heir) {
                ready = home.follow(requests.first(), ready, driver);
            }
            // Last, since its thread may give the former home away then.
            from.waiter().count(-count, writes);
        }
        driver.afterUnlock();
    }

    // ---- driving ----

    /// The poller has reported the direction; `readiness` is of [Interest]. Mostly one attempt is all that is
    /// to be done, and one hold of the lock enough.
    void ready(int readiness, Caller driver) {
        boolean more;
        synchronized (this) {
            ready = true;
            special |= (readiness & Interest.SPECIAL) != 0;
            home.reported(!requests.isIdle());
            attemptUrgent(driver);
            more = step(driver);
        }
        driver.afterUnlock();
        if (more) {
            run(driver);
        }
    }

    void runAsRunnable(Caller driver) {
        synchronized (this) {
            home.unlisted();
        }
        run(driver);
    }

    /// Attempts whatever is queued, although nothing was reported.
    void retry(Caller driver) {
        if (!isEmpty()) {
            ready(0, driver);
        }
    }

    synchronized boolean awaitsRoutine(Object tag) {
        return requests.anyMatch(each -> each.isOf(tag) && each.hasRoutine());
    }

    /// Attempts the requests in order until one has to wait, or others are due.
    void run(Caller driver) {
        boolean more = true;
        for (int rounds = 1; more; rounds++) {
            synchronized (this) {
                more = step(driver);
                if (more && rounds == ROUNDS_MAX) {
                    home.makeRunnable(driver);
                    more = false;
                }
            }
            driver.afterUnlock();
        }
    }

    /// One system call. True: there is more.
    private boolean step(Caller driver) {
        Request first = requests.firstInTurn();
        if (first == null || !ready) {
            return false;
        }
        deferredBytes = 0;
        if (!first.gathersWithNext() || !sendBatch(driver)) {
            attempt(first, driver);
        }
        // Nobody would tell when those behind it can go on.
        while (!requests.isIdle() && !ready && home.arm() < 0) {
            first = requests.firstInTurn();
            endQueued(first, first.operation().hasBytesInHand() ? 0 : WinsockErrors.WSAENOBUFS, driver);
        }
        attemptUrgent(driver);
        return !requests.isIdle() && ready;
    }

    private void attempt(Request request, Caller driver) {
        long result = request.operation().attempt(provider, socket.descriptor(), ATTEMPT_BYTES_MAX);
        if (advance(request, result)) {
            ready &= !home.reportsAgain();
            endQueued(request, conclude(request, result), driver);
        }
    }

    /// Urgent data takes no turn. Also asked when the stream has moved on: none comes behind its end.
    private void attemptUrgent(Caller driver) {
        Request urgent = requests.firstUrgent();
        if (urgent != null) {
            attempt(urgent, driver);
        }
    }

    /// Takes in the result of an attempt, and what it says of readiness: true when the operation is finished.
    private boolean advance(Request request, long result) {
        if (result == -Errno.EAGAIN) {
            ready &= request.isUrgent();
            return false;
        }
        boolean finished = request.operation().advance(result);
        ready &= !request.operation().cameShort()
                || (!writes && (special || socket.options().isUrgentInline()));
        return finished;
    }

    /// Sends what several requests have left, in one call. False: it failed, and the first will learn alone.
    private boolean sendBatch(Caller driver) {
        Batch batch = driver.batch();
        requests.gatherInto(batch);
        long result = batch.attempt(provider, socket.descriptor());
        if (result < 0) {
            // The reason for a lost connection is told once: noted before the first one fails.
            conclude(requests.first(), result);
            ready = result != -Errno.EAGAIN;
            return !ready;
        }
        ready = !batch.cameShort(result);
        driver.engine().instruments().countGathered(batch.sends());
        for (int left = batch.sends(); left > 0 && batch.share((Send) requests.first().operation()); left--) {
            endQueued(requests.first(), 0, driver);
        }
        return true;
    }

    // ---- ending ----

    /// The code of a finished request, and what its result means to the socket.
    private int conclude(Request request, long result) {
        int code = socket.connection().conclude(request.operation(), result, provider, socket.descriptor());
        return request.operation().errno() == 0 && request.operation().transferred() > 0 ? 0 : code;
    }

    private void endQueued(Request request, int code, Caller driver) {
        requests.remove(request);
        end(request, code, driver);
    }

    /// `ended` is out of the chain. What comes next goes where it belongs before its own caller is told
    /// anything, since with its last request a caller may give its reactor away.
    private void end(Request ended, int code, Caller driver) {
        if (ended.event() != null) {
            ended.event().removePending(ended);
        }
        Request first = requests.first();
        if (first == null) {
            home.leave();
            deferredBytes = 0;
            if (writes && !closed) {
                socket.sendsDrained();
            }
        } else if (first.caller() != ended.caller()) {
            ready = home.follow(first, ready, driver);
        }
        long moved = ended.over(code);
        if (code == 0 && ended.acceptor() != null && ended.operation() instanceof Accept) {
            driver.continueLater(ended);
            return;
        }
        ended.caller().waiter().unpend(writes);
        ended.finish(code, WinsockErrors.keepsCount(code) ? moved : 0, driver);
    }

    /// Takes in an accept that goes on as a receive here, and is counted already; 0 or the code of its end.
    int adopt(Request request, Caller driver) {
        synchronized (this) {
            if (closed || !enqueue(request, driver)) {
                return closed ? WinsockErrors.WSA_OPERATION_ABORTED : WinsockErrors.WSAENOBUFS;
            }
        }
        run(driver);
        return 0;
    }

    /// Ends what is selected with `code`; what it has moved stays moved. Returns how many there were.
    int cancel(Predicate<Request> selection, int code, Caller driver) {
        int count;
        synchronized (this) {
            count = requests.takeOut(selection, each -> end(each, code, driver));
        }
        driver.afterUnlock();
        if (count > 0) {
            run(driver);
        }
        return count;
    }

    /// From here on nothing queued is indicated.
    synchronized void silence() {
        requests.silence();
    }

    /// The socket closes: everything ends with `code`, and nothing starts any more.
    void close(int code, Caller driver) {
        closed = true;
        cancel(each -> true, code, driver);
    }

    synchronized boolean isEmpty() {
        return requests.isEmpty();
    }
}
