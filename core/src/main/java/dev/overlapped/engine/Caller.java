package dev.overlapped.engine;

import dev.overlapped.error.WinsockErrors;
import dev.overlapped.operation.Batch;
import dev.overlapped.operation.Operation;
import dev.overlapped.provider.ReadyEvents;
import java.util.ArrayList;

/// A thread that calls the API: the requests it starts, the routines that wait for it to be alertable, and
/// whom it has to wake once it holds no lock.
///
/// Everything is the thread's own unless it says otherwise.
public final class Caller {
    /// A wait's end: what was waited for has come.
    public static final int SATISFIED = 0;
    /// A wait's end: routines have run.
    public static final int IO_COMPLETION = 192;
    /// A wait's end: the time is over.
    public static final int TIMEOUT = 258;

    /// The end of a wait that can be interrupted: the thread was.
    public static final int INTERRUPTED = -1;

    private static final Waiter.Condition NOTHING = caller -> false;
    /// What every thread is known as: a caller of the system's engine, unless it was introduced to another.
    private static final ThreadLocal<Caller> CURRENT =
            ThreadLocal.withInitial(() -> ofThisThread(Engine.system()));

    private final Engine engine;
    /// Unlike that of any other caller of the engine, and the same in each run of a simulation. Boxed once.
    private final Integer number;
    private final Thread thread;
    private final int threadId;
    private final Waiter waiter;
    private final ApcQueue apcs = new ApcQueue();
    private final RequestPool requests = new RequestPool();
    private final Batch batch = new Batch();
    private final EventObject.Wait eventWait = new EventObject.Wait();
    private boolean eventWaitInUse;

    /// Threads to wake, and accepts to go on with, once no lock is held.
    private final ArrayList<Caller> toWake = new ArrayList<>();
    private final ArrayList<Request> toContinue = new ArrayList<>();

    /// Written by [#lookAhead], since what is looked at and never used may be left out by the compiler.
    @SuppressWarnings("UnusedVariable")
    private int lookedAt;

    /// Of the faithful API: what WSAGetLastError answers.
    private int lastError;
    /// Calls that are waiting, beneath whatever this thread does now.
    private int blockedCalls;
    /// The innermost of them is to end.
    private boolean callCancelled;

    /// `threadId` is the provider's number of a platform thread; 0 for threads that are not to be watched.
    Caller(Engine engine, Thread thread, int threadId) {
        this.engine = engine;
        this.number = engine.countCaller();
        this.thread = thread;
        this.threadId = threadId;
        this.waiter = new Waiter(engine, this, thread, apcs);
    }

    /// The calling thread as `engine` would know it; it is not introduced by that.
    static Caller ofThisThread(Engine engine) {
        Thread thread = Thread.currentThread();
        return new Caller(engine, thread, thread.isVirtual() ? 0 : engine.provider().threads().id());
    }

    /// The calling thread, as its engine knows it.
    public static Caller current() {
        return CURRENT.get();
    }

    /// Makes the calling thread one of `engine`'s, in place of what it was before.
    public static Caller introduce(Engine engine) {
        ofThisThread(engine).bind();
        return current();
    }

    /// The engine's own thread calls this once, before any other call.
    void bind() {
        CURRENT.set(this);
    }

    // ---- requests ----

    /// A send on `socket`, to be given buffers and started. `whole`: finished when all bytes are taken, which
    /// the datagram of a socket that is no stream always is.
    public Request send(Socket socket, int flags, boolean whole) {
        return begin(socket.isStream() ? requests.takeSend(flags, whole)
                : requests.takeSendTo(flags, socket.connection().parts()), socket);
    }

    /// A receive on `socket`, to be given buffers and started; of one datagram, if that is no stream.
    public Request receive(Socket socket, int flags, boolean untilFull) {
        return begin(socket.isStream() ? requests.takeReceive(flags, untilFull)
                : requests.takeReceiveFrom(flags), socket);
    }

    /// A request on `socket` that moves no bytes, for [Socket#complete]: a receive that is never started.
    public Request control(Socket socket) {
        return receive(socket, 0, false);
    }

    /// A request that is not used a second time.
    Request once(Socket socket, Operation operation) {
        return begin(new Request(operation), socket);
    }

    private Request begin(Request request, Socket socket) {
        request.begin(this, socket);
        return request;
    }

    RequestPool requests() {
        return requests;
    }

    Batch batch() {
        return batch;
    }

    /// Makes a request and waits for its end, alertably, unless its socket is non-blocking. `nanos` negative:
    /// for as long as it takes.
    long call(Request request, OperationQueue queue, boolean nonBlocking, long nanos) {
        boolean refusesToWait = mustNotBlock();
        request.markAsCall(!nonBlocking && !refusesToWait);
        long result = queue.start(request, this);
        if (result == -WinsockErrors.WSAEWOULDBLOCK && refusesToWait && !nonBlocking) {
            return -WinsockErrors.WSAEINPROGRESS;
        }
        if (result == -WinsockErrors.WSA_IO_PENDING) {
            result = awaitCall(request, queue, nanos);
        }
        request.publishSender();
        request.recycle(this);
        return result;
    }

    /// What a receive has in hand when its time is over is its outcome; a call that is cancelled is given up.
    private long awaitCall(Request request, OperationQueue queue, long nanos) {
        long deadline = nanos < 0 ? 0 : engine.provider().nanoTime() + nanos;
        long left = nanos;
        blockedCalls++;
        callCancelled = false;
        try {
            int ended;
            do {
                ended = waiter.await(request, left, true);
                left = nanos < 0 ? left : Math.max(0, deadline - engine.provider().nanoTime());
            } while (ended == IO_COMPLETION && !callCancelled);
            int code = WinsockErrors.WSA_OPERATION_ABORTED;
            if (ended == SATISFIED || queue.cancel(each -> each == request, code, this) == 0) {
                return request.outcome();
            }
            if (ended == IO_COMPLETION) {
                return -WinsockErrors.WSAEINTR;
            }
            Operation operation = request.operation();
            return operation.hasBytesInHand() ? operation.transferred() : -WinsockErrors.WSAETIMEDOUT;
        } finally {
            blockedCalls--;
        }
    }

    /// Whether a call of this thread is waiting, beneath a routine that asks.
    public boolean isInCall() {
        return blockedCalls > 0;
    }

    /// Ends the innermost call that is waiting with WSAEINTR, once the routine that asks for it returns.
    /// False: there is none.
    public boolean cancelCall() {
        callCancelled = blockedCalls > 0;
        return callCancelled;
    }

    /// Inside a routine that interrupted a call of this thread: another call must not wait.
    boolean mustNotBlock() {
        return blockedCalls > 0 && apcs.isInRoutine();
    }

    // ---- routines ----

    /// What has become of a call that was to be queued: it was, or it was not, because too many wait for the
    /// thread already, or because the thread has ended.
    public enum Queueing { QUEUED, FULL, ENDED }

    /// Queues a call to `routine` on this thread; it runs in this thread's next alertable wait. Any thread,
    /// which is `by`.
    public Queueing queue(Runnable routine, Caller by) {
        if (hasEnded()) {
            return Queueing.ENDED;
        }
        if (!apcs.takesCall()) {
            return Queueing.FULL;
        }
        deliverLater(new UserApc(routine), by);
        by.afterUnlock();
        return Queueing.QUEUED;
    }

    /// Whether this thread may start a request that has a routine: not if very many wait for it to be
    /// alertable, which is WSAENOBUFS.
    public boolean takesRoutine() {
        return apcs.takesRoutine();
    }

    /// Queues a routine of this thread; `driver` is the thread that does so.
    void deliverLater(ApcQueue.Apc apc, Caller driver) {
        if (driver == this) {
            apcs.add(apc);
        } else {
            apcs.addFromElsewhere(apc);
            driver.wakeLater(this);
        }
    }

    private record UserApc(Runnable routine) implements ApcQueue.Apc {
        @Override
        public Socket socket() {
            return null;
        }

        @Override
        public void run(Caller caller) {
            caller.apcs.callLeaves();
            routine.run();
        }
    }

    boolean isInRoutine() {
        return apcs.isInRoutine();
    }

    /// Whether a send on `socket` that begins now is to leave together with others at the end of the pass of
    /// routines: because one was begun there in this pass before, or since the next routine is of the same
    /// socket, and likely to send too. A virtual thread's would have to be sent by the engine thread.
    boolean gathersSends(Socket socket, boolean hasSentInPass) {
        return apcs.isInRoutine() && (hasSentInPass || apcs.goesOnWith(socket)) && !thread.isVirtual();
    }

    /// The number of the pass of routines that is running, unlike that of any other thread's.
    long pass() {
        return apcs.pass();
    }

    /// A routine, or the engine, has thrown: told to whoever the program has named for that, and nothing
    /// stops.
    void report(Throwable thrown) {
        Thread.UncaughtExceptionHandler handler = thread.getUncaughtExceptionHandler();
        try {
            if (handler != null) {
                handler.uncaughtException(thread, thrown);
            }
        } catch (Throwable e) {
            System.err.println("overlapped: the handler for exceptions of " + thread + " threw " + e);
        }
    }

    /// Runs `what`, which may be the program's code, on a thread of a pool. Any thread, whatever it holds.
    public void runElsewhere(Runnable what) {
        engine.provider().threads().execute(() -> introduce(engine), what);
    }

    // ---- waits ----

    /// Sleeps; [#TIMEOUT], or [#IO_COMPLETION] after routines have run. `nanos` negative: for ever.
    public int sleep(long nanos, boolean alertable) {
        return waiter.await(NOTHING, nanos, alertable);
    }

    /// As [#sleep]; also [#INTERRUPTED].
    public int sleepInterruptibly(long nanos, boolean alertable) {
        return waiter.awaitInterruptibly(NOTHING, nanos, alertable);
    }

    /// A wait for events, to be filled and passed to [#await].
    public EventObject.Wait eventWait(boolean all) {
        EventObject.Wait wait = eventWaitInUse ? new EventObject.Wait() : eventWait;
        wait.prepare(all);
        return wait;
    }

    /// Waits for events: [#SATISFIED], [#IO_COMPLETION] or [#TIMEOUT]. `nanos` negative: for ever. It does
    /// not let go of the events, so that the caller can ask which one it was.
    public int await(EventObject.Wait wait, long nanos, boolean alertable) {
        boolean was = eventWaitInUse;
        eventWaitInUse = true;
        try {
            return waiter.await(wait, nanos, alertable);
        } finally {
            eventWaitInUse = was;
        }
    }

    /// As [#await]; also [#INTERRUPTED].
    public int awaitInterruptibly(EventObject.Wait wait, long nanos, boolean alertable) {
        boolean was = eventWaitInUse;
        eventWaitInUse = true;
        try {
            return waiter.awaitInterruptibly(wait, nanos, alertable);
        } finally {
            eventWaitInUse = was;
        }
    }

    // ---- what is put off while a lock is held ----

    /// Wakes `target` as soon as this thread holds no lock; once, however much has ended under one lock.
    void wakeLater(Caller target) {
        if (target != this && target.waiter.isWaiting() && !toWake.contains(target)) {
            toWake.add(target);
        }
    }

    /// `accepted` has its connection: it goes on as soon as this thread holds no lock.
    void continueLater(Request accepted) {
        toContinue.add(accepted);
    }

    /// Does what was put off. Called after every release of a direction's lock.
    void afterUnlock() {
        while (!toContinue.isEmpty()) {
            Request accepted = toContinue.removeLast();
            accepted.socket().handshake().accepted(accepted, this);
        }
        while (!toWake.isEmpty()) {
            engine.provider().threads().turn();
            toWake.removeLast().waiter.wake();
        }
    }

    // ---- a poll of many ----

    /// Looks at what the attempts on `events` will need, and what follows them, if there are as many as a
    /// poll hands out: more sockets than a cache holds are fetched side by side this way, not one by one
    /// between system calls (docs/decisions/0027). Takes no lock, does nothing with what it sees.
    void lookAhead(ReadyEvents events) {
        if (!events.isFull()) {
            return;
        }
        int seen = 0;
        for (int i = 0; i < events.size(); i++) {
            Socket socket = engine.socket(events.key(i));
            if (socket != null) {
                seen += socket.receives.requests.lookAhead() + socket.sends.requests.lookAhead()
                        + (socket.isUrgentInline() ? 1 : 0);
            }
        }
        lookedAt = seen;
    }

    // ---- what it is ----

    /// The thread's last error, as Windows keeps one for each thread.
    public int lastError() {
        return lastError;
    }

    public void lastError(int code) {
        lastError = code;
    }

    /// The engine that this thread's requests belong to.
    public Engine engine() {
        return engine;
    }

    Waiter waiter() {
        return waiter;
    }

    Thread thread() {
        return thread;
    }

    Integer number() {
        return number;
    }

    int threadId() {
        return threadId;
    }

    boolean isVirtual() {
        return thread.isVirtual();
    }

    /// Any thread.
    public boolean hasEnded() {
        return !thread.isAlive();
    }
}
