package dev.overlapped.engine;

import static dev.overlapped.winsock2.Winsock2.AF_INET;
import static dev.overlapped.winsock2.Winsock2.INADDR_LOOPBACK;
import static dev.overlapped.winsock2.Winsock2.SOCK_STREAM;
import static dev.overlapped.winsock2.Winsock2.WSA_FLAG_OVERLAPPED;
import static dev.overlapped.winsock2.Winsock2.WSA_INFINITE;

import dev.overlapped.Alertable;
import dev.overlapped.ListeningSocket;
import dev.overlapped.Overlapped;
import dev.overlapped.OverlappedSocket;
import dev.overlapped.simulation.Simulation;
import dev.overlapped.simulation.SimulationOptions;
import dev.overlapped.simulation.Trouble;
import dev.overlapped.winsock2.Minwindef;
import dev.overlapped.winsock2.Synchapi;
import dev.overlapped.winsock2.Winerror;
import dev.overlapped.winsock2.Winsock2;
import dev.overlapped.winsock2.types.DWORD;
import dev.overlapped.winsock2.types.SOCKADDR_IN;
import dev.overlapped.winsock2.types.WSABUF;
import dev.overlapped.winsock2.types.WSADATA;
import dev.overlapped.winsock2.types.WSAOVERLAPPED;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;

/// A random program on the public APIs: an echo server of sockets as objects, a thread for each connection,
/// and clients of both APIs that wait in different ways. The weather is such that no function may fail. Each
/// byte that comes back is checked.
final class SimulatedApis {
    private static final InetSocketAddress ADDRESS =
            new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 4711);
    private static final int CLIENTS_MAX = 4;
    private static final int BYTES_MAX = 5_000;
    private static final int BUFFER_BYTES_MAX = 700;
    private static final Duration DELAY_MAX = Duration.ofMillis(3);
    /// So few that no connect is unlucky six times, after which it fails.
    private static final double SLOW_CONNECTS = 0.03;

    private final SplittableRandom random;
    private final Simulation simulation;
    private boolean listening;

    SimulatedApis(long seed) {
        random = new SplittableRandom(seed);
        simulation = new Simulation(SimulationOptions.calm(seed).withBufferBytes(1 + random.nextInt(3000))
                .withDelayMax(DELAY_MAX).withPreemptions(random.nextDouble() * 0.5)
                .with(Trouble.SHORT_SENDS, random.nextDouble() * 0.5)
                .with(Trouble.SHORT_RECEIVES, random.nextDouble() * 0.5)
                .with(Trouble.DELAYS, random.nextDouble())
                .with(Trouble.STALLS, random.nextDouble() * 0.1)
                .with(Trouble.SLOW_CONNECTS, SLOW_CONNECTS));
    }

    /// Runs it; what it did, line by line.
    String run() {
        int clients = 1 + random.nextInt(CLIENTS_MAX);
        simulation.thread("server", () -> serve(clients));
        for (int i = 0; i < clients; i++) {
            Simulation.Body body = random.nextBoolean() ? this::useObjects : this::useHandles;
            add("client" + i, () -> {
                simulation.awaitUntil(() -> listening, "for the listener");
                body.run();
            });
        }
        simulation.run();
        return simulation.trace();
    }

    private void add(String name, Simulation.Body body) {
        if (random.nextInt(3) == 0) {
            simulation.virtualThread(name, body);
        } else {
            simulation.thread(name, body);
        }
    }

    private byte[] pattern() {
        byte[] bytes = new byte[1 + random.nextInt(BYTES_MAX)];
        random.nextBytes(bytes);
        return bytes;
    }

    // ---- the server ----

    private void serve(int clients) throws Exception {
        try (ListeningSocket listener = ListeningSocket.bind(ADDRESS)) {
            listening = true;
            for (int i = 0; i < clients; i++) {
                OverlappedSocket connection = listener.accept().await();
                boolean byRoutines = random.nextBoolean();
                add("echo" + i, byRoutines ? () -> echoByRoutines(connection) : () -> echo(connection));
            }
        }
    }

    private void echo(OverlappedSocket connection) throws Exception {
        try (connection) {
            ByteBuffer buffer = ByteBuffer.allocateDirect(1 + random.nextInt(BUFFER_BYTES_MAX));
            while (connection.receive(buffer.clear()).await() >= 0) {
                maybeAway();
                connection.send(buffer.flip()).await();
            }
        }
    }

    private void echoByRoutines(OverlappedSocket connection) throws Exception {
        ByteBuffer buffer = ByteBuffer.allocateDirect(1 + random.nextInt(BUFFER_BYTES_MAX));
        receive(connection, buffer);
        while (connection.isOpen()) {
            Alertable.sleep(Duration.ofSeconds(1));
            maybeAway();
        }
    }

    private void receive(OverlappedSocket connection, ByteBuffer buffer) {
        connection.receive(buffer.clear()).onCompletion(received -> {
            if (received.result() < 0) {
                connection.close();
            } else {
                connection.send(buffer.flip()).onCompletion(sent -> {
                    simulation.say("echoed " + sent.result());
                    receive(connection, buffer);
                });
            }
        });
    }

    /// Sometimes the engine's thread has to look after the others' requests.
    private void maybeAway() {
        if (random.nextInt(8) == 0) {
            simulation.sleep(Duration.ofMillis(random.nextInt(2_000)));
        }
    }

    // ---- clients ----

    private void useObjects() throws Exception {
        byte[] sent = pattern();
        byte[] echoed = new byte[sent.length];
        try (OverlappedSocket socket = OverlappedSocket.connect(ADDRESS).await()) {
            Overlapped<Long> sending = socket.send(ByteBuffer.wrap(sent));
            // Before it waits for the send: what is sent is echoed, and has to be taken.
            Overlapped<Long> receiving = socket.receiveFully(ByteBuffer.wrap(echoed));
            if (random.nextBoolean()) {
                var future = sending.toCompletableFuture();
                simulation.awaitUntil(future::isDone, "for a future");
            }
            maybeAway();
            receiving.await();
            SimulatedProgram.require(sending.await() == sent.length, "all is sent");
            socket.shutdownOutput();
        }
        check(sent, echoed);
    }

    private void check(byte[] sent, byte[] echoed) {
        SimulatedProgram.require(Arrays.equals(sent, echoed), "what comes back is what was sent");
        simulation.say(sent.length + " came back");
    }

    private void useHandles() {
        byte[] sent = pattern();
        MemorySegment out = Arena.ofAuto().allocate(sent.length);
        MemorySegment.copy(sent, 0, out, ValueLayout.JAVA_BYTE, 0, sent.length);
        MemorySegment in = Arena.ofAuto().allocate(sent.length);
        done(Winsock2.WSAStartup(Minwindef.MAKEWORD(2, 2), new WSADATA()));
        long socket = Winsock2.WSASocket(AF_INET, SOCK_STREAM, 0, null, 0, WSA_FLAG_OVERLAPPED);
        SOCKADDR_IN name = new SOCKADDR_IN();
        name.sin_family = AF_INET;
        name.sin_port = Winsock2.htons(ADDRESS.getPort());
        name.sin_addr.s_addr = Winsock2.htonl(INADDR_LOOPBACK);
        done(Winsock2.connect(socket, name, SOCKADDR_IN.SIZEOF));
        WSAOVERLAPPED sending = new WSAOVERLAPPED();
        sending.hEvent = Winsock2.WSACreateEvent();
        WSABUF[] all = {new WSABUF(out, sent.length)};
        started(Winsock2.WSASend(socket, all, 1, null, 0, sending, null));
        for (int got = 0; got < sent.length;) {
            got += receive(socket, in.asSlice(got, Math.min(sent.length - got, BUFFER_BYTES_MAX)));
            maybeAway();
        }
        SimulatedProgram.require(result(socket, sending) == sent.length, "all is sent");
        check(sent, in.toArray(ValueLayout.JAVA_BYTE));
        done(Winsock2.closesocket(socket));
        done(Winsock2.WSACleanup());
    }

    /// By event or by routine.
    private int receive(long socket, MemorySegment into) {
        WSAOVERLAPPED receiving = new WSAOVERLAPPED();
        WSABUF[] buffers = {new WSABUF(into, (int) into.byteSize())};
        if (random.nextBoolean()) {
            receiving.hEvent = Winsock2.WSACreateEvent();
            started(Winsock2.WSARecv(socket, buffers, 1, null, new DWORD(), receiving, null));
            return result(socket, receiving);
        }
        int[] moved = {-1};
        started(Winsock2.WSARecv(socket, buffers, 1, null, new DWORD(), receiving, (code, count, _, _) -> {
            done(code);
            moved[0] = count;
        }));
        while (moved[0] < 0) {
            Synchapi.SleepEx(WSA_INFINITE, true);
        }
        return moved[0];
    }

    private static int result(long socket, WSAOVERLAPPED overlapped) {
        DWORD count = new DWORD();
        boolean ended = Winsock2.WSAGetOverlappedResult(socket, overlapped, count, true, new DWORD());
        SimulatedProgram.require(ended && Winsock2.WSACloseEvent(overlapped.hEvent), "it ends well");
        return count.value;
    }

    private static void started(int result) {
        boolean isPending = result != 0 && Winsock2.WSAGetLastError() == Winerror.WSA_IO_PENDING;
        SimulatedProgram.require(result == 0 || isPending, "it starts");
    }

    private static void done(int result) {
        SimulatedProgram.require(result == 0, "no function fails: " + Winsock2.WSAGetLastError());
    }
}
