package dev.overlapped.state;

import dev.overlapped.error.WinsockErrors;
import dev.overlapped.operation.Operation;
import dev.overlapped.provider.ConnectionEnd;
import dev.overlapped.provider.Errno;
import dev.overlapped.provider.TransportProvider;

/// What a socket has become, and what it therefore answers before the kernel is asked. Codes are Winsock's; 0
/// says that nothing is wrong.
///
/// Written under the lock of the direction whose operation it concerns, or under the socket's monitor; read
/// by all.
public final class Connection {
    /// NEW: neither bound nor connected. CONNECTING: a connect has begun and not ended. CONNECTED: also
    /// when the connection is lost, which `failure` tells.
    public enum State { NEW, BOUND, LISTENING, CONNECTING, CONNECTED }

    private volatile State state;
    private volatile boolean sendingShut;
    private volatile boolean receivingShut;
    /// The first fatal code. The kernel tells it once, so it is kept: every later call answers it.
    private volatile int failure;
    /// How the last connect failed: what SO_ERROR answers.
    private volatile int connectFailure;

    public Connection(State state) {
        this.state = state;
    }

    public boolean is(State asked) {
        return state == asked;
    }

    public void becomes(State next) {
        state = next;
    }

    public boolean isSendingShut() {
        return sendingShut;
    }

    public void shutSending() {
        sendingShut = true;
    }

    public void shutReceiving() {
        receivingShut = true;
    }

    public int connectFailure() {
        return connectFailure;
    }

    /// Why an operation of `kind` cannot even begin, or 0. A connect that may begin has begun with that.
    public int refusal(Operation.Kind kind) {
        return switch (kind) {
            case SEND -> sendingShut ? WinsockErrors.WSAESHUTDOWN : refusalToMove();
            case RECEIVE -> receivingShut ? WinsockErrors.WSAESHUTDOWN : refusalToMove();
            case ACCEPT -> state == State.LISTENING ? 0 : WinsockErrors.WSAEINVAL;
            case CONNECT -> refusalToConnect();
        };
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

    /// An operation of `kind` has ended, or could not be kept. A connect that has no outcome, since its
    /// thread ended, can be asked for again and finds what the kernel made of it.
    public void ended(Operation.Kind kind) {
        if (kind == Operation.Kind.CONNECT && state == State.CONNECTING) {
            state = State.BOUND;
        }
    }

    /// Takes in how an operation has ended; returns its code.
    public int conclude(Operation operation, long result, TransportProvider provider, int descriptor) {
        Operation.Kind kind = operation.kind();
        boolean isConnect = kind == Operation.Kind.CONNECT;
        int code = result >= 0 ? 0 : WinsockErrors.codeOf((int) -result, isConnect,
                result == -Errno.ETIMEDOUT ? provider.connectionEnd(descriptor) : ConnectionEnd.UNKNOWN);
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
