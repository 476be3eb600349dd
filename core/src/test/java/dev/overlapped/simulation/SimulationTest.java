package dev.overlapped.simulation;

import static dev.overlapped.winsock2.Winerror.WSA_IO_PENDING;
import static dev.overlapped.winsock2.Winsock2.AF_INET;
import static dev.overlapped.winsock2.Winsock2.SOCK_STREAM;
import static dev.overlapped.winsock2.Winsock2.WSA_FLAG_OVERLAPPED;
import static dev.overlapped.winsock2.Winsock2.WSA_INFINITE;
import static dev.overlapped.winsock2.Winsock2.WSA_WAIT_EVENT_0;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.overlapped.Alertable;
import dev.overlapped.ListeningSocket;
import dev.overlapped.OverlappedSocket;
import dev.overlapped.WinsockException;
import dev.overlapped.winsock2.Minwindef;
import dev.overlapped.winsock2.Winsock2;
import dev.overlapped.winsock2.types.DWORD;
import dev.overlapped.winsock2.types.SOCKADDR_IN;
import dev.overlapped.winsock2.types.WSABUF;
import dev.overlapped.winsock2.types.WSADATA;
import dev.overlapped.winsock2.types.WSAOVERLAPPED;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/// Programs of either API run on a simulated network as they do on a real one, and a seed is one run.
class SimulationTest {
    private static final int SEEDS = 20;
    private static final int MESSAGE_BYTES = 100;
    private static final InetSocketAddress ADDRESS =
            new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 4711);

    private boolean listening;

    // ---- the idiomatic API ----

    private void serve(Simulation simulation) throws Exception {
        try (ListeningSocket listener = ListeningSocket.bind(ADDRESS)) {
            listening = true;
            try (OverlappedSocket connection = listener.accept().await()) {
                ByteBuffer buffer = ByteBuffer.allocateDirect(MESSAGE_BYTES);
                for (long got = connection.receive(buffer).await(); got >= 0;) {
                    simulation.say("received " + got);
                    connection.send(buffer.flip()).await();
                    got = connection.receive(buffer.clear()).await();
                }
            }
        }
    }

    private void talk(Simulation simulation) throws Exception {
        simulation.awaitUntil(() -> listening, "for the listener");
        try (OverlappedSocket socket = OverlappedSocket.connect(ADDRESS).await()) {
            ByteBuffer answer = ByteBuffer.allocateDirect(MESSAGE_BYTES);
            ByteBuffer message = ByteBuffer.allocateDirect(MESSAGE_BYTES);
            CompletableFuture<Long> sent = socket.send(message).toCompletableFuture();
            Alertable.await(socket.receiveFully(answer));
            simulation.awaitUntil(sent::isDone, "for the future of the send");
            simulation.say("sent " + sent.join() + ", answered " + answer.position());
            socket.shutdownOutput();
        }
    }

    private String echo(long seed) {
        listening = false;
        Simulation simulation = new Simulation(SimulationOptions.ofSeed(seed));
        simulation.thread("server", () -> serve(simulation));
        simulation.virtualThread("client", () -> talk(simulation));
        simulation.run();
        return simulation.trace();
    }

    @Test
    void anEchoWithSocketsAsObjectsRunsOnIt() {
        for (long seed = 0; seed < SEEDS; seed++) {
            assertThat(echo(seed)).as("seed " + seed).contains("sent 100, answered 100", "server: ends");
        }
    }

    @Test
    void aSeedIsTheSameRunEachTimeAndAnotherSeedAnotherOne() {
        assertThat(echo(1)).isEqualTo(echo(1)).isNotEqualTo(echo(2));
    }

    // ---- the faithful API ----

    private static void start() {
        assertThat(Winsock2.WSAStartup(Minwindef.MAKEWORD(2, 2), new WSADATA())).isZero();
    }

    private static SOCKADDR_IN address() {
        SOCKADDR_IN name = new SOCKADDR_IN();
        name.sin_family = AF_INET;
        name.sin_addr.s_addr = Winsock2.htonl(Winsock2.INADDR_LOOPBACK);
        name.sin_port = Winsock2.htons(ADDRESS.getPort());
        return name;
    }

    private static long socket() {
        long socket = Winsock2.WSASocket(AF_INET, SOCK_STREAM, 0, null, 0, WSA_FLAG_OVERLAPPED);
        assertThat(socket).isPositive();
        return socket;
    }

    /// Moves all of `bytes` by one overlapped request, and waits for it.
    private static int move(long socket, MemorySegment bytes, boolean sends) {
        WSAOVERLAPPED overlapped = new WSAOVERLAPPED();
        overlapped.hEvent = Winsock2.WSACreateEvent();
        WSABUF[] buffers = {new WSABUF(bytes, (int) bytes.byteSize())};
        DWORD count = new DWORD();
        DWORD flags = new DWORD();
        int result = sends ? Winsock2.WSASend(socket, buffers, 1, count, 0, overlapped, null)
                : Winsock2.WSARecv(socket, buffers, 1, count, flags, overlapped, null);
        assertThat(result == 0 || Winsock2.WSAGetLastError() == WSA_IO_PENDING).isTrue();
        long[] events = {overlapped.hEvent};
        assertThat(Winsock2.WSAWaitForMultipleEvents(1, events, false, WSA_INFINITE, false))
                .isEqualTo(WSA_WAIT_EVENT_0);
        assertThat(Winsock2.WSAGetOverlappedResult(socket, overlapped, count, false, flags)).isTrue();
        Winsock2.WSACloseEvent(overlapped.hEvent);
        return count.value;
    }

    private void serveByHandles() {
        start();
        SOCKADDR_IN address = address();
        long listener = socket();
        assertThat(Winsock2.bind(listener, address, SOCKADDR_IN.SIZEOF)).isZero();
        assertThat(Winsock2.listen(listener, 1)).isZero();
        listening = true;
        long connection = Winsock2.accept(listener, null, null);
        MemorySegment bytes = Arena.ofAuto().allocate(MESSAGE_BYTES);
        for (int got = move(connection, bytes, false); got > 0; got = move(connection, bytes, false)) {
            assertThat(move(connection, bytes.asSlice(0, got), true)).isEqualTo(got);
        }
        assertThat(Winsock2.WSACleanup()).isZero();
    }

    private void talkByHandles(Simulation simulation) {
        simulation.awaitUntil(() -> listening, "for the listener");
        start();
        SOCKADDR_IN address = address();
        long socket = socket();
        assertThat(Winsock2.connect(socket, address, SOCKADDR_IN.SIZEOF)).isZero();
        MemorySegment bytes = Arena.ofAuto().allocate(MESSAGE_BYTES);
        assertThat(move(socket, bytes, true)).isEqualTo(MESSAGE_BYTES);
        int answered = 0;
        while (answered < MESSAGE_BYTES) {
            answered += move(socket, bytes, false);
        }
        simulation.say("answered " + answered);
        assertThat(Winsock2.closesocket(socket)).isZero();
        assertThat(Winsock2.WSACleanup()).isZero();
    }

    @Test
    void anEchoWithHandlesRunsOnIt() {
        for (long seed = 0; seed < SEEDS; seed++) {
            listening = false;
            Simulation simulation = new Simulation(SimulationOptions.ofSeed(seed));
            simulation.virtualThread("server", this::serveByHandles);
            simulation.thread("client", () -> talkByHandles(simulation));
            simulation.run();
            assertThat(simulation.trace()).as("seed " + seed).contains("answered 100");
        }
    }

    // ---- what goes wrong ----

    @Test
    void aLostConnectionIsTold() {
        Simulation simulation = new Simulation(SimulationOptions.calm(5));
        simulation.thread("server", () -> assertThatThrownBy(() -> serve(simulation))
                .isInstanceOf(WinsockException.class));
        simulation.thread("client", () -> {
            simulation.awaitUntil(() -> listening, "for the listener");
            try (OverlappedSocket socket = OverlappedSocket.connect(ADDRESS).await()) {
                SocketAddress local = socket.localAddress();
                simulation.sleep(Duration.ofSeconds(1));
                assertThat(simulation.reset(local)).isTrue();
                assertThat(simulation.reset(InetSocketAddress.createUnresolved("nobody", 1))).isFalse();
            }
        });
        simulation.run();
        assertThat(simulation.time()).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
    }

    @Test
    void whatAThreadThrowsFailsTheRunWithSeedAndTrace() {
        Simulation simulation = new Simulation(SimulationOptions.calm(77));
        simulation.thread("waiting", () -> serve(simulation));
        simulation.virtualThread("failing", () -> {
            simulation.say("about to fail");
            throw new IllegalStateException("meant");
        });
        assertThatThrownBy(simulation::run).isInstanceOf(AssertionError.class)
                .hasMessageContaining("seed 77").hasMessageContaining("meant")
                .hasMessageContaining("failing: about to fail");
    }

    @Test
    void waitsThatNothingCanEndFailTheRunAndSayWhoWaits() {
        Simulation simulation = new Simulation(SimulationOptions.calm(78));
        simulation.thread("server", () -> serve(simulation));
        assertThatThrownBy(simulation::run).hasMessageContaining("seed 78")
                .hasMessageContaining("nothing can happen any more")
                .hasMessageContaining("thread server: in a poll");
    }
}
