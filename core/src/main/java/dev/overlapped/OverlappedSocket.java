package dev.overlapped;

import dev.overlapped.Overlapped.Kind;
import dev.overlapped.engine.Caller;
import dev.overlapped.engine.Engine;
import dev.overlapped.engine.EventObject;
import dev.overlapped.engine.Request;
import java.lang.foreign.MemorySegment;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;

/// A stream socket, whose sends and receives are requests: each method starts one and returns at once.
///
/// Any number of requests may be pending. Sends leave in the order they were started and each ends when all
/// its bytes are taken; receives get the stream's bytes in the order they were started, and each ends with
/// the first bytes there are. Any thread may start them; without a routine they outlive their thread.
///
/// Buffers belong to the system until their request has ended. The position of a [ByteBuffer] moves then, by
/// the bytes moved, and not at all if the request fails; a buffer that is in a request cannot be put into
/// another (`IllegalStateException`). Heap buffers and memory of one thread are copied, at most 64 MiB at a
/// time in the whole process (`WSAENOBUFS`); direct buffers and shared memory are not.
///
/// A socket that nobody refers to, with nothing pending, is closed by the garbage collector in the end; with
/// `-Ddev.overlapped.leaks=true` where it was opened is logged then.
public final class OverlappedSocket implements AutoCloseable {
    /// Whether urgent data is received where it stands in the stream (SO_OOBINLINE), rather than by
    /// [#receiveUrgent].
    public static final SocketOption<Boolean> URGENT_INLINE = new SocketOption<>() {
        @Override
        public String name() {
            return "SO_OOBINLINE";
        }

        @Override
        public Class<Boolean> type() {
            return Boolean.class;
        }

        @Override
        public String toString() {
            return name();
        }
    };

    private static final int MSG_OOB = 1;

    private final SocketHandle handle;
    private final Overlapped.Telling sends;
    private final Overlapped.Telling receives;

    OverlappedSocket(SocketHandle handle) {
        this.handle = handle;
        this.sends = new Overlapped.Telling(handle, false);
        this.receives = new Overlapped.Telling(handle, true);
    }

    // ---- connecting ----

    /// Opens a socket of `remote`'s family and connects it: to an [java.net.InetSocketAddress] or a
    /// [java.net.UnixDomainSocketAddress]. If that fails the socket is closed.
    ///
    /// The page is *ConnectEx*.
    ///
    /// @throws WinsockException if no socket can be opened
    public static Overlapped<OverlappedSocket> connect(SocketAddress remote) throws WinsockException {
        OverlappedSocket socket = new OverlappedSocket(SocketHandle.open(SocketHandle.family(remote), true));
        return socket.connectTo(remote, socket::close);
    }

    /// Opens a socket that is to be connected by [#connectTo], perhaps after [#bind] and [#option].
    ///
    /// The page is *WSASocket*.
    public static OverlappedSocket open(ProtocolFamily family) throws WinsockException {
        return new OverlappedSocket(SocketHandle.open(family, true));
    }

    /// Binds it to an address of this machine; port 0 is any that is free. The page is *bind*.
    public OverlappedSocket bind(SocketAddress local) throws WinsockException {
        handle.bind(local);
        return this;
    }

    /// Connects; the page is *ConnectEx*. After a failure the socket can be closed, or connected elsewhere.
    public Overlapped<OverlappedSocket> connectTo(SocketAddress remote) {
        return connectTo(remote, null);
    }

    private Overlapped<OverlappedSocket> connectTo(SocketAddress remote, Runnable abandon) {
        SocketHandle.family(remote);
        Caller caller = Caller.current();
        Request request = handle.socket().handshake().connectRequest(remote, caller);
        Kind<OverlappedSocket> kind = new Kind<>("ConnectEx", false, _ -> this, abandon);
        return new Overlapped<>(kind, handle, caller, null).start(request, 0);
    }

    // ---- sending ----

    /// Sends the bytes from the buffer's position to its limit. Ends when all of them are taken, also where
    /// that needs many packets; its result is their number. The page is *WSASend*.
    public Overlapped<Long> send(ByteBuffer source) {
        return send(0, new Buffers(source));
    }

    /// Sends several buffers as if they were one, up to 65,535; the page is *WSASend*.
    public Overlapped<Long> send(ByteBuffer... sources) {
        return send(0, new Buffers(sources));
    }

    /// Sends the bytes of a segment. It must stay alive; closing its arena ends the request with
    /// `WSAEFAULT`.
    public Overlapped<Long> send(MemorySegment source) {
        Caller caller = Caller.current();
        if (!Engine.isShared(source)) {
            return send(0, new Buffers(source));
        }
        Request request = caller.send(handle.socket(), 0, true);
        return new Overlapped<>(Kind.SEND, handle, caller, null).start(request, refusal(request, source));
    }

    /// Sends several segments as if they were one.
    public Overlapped<Long> send(MemorySegment... sources) {
        return send(0, new Buffers(sources));
    }

    /// Sends a segment of shared native memory, and calls `routine` with `attachment` at the end: the form
    /// that allocates nothing. The request ends with this thread.
    ///
    /// @throws IllegalArgumentException for memory that would have to be copied
    /// @throws RejectedExecutionException if 262,144 routines wait for this thread already
    public <A> void send(MemorySegment source, A attachment, CompletionRoutine<? super A> routine) {
        Caller caller = Caller.current();
        start(caller, caller.send(handle.socket(), 0, true), sends, source, attachment, routine);
    }

    /// Sends urgent data: bytes of which the last is marked as urgent (TCP has one such mark). The page is
    /// *WSASend*, with MSG_OOB.
    public Overlapped<Long> sendUrgent(ByteBuffer source) {
        return send(MSG_OOB, new Buffers(source));
    }

    private Overlapped<Long> send(int flags, Buffers buffers) {
        Caller caller = Caller.current();
        Request request = caller.send(handle.socket(), flags, true);
        Overlapped<Long> overlapped = new Overlapped<>(Kind.SEND, handle, caller, buffers);
        return overlapped.start(request, buffers.lend(request, overlapped, false, 0));
    }

    // ---- receiving ----

    /// Receives into the room from the buffer's position to its limit. Ends as soon as there are bytes; its
    /// result is their number, or -1 at the end of the stream. The page is *WSARecv*.
    ///
    /// A buffer without room waits until there is something to be received, and receives nothing of it.
    public Overlapped<Long> receive(ByteBuffer target) {
        return receive(0, false, new Buffers(target));
    }

    /// Receives into several buffers, one filled after the other; the page is *WSARecv*.
    public Overlapped<Long> receive(ByteBuffer... targets) {
        return receive(0, false, new Buffers(targets));
    }

    /// Receives into a segment. It must stay alive; closing its arena ends the request with `WSAEFAULT`.
    /// Memory of one thread is filled when that thread looks at the ended request.
    public Overlapped<Long> receive(MemorySegment target) {
        Caller caller = Caller.current();
        if (!Engine.isShared(target) || target.isReadOnly() || target.byteSize() == 0) {
            return receive(0, false, new Buffers(target));
        }
        Request request = caller.receive(handle.socket(), 0, false);
        return new Overlapped<>(Kind.RECEIVE, handle, caller, null).start(request, refusal(request, target));
    }

    /// Receives into several segments, one filled after the other.
    public Overlapped<Long> receive(MemorySegment... targets) {
        return receive(0, false, new Buffers(targets));
    }

    /// Receives into a segment of shared native memory, and calls `routine` with `attachment` at the end: the
    /// form that allocates nothing. The request ends with this thread.
    ///
    /// @throws IllegalArgumentException for memory that would have to be copied, and without room
    /// @throws RejectedExecutionException if 262,144 routines wait for this thread already
    public <A> void receive(MemorySegment target, A attachment, CompletionRoutine<? super A> routine) {
        if (target.isReadOnly() || target.byteSize() == 0) {
            throw new IllegalArgumentException("there is no room to receive into");
        }
        Caller caller = Caller.current();
        start(caller, caller.receive(handle.socket(), 0, false), receives, target, attachment, routine);
    }

    /// Receives until the buffer is full; only the end of the stream ends it earlier. The page is *WSARecv*,
    /// with MSG_WAITALL.
    public Overlapped<Long> receiveFully(ByteBuffer target) {
        return receive(0, true, new Buffers(target));
    }

    /// Receives the urgent byte, while [#URGENT_INLINE] is off: waits for one, however much else there is to
    /// receive. Receiving what the peer has sent behind it loses it. The page is *WSARecv*, with MSG_OOB.
    public Overlapped<Long> receiveUrgent(ByteBuffer target) {
        return receive(MSG_OOB, false, new Buffers(target));
    }

    private Overlapped<Long> receive(int flags, boolean untilFull, Buffers buffers) {
        Caller caller = Caller.current();
        Request request = caller.receive(handle.socket(), flags, untilFull);
        Overlapped<Long> overlapped = new Overlapped<>(Kind.RECEIVE, handle, caller, buffers);
        long copiedMax = untilFull ? Buffers.COPIED_BYTES_MAX : Buffers.COPIED_RECEIVE_BYTES_MAX;
        return overlapped.start(request, buffers.lend(request, overlapped, true, copiedMax));
    }

    // ---- what sends and receives share ----

    private static int refusal(Request request, MemorySegment segment) {
        return request.add(segment, segment.byteSize(), true) ? 0 : WinsockException.WSAEFAULT;
    }

    private <A> void start(Caller caller, Request request, Overlapped.Telling telling, MemorySegment segment,
            A attachment, CompletionRoutine<? super A> routine) {
        if (routine == null) {
            request.discard();
            throw new NullPointerException("a routine");
        }
        if (!request.add(segment, segment.byteSize(), true)) {
            request.discard();
            throw new IllegalArgumentException("the memory must be native, alive, and every thread's");
        }
        if (!caller.takesRoutine()) {
            request.discard();
            throw new RejectedExecutionException(Overlapped.TOO_MANY_ROUTINES);
        }
        request.indicate(telling, attachment, routine, null);
        long result = handle.socket().start(request, caller);
        if (result < 0 && result != -WinsockException.WSA_IO_PENDING) {
            EventObject ended = EventObject.unnamed(true);
            ended.onSet(handle.socket(), () -> routine.completed((int) -result, 0, attachment), caller);
            ended.signal(caller);
        }
    }

    // ---- ending ----

    /// Receives no more: what comes is refused, and new receives fail with `WSAESHUTDOWN`. A receive that is
    /// pending stays so. The page is *shutdown*, with SD_RECEIVE.
    public void shutdownInput() throws WinsockException {
        WinsockException.check("shutdown", handle.socket().shutdown(true, false));
    }

    /// Sends no more: what is pending leaves first, then the peer sees the end of the stream. New sends fail
    /// with `WSAESHUTDOWN`. The page is *shutdown*, with SD_SEND.
    public void shutdownOutput() throws WinsockException {
        WinsockException.check("shutdown", handle.socket().shutdown(false, true));
    }

    /// Cancels every request that is pending, whoever started it, and returns how many there were. The
    /// socket stays usable. The page is *CancelIoEx*.
    public int cancelAll() {
        return handle.socket().cancel(null, null, Caller.current());
    }

    /// Closes: pending sends end with `WSA_OPERATION_ABORTED` and pending receives with `WSAECONNABORTED`.
    /// Any thread, also inside a routine; a second time does nothing. The page is *closesocket*.
    @Override
    public void close() {
        handle.close();
    }

    // ---- what it is ----

    /// Whether it has not been closed.
    public boolean isOpen() {
        return handle.isOpen();
    }

    /// Its own address, or null while it has none. The page is *getsockname*.
    public SocketAddress localAddress() {
        return handle.localAddress();
    }

    /// The peer's address, or null without a connection. The page is *getpeername*.
    public SocketAddress remoteAddress() {
        return handle.socket().peerAddress();
    }

    /// Sets an option; those there are say [#supportedOptions]. The page is *setsockopt*.
    ///
    /// @throws UnsupportedOperationException for any other
    public <T> OverlappedSocket option(SocketOption<T> name, T value) throws WinsockException {
        handle.option(name, value);
        return this;
    }

    /// The value of an option. Buffer sizes are those that were asked for. The page is *getsockopt*.
    public <T> T option(SocketOption<T> name) throws WinsockException {
        return handle.option(name);
    }

    /// SO_SNDBUF, SO_RCVBUF, SO_REUSEADDR, SO_KEEPALIVE, SO_LINGER and TCP_NODELAY of
    /// [java.net.StandardSocketOptions], and [#URGENT_INLINE].
    public Set<SocketOption<?>> supportedOptions() {
        return handle.options();
    }
}
