package dev.overlapped;

import dev.overlapped.Overlapped.Kind;
import dev.overlapped.engine.Caller;
import dev.overlapped.engine.Request;
import java.lang.foreign.MemorySegment;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.util.Set;

/// A UDP socket, whose sends and receives are requests. One request moves one datagram.
///
/// Any number of requests may be pending; receives get the datagrams in the order they were started. A
/// datagram that is longer than its buffers fails with `WSAEMSGSIZE`: they are full, their positions stay,
/// and the rest is lost. For buffers, threads, closing and leaks see [OverlappedSocket].
public final class OverlappedDatagramSocket implements AutoCloseable {
    /// A datagram that has come.
    ///
    /// @param bytes  its length; 0 is a datagram too
    /// @param sender where it has come from
    public record Received(long bytes, SocketAddress sender) {
    }

    private static final Kind<Long> SEND = new Kind<>("WSASendTo", false, Long::valueOf, null);
    private static final Kind<Long> RECEIVE = new Kind<>("WSARecv", false, Long::valueOf, null);

    private final SocketHandle handle;

    private OverlappedDatagramSocket(SocketHandle handle) {
        this.handle = handle;
    }

    // ---- opening ----

    /// Opens a socket, to be bound, connected, or used to send. The page is *WSASocket*.
    public static OverlappedDatagramSocket open(ProtocolFamily family) throws WinsockException {
        return new OverlappedDatagramSocket(SocketHandle.open(family, false));
    }

    /// Opens a socket at an address of this machine; port 0 is any that is free. The page is *bind*.
    public static OverlappedDatagramSocket bind(SocketAddress local) throws WinsockException {
        SocketHandle handle = SocketHandle.open(SocketHandle.family(local), false);
        try {
            handle.bind(local);
        } catch (WinsockException e) {
            handle.close();
            throw e;
        }
        return new OverlappedDatagramSocket(handle);
    }

    /// Opens a socket that sends to `remote` and receives from nobody else. The page is *connect*.
    public static OverlappedDatagramSocket connect(SocketAddress remote) throws WinsockException {
        SocketHandle handle = SocketHandle.open(SocketHandle.family(remote), false);
        OverlappedDatagramSocket socket = new OverlappedDatagramSocket(handle);
        try {
            return socket.connectTo(remote);
        } catch (WinsockException e) {
            handle.close();
            throw e;
        }
    }

    /// From here on it sends to `remote` and receives from nobody else. The page is *connect*.
    public OverlappedDatagramSocket connectTo(SocketAddress remote) throws WinsockException {
        SocketHandle.family(remote);
        WinsockException.check("connect", handle.socket().handshake().connect(remote, Caller.current()));
        return this;
    }

    // ---- sending ----

    /// Sends one datagram to the address that it is connected to. The page is *WSASend*.
    public Overlapped<Long> send(ByteBuffer source) {
        return send(null, new Buffers(source));
    }

    /// Sends one datagram that consists of several buffers, as [#send(ByteBuffer)].
    public Overlapped<Long> send(ByteBuffer... sources) {
        return send(null, new Buffers(sources));
    }

    /// Sends one datagram, as [#send(ByteBuffer)].
    public Overlapped<Long> send(MemorySegment source) {
        return send(null, new Buffers(source));
    }

    /// Sends one datagram to `target`. The page is *WSASendTo*.
    public Overlapped<Long> sendTo(SocketAddress target, ByteBuffer source) {
        return send(target, new Buffers(source));
    }

    /// Sends one datagram that consists of several buffers, as [#sendTo(SocketAddress, ByteBuffer)].
    public Overlapped<Long> sendTo(SocketAddress target, ByteBuffer... sources) {
        return send(target, new Buffers(sources));
    }

    /// Sends one datagram, as [#sendTo(SocketAddress, ByteBuffer)].
    public Overlapped<Long> sendTo(SocketAddress target, MemorySegment source) {
        return send(target, new Buffers(source));
    }

    private Overlapped<Long> send(SocketAddress target, Buffers buffers) {
        if (target != null) {
            // Throws for what is none, before anything is lent.
            SocketHandle.family(target);
        }
        Caller caller = Caller.current();
        Request request = caller.send(handle.socket(), 0, true);
        Overlapped<Long> overlapped = new Overlapped<>(SEND, handle, caller, buffers);
        int refusal = buffers.lend(request, overlapped, false, 0);
        if (target != null && refusal == 0) {
            refusal = SocketHandle.fill(request.to(), target, handle.socket().isIpv6());
        }
        return overlapped.start(request, refusal);
    }

    // ---- receiving ----

    /// Receives one datagram; its result is the length. The page is *WSARecv*.
    public Overlapped<Long> receive(ByteBuffer target) {
        return receive(RECEIVE, null, new Buffers(target));
    }

    /// Receives one datagram into several buffers, as [#receive(ByteBuffer)].
    public Overlapped<Long> receive(ByteBuffer... targets) {
        return receive(RECEIVE, null, new Buffers(targets));
    }

    /// Receives one datagram, as [#receive(ByteBuffer)].
    public Overlapped<Long> receive(MemorySegment target) {
        return receive(RECEIVE, null, new Buffers(target));
    }

    /// Receives one datagram; its result is the length and who has sent it. The page is *WSARecvFrom*.
    public Overlapped<Received> receiveFrom(ByteBuffer target) {
        return receiveFrom(new Buffers(target));
    }

    /// Receives one datagram into several buffers, as [#receiveFrom(ByteBuffer)].
    public Overlapped<Received> receiveFrom(ByteBuffer... targets) {
        return receiveFrom(new Buffers(targets));
    }

    /// Receives one datagram, as [#receiveFrom(ByteBuffer)].
    public Overlapped<Received> receiveFrom(MemorySegment target) {
        return receiveFrom(new Buffers(target));
    }

    private Overlapped<Received> receiveFrom(Buffers buffers) {
        SocketAddress[] sender = new SocketAddress[1];
        Kind<Received> kind =
                new Kind<>("WSARecvFrom", false, bytes -> new Received(bytes, sender(sender)), null);
        return receive(kind, sender, buffers);
    }

    private SocketAddress sender(SocketAddress[] told) {
        return told[0] != null ? told[0] : handle.socket().peerAddress();
    }

    private <R> Overlapped<R> receive(Kind<R> kind, SocketAddress[] sender, Buffers buffers) {
        Caller caller = Caller.current();
        Request request = caller.receive(handle.socket(), 0, false);
        Overlapped<R> overlapped = new Overlapped<>(kind, handle, caller, buffers);
        int refusal = buffers.lend(request, overlapped, true, Buffers.COPIED_BYTES_MAX);
        if (sender != null && refusal == 0) {
            request.tellSender(Overlapped.Telling.OVERLAPPED, sender, null);
        }
        return overlapped.start(request, refusal);
    }

    // ---- ending, and what it is ----

    /// Cancels every request that is pending, and returns how many there were. The page is *CancelIoEx*.
    public int cancelAll() {
        return handle.socket().cancel(null, null, Caller.current());
    }

    /// Closes: pending requests end with `WSA_OPERATION_ABORTED`. Any thread; a second time does nothing. The
    /// page is *closesocket*.
    @Override
    public void close() {
        handle.close();
    }

    /// Whether it has not been closed.
    public boolean isOpen() {
        return handle.isOpen();
    }

    /// Its own address, or null while it has none. The page is *getsockname*.
    public SocketAddress localAddress() {
        return handle.localAddress();
    }

    /// The address it is connected to, or null. The page is *getpeername*.
    public SocketAddress remoteAddress() {
        return handle.socket().peerAddress();
    }

    /// Sets an option; those there are say [#supportedOptions]. The page is *setsockopt*.
    ///
    /// @throws UnsupportedOperationException for any other
    public <T> OverlappedDatagramSocket option(SocketOption<T> name, T value) throws WinsockException {
        handle.option(name, value);
        return this;
    }

    /// The value of an option. The page is *getsockopt*.
    public <T> T option(SocketOption<T> name) throws WinsockException {
        return handle.option(name);
    }

    /// SO_SNDBUF, SO_RCVBUF, SO_REUSEADDR and SO_BROADCAST of [java.net.StandardSocketOptions].
    public Set<SocketOption<?>> supportedOptions() {
        return handle.options();
    }
}
