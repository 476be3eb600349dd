package dev.overlapped;

import static dev.overlapped.Streams.bytes;
import static dev.overlapped.Streams.room;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Datagrams with and without addresses.
class OverlappedDatagramSocketTest {
    private OverlappedDatagramSocket here;
    private OverlappedDatagramSocket there;

    @BeforeEach
    void open() throws IOException {
        here = OverlappedDatagramSocket.bind(loopback("127.0.0.1"));
        there = OverlappedDatagramSocket.bind(loopback("127.0.0.1"));
    }

    @AfterEach
    void close() {
        here.close();
        there.close();
    }

    private static SocketAddress loopback(String address) {
        return new InetSocketAddress(InetAddress.ofLiteral(address), 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void aDatagramTellsItsSender(String address) throws IOException, InterruptedException {
        try (OverlappedDatagramSocket server = OverlappedDatagramSocket.bind(loopback(address));
                OverlappedDatagramSocket client = OverlappedDatagramSocket.bind(loopback(address))) {
            ByteBuffer target = room(10);
            Overlapped<OverlappedDatagramSocket.Received> receive = server.receiveFrom(target);
            ByteBuffer source = bytes(1, 2, 3);
            assertThat(client.sendTo(server.localAddress(), source).await()).isEqualTo(3);
            assertThat(source.hasRemaining()).isFalse();
            assertThat(receive.await().bytes()).isEqualTo(3);
            assertThat(receive.await().sender()).isEqualTo(client.localAddress());
            assertThat(target.flip()).isEqualTo(bytes(1, 2, 3));
        }
    }

    @Test
    void aConnectedSocketNeedsNoAddress() throws IOException, InterruptedException {
        try (OverlappedDatagramSocket client = OverlappedDatagramSocket.connect(here.localAddress())) {
            assertThat(client.remoteAddress()).isEqualTo(here.localAddress());
            client.send(bytes(1), ByteBuffer.wrap(new byte[] {2, 3})).await();
            byte[] heap = new byte[10];
            assertThat(here.receiveFrom(MemorySegment.ofArray(heap)).await())
                    .isEqualTo(new OverlappedDatagramSocket.Received(3, client.localAddress()));
            assertThat(heap).startsWith(1, 2, 3);
            here.sendTo(client.localAddress(), MemorySegment.ofArray(new byte[0])).await();
            ByteBuffer target = room(10);
            assertThat(client.receive(target).await()).isZero();
            here.sendTo(client.localAddress(), bytes(7)).await();
            assertThat(client.receive(target).await()).isOne();
        }
    }

    @Test
    void aDatagramThatIsTooLongFails() throws IOException, InterruptedException {
        ByteBuffer target = room(2);
        for (boolean before : new boolean[] {true, false}) {
            Overlapped<?> receive = before ? here.receiveFrom(target) : null;
            there.sendTo(here.localAddress(), bytes(1, 2, 3)).await();
            Overlapped<?> too = before ? receive : here.receiveFrom(target);
            assertThatThrownBy(too::await).isInstanceOf(WinsockException.class)
                    .hasMessageContaining("WSAEMSGSIZE");
            assertThat(target.position()).isZero();
            assertThat(target.get(1)).isEqualTo((byte) 2);
            there.sendTo(here.localAddress(), bytes(4)).await();
            assertThat(here.receive(room(1)).await()).isOne();
        }
    }

    @Test
    void routinesAndCancellationAreThoseOfStreams() throws IOException, InterruptedException {
        List<Object> told = new ArrayList<>();
        Overlapped<Long> cancelled = here.receive(room(10));
        here.receive(room(10)).onCompletion(request -> told.add(request.bytes()));
        assertThat(cancelled.cancel()).isTrue();
        there.sendTo(here.localAddress(), bytes(1, 2)).onCompletion(request -> told.add(request.result()));
        while (told.size() < 2) {
            assertThat(Alertable.sleep(Duration.ofHours(1))).isTrue();
        }
        assertThat(told).containsExactly(2L, 2L);
        Overlapped<Long> last = here.receive(room(10));
        here.close();
        assertThat(last.failure().name()).isEqualTo("WSA_OPERATION_ABORTED");
    }

    @Test
    void whatCannotBeSentSaysWhy() throws IOException, InterruptedException {
        assertThat(here.send(bytes(1)).failure().name()).isEqualTo("WSAENOTCONN");
        assertThat(here.sendTo(loopback("::1"), bytes(1)).failure().name()).isEqualTo("WSAEAFNOSUPPORT");
        assertThat(here.sendTo(here.localAddress(), room(70_000)).failure().name()).isEqualTo("WSAEMSGSIZE");
        try (OverlappedDatagramSocket open = OverlappedDatagramSocket.open(StandardProtocolFamily.INET)) {
            assertThat(open.localAddress()).isNull();
            open.option(StandardSocketOptions.SO_BROADCAST, true);
            assertThat(open.option(StandardSocketOptions.SO_BROADCAST)).isTrue();
            assertThat(open.supportedOptions()).doesNotContain(StandardSocketOptions.TCP_NODELAY);
            open.sendTo(here.localAddress(), bytes(1)).await();
            assertThat(here.receive(room(1)).await()).isOne();
        }
    }

    @Test
    void anAddressThatIsNoneLeavesTheBufferToTheProgram() throws IOException, InterruptedException {
        ByteBuffer source = bytes(1, 2, 3);
        SocketAddress unresolved = InetSocketAddress.createUnresolved("nowhere.invalid", 1);
        assertThatThrownBy(() -> here.sendTo(unresolved, source))
                .isInstanceOf(UnresolvedAddressException.class);
        assertThat(here.sendTo(there.localAddress(), source).await()).isEqualTo(3);
    }
}
