package dev.overlapped;

import dev.overlapped.engine.Caller;
import dev.overlapped.engine.Request;
import java.lang.foreign.MemorySegment;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.util.Set;

/// A socket that listens for connections.
///
/// Any number of accepts may be pending, started by any threads; each gets one connection. Connections have
/// the options of their listener. For closing and leaks see [OverlappedSocket].
public final class ListeningSocket implements AutoCloseable {
    /// As many as the kernel allows (net.core.somaxconn).
    private static final int SOMAXCONN = 0x7fffffff;

    private final SocketHandle handle;

    private ListeningSocket(SocketHandle handle) {
        this.handle = handle;
    }

    /// Listens at `local`; port 0 is any that is free, and a [java.net.UnixDomainSocketAddress] is a file
    /// that must not exist and that stays when the socket closes. As many connections as the kernel allows
    /// may wait to be accepted. The pages are *bind* and *listen*.
    public static ListeningSocket bind(SocketAddress local) throws WinsockException {
        return bind(local, SOMAXCONN);
    }

    /// Listens at `local`, with at most `backlog` connections that wait to be accepted.
    public static ListeningSocket bind(SocketAddress local, int backlog) throws WinsockException {
        SocketHandle handle = SocketHandle.open(SocketHandle.family(local), true);
        try {
            handle.bind(local);
            WinsockException.check("listen", handle.socket().handshake().listen(backlog));
        } catch (WinsockException e) {
            handle.close();
            throw e;
        }
        return new ListeningSocket(handle);
    }

    /// Accepts the next connection; ends when there is one, which is its result. The page is *AcceptEx*,
    /// without first bytes, and with a socket that the library makes.
    public Overlapped<OverlappedSocket> accept() {
        Caller caller = Caller.current();
        Request request = handle.socket().handshake().acceptRequest(caller);
        long made = handle.socket().handshake().awaited();
        if (made < 0) {
            return new Overlapped<>(kind(null), handle, caller, null).start(request, (int) -made);
        }
        OverlappedSocket connection = new OverlappedSocket(new SocketHandle(caller.engine(), made));
        int refusal = request.acceptInto(caller.engine().socket(made), MemorySegment.NULL, 0)
                ? 0 : WinsockException.WSAEFAULT;
        return new Overlapped<>(kind(connection), handle, caller, null).start(request, refusal);
    }

    private static Overlapped.Kind<OverlappedSocket> kind(OverlappedSocket connection) {
        return new Overlapped.Kind<>("AcceptEx", false, _ -> connection,
                connection == null ? null : connection::close);
    }

    /// Cancels every accept that is pending, and returns how many there were. The page is *CancelIoEx*.
    public int cancelAll() {
        return handle.socket().cancel(null, null, Caller.current());
    }

    /// Closes: pending accepts end with `WSA_OPERATION_ABORTED`. Any thread; a second time does nothing. The
    /// page is *closesocket*.
    @Override
    public void close() {
        handle.close();
    }

    /// Whether it has not been closed.
    public boolean isOpen() {
        return handle.isOpen();
    }

    /// Where it listens. The page is *getsockname*.
    public SocketAddress localAddress() {
        return handle.localAddress();
    }

    /// Sets an option, which connections accepted later have too; see [OverlappedSocket#option].
    public <T> ListeningSocket option(SocketOption<T> name, T value) throws WinsockException {
        handle.option(name, value);
        return this;
    }

    /// The value of an option.
    public <T> T option(SocketOption<T> name) throws WinsockException {
        return handle.option(name);
    }

    /// As [OverlappedSocket#supportedOptions].
    public Set<SocketOption<?>> supportedOptions() {
        return handle.options();
    }
}
