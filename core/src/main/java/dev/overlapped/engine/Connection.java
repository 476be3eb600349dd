package dev.overlapped.engine;

import dev.overlapped.error.WinsockErrors;
import dev.overlapped.operation.Operation;
import dev.overlapped.provider.ConnectionEnd;
import dev.overlapped.provider.Errno;
import dev.overlapped.provider.TransportProvider;

/// What a socket has become, and what it therefore answers before the kernel is asked.
///
/// Written under the lock of the direction whose operation it concerns, or under the socket's monitor; read
/// by all.
final class Connection {
    /// NEW: neither bound nor connected. CONNECTING: a connect has begun and not ended. CONNECTED: also
    /// when the connection is lost, which `failure` tells.
    enum State { NEW, BOUND, LISTENING, CONNECTING, CONNECTED }

    private volatile State state;
    private volatile boolean sendingShut;
    private volatile boolean receivingShut;
    /// The first fatal code. The kernel tells it once, so it is kept: every later call answers it.
    private volatile int failure;
    /// How the last connect failed: what SO_ERROR answers.
    private volatile int connectFailure;
    /// The listener of which an accept is to use this socket, or null. Guarded by the monitor, as `closed`.
    private Socket reservedFor;
    private boolean closed;

    Connection(State state) {
        this.state = state;
    }

    boolean is(State asked) {
        return state == asked;
    }

    void becomes(State next) {
        state = next;
    }

    boolean isSendingShut() {
        return sendingShut;
    }

    void shutSending() {
        sendingShut = true;
    }

    void shutReceiving() {
        receivingShut = true;
    }

    int connectFailure() {
        return connectFailure;
    }

    /// Sets a fresh socket aside for a connection that `listener` is to accept; false if it is none.
    synchronized boolean reserveFor(Socket listener) {
        boolean usable = state == State.NEW && reservedFor == null && !closed;
        reservedFor = usable ? listener : reservedFor;
        return usable;
    }

    private synchronized void unreserve() {
        reservedFor = null;
    }

    /// From here on it cannot be reserved; returns the listener that it is reserved for, or null.
    synchronized Socket close() {
        closed = true;
        return reservedFor;
    }

    /// Why a request cannot even begin, or 0. A connect that may begin has begun with that, and an accept has
    /// reserved the socket that it is to use.
    int refusal(Request request) {
        return switch (request.operation().kind()) {
            case SEND -> sendingShut ? WinsockErrors.WSAESHUTDOWN : refusalToMove();
            case RECEIVE -> receivingShut ? WinsockErrors.WSAESHUTDOWN : refusalToMove();
            case ACCEPT -> refusalToAccept(request.socket(), request.acceptor());
            case CONNECT -> refusalToConnect();
        };
    }

    private int refusalToAccept(Socket listener, Socket acceptor) {
        boolean canAccept = state == State.LISTENING && (acceptor == null
                || (acceptor.isIpv6() == listener.isIpv6() && acceptor.connection().reserveFor(listener)));
        return canAccept ? 0 : WinsockErrors.WSAEINVAL;
    }

    private int refusalToMove() {
        return state == State.CONNECTED ? failure : WinsockErrors.WSAENOTCONN;
    }

    private int refusalToConnect() {
        return switch (state) {
            case LISTENING -> WinsockErrors.WSAEINVAL;
            case CONNECTING -> WinsockErrors.WSAEALREADY;
            case CONNECTED -> WinsockErrors.WSAEISCONN;
            default -> {
                state = State.CONNECTING;
                yield 0;
            }
        };
    }

    /// `request` has ended, or could not be kept. An accept leaves its acceptor to others; a connect that has
    /// no outcome, since its thread ended, can be asked for again and finds what the kernel made of it.
    void ended(Request request) {
        if (request.acceptor() != null) {
            request.acceptor().connection().unreserve();
        }
        if (request.operation().kind() == Operation.Kind.CONNECT && state == State.CONNECTING) {
            state = State.BOUND;
        }
    }

    /// Takes in how an operation has ended; returns its code.
    int conclude(Operation operation, long result, TransportProvider provider, int descriptor) {
        Operation.Kind kind = operation.kind();
        boolean isConnect = kind == Operation.Kind.CONNECT;
        int code = result >= 0 ? 0 : WinsockErrors.codeOf((int) -result, isConnect, result == -Errno.ETIMEDOUT
                ? provider.connectionEnd(descriptor) : ConnectionEnd.UNKNOWN);
        if (isConnect) {
            connectFailure = code;
            state = code == 0 ? State.CONNECTED : State.BOUND;
        } else if (kind == Operation.Kind.RECEIVE && result == 0 && failure != 0) {
            // The kernel has told the reason to a send already, and now shows a mere end of stream.
            return failure;
        } else if (kind != Operation.Kind.ACCEPT && WinsockErrors.isFatal(code)) {
            // Later ones find a broken pipe, whatever broke it.
            failure = failure == 0 ? code : failure;
            return failure;
        }
        return code;
    }
}
