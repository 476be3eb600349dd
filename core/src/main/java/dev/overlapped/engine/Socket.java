package dev.overlapped.engine;

import dev.overlapped.engine.Connection.State;
import dev.overlapped.error.WinsockErrors;
import dev.overlapped.operation.Accept;
import dev.overlapped.operation.Connect;
import dev.overlapped.operation.Operation;
import dev.overlapped.provider.Interest;
import dev.overlapped.provider.SocketKind;
import dev.overlapped.provider.TransportProvider;
import java.net.SocketAddress;
import java.util.function.Predicate;

/// A socket: its two directions, its state, and what it will answer from now on.
///
/// The descriptor is used under a direction's lock, or under this object's monitor by calls that belong to
/// neither; it is closed under all three. Results are a count or a negated Winsock code.
public final class Socket {
    private final Engine engine;
    private final TransportProvider provider;
    private final SocketKind kind;
    private final boolean overlapped;
    private final SocketOptions options;
    private final Home.Registration registration = new Home.Registration(this);
    private final OperationQueue sends;
    private final OperationQueue receives;
    /// For whoever waits on the socket itself, made when somebody first does, under both directions' locks.
    /// Set by requests without event and routine, unset when one starts; `isSignalled` is that until then.
    private EventObject signal;
    private boolean isSignalled;
    /// Some accept of this listener has gone on to wait for first bytes, elsewhere.
    private volatile boolean hasContinued;

    private long handle;
    private int descriptor;
    private final Connection connection;
    private boolean finWanted;
    private volatile boolean nonBlocking;
    private boolean boundExplicitly;
    private boolean closed;

    Socket(Engine engine, SocketKind kind, int descriptor, boolean overlapped, Socket listener) {
        this.engine = engine;
        this.provider = engine.provider();
        this.kind = kind;
        this.descriptor = descriptor;
        this.overlapped = overlapped;
        this.connection = new Connection(listener == null ? State.NEW : State.CONNECTED);
        this.nonBlocking = listener != null && listener.nonBlocking;
        this.options = new SocketOptions(this, listener == null ? null : listener.options);
        this.sends = new OperationQueue(this, provider, true);
        this.receives = new OperationQueue(this, provider, false);
    }

    void named(long newHandle) {
        handle = newHandle;
    }

    // ---- requests ----

    /// Starts an overlapped request: a count if it finished at once (its indication is scheduled already),
    /// else `-WSA_IO_PENDING`, else a negated code and there will be no indication.
    public long start(Request request, Caller caller) {
        return queueOf(request.operation()).start(request, caller);
    }

    /// Makes a request and waits for its end, alertably, unless the socket is non-blocking.
    public long call(Request request, Caller caller) {
        OperationQueue queue = queueOf(request.operation());
        boolean refusesToWait = caller.mustNotBlock();
        request.markAsCall(!nonBlocking && !refusesToWait);
        long result = queue.start(request, caller);
        if (result == -WinsockErrors.WSAEWOULDBLOCK && refusesToWait && !nonBlocking) {
            return -WinsockErrors.WSAEINPROGRESS;
        }
        if (result == -WinsockErrors.WSA_IO_PENDING) {
            result = caller.awaitCall(request, queue, options.timeoutNanos(request.operation().kind()));
        }
        request.recycle(caller);
        return result;
    }

    private OperationQueue queueOf(Operation operation) {
        return switch (operation.kind()) {
            case SEND, CONNECT -> sends;
            case RECEIVE, ACCEPT -> receives;
        };
    }

    Connection connection() {
        return connection;
    }

    /// The sends that were queued have left: a shutdown that waited for them takes effect. Under the lock
    /// of sends.
    void sendsDrained() {
        if (finWanted) {
            finWanted = false;
            provider.shutdownSending(descriptor);
        }
    }

    /// The poller has reported this socket. What is there to read goes first: an end may be behind it.
    void ready(int readiness, Caller driver) {
        if ((readiness & Interest.READ) != 0) {
            receives.ready(readiness, driver);
        }
        if ((readiness & Interest.WRITE) != 0) {
            sends.ready(readiness, driver);
        }
    }

    /// A request without event and routine starts, or has completed. Under the lock of its direction.
    void signal(boolean completed, Caller driver) {
        if (signal == null) {
            isSignalled = completed;
        } else if (completed) {
            signal.set(driver);
        } else {
            signal.reset();
        }
    }

    /// What whoever waits on the socket itself waits for.
    public EventObject signal() {
        synchronized (sends) {
            synchronized (receives) {
                if (signal == null) {
                    signal = new EventObject(true, isSignalled);
                    signal.named(handle);
                }
                return signal;
            }
        }
    }

    /// Attempts what is queued, wherever it is homed: for a program that asks whether its request has ended.
    public void attempt(Caller caller) {
        sends.retry(caller);
        receives.retry(caller);
    }

    /// Whether a request of `tag` is pending that has a completion routine.
    public boolean awaitsRoutine(Object tag) {
        return sends.awaitsRoutine(tag) || receives.awaitsRoutine(tag);
    }

    // ---- connections ----

    public synchronized long bind(SocketAddress address) {
        if (!connection.is(State.NEW)) {
            return -WinsockErrors.WSAEINVAL;
        }
        int result = provider.bind(descriptor, kind, address);
        if (result == 0) {
            connection.becomes(State.BOUND);
            boundExplicitly = true;
        }
        return code(result);
    }

    public synchronized long listen(int backlog) {
        if (!isStream()) {
            return -WinsockErrors.WSAEOPNOTSUPP;
        }
        if (connection.is(State.NEW)) {
            return -WinsockErrors.WSAEINVAL;
        }
        if (connection.is(State.CONNECTING) || connection.is(State.CONNECTED)) {
            return -WinsockErrors.WSAEISCONN;
        }
        int result = provider.listen(descriptor, backlog);
        if (result == 0) {
            connection.becomes(State.LISTENING);
        }
        return code(result);
    }

    /// Connects, and waits for the outcome, alertably; a non-blocking socket answers WSAEWOULDBLOCK
    /// instead, and goes on by itself.
    public long connect(SocketAddress to, Caller caller) {
        Request request = caller.once(this, new Connect(kind, to));
        boolean refusesToWait = caller.mustNotBlock();
        if (!nonBlocking && !refusesToWait) {
            return call(request, caller);
        }
        long result = start(request, caller);
        int unfinished = nonBlocking ? WinsockErrors.WSAEWOULDBLOCK : WinsockErrors.WSAEINPROGRESS;
        return result == -WinsockErrors.WSA_IO_PENDING ? -unfinished : result;
    }

    /// Accepts a connection, and waits for one, alertably. Its handle, or a negated code; its address in
    /// `peer`.
    public long accept(Caller caller, SocketAddress[] peer) {
        Accept accept = new Accept();
        long result = call(caller.once(this, accept), caller);
        if (result < 0) {
            return result;
        }
        peer[0] = accept.peer();
        return engine.name(new Socket(engine, kind, accept.accepted(), overlapped, this));
    }

    /// A request that accepts a connection on this listener, to be told where to and started.
    public Request acceptRequest(Caller caller) {
        return caller.once(this, new Accept());
    }

    /// The connection for an accept of this listener is there. Called with no lock held.
    void connectionAccepted(Request request, Caller driver) {
        Socket acceptor = request.acceptor();
        int accepted = request.acceptedDescriptor();
        if (!acceptor.becomes(accepted)) {
            provider.close(accepted, false);
            end(request, WinsockErrors.WSA_OPERATION_ABORTED, driver);
        } else if (!request.becomesReceive()) {
            end(request, 0, driver);
        } else {
            hasContinued = true;
            if (!acceptor.receives.adopt(request, driver)) {
                end(request, WinsockErrors.WSA_OPERATION_ABORTED, driver);
            }
        }
    }

    private void end(Request request, int code, Caller driver) {
        synchronized (receives) {
            request.caller().waiter().unpend(false);
            request.finish(code, 0, driver);
        }
        driver.afterUnlock();
    }

    /// Takes over an accepted connection; false when this socket is closed or in use by now.
    private synchronized boolean becomes(int accepted) {
        if (closed || !connection.is(State.NEW)) {
            return false;
        }
        registration.end(false);
        provider.close(descriptor, false);
        descriptor = accepted;
        connection.becomes(State.CONNECTED);
        return true;
    }

    public boolean isConnected() {
        return connection.is(State.CONNECTED);
    }

    public synchronized SocketAddress localAddress() {
        return closed || connection.is(State.NEW) ? null : provider.localAddress(descriptor);
    }

    public synchronized SocketAddress peerAddress() {
        return closed || !isConnected() ? null : provider.peerAddress(descriptor);
    }

    /// Bytes that can be received without waiting, or a negated code.
    public synchronized long available() {
        return closed ? -WinsockErrors.WSAENOTSOCK : code(provider.available(descriptor));
    }

    // ---- ending ----

    /// Ends receiving, sending or both. What is queued to be sent leaves first, and then the peer sees the
    /// end. A receive that is pending stays so, as on Windows.
    public long shutdown(boolean receiving, boolean sending) {
        if (isStream() && !isConnected()) {
            return -WinsockErrors.WSAENOTCONN;
        }
        if (receiving) {
            connection.shutReceiving();
        }
        if (!sending) {
            return 0;
        }
        synchronized (sends) {
            if (connection.isSendingShut()) {
                return 0;
            }
            connection.shutSending();
            finWanted = true;
            if (sends.isEmpty()) {
                sendsDrained();
            }
        }
        return 0;
    }

    /// Cancels requests: all, those of `by` alone, or those of `tag`; null means any. Returns how many.
    public int cancel(Object tag, Caller by, Caller driver) {
        Predicate<Request> selection = each -> each.isOverlapped() && each.socket() == this
                && (tag == null || each.isOf(tag)) && (by == null || each.caller() == by);
        int[] count = {cancel(selection, driver)};
        if (hasContinued) {
            engine.forEachSocket(acceptor -> count[0] += acceptor.cancel(selection, driver));
        }
        return count[0];
    }

    private int cancel(Predicate<Request> selection, Caller driver) {
        return sends.cancel(selection, WinsockErrors.WSA_OPERATION_ABORTED, driver)
                + receives.cancel(selection, WinsockErrors.WSA_OPERATION_ABORTED, driver);
    }

    /// The thread `ended` has ended: so do its requests.
    void cancelAllOf(Caller ended, Caller driver) {
        cancel(each -> each.caller() == ended, driver);
    }

    /// From here on nothing that is pending is told but the outcome itself.
    void silence() {
        sends.silence();
        receives.silence();
    }

    /// Closes: completes what is pending, receives of a stream with `streamCode`, then lets go of the
    /// descriptor. The handle is out of the table already.
    void close(Caller driver, int streamCode) {
        boolean wasListening = isListening();
        sends.close(WinsockErrors.WSA_OPERATION_ABORTED, driver);
        boolean aborts = isStream() && !wasListening;
        receives.close(aborts ? streamCode : WinsockErrors.WSA_OPERATION_ABORTED, driver);
        cancel(null, null, driver);
        synchronized (sends) {
            synchronized (receives) {
                synchronized (this) {
                    closed = true;
                    registration.end(true);
                    provider.close(descriptor, boundExplicitly && !wasListening);
                    // Whoever comes too late finds none, rather than another socket's.
                    descriptor = -1;
                }
            }
        }
        Socket listener = connection.close();
        if (listener != null) {
            listener.receives.cancel(each -> each.acceptor() == this, WinsockErrors.WSA_OPERATION_ABORTED,
                    driver);
        }
    }

    // ---- what it is ----

    private static long code(int result) {
        return result >= 0 ? result : -WinsockErrors.codeOf(-result);
    }

    public SocketOptions options() {
        return options;
    }

    /// Whether requests of this socket may be overlapped.
    public boolean isOverlapped() {
        return overlapped;
    }

    public boolean isNonBlocking() {
        return nonBlocking;
    }

    public void nonBlocking(boolean wanted) {
        nonBlocking = wanted;
    }

    /// AF_INET6 rather than AF_INET.
    public boolean isIpv6() {
        return kind.family() == SocketKind.Family.IPV6;
    }

    public boolean isStream() {
        return kind.type() == SocketKind.Type.STREAM;
    }

    public boolean isListening() {
        return connection.is(State.LISTENING);
    }

    TransportProvider provider() {
        return provider;
    }

    public long handle() {
        return handle;
    }

    int descriptor() {
        return descriptor;
    }

    boolean isClosed() {
        return closed;
    }

    Home.Registration registration() {
        return registration;
    }
}
