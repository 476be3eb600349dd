package dev.overlapped.provider.epoll;

import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.provider.BufferList;
import dev.overlapped.provider.Errno;
import dev.overlapped.provider.Interest;
import dev.overlapped.provider.PeerAddress;
import dev.overlapped.provider.Poller;
import dev.overlapped.provider.ReadyEvents;
import dev.overlapped.provider.SocketKind;
import dev.overlapped.provider.SocketKind.Family;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/// Two connected sockets of this machine, and how tests speak of their bytes.
final class Loopback implements AutoCloseable {
    static final SocketKind TCP = new SocketKind(Family.IPV4, SocketKind.Type.STREAM);
    static final SocketKind TCP6 = new SocketKind(Family.IPV6, SocketKind.Type.STREAM);
    static final SocketKind UDP = new SocketKind(Family.IPV4, SocketKind.Type.DATAGRAM);
    static final EpollProvider PROVIDER = new EpollProvider();

    final int client;
    final int server;

    Loopback() {
        int listener = listening();
        client = connecting(listener);
        server = accepted(listener);
        PROVIDER.close(listener, false);
    }

    /// A listening socket at a port that the kernel chose.
    static int listening() {
        int listener = PROVIDER.open(TCP);
        assertThat(PROVIDER.bind(listener, TCP, any())).isZero();
        assertThat(PROVIDER.listen(listener, 16)).isZero();
        return listener;
    }

    static InetSocketAddress any() {
        return new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
    }

    /// A socket that is connected to `listener`.
    static int connecting(int listener) {
        int client = PROVIDER.open(TCP);
        assertThat(PROVIDER.connect(client, TCP, PROVIDER.localAddress(listener))).isIn(0, -Errno.EAGAIN);
        await(client, Interest.WRITE);
        assertThat(PROVIDER.connect(client, TCP, PROVIDER.localAddress(listener))).isZero();
        return client;
    }

    static int accepted(int listener) {
        awaitReadable(listener);
        int server = PROVIDER.accept(listener, new PeerAddress());
        assertThat(server).isPositive();
        return server;
    }

    @Override
    public void close() {
        PROVIDER.close(client, false);
        PROVIDER.close(server, false);
    }

    static BufferList list(MemorySegment... segments) {
        BufferList buffers = new BufferList();
        for (MemorySegment segment : segments) {
            buffers.add(segment, segment.byteSize());
        }
        return buffers;
    }

    static MemorySegment text(Arena arena, String text) {
        return arena.allocateFrom(ValueLayout.JAVA_BYTE, text.getBytes(StandardCharsets.US_ASCII));
    }

    static String text(MemorySegment segment) {
        return new String(segment.toArray(ValueLayout.JAVA_BYTE), StandardCharsets.US_ASCII);
    }

    /// Sends from the client, and waits for it to arrive.
    long send(MemorySegment... segments) {
        long sent = PROVIDER.send(client, list(segments), Long.MAX_VALUE, 0);
        if (sent > 0) {
            awaitReadable(server);
        }
        return sent;
    }

    long receive(MemorySegment... segments) {
        return PROVIDER.receive(server, list(segments), 0);
    }

    /// The next `count` bytes that arrive at the server, as text.
    String arrived(int count) {
        MemorySegment all = MemorySegment.ofArray(new byte[count]);
        BufferList buffers = list(all);
        while (buffers.remaining() > 0) {
            awaitReadable(server);
            long received = PROVIDER.receive(server, buffers, 0);
            assertThat(received).isPositive();
            buffers.consume(received);
        }
        return text(all);
    }

    /// That nothing is on its way to the server.
    void assertNothingArrives() {
        send(MemorySegment.ofArray(new byte[] {'.'}));
        assertThat(arrived(1)).isEqualTo(".");
        assertThat(PROVIDER.available(server)).isZero();
    }

    /// Waits until something happens to a descriptor, so that a test need not guess how long it takes.
    static void await(int descriptor, int interest) {
        Poller poller = PROVIDER.openPoller();
        assertThat(poller.watch(descriptor, 1, interest)).isZero();
        assertThat(poller.poll(new ReadyEvents(), -1)).isEqualTo(1);
        poller.close();
    }

    static void awaitReadable(int descriptor) {
        await(descriptor, Interest.READ);
    }
}
