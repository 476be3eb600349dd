package dev.overlapped;

import static dev.overlapped.Streams.bytes;
import static dev.overlapped.Streams.room;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a stream socket does for a program that waits for each request.
class OverlappedSocketTest {
    private Streams streams;

    @BeforeEach
    void open() {
        streams = new Streams();
    }

    @AfterEach
    void close() {
        streams.close();
    }

    private static void assertFails(Overlapped<?> request, String name, String function) {
        assertThatThrownBy(request::await).isInstanceOfSatisfying(WinsockException.class, e -> {
            assertThat(e.name()).isEqualTo(name);
            assertThat(e.function()).isEqualTo(function);
            assertThat(e).hasMessageContaining(name).hasMessageContaining(Integer.toString(e.code()));
        });
    }

    @Test
    void aPositionMovesByTheBytesMoved() throws IOException, InterruptedException {
        OverlappedSocket[] pair = streams.pair();
        ByteBuffer source = bytes(9, 1, 2, 3, 9).position(1).limit(4);
        ByteBuffer target = room(10).position(2);
        assertThat(pair[0].send(source).await()).isEqualTo(3);
        assertThat(source.position()).isEqualTo(4);
        assertThat(source.limit()).isEqualTo(4);
        assertThat(pair[1].receive(target).await()).isEqualTo(3);
        assertThat(target.position()).isEqualTo(5);
        assertThat(target.limit()).isEqualTo(10);
        assertThat(target.flip()).isEqualTo(bytes(0, 0, 1, 2, 3));
    }

    @Test
    void heapBuffersWorkAsWell() throws IOException, InterruptedException {
        OverlappedSocket[] pair = streams.pair();
        ByteBuffer source = ByteBuffer.wrap(new byte[] {9, 1, 2, 9}, 1, 2);
        ByteBuffer target = ByteBuffer.allocate(100);
        Overlapped<Long> receive = pair[1].receive(target);
        assertThat(pair[0].send(source.asReadOnlyBuffer()).await()).isEqualTo(2);
        assertThat(receive.await()).isEqualTo(2);
        assertThat(target.flip()).isEqualTo(bytes(1, 2));
        assertThat(source.remaining()).isEqualTo(2);
    }

    @Test
    void severalBuffersAreGatheredAndScattered() throws IOException, InterruptedException {
        OverlappedSocket[] pair = streams.pair();
        ByteBuffer[] sources = {bytes(1, 2), ByteBuffer.wrap(new byte[] {3, 4, 5}), bytes(6)};
        ByteBuffer[] targets = {room(1), ByteBuffer.allocate(2), room(1), ByteBuffer.allocate(10)};
        assertThat(pair[0].send(sources).await()).isEqualTo(6);
        for (ByteBuffer source : sources) {
            assertThat(source.hasRemaining()).isFalse();
        }
        assertThat(pair[1].receive(targets).await()).isEqualTo(6);
        assertThat(targets[0].flip()).isEqualTo(bytes(1));
        assertThat(targets[1].flip()).isEqualTo(bytes(2, 3));
        assertThat(targets[2].flip()).isEqualTo(bytes(4));
        assertThat(targets[3].flip()).isEqualTo(bytes(5, 6));
    }

    @Test
    void segmentsOfEveryKindWork() throws IOException, InterruptedException {
        OverlappedSocket[] pair = streams.pair();
        try (Arena confined = Arena.ofConfined(); Arena shared = Arena.ofShared()) {
            MemorySegment[] segments = {confined.allocate(3).fill((byte) 1),
                shared.allocate(3).fill((byte) 2), MemorySegment.ofArray(new byte[] {3, 3, 3})};
            assertThat(pair[0].send(segments).await()).isEqualTo(9);
            MemorySegment own = confined.allocate(5);
            MemorySegment heap = MemorySegment.ofArray(new byte[4]);
            assertThat(pair[1].receive(own, heap).await()).isEqualTo(9);
            assertThat(own.toArray(ValueLayout.JAVA_BYTE)).containsExactly(1, 1, 1, 2, 2);
            assertThat(heap.toArray(ValueLayout.JAVA_BYTE)).containsExactly(2, 3, 3, 3);
            MemorySegment target = shared.allocate(10);
            pair[0].send(shared.allocate(2).fill((byte) 7)).await();
            assertThat(pair[1].receive(target).await()).isEqualTo(2);
            assertThat(target.asSlice(0, 3).toArray(ValueLayout.JAVA_BYTE)).containsExactly(7, 7, 0);
        }
    }

    @Test
    void aLargeSendEndsWhenAllIsTaken() throws IOException, InterruptedException {
        OverlappedSocket[] pair = streams.pair();
        int size = 20 << 20;
        Overlapped<Long> send = pair[0].send(room(size));
        assertThat(send.isDone()).isFalse();
        ByteBuffer target = room(size);
        assertThat(pair[1].receiveFully(target).await()).isEqualTo(size);
        assertThat(target.hasRemaining()).isFalse();
        assertThat(send.await()).isEqualTo(size);
    }

    @Test
    void aFullReceiveIntoHeapMemoryIsFull() throws IOException, InterruptedException {
        OverlappedSocket[] pair = streams.pair();
        int size = 3 << 20;
        Overlapped<Long> send = pair[0].send(ByteBuffer.allocate(size));
        ByteBuffer target = ByteBuffer.allocate(size);
        assertThat(pair[1].receiveFully(target).await()).isEqualTo(size);
        assertThat(target.hasRemaining()).isFalse();
        assertThat(send.await()).isEqualTo(size);
    }

    @Test
    void theEndOfTheStreamIsMinusOne() throws IOException, InterruptedException {
        OverlappedSocket[] pair = streams.pair();
        pair[0].send(bytes(1)).await();
        pair[0].shutdownOutput();
        ByteBuffer target = room(10);
        assertThat(pair[1].receive(target).await()).isOne();
        Overlapped<Long> last = pair[1].receive(target);
        assertThat(last.await()).isEqualTo(-1);
        assertThat(last.bytes()).isEqualTo(-1);
        assertThat(target.position()).isOne();
        assertFails(pair[0].send(bytes(1)), "WSAESHUTDOWN", "WSASend");
        // The other half goes on.
        pair[1].send(bytes(2)).await();
        assertThat(pair[0].receive(target).await()).isOne();
        pair[0].shutdownInput();
        assertFails(pair[0].receive(target), "WSAESHUTDOWN", "WSARecv");
    }

    @Test
    void aReceiveWithoutRoomWaitsForBytesAndLeavesThem() throws IOException, InterruptedException {
        OverlappedSocket[] pair = streams.pair();
        Overlapped<Long> ready = pair[1].receive(room(0));
        assertThat(ready.isDone()).isFalse();
        pair[0].send(bytes(1)).await();
        assertThat(ready.await()).isZero();
        assertThat(pair[1].receive(room(5)).await()).isOne();
    }

    @Test
    void urgentDataIsReceivedApart() throws IOException, InterruptedException {
        OverlappedSocket[] pair = streams.pair();
        ByteBuffer urgent = room(10);
        Overlapped<Long> apart = pair[1].receiveUrgent(urgent);
        pair[0].send(bytes(1)).await();
        pair[0].sendUrgent(bytes(2)).await();
        pair[0].send(bytes(3)).await();
        assertThat(apart.await()).isOne();
        assertThat(urgent.flip()).isEqualTo(bytes(2));
        ByteBuffer usual = room(10);
        // A receive ends at the mark.
        while (usual.position() < 2) {
            pair[1].receive(usual).await();
        }
        assertThat(usual.flip()).isEqualTo(bytes(1, 3));
    }

    @Test
    void urgentDataIsReceivedInlineIfThatIsWanted() throws IOException, InterruptedException {
        OverlappedSocket[] pair = streams.pair();
        assertThat(pair[1].option(OverlappedSocket.URGENT_INLINE, true)
                .option(OverlappedSocket.URGENT_INLINE)).isTrue();
        pair[0].sendUrgent(bytes(1)).await();
        ByteBuffer target = room(10);
        assertThat(pair[1].receive(target).await()).isOne();
        assertThat(target.get(0)).isOne();
    }

    @Test
    void aFailureKeepsPositionsAndSaysWhy() throws IOException, InterruptedException {
        SocketChannel peer = streams.peer();
        OverlappedSocket socket = streams.accepted();
        ByteBuffer target = room(10).position(3);
        Overlapped<Long> receive = socket.receive(target);
        peer.setOption(StandardSocketOptions.SO_LINGER, 0);
        peer.close();
        assertFails(receive, "WSAECONNRESET", "WSARecv");
        assertThat(target.position()).isEqualTo(3);
        assertThat(receive.failure().code()).isEqualTo(10054);
        ByteBuffer source = bytes(1, 2);
        assertFails(socket.send(source), "WSAECONNRESET", "WSASend");
        assertThat(source.position()).isZero();
    }

    @Test
    void aClosedSocketEndsEverything() throws IOException, InterruptedException {
        OverlappedSocket[] pair = streams.pair();
        Overlapped<Long> receive = pair[0].receive(room(10));
        Overlapped<Long> send = pair[0].send(room(32 << 20));
        Overlapped<OverlappedSocket> accept = streams.listener().accept();
        pair[0].close();
        pair[0].close();
        streams.listener().close();
        assertFails(receive, "WSAECONNABORTED", "WSARecv");
        assertFails(send, "WSA_OPERATION_ABORTED", "WSASend");
        assertFails(accept, "WSA_OPERATION_ABORTED", "AcceptEx");
        assertFails(pair[0].receive(room(10)), "WSAENOTSOCK", "WSARecv");
        assertThat(pair[0].isOpen()).isFalse();
        assertThat(pair[0].localAddress()).isNull();
        assertThat(pair[1].isOpen()).isTrue();
        assertThatThrownBy(() -> pair[0].option(StandardSocketOptions.TCP_NODELAY))
                .isInstanceOf(WinsockException.class).hasMessageContaining("WSAENOTSOCK");
    }

    @Test
    void aRefusedConnectClosesItsSocket() throws IOException, InterruptedException {
        InetSocketAddress nobody = (InetSocketAddress) streams.address();
        streams.listener().close();
        assertFails(OverlappedSocket.connect(nobody), "WSAECONNREFUSED", "ConnectEx");
        OverlappedSocket explicit = streams.keep(OverlappedSocket.open(StandardProtocolFamily.INET));
        assertFails(explicit.connectTo(nobody), "WSAECONNREFUSED", "ConnectEx");
        assertThat(explicit.isOpen()).isTrue();
        assertThatThrownBy(() -> OverlappedSocket.connect(InetSocketAddress.createUnresolved("nowhere", 1)))
                .isInstanceOf(UnresolvedAddressException.class);
    }

    @Test
    void addressesAndOptionsAreThoseOfTheJdk() throws IOException, InterruptedException {
        OverlappedSocket socket = streams.keep(OverlappedSocket.open(StandardProtocolFamily.INET));
        assertThat(socket.localAddress()).isNull();
        assertThat(socket.remoteAddress()).isNull();
        socket.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
        socket.option(StandardSocketOptions.SO_RCVBUF, 12_345).option(StandardSocketOptions.TCP_NODELAY, true)
                .option(StandardSocketOptions.SO_LINGER, 7);
        assertThat(socket.option(StandardSocketOptions.SO_RCVBUF)).isEqualTo(12_345);
        assertThat(socket.option(StandardSocketOptions.TCP_NODELAY)).isTrue();
        assertThat(socket.option(StandardSocketOptions.SO_KEEPALIVE)).isFalse();
        assertThat(socket.option(StandardSocketOptions.SO_LINGER)).isEqualTo(7);
        assertThat(socket.option(StandardSocketOptions.SO_LINGER, -1).option(StandardSocketOptions.SO_LINGER))
                .isEqualTo(-1);
        assertThat(socket.supportedOptions()).contains(StandardSocketOptions.SO_SNDBUF)
                .doesNotContain(StandardSocketOptions.SO_BROADCAST);
        assertThatThrownBy(() -> socket.option(StandardSocketOptions.SO_BROADCAST, true))
                .isInstanceOf(UnsupportedOperationException.class);
        assertThat(socket.connectTo(streams.address()).await()).isSameAs(socket);
        OverlappedSocket accepted = streams.accepted();
        assertThat(socket.remoteAddress()).isEqualTo(streams.address());
        assertThat(accepted.remoteAddress()).isEqualTo(socket.localAddress());
    }

    @Test
    void aConnectionHasItsListenersOptions() throws IOException, InterruptedException {
        streams.listener().option(OverlappedSocket.URGENT_INLINE, true);
        streams.peer();
        assertThat(streams.accepted().option(OverlappedSocket.URGENT_INLINE)).isTrue();
    }

    @Test
    void anAcceptMayComeBeforeItsConnection() throws IOException, InterruptedException {
        Overlapped<OverlappedSocket> first = streams.listener().accept();
        Overlapped<OverlappedSocket> second = streams.listener().accept();
        assertThat(first.isDone()).isFalse();
        SocketChannel peer = streams.peer();
        OverlappedSocket accepted = streams.keep(first.await());
        assertThat(accepted.remoteAddress()).isEqualTo(peer.getLocalAddress());
        assertThat(second.cancel()).isTrue();
        assertFails(second, "WSA_OPERATION_ABORTED", "AcceptEx");
        streams.peer();
        assertThat(streams.accepted().isOpen()).isTrue();
    }

    @Test
    void aPortInUseIsRefused() {
        assertThatThrownBy(() -> ListeningSocket.bind(streams.address()))
                .isInstanceOfSatisfying(WinsockException.class, e -> {
                    assertThat(e.name()).isEqualTo("WSAEADDRINUSE");
                    assertThat(e.function()).isEqualTo("bind");
                });
    }

    @Test
    void aPathIsAnAddressToo(@TempDir Path folder) throws IOException, InterruptedException {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(folder.resolve("socket"));
        assertFails(OverlappedSocket.connect(address), "WSAECONNREFUSED", "ConnectEx");
        ListeningSocket listener = streams.keep(ListeningSocket.bind(address));
        assertThat(listener.localAddress()).isEqualTo(address);
        OverlappedSocket client = streams.keep(OverlappedSocket.connect(address).await());
        OverlappedSocket server = streams.keep(listener.accept().await());
        assertThat(client.remoteAddress()).isEqualTo(address);
        Overlapped<Long> receive = server.receive(ByteBuffer.allocate(10));
        client.send(bytes(1, 2)).await();
        assertThat(receive.await()).isEqualTo(2);
        client.close();
        assertThat(server.receive(room(1)).await()).isEqualTo(-1);
    }

    @Test
    void readOnlyMemoryCannotBeReceivedInto() throws IOException, InterruptedException {
        OverlappedSocket socket = streams.pair()[0];
        assertThatThrownBy(() -> socket.receive(room(1).asReadOnlyBuffer()))
                .isInstanceOf(ReadOnlyBufferException.class);
        assertThatThrownBy(() -> socket.receive(MemorySegment.ofArray(new byte[1]).asReadOnly()))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
