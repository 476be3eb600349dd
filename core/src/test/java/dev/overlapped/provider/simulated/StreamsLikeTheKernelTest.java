package dev.overlapped.provider.simulated;

import static dev.overlapped.provider.simulated.Sockets.TCP;
import static dev.overlapped.provider.simulated.Sockets.room;
import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.provider.Errno;
import dev.overlapped.provider.Interest;
import dev.overlapped.provider.PeerAddress;
import dev.overlapped.provider.SocketOptionName;
import dev.overlapped.provider.TransportProvider;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// Connections of the kernel and of a calm simulated network: what both do.
@ParameterizedClass
@EnumSource(Sockets.Platform.class)
class StreamsLikeTheKernelTest {
    private final Sockets.Platform platform;
    private TransportProvider provider;
    private Sockets sockets;

    StreamsLikeTheKernelTest(Sockets.Platform platform) {
        this.platform = platform;
    }

    private void begin() {
        provider = platform.provider();
        sockets = new Sockets(provider);
    }

    /// A simulated network goes with its test.
    @AfterEach
    void closeAll() {
        if (platform == Sockets.Platform.KERNEL) {
            sockets.closeAll();
        }
    }

    @Test
    void oneConnectionMoreThanTheBacklogWaits() {
        begin();
        int listener = sockets.listening(1);
        sockets.connected(listener);
        sockets.connected(listener);
        int third = sockets.connecting(listener);
        assertThat(sockets.isReady(third, Interest.WRITE)).isFalse();
        assertThat(provider.connect(third, TCP, sockets.address(listener))).isEqualTo(-Errno.EAGAIN);
    }

    @Test
    void aConnectionThatIsResetWhileItWaitsIsAcceptedAndThenLost() {
        begin();
        int listener = sockets.listening(1);
        int client = sockets.connected(listener);
        InetSocketAddress address = sockets.address(client);
        MemorySegment atOnce = MemorySegment.ofArray(new int[] {1, 0});
        assertThat(provider.setOption(client, SocketOptionName.LINGER, atOnce)).isZero();
        sockets.close(client);
        PeerAddress peer = new PeerAddress();
        sockets.awaitReadable(listener);
        int accepted = sockets.closedLater(provider.accept(listener, peer));
        assertThat(peer.value).isEqualTo(address);
        assertThat(sockets.awaitReadable(accepted))
                .isEqualTo(Interest.READ | Interest.WRITE | Interest.SPECIAL);
        assertThat(provider.peerAddress(accepted)).isNull();
        assertThat(provider.receive(accepted, room(1), 0)).isEqualTo(-Errno.ECONNRESET);
        assertThat(provider.receive(accepted, room(1), 0)).isZero();
        assertThat(provider.send(accepted, room(1), 1, 0)).isEqualTo(-Errno.EPIPE);
    }

    @Test
    void bytesThatArrivedBeforeAResetCanBeTaken() {
        begin();
        int listener = sockets.listening(1);
        int client = sockets.connected(listener);
        int server = sockets.accepted(listener);
        assertThat(provider.send(client, room(3), 3, 0)).isEqualTo(3);
        sockets.awaitReadable(server);
        MemorySegment atOnce = MemorySegment.ofArray(new int[] {1, 0});
        assertThat(provider.setOption(client, SocketOptionName.LINGER, atOnce)).isZero();
        sockets.close(client);
        sockets.await(server, Interest.WRITE | Interest.READ);
        assertThat(provider.receive(server, room(9), 0)).isEqualTo(3);
        assertThat(provider.receive(server, room(9), 0)).isEqualTo(-Errno.ECONNRESET);
    }
}
