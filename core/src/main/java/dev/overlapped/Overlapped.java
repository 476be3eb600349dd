package dev.overlapped;

import dev.overlapped.address.Endpoint;
import dev.overlapped.engine.Caller;
import dev.overlapped.engine.Completion;
import dev.overlapped.engine.EventObject;
import dev.overlapped.engine.Request;
import dev.overlapped.engine.Socket;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;

/// One request: a send, a receive, an accept or a connect that has been started, and ends exactly once,
/// whatever happens. How it ends can be had in three ways: wait for it ([#await()]), have a routine called
/// ([#onCompletion]), or make it a future ([#toCompletableFuture]).
///
/// The buffers belong to the system until it has ended. It goes on when the thread that started it ends,
/// until its socket closes; only with a routine it ends with that thread, since the routine runs there.
/// Failures, also those known when it was started, are told by the request and never by the start method.
///
/// Any thread may use it, and several may wait for it. Winsock calls it *WSAOVERLAPPED*, and what its methods
/// do *WSAGetOverlappedResult*, *CancelIoEx* and *HasOverlappedIoCompleted*.
///
/// @param <R> what a success is worth: bytes as a [Long], or the new connection
public final class Overlapped<R> implements Waitable {
    /// What runs when a request has ended.
    @FunctionalInterface
    public interface Routine<R> {
        /// The request has ended. What this throws is reported to the thread's handler of uncaught
        /// exceptions, and the wait goes on.
        void completed(Overlapped<R> request) throws Exception;
    }

    /// What the request is: the page's name, and what a success is worth.
    ///
    /// @param endsAtZero no bytes mean the end of the stream
    /// @param result     of the bytes moved
    /// @param abandon    lets go of the connection that a failure leaves without use, or null
    record Kind<R>(String function, boolean endsAtZero, LongFunction<R> result, Runnable abandon) {
        static final Kind<Long> SEND = new Kind<>("WSASend", false, Long::valueOf, null);
        static final Kind<Long> RECEIVE = new Kind<>("WSARecv", true, Long::valueOf, null);
    }

    static final String TOO_MANY_ROUTINES = "too many routines wait for this thread";

    private static final long END_OF_STREAM = -1;
    private static final VarHandle FUTURE = field("future", CompletableFuture.class);

    private final Kind<R> kind;
    /// The object that must not be collected while this is pending.
    private final SocketHandle owner;
    private final Caller starter;
    private final EventObject event;
    /// What the program gave; null where nothing has to be done at the end.
    private final Buffers buffers;

    /// Written before `ended` and read after it, but for `timedOut`, which whoever cancels writes before.
    private int code;
    private long bytes;
    private boolean timedOut;
    private volatile boolean ended;
    /// Each side writes its own and reads the other's: `ended` and `future`.
    private volatile CompletableFuture<R> future;
    private volatile ScheduledFuture<?> timeout;

    Overlapped(Kind<R> kind, SocketHandle owner, Caller starter, Buffers buffers) {
        this.kind = kind;
        this.owner = owner;
        this.starter = starter;
        this.buffers = buffers;
        this.event = EventObject.unnamed(true);
    }

    private static VarHandle field(String name, Class<?> type) {
        try {
            return MethodHandles.lookup().findVarHandle(Overlapped.class, name, type);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }

    // ---- from start to end ----

    /// Starts it, or ends it at once with `refusal` if that is not 0.
    Overlapped<R> start(Request request, int refusal) {
        long result = -refusal;
        if (refusal != 0) {
            request.discard();
        } else {
            request.indicate(Telling.OVERLAPPED, this, null, event);
            request.outliveThread();
            result = socket().start(request, starter);
        }
        // A datagram that is longer than its buffers has ended its request in the regular way.
        if (result < 0 && result != -WinsockException.WSA_IO_PENDING && !ended) {
            end((int) -result, 0);
            event.signal(starter);
        }
        return this;
    }

    /// How the engine tells of requests. One class for both forms, since the engine calls it for each
    /// request.
    ///
    /// @param owner  of requests with an attachment: pending ones keep it from being collected
    record Telling(SocketHandle owner, boolean endsAtZero) implements Completion {
        static final Telling OVERLAPPED = new Telling(null, false);

        @Override
        public void begun(Object tag) {
        }

        @Override
        public void received(Endpoint from, Object into, Object length) {
            ((SocketAddress[]) into)[0] = SocketHandle.address(from);
        }

        @Override
        public void publish(Object tag, int code, long bytes) {
            if (owner == null) {
                ((Overlapped<?>) tag).end(code, bytes);
            }
        }

        @Override
        @SuppressWarnings("unchecked")
        public void deliver(Object routine, Object tag, int code, long bytes) throws Exception {
            boolean atEnd = endsAtZero && code == 0 && bytes == 0;
            ((CompletionRoutine<Object>) routine).completed(code, atEnd ? END_OF_STREAM : bytes, tag);
        }
    }

    /// It has ended. Perhaps under a lock of the engine: so no code of the program runs here.
    private void end(int outcome, long moved) {
        boolean hadRoom = buffers == null || buffers.hadRoom();
        boolean atEnd = kind.endsAtZero && hadRoom && outcome == 0 && moved == 0;
        code = outcome == WinsockException.WSA_OPERATION_ABORTED && timedOut
                ? WinsockException.WSAETIMEDOUT : outcome;
        bytes = atEnd ? END_OF_STREAM : moved;
        if (buffers != null) {
            buffers.giveBack(outcome == 0 ? moved : 0);
        }
        ended = true;
        ScheduledFuture<?> due = timeout;
        if (due != null) {
            due.cancel(false);
        }
        CompletableFuture<R> promised = future;
        if (promised != null) {
            // Whatever depends on it is the program's, and runs on a thread of the pool.
            starter.runElsewhere(() -> keep(promised));
        }
    }

    private Socket socket() {
        return owner.socket();
    }

    // ---- waiting ----

    /// Waits until it has ended, and returns what it is worth. A platform thread does the work of its own
    /// pending requests meanwhile, a virtual thread parks. Routines do not run in this wait.
    ///
    /// @throws WinsockException if the request has failed
    /// @throws InterruptedException if the thread was interrupted: the request stays pending
    public R await() throws WinsockException, InterruptedException {
        if (!ended) {
            WaitableEvent.awaitOne(awaited(Caller.current()), -1);
        }
        return result();
    }

    /// Waits until it has ended, at most `timeout`. False: the time is over, and it stays pending.
    ///
    /// @throws InterruptedException if the thread was interrupted: the request stays pending
    public boolean await(Duration timeout) throws InterruptedException {
        return isDone() || WaitableEvent.awaitOne(awaited(Caller.current()), WaitableEvent.nanos(timeout));
    }

    /// What a wait of `waiter` is to wait for. A virtual thread drives nothing itself.
    EventObject awaited(Caller waiter) {
        if (!ended && waiter != starter && Thread.currentThread().isVirtual()) {
            entrust(waiter);
        }
        return event;
    }

    private void entrust(Caller driver) {
        if (!event.hasRoutine()) {
            socket().entrust(this, starter, driver);
        }
    }

    // ---- routines and futures ----

    /// Has `routine` run when the request has ended, also if it has already: on this thread, which must be
    /// the one that started it, while it waits alertably ([Alertable]). Routines of one socket never
    /// interrupt each other. From here on the request ends with this thread.
    ///
    /// @throws IllegalStateException on another thread, and if there is a routine already
    /// @throws RejectedExecutionException if 262,144 routines wait for this thread already
    public Overlapped<R> onCompletion(Routine<R> routine) {
        Objects.requireNonNull(routine);
        Caller caller = Caller.current();
        if (caller != starter) {
            throw new IllegalStateException("a routine runs on the thread that started the request");
        }
        if (!caller.takesRoutine()) {
            throw new RejectedExecutionException(TOO_MANY_ROUTINES);
        }
        if (!event.onSet(socket(), () -> routine.completed(this), caller)) {
            throw new IllegalStateException("the request has a routine already");
        }
        return this;
    }

    /// A future of its result; the same one at each call. It is completed by a thread of the common pool,
    /// with a [WinsockException] if the request fails; cancelling it cancels the request. A thread may wait
    /// for it in any way: the library's own thread looks after the request.
    ///
    /// @throws IllegalStateException if it receives into memory that only one thread may touch
    public CompletableFuture<R> toCompletableFuture() {
        if (buffers != null && buffers.needOwner()) {
            throw new IllegalStateException("it receives into memory of one thread");
        }
        CompletableFuture<R> fresh = new Promise();
        if (!FUTURE.compareAndSet(this, null, fresh)) {
            return future;
        }
        if (!ended) {
            entrust(Caller.current());
        }
        if (ended) {
            keep(fresh);
        }
        return fresh;
    }

    private final class Promise extends CompletableFuture<R> {
        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            boolean is = super.cancel(mayInterruptIfRunning);
            if (is) {
                Overlapped.this.cancel();
            }
            return is;
        }
    }

    private void keep(CompletableFuture<R> promised) {
        try {
            promised.complete(result());
        } catch (WinsockException e) {
            promised.completeExceptionally(e);
        }
    }

    // ---- ending it early ----

    /// Asks for its end. If it is still pending it ends with `WSA_OPERATION_ABORTED`, and true is returned;
    /// otherwise nothing happens. The socket stays usable: what was moved is in [#bytes], and the next
    /// request goes on right behind.
    public boolean cancel() {
        return !ended && socket().cancel(this, null, Caller.current()) > 0;
    }

    /// Gives it time: if it has not ended `timeout` from now, it ends with `WSAETIMEDOUT`. The socket stays
    /// usable, as after [#cancel]. A second call replaces the first. A time that this process will not see
    /// the end of is none.
    public Overlapped<R> withTimeout(Duration timeout) {
        ScheduledFuture<?> before = this.timeout;
        if (before != null) {
            before.cancel(false);
        }
        long nanos = WaitableEvent.nanos(timeout);
        if (!ended && nanos >= 0) {
            this.timeout = Timeouts.CLOCK.schedule(this::expire, nanos, TimeUnit.NANOSECONDS);
            if (ended) {
                this.timeout.cancel(false);
            }
        }
        return this;
    }

    private void expire() {
        timedOut = true;
        cancel();
    }

    /// One daemon thread, started with the first time-out.
    private static final class Timeouts {
        static final ScheduledThreadPoolExecutor CLOCK = new ScheduledThreadPoolExecutor(1,
                Thread.ofPlatform().daemon().name("overlapped-timeouts").factory());

        static {
            CLOCK.setRemoveOnCancelPolicy(true);
        }
    }

    // ---- its outcome ----

    /// Whether it has ended; then its buffers are the program's again.
    public boolean isDone() {
        boolean is = ended;
        if (is) {
            settle();
        }
        return is;
    }

    /// What it is worth, if it has ended.
    ///
    /// @throws WinsockException if it has failed
    /// @throws IllegalStateException if it has not ended
    public R result() throws WinsockException {
        WinsockException failure = failure();
        if (failure != null) {
            throw failure;
        }
        return kind.result.apply(bytes);
    }

    /// Why it has failed, or null if it has not.
    ///
    /// @throws IllegalStateException if it has not ended
    public WinsockException failure() {
        if (!isDone()) {
            throw new IllegalStateException("the request has not ended");
        }
        return code == 0 ? null : new WinsockException(kind.function, code);
    }

    /// Bytes that it has moved, also if it was cancelled half-way; -1 if it found the end of the stream.
    ///
    /// @throws IllegalStateException if it has not ended
    public long bytes() {
        if (!isDone()) {
            throw new IllegalStateException("the request has not ended");
        }
        return bytes;
    }

    /// What could not be done where it ended: memory of one thread is filled by that thread, and a
    /// connection that did not come about is let go.
    private void settle() {
        if (buffers != null) {
            buffers.settle();
        }
        if (code != 0 && kind.abandon != null) {
            kind.abandon.run();
        }
    }

    @Override
    public String toString() {
        return kind.function + (!ended ? ", pending" : code != 0 ? ", failed: " + code : ", bytes: " + bytes);
    }
}
