package dev.overlapped.state;

import dev.overlapped.error.WinsockErrors;
import dev.overlapped.operation.Connect;
import dev.overlapped.operation.MessageParts;
import dev.overlapped.operation.Operation;
import dev.overlapped.operation.SendTo;
import dev.overlapped.provider.ConnectionEnd;
import dev.overlapped.provider.Errno;
import dev.overlapped.provider.SocketKind;
import dev.overlapped.provider.TransportProvider;

/// What a socket has become, and what it therefore answers before the kernel is asked. Codes are Winsock's; 0
/// says that nothing is wrong.
///
/// Written under the lock of the direction whose operation it concerns, or under the socket's monitor; read
/// by all.
public final class Connection {
    /// NEW: neither bound nor connected. CONNECTING: a connect has begun and not ended. ACCEPTED: an accept
    /// is just making it a connection. CONNECTED: also when the connection is lost, which `failure` tells.
    public enum State { NEW, BOUND, LISTENING, CONNECTING, ACCEPTED, CONNECTED }

    /// Its messages need no connection: what connects, only names a peer, and as often as it likes.
    private final boolean connectionless;
    /// Where messages may be sent in parts; else null.
    private final MessageParts parts;
    private volatile State state;
    private volatile boolean sendingShut;
    private volatile boolean receivingShut;
    /// The first fatal code. The kernel tells it once, so it is kept: every later call answers it.
    private volatile int failure;
    /// How the last connect failed: what SO_ERROR answers.
    private volatile int connectFailure;

    public Connection(State state, SocketKind kind) {
        this.state = state;
        this.connectionless = kind.isConnectionless();
        this.parts = kind.type() == SocketKind.Type.SEQPACKET ? new MessageParts() : null;
    }

    public boolean is(State asked) {
        return state == asked;
    }

    public void becomes(State next) {
        state = next;
    }

    /// The parts of a message that is not whole yet; null: this socket has no such messages.
    public MessageParts parts() {
        return parts;
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

    /// Why an operation cannot even begin, or 0. A connect that may begin has begun with that.
    public int refusal(Operation operation) {
        return switch (operation.kind()) {
            case SEND -> sendingShut ? WinsockErrors.WSAESHUTDOWN : refusalToMove();
            case RECEIVE -> receivingShut ? WinsockErrors.WSAESHUTDOWN : refusalToMove();
            case SEND_TO -> sendingShut ? WinsockErrors.WSAESHUTDOWN
                    : ((SendTo) operation).needsPeer() ? refusalToMove() : 0;
            case RECEIVE_FROM -> receivingShut ? WinsockErrors.WSAESHUTDOWN
                    : !connectionless ? refusalToMove() : state == State.NEW ? WinsockErrors.WSAEINVAL : 0;
            case ACCEPT -> state == State.LISTENING ? 0 : WinsockErrors.WSAEINVAL;
            case CONNECT -> refusalToConnect();
        };
    }

    private int refusalToMove() {
        return state == State.CONNECTED ? failure : WinsockErrors.WSAENOTCONN;
    }

    /// It becomes a connection that an accept has brought; false if it has become something else by now. A
    /// connect has begun before this or not at all: from here on nothing uses the descriptor it had.
    public synchronized boolean becomesAccepted() {
        boolean isNew = state == State.NEW;
        state = isNew ? State.ACCEPTED : state;
        return isNew;
    }

    private synchronized int refusalToConnect() {
        return connectionless ? 0 : switch (state) {
            case LISTENING -> WinsockErrors.WSAEINVAL;
            case CONNECTING -> WinsockErrors.WSAEALREADY;
            case ACCEPTED, CONNECTED -> WinsockErrors.WSAEISCONN;
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
        // What was received can be a failure as well: the datagram was too long.
        int errno = result < 0 ? (int) -result : operation.errno();
        int code = WinsockErrors.codeOf(errno, isConnect,
                isToldApart(errno) ? provider.connectionEnd(descriptor) : ConnectionEnd.UNKNOWN);
        if (connectionless) {
            concludeWithoutConnection(operation, code);
        } else if (isConnect) {
            connectFailure = code;
            state = code == 0 ? State.CONNECTED : State.BOUND;
        } else if ((kind == Operation.Kind.RECEIVE || kind == Operation.Kind.RECEIVE_FROM) && result == 0
                && failure != 0) {
            // The kernel has told the reason to a send already, and now shows a mere end of stream.
            return failure;
        } else if (kind != Operation.Kind.ACCEPT && WinsockErrors.isFatal(code)) {
            // Later ones find a broken pipe, whatever broke it.
            failure = failure == 0 ? code : failure;
            return failure;
        }
        return code;
    }

    /// A failure is one datagram's own. The first datagram has given the socket an address.
    private void concludeWithoutConnection(Operation operation, int code) {
        if (operation instanceof Connect connect) {
            State next = connect.dissolves() ? State.BOUND : State.CONNECTED;
            boolean staysNew = connect.dissolves() && state == State.NEW;
            state = code != 0 || staysNew ? state : next;
        } else if (state == State.NEW && code != WinsockErrors.WSAEFAULT) {
            state = State.BOUND;
        }
    }

    /// Linux has one number for several things that Winsock tells apart.
    private static boolean isToldApart(int errno) {
        return errno == Errno.ETIMEDOUT || errno == Errno.ENETUNREACH;
    }
}
