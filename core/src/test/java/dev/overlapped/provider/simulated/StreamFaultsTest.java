package dev.overlapped.provider.simulated;

import static dev.overlapped.provider.simulated.Sockets.TCP;
import static dev.overlapped.provider.simulated.Sockets.room;
import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.provider.ConnectionEnd;
import dev.overlapped.provider.Errno;
import dev.overlapped.provider.Interest;
import dev.overlapped.provider.PeerAddress;
import dev.overlapped.provider.Poller;
import dev.overlapped.provider.ReadyEvents;
import dev.overlapped.provider.SocketOptionName;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What may go wrong with a connection, each fault alone.
class StreamFaultsTest {
    private static final long SECOND_NANOS = 1_000_000_000;
    private static final SimulatedOptions CALM = SimulatedOptions.calm(3);

    private final ReadyEvents events = new ReadyEvents();
    private SimulatedProvider provider;
    private Sockets sockets;
    private int listener;
    private int client;
    private int server;

    private void begin(SimulatedOptions options) {
        provider = new SimulatedProvider(options);
        sockets = new Sockets(provider);
        listener = sockets.listening(1);
    }

    private void connect(SimulatedOptions options) {
        begin(options);
        client = sockets.connected(listener);
        server = sockets.accepted(listener);
    }

    private long send(int count) {
        return provider.send(client, room(count), count, 0);
    }

    private long receive(int count) {
        return provider.receive(server, room(count), 0);
    }

    private Poller watching(int descriptor, int interest) {
        Poller poller = provider.openPoller();
        assertThat(poller.watch(descriptor, 1, interest)).isZero();
        return poller;
    }

    private void expect(Poller poller, int readiness) {
        assertThat(poller.poll(events, -1)).isEqualTo(1);
        assertThat(events.readiness(0)).isEqualTo(readiness);
    }

    @Test
    void aReaderThatIsToldTooSoonIsToldAgain() {
        connect(CALM.with(Chance.FALSE_READINESS, 1));
        Poller poller = watching(server, Interest.READ);
        assertThat(send(3)).isEqualTo(3);
        expect(poller, Interest.READ);
        assertThat(receive(3)).isEqualTo(-Errno.EAGAIN);
        assertThat(poller.poll(events, 0)).isZero();
        expect(poller, Interest.READ);
        assertThat(receive(3)).isEqualTo(3);
    }

    @Test
    void aWriterThatIsToldTooSoonIsToldAgain() {
        connect(CALM.withBufferBytes(30).with(Chance.FALSE_READINESS, 1));
        assertThat(send(40)).isEqualTo(30);
        Poller poller = watching(client, Interest.WRITE);
        expect(poller, Interest.WRITE);
        assertThat(send(40)).isEqualTo(-Errno.EAGAIN);
        long received = receive(30);
        while (received == -Errno.EAGAIN) {
            sockets.awaitReadable(server);
            received = receive(30);
        }
        assertThat(received).isEqualTo(30);
        expect(poller, Interest.WRITE);
        assertThat(send(30)).isEqualTo(30);
    }

    @Test
    void aStalledReaderReceivesNothingForItsWhileAndThenAll() {
        connect(CALM.withBufferBytes(4));
        provider.stall(server, 5 * SECOND_NANOS);
        Poller poller = watching(server, Interest.READ);
        assertThat(send(3)).isEqualTo(3);
        assertThat(provider.shutdownSending(client)).isZero();
        assertThat(receive(9)).isEqualTo(-Errno.EAGAIN);
        assertThat(provider.available(server)).isZero();
        assertThat(poller.poll(events, 5 * SECOND_NANOS - 1)).isZero();
        expect(poller, Interest.READ | Interest.SPECIAL);
        assertThat(provider.nanoTime()).isEqualTo(5 * SECOND_NANOS);
        assertThat(receive(9)).isEqualTo(3);
        assertThat(receive(9)).isZero();
    }

    @Test
    void aStallByChanceComesToItsEnd() {
        connect(CALM.withDelayNanosMax(1000).with(Chance.STALLS, 1));
        assertThat(send(5)).isEqualTo(5);
        assertThat(receive(2)).isEqualTo(2);
        assertThat(receive(2)).isEqualTo(-Errno.EAGAIN);
        sockets.awaitReadable(server);
        assertThat(provider.nanoTime()).isPositive();
        assertThat(receive(9)).isEqualTo(3);
    }

    @Test
    void aResetWhileAReaderIsStalledIsToldAtOnce() {
        connect(CALM);
        provider.stall(server, SECOND_NANOS);
        provider.reset(client);
        assertThat(receive(1)).isEqualTo(-Errno.ECONNRESET);
    }

    @Test
    void aConnectionMayBeLostAfterAnySend() {
        connect(CALM.withDelayNanosMax(1000).with(Chance.RESETS, 1));
        assertThat(send(3)).isEqualTo(3);
        Poller poller = watching(client, Interest.READ);
        expect(poller, Interest.READ | Interest.WRITE | Interest.SPECIAL);
        assertThat(send(3)).isEqualTo(-Errno.ECONNRESET);
        assertThat(receive(3)).isEqualTo(3);
        assertThat(receive(3)).isEqualTo(-Errno.ECONNRESET);
        assertThat(provider.connectionEnd(server)).isEqualTo(ConnectionEnd.UNKNOWN);
    }

    @Test
    void aConnectionThatNobodyAnswersTimesOutAndSaysHow() {
        for (ConnectionEnd how : List.of(ConnectionEnd.KEEP_ALIVE, ConnectionEnd.RETRANSMISSION)) {
            connect(CALM);
            provider.timeOut(client, how);
            assertThat(provider.receive(client, room(1), 0)).isEqualTo(-Errno.ETIMEDOUT);
            assertThat(provider.connectionEnd(client)).isEqualTo(how);
            assertThat(send(1)).isEqualTo(-Errno.EPIPE);
            assertThat(receive(1)).isEqualTo(-Errno.ECONNRESET);
            assertThat(provider.connectionEnd(server)).isEqualTo(ConnectionEnd.UNKNOWN);
        }
    }

    @Test
    void aTimeOutByChanceComesAfterASend() {
        connect(CALM.withDelayNanosMax(1000).with(Chance.TIME_OUTS, 1));
        assertThat(send(3)).isEqualTo(3);
        Poller poller = watching(client, Interest.READ);
        expect(poller, Interest.READ | Interest.WRITE | Interest.SPECIAL);
        assertThat(send(3)).isEqualTo(-Errno.ETIMEDOUT);
        assertThat(provider.connectionEnd(client)).isNotEqualTo(ConnectionEnd.UNKNOWN);
    }

    @Test
    void aConnectThatIsNeverHeardTimesOut() {
        begin(CALM.with(Chance.SILENT_CONNECTS, 1));
        client = sockets.connecting(listener);
        expect(watching(client, Interest.WRITE), Interest.READ | Interest.WRITE | Interest.SPECIAL);
        assertThat(provider.connect(client, TCP, sockets.address(listener))).isEqualTo(-Errno.ETIMEDOUT);
        assertThat(provider.nanoTime()).isEqualTo(5 * SECOND_NANOS);
        assertThat(provider.accept(listener, new PeerAddress())).isEqualTo(-Errno.EAGAIN);
    }

    @Test
    void aConnectThatIsNotHeardAtFirstIsSlow() {
        int slow = 0;
        for (long seed = 0; seed < 10; seed++) {
            begin(SimulatedOptions.calm(seed).with(Chance.SLOW_CONNECTS, 0.3));
            client = sockets.connected(listener);
            assertThat(provider.nanoTime() % SECOND_NANOS).isZero();
            slow += provider.nanoTime() > 0 ? 1 : 0;
        }
        assertThat(slow).isBetween(1, 9);
    }

    @Test
    void aConnectionMayBeResetInTheBacklog() {
        begin(CALM.withDelayNanosMax(1000).with(Chance.BACKLOG_RESETS, 1));
        client = sockets.connected(listener);
        expect(watching(client, Interest.READ), Interest.READ | Interest.WRITE | Interest.SPECIAL);
        server = sockets.accepted(listener);
        assertThat(receive(1)).isEqualTo(-Errno.ECONNRESET);
        assertThat(provider.receive(client, room(1), 0)).isEqualTo(-Errno.ECONNRESET);
    }

    /// The kernel's connect, asked again, answers ECONNRESET too, and the socket may connect anew.
    @Test
    void aConnectionThatIsLostBeforeAConnectHasSaidSoIsThatConnectsFailure() {
        begin(CALM.withDelayNanosMax(1000).with(Chance.DELAYS, 1));
        client = sockets.connecting(listener);
        server = sockets.accepted(listener);
        provider.reset(server);
        assertThat(provider.connect(client, TCP, sockets.address(listener))).isEqualTo(-Errno.ECONNRESET);
        assertThat(provider.connect(client, TCP, sockets.address(listener))).isEqualTo(-Errno.EAGAIN);
        server = sockets.accepted(listener);
        assertThat(provider.connect(client, TCP, sockets.address(listener))).isZero();
        assertThat(send(1)).isEqualTo(1);
        sockets.awaitReadable(server);
        assertThat(receive(1)).isEqualTo(1);
    }

    @Test
    void aSendMayFindNoMemoryAndTakesNothing() {
        connect(CALM.with(Chance.NO_MEMORY_TO_SEND, 1));
        assertThat(send(1)).isEqualTo(-Errno.ENOBUFS);
        assertThat(receive(1)).isEqualTo(-Errno.EAGAIN);
    }

    @Test
    void aResetOfAClosedConnectionsMemoryLeavesNothing() {
        connect(CALM);
        assertThat(send(5)).isEqualTo(5);
        assertThat(provider.leftovers().bytes()).isEqualTo(5);
        assertThat(provider.leftovers().descriptors()).hasSize(3);
        MemorySegment atOnce = MemorySegment.ofArray(new int[] {1, 0});
        assertThat(provider.setOption(client, SocketOptionName.LINGER, atOnce)).isZero();
        sockets.closeAll();
        assertThat(provider.leftovers())
                .isEqualTo(new SimulatedProvider.Leftovers(List.of(), provider.openPollers(), 0));
    }
}
