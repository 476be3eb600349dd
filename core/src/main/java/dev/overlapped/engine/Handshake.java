package dev.overlapped.engine;

import dev.overlapped.error.WinsockErrors;
import dev.overlapped.operation.Accept;
import dev.overlapped.operation.Connect;
import dev.overlapped.provider.SocketKind;
import dev.overlapped.provider.SocketOptionName;
import dev.overlapped.state.Connection;
import dev.overlapped.state.Connection.State;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// How one socket comes to connections: by connecting, by accepting as a listener, and as the fresh socket
/// that an accept turns into a connection.
///
/// Results are a count, a handle or a negated Winsock code.
public final class Handshake {
    private final Socket socket;
    private final Engine engine;
    private final SocketKind kind;
    private final Connection connection;
    /// The listener of which an accept is to use this socket, or null: it belongs to that accept alone, until
    /// it ends. Guarded by the monitor, as `closed`.
    private Socket reservedFor;
    private boolean closed;
    /// Where the program has bound it; null: nowhere. Written under the socket's monitor.
    private volatile SocketAddress bound;
    /// Some accept of this listener has gone on to wait for first bytes, elsewhere.
    private volatile boolean hasContinued;

    Handshake(Socket socket, Engine engine, SocketKind kind, Connection connection) {
        this.socket = socket;
        this.engine = engine;
        this.kind = kind;
        this.connection = connection;
    }

    // ---- binding ----

    /// Binds. With SO_REUSEADDR the address may be that of another socket of this process, as on Windows,
    /// unless that one keeps it for itself (WSAEACCES) or listens.
    public long bind(SocketAddress address) {
        List<Handshake> holders = holders(address);
        boolean shares = socket.options().sharesAddress();
        int code = holders.isEmpty() || shares ? 0 : WinsockErrors.WSAEADDRINUSE;
        if (shares && holders.stream().anyMatch(each -> each.socket.options().keepsAddress())) {
            code = WinsockErrors.WSAEACCES;
        }
        if (code == 0 && !holders.isEmpty() && connection.is(State.NEW)) {
            // The kernel lets them share if all agree.
            holders.forEach(Handshake::agreeToShare);
            agreeToShare();
        }
        synchronized (socket) {
            if (!connection.is(State.NEW)) {
                return -WinsockErrors.WSAEINVAL;
            }
            if (code != 0) {
                return -code;
            }
            int result = socket.provider().bind(socket.descriptor(), kind, address);
            if (result == 0) {
                connection.becomes(State.BOUND);
                bound = socket.provider().localAddress(socket.descriptor());
            }
            return result == 0 ? 0 : -WinsockErrors.codeOf(-result);
        }
    }

    /// The sockets of this process that programs have bound to where `address` is, or to a part of it.
    private List<Handshake> holders(SocketAddress address) {
        List<Handshake> holders = new ArrayList<>();
        if (address instanceof InetSocketAddress wanted && wanted.getPort() != 0) {
            engine.forEachSocket(each -> {
                if (each != socket && each.handshake().kind.equals(kind) && each.handshake().holds(wanted)) {
                    holders.add(each.handshake());
                }
            });
        }
        return holders;
    }

    private boolean holds(InetSocketAddress wanted) {
        return bound instanceof InetSocketAddress held && held.getPort() == wanted.getPort()
                && (held.getAddress().isAnyLocalAddress() || wanted.getAddress().isAnyLocalAddress()
                        || held.getAddress().equals(wanted.getAddress()));
    }

    private void agreeToShare() {
        // One that has been closed meanwhile has no descriptor.
        synchronized (socket) {
            socket.provider().setOption(socket.descriptor(), SocketOptionName.REUSE_ADDRESS,
                    MemorySegment.ofArray(new int[] {1}));
        }
    }

    /// Whether the program has bound it, rather than a connect or an accept.
    boolean isBound() {
        return bound != null;
    }

    // ---- connecting ----

    /// Connects, and waits for the outcome, alertably; a non-blocking socket answers WSAEWOULDBLOCK
    /// instead, and goes on by itself.
    public long connect(SocketAddress to, Caller caller) {
        Request request = caller.once(socket, new Connect(kind, to));
        boolean refusesToWait = caller.mustNotBlock();
        boolean nonBlocking = socket.isNonBlocking();
        if (!nonBlocking && !refusesToWait) {
            return socket.call(request, caller);
        }
        long result = socket.start(request, caller);
        int unfinished = nonBlocking ? WinsockErrors.WSAEWOULDBLOCK : WinsockErrors.WSAEINPROGRESS;
        return result == -WinsockErrors.WSA_IO_PENDING ? -unfinished : result;
    }

    /// A request that connects, to be started; its outcome is told as that of any other request.
    public Request connectRequest(SocketAddress to, Caller caller) {
        return caller.once(socket, new Connect(kind, to));
    }

    // ---- accepting ----

    /// Begins to listen, with at most `backlog` connections waiting.
    public long listen(int backlog) {
        if (kind.isConnectionless()) {
            return -WinsockErrors.WSAEOPNOTSUPP;
        }
        synchronized (socket) {
            if (connection.is(State.NEW)) {
                return -WinsockErrors.WSAEINVAL;
            }
            if (connection.is(State.CONNECTING) || connection.is(State.CONNECTED)) {
                return -WinsockErrors.WSAEISCONN;
            }
            int result = socket.provider().listen(socket.descriptor(), backlog);
            if (result == 0) {
                connection.becomes(State.LISTENING);
            }
            return result == 0 ? 0 : -WinsockErrors.codeOf(-result);
        }
    }

    /// Accepts a connection, and waits for one, alertably. Its handle, or a negated code; its address in
    /// `peer`.
    public long accept(Caller caller, SocketAddress[] peer) {
        Accept accept = new Accept();
        long result = socket.call(caller.once(socket, accept), caller);
        if (result < 0) {
            return result;
        }
        peer[0] = accept.peer();
        return socket.accepted(accept.accepted());
    }

    /// A request that accepts a connection on this listener, to be told where to and started.
    public Request acceptRequest(Caller caller) {
        return caller.once(socket, new Accept());
    }

    /// The handle of a new socket that costs no descriptor before an accept of this listener has made it a
    /// connection; or a negated code.
    public long awaited() {
        return socket.accepted(-1);
    }

    /// The connection for an accept of this listener is there. Called with no lock held.
    void accepted(Request request, Caller driver) {
        Socket acceptor = request.acceptor();
        int accepted = request.acceptedDescriptor();
        if (!acceptor.becomes(accepted, socket)) {
            socket.provider().close(accepted, false);
            socket.endAccept(request, WinsockErrors.WSA_OPERATION_ABORTED, driver);
        } else if (!request.becomesReceive()) {
            socket.endAccept(request, 0, driver);
        } else {
            hasContinued = true;
            int code = acceptor.adopt(request, driver);
            if (code != 0) {
                socket.endAccept(request, code, driver);
            }
        }
    }

    /// Cancels what accepts of this listener have become on their connections; returns how many there were.
    int cancelContinued(Predicate<Request> selection, Caller driver) {
        int[] count = new int[1];
        if (hasContinued) {
            driver.engine().forEachSocket(each -> count[0] += each.cancel(selection, driver));
        }
        return count[0];
    }

    // ---- being accepted into ----

    /// Sets this fresh socket aside for a connection that `listener` is to accept; false if it cannot become
    /// one.
    synchronized boolean reserveFor(Socket listener) {
        boolean usable = connection.is(State.NEW) && reservedFor == null && !closed
                && kind.equals(listener.handshake().kind);
        reservedFor = usable ? listener : reservedFor;
        return usable;
    }

    synchronized void endReservation() {
        reservedFor = null;
    }

    /// From here on it cannot be reserved; returns the listener that it is reserved for, or null.
    synchronized Socket close() {
        closed = true;
        return reservedFor;
    }
}
