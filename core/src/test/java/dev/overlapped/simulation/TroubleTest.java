package dev.overlapped.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.overlapped.ListeningSocket;
import dev.overlapped.OverlappedDatagramSocket;
import dev.overlapped.OverlappedSocket;
import dev.overlapped.WinsockException;
import dev.overlapped.winsock2.Winerror;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/// Each trouble of a simulated network shows as it does on a real one.
class TroubleTest {
    private static final InetSocketAddress ADDRESS =
            new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 4711);
    private static final int DATAGRAMS = 30;
    private static final int SEEDS = 30;
    private static final Duration LONG = Duration.ofMinutes(1);

    private static SimulationOptions only(Trouble trouble, double probability) {
        return SimulationOptions.calm(1).with(trouble, probability);
    }

    /// Runs it in a simulation; when it ended.
    private static Duration run(SimulationOptions options, Simulation.Body body) {
        Simulation simulation = new Simulation(options);
        simulation.thread("only", body);
        simulation.run();
        return simulation.time();
    }

    // ---- streams ----

    /// Makes a connection, and sends and receives a byte twice.
    private static void talk() throws Exception {
        try (ListeningSocket listener = ListeningSocket.bind(ADDRESS);
                OverlappedSocket client = OverlappedSocket.connect(ADDRESS).await();
                OverlappedSocket server = listener.accept().await()) {
            for (int i = 0; i < 2; i++) {
                client.send(ByteBuffer.allocate(1)).await();
                assertThat(server.receive(ByteBuffer.allocate(1)).await()).isEqualTo(1);
            }
        }
    }

    private static void assertFails(ThrowingCallable body, int code) {
        assertThatThrownBy(body).isInstanceOfSatisfying(WinsockException.class,
                thrown -> assertThat(thrown.code()).isEqualTo(code));
    }

    @Test
    void withoutTroubleEverythingIsThereAtOnce() {
        assertThat(run(SimulationOptions.calm(1), TroubleTest::talk)).isZero();
    }

    @Test
    void aRefusedConnectSaysSo() {
        run(only(Trouble.REFUSED_CONNECTS, 1),
                () -> assertFails(TroubleTest::talk, Winerror.WSAECONNREFUSED));
    }

    @Test
    void aSlowConnectTakesASecondOrMore() {
        Duration slowest = Duration.ZERO;
        for (long seed = 0; seed < SEEDS; seed++) {
            SimulationOptions slow = SimulationOptions.calm(seed).with(Trouble.SLOW_CONNECTS, 0.3);
            Duration took = run(slow, TroubleTest::talk);
            slowest = took.compareTo(slowest) > 0 ? took : slowest;
        }
        assertThat(slowest).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
        run(only(Trouble.SLOW_CONNECTS, 1), () -> assertFails(TroubleTest::talk, Winerror.WSAETIMEDOUT));
    }

    @Test
    void aResetIsToldToAReceiver() {
        run(only(Trouble.RESETS, 1), () -> {
            try (ListeningSocket listener = ListeningSocket.bind(ADDRESS);
                    OverlappedSocket client = OverlappedSocket.connect(ADDRESS).await();
                    OverlappedSocket server = listener.accept().await()) {
                client.send(ByteBuffer.allocate(1)).await();
                assertThat(server.receive(ByteBuffer.allocate(1)).await()).isEqualTo(1);
                assertFails(() -> server.receive(ByteBuffer.allocate(1)).await(), Winerror.WSAECONNRESET);
            }
        });
    }

    @Test
    void aStalledReceiverWaitsForWhatIsThere() {
        SimulationOptions stalling = only(Trouble.STALLS, 1).withDelayMax(LONG);
        assertThat(run(stalling, TroubleTest::talk)).isPositive().isLessThanOrEqualTo(LONG);
    }

    // ---- datagrams ----

    /// What arrives of so many datagrams, each with its number in it.
    private static List<Integer> sendDatagrams(SimulationOptions options) {
        List<Integer> arrived = new ArrayList<>();
        run(options, () -> {
            try (OverlappedDatagramSocket here = OverlappedDatagramSocket.bind(ADDRESS);
                    OverlappedDatagramSocket there = OverlappedDatagramSocket.connect(ADDRESS)) {
                for (int i = 0; i < DATAGRAMS; i++) {
                    there.send(ByteBuffer.allocate(1).put(0, (byte) i)).await();
                }
                ByteBuffer buffer = ByteBuffer.allocate(1);
                while (here.receive(buffer.clear()).await(LONG)) {
                    arrived.add((int) buffer.get(0));
                }
            }
        });
        return arrived;
    }

    @Test
    void withoutTroubleEachDatagramArrivesOnceAndInOrder() {
        assertThat(sendDatagrams(SimulationOptions.calm(1))).hasSize(DATAGRAMS).isSorted()
                .doesNotHaveDuplicates();
    }

    @Test
    void someDatagramsAreLost() {
        assertThat(sendDatagrams(only(Trouble.LOST_DATAGRAMS, 0.5))).isNotEmpty()
                .hasSizeLessThan(DATAGRAMS);
        assertThat(sendDatagrams(only(Trouble.LOST_DATAGRAMS, 1))).isEmpty();
    }

    @Test
    void everyDatagramMayComeTwice() {
        assertThat(sendDatagrams(only(Trouble.DOUBLED_DATAGRAMS, 1))).hasSize(2 * DATAGRAMS);
    }

    @Test
    void datagramsOvertakeEachOther() {
        List<Integer> arrived = sendDatagrams(only(Trouble.OVERTAKEN_DATAGRAMS, 0.5));
        assertThat(arrived).hasSize(DATAGRAMS).doesNotHaveDuplicates()
                .isNotEqualTo(arrived.stream().sorted().toList());
    }

    // ---- options ----

    @Test
    void whatCannotBeIsRefused() {
        SimulationOptions calm = SimulationOptions.calm(1);
        assertThatIllegalArgumentException().isThrownBy(() -> calm.with(Trouble.RESETS, 1.5))
                .withMessageContaining("RESETS");
        assertThatIllegalArgumentException().isThrownBy(() -> calm.withPreemptions(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> calm.withBufferBytes(0));
        assertThatIllegalArgumentException().isThrownBy(() -> calm.withDelayMax(Duration.ZERO));
    }

    @Test
    void optionsWithTheSameContentAreTheSame() {
        SimulationOptions one = SimulationOptions.calm(1).with(Trouble.RESETS, 0.5).withBufferBytes(100);
        SimulationOptions other = SimulationOptions.calm(1).withBufferBytes(100).with(Trouble.RESETS, 0.5);
        assertThat(one).isEqualTo(other);
        assertThat(one.troubles()).isEqualTo(Map.of(Trouble.RESETS, 0.5));
    }
}
