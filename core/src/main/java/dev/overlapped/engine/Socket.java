package dev.overlapped.engine;

import dev.overlapped.error.WinsockErrors;
import dev.overlapped.operation.Operation;
import dev.overlapped.provider.Interest;
import dev.overlapped.provider.SocketKind;
import dev.overlapped.provider.TransportProvider;
import dev.overlapped.state.Connection;
import dev.overlapped.state.Connection.State;
import dev.overlapped.state.SocketOptions;
import java.lang.foreign.MemorySegment;
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
    final OperationQueue sends;
    final OperationQueue receives;
    /// For whoever waits on the socket itself, made when somebody first does, under both directions' locks.
    /// Set by requests without event and routine, unset when one starts; `isSignalled` is that until then.
    private EventObject signal;
    private boolean isSignalled;

    private long handle;
    private int descriptor;
    private final Connection connection;
    private final Handshake handshake;
    private boolean finWanted;
    private volatile boolean nonBlocking;
    /// The last WSACleanup is none of its business.
    volatile boolean independent;
    private boolean closed;

    /// With `listener` it is a connection of that one; `descriptor` -1: an accept is still to bring it.
    Socket(Engine engine, SocketKind kind, int descriptor, boolean overlapped, Socket listener) {
        this.engine = engine;
        this.provider = engine.provider();
        this.kind = kind;
        this.descriptor = descriptor;
        this.overlapped = overlapped;
        this.connection = new Connection(listener == null || descriptor < 0 ? State.NEW : State.CONNECTED,
                kind);
        this.handshake = new Handshake(this, engine, kind, connection);
        this.nonBlocking = listener != null && listener.nonBlocking;
        this.independent = listener != null && listener.independent;
        this.options = new SocketOptions(provider, kind, connection,
                listener == null ? null : listener.options);
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
        Operation operation = request.operation();
        return caller.call(request, queueOf(operation), nonBlocking, options.timeoutNanos(operation.kind()));
    }

    private OperationQueue queueOf(Operation operation) {
        return switch (operation.kind()) {
            case SEND, SEND_TO, CONNECT -> sends;
            case RECEIVE, RECEIVE_FROM, ACCEPT -> receives;
        };
    }

    Connection connection() {
        return connection;
    }

    /// Why `request` cannot even begin, or 0. An accept that may begin has reserved the socket it is to use.
    int refusal(Request request) {
        int code = connection.refusal(request.operation());
        Socket acceptor = request.acceptor();
        return code == 0 && acceptor != null && !acceptor.handshake.reserveFor(this)
                ? WinsockErrors.WSAEINVAL : code;
    }

    /// `request` has ended, or could not be kept: an accept leaves its acceptor to others.
    void ended(Request request) {
        if (request.acceptor() != null) {
            request.acceptor().handshake.endReservation();
        }
        connection.ended(request.operation().kind());
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

    /// How it comes to connections.
    public Handshake handshake() {
        return handshake;
    }

    /// The handle of a new socket for a connection that this listener has accepted; -1: is still to accept.
    long accepted(int accepted) {
        return engine.name(new Socket(engine, kind, accepted, overlapped, this));
    }

    /// Ends an accept that its queue has let go of already.
    void endAccept(Request request, int code, Caller driver) {
        synchronized (receives) {
            request.caller().waiter().unpend(false);
            request.finish(code, 0, driver);
        }
        driver.afterUnlock();
    }

    /// Takes over an accepted connection; false when this socket is closed or in use by now.
    synchronized boolean becomes(int accepted, Socket listener) {
        if (closed || !connection.becomesAccepted()) {
            return false;
        }
        registration.end(false);
        if (descriptor >= 0) {
            provider.close(descriptor, false);
        }
        descriptor = accepted;
        options.moveTo(accepted, listener.options);
        connection.becomes(State.CONNECTED);
        return true;
    }

    int adopt(Request request, Caller driver) {
        return receives.adopt(request, driver);
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

    /// 0 while urgent data waits to be read, else 1, or a negated code.
    public synchronized long atMark() {
        return closed ? -WinsockErrors.WSAENOTSOCK : code(provider.atMark(descriptor));
    }

    /// Ends a request that moves no bytes, and so never waits. Its indication is scheduled on return.
    public void complete(Request request, int code, Caller caller) {
        synchronized (receives) {
            request.announce();
            request.finish(code, 0, caller);
        }
        caller.afterUnlock();
    }

    // ---- ending ----

    /// Ends receiving, sending or both. What is queued to be sent leaves first, and then the peer sees the
    /// end. A receive that is pending stays so, as on Windows.
    public long shutdown(boolean receiving, boolean sending) {
        if (!isConnectionless() && !isConnected()) {
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
        return cancel(selection, driver) + handshake.cancelContinued(selection, driver);
    }

    int cancel(Predicate<Request> selection, Caller driver) {
        return sends.cancel(selection, WinsockErrors.WSA_OPERATION_ABORTED, driver)
                + receives.cancel(selection, WinsockErrors.WSA_OPERATION_ABORTED, driver);
    }

    /// Ends every send that has not left yet, calls included.
    public void flush(Caller by) {
        int code = WinsockErrors.WSA_OPERATION_ABORTED;
        sends.cancel(each -> each.operation().kind() == Operation.Kind.SEND, code, by);
    }

    /// The thread `ended` has ended: so do its requests, but for those that may outlive it.
    void endRequestsOf(Caller ended, Caller driver) {
        cancel(each -> each.caller() == ended && each.endsWithThread(), driver);
        sends.passOn(each -> true, ended, driver);
        receives.passOn(each -> true, ended, driver);
    }

    /// The engine thread looks after the request of `tag`, which `from` has started and which has no routine.
    public void entrust(Object tag, Caller from, Caller driver) {
        sends.passOn(each -> each.isOf(tag), from, driver);
        receives.passOn(each -> each.isOf(tag), from, driver);
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
                    if (descriptor >= 0) {
                        provider.close(descriptor, handshake.isBound() && !wasListening);
                    }
                    // Whoever comes too late finds none, rather than another socket's.
                    descriptor = -1;
                }
            }
        }
        Socket listener = handshake.close();
        if (listener != null) {
            listener.receives.cancel(each -> each.acceptor() == this, WinsockErrors.WSA_OPERATION_ABORTED,
                    driver);
        }
    }

    // ---- what it is ----

    private static long code(int result) {
        return result >= 0 ? result : -WinsockErrors.codeOf(-result);
    }

    SocketOptions options() {
        return options;
    }

    /// Sets an option to `length` bytes at `value`; 0 or a negated code.
    public synchronized long setOption(int level, int name, MemorySegment value, int length) {
        return closed ? -WinsockErrors.WSAENOTSOCK : options.set(descriptor, level, name, value, length);
    }

    /// Writes an option to `value`, which has room for `length` bytes; the bytes written, or a negated code.
    public synchronized long option(int level, int name, MemorySegment value, int length) {
        return closed ? -WinsockErrors.WSAENOTSOCK : options.get(descriptor, level, name, value, length);
    }

    /// Whether urgent data is received in line with the stream.
    public boolean isUrgentInline() {
        return options.isUrgentInline();
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

    public boolean isIpv6() {
        return kind.isIpv6();
    }

    public boolean isUnix() {
        return kind.isUnix();
    }

    public boolean takesParts() {
        return connection.parts() != null;
    }

    public boolean isStream() {
        return kind.isStream();
    }

    public boolean isConnectionless() {
        return kind.isConnectionless();
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

    Home.Registration registration() {
        return registration;
    }
}
