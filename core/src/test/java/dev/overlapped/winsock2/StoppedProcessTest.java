package dev.overlapped.winsock2;

import static dev.overlapped.winsock2.Winsock2.closesocket;
import static dev.overlapped.winsock2.Winsock2.shutdown;
import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.Alertable;
import dev.overlapped.Overlapped;
import dev.overlapped.OverlappedSocket;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A process is stopped by SIGSTOP in the middle of its traffic, with all its threads wherever they are, and
/// goes on with SIGCONT.
class StoppedProcessTest {
    private static final int PART = 64 << 10;
    private static final int PARTS = 64;
    private static final int STOPS = 8;

    private long received;

    @ParameterizedTest(name = "by {0}")
    @ValueSource(strings = {"routines", "waits"})
    void itGoesOnWithoutALostOrDoubledByte(String how) throws Exception {
        Random random = new Random(3);
        try (Loopback loopback = new Loopback(); StreamPattern pattern = new StreamPattern(random)) {
            Process child = ChildJvm.start(StoppedProcessTest.class, how, Integer.toString(loopback.port()));
            try {
                long socket = loopback.accepted();
                Requests.smallSendBuffer(socket);
                for (int i = 0; i < STOPS; i++) {
                    echo(socket, pattern, child);
                }
                assertThat(shutdown(socket, Winsock2.SD_SEND)).isZero();
                String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertThat(child.waitFor()).as(said).isZero();
                try (Posted end = Posted.receive(socket, 1)) {
                    end.await().succeeded(0);
                }
                assertThat(closesocket(socket)).isZero();
            } finally {
                child.destroyForcibly().waitFor();
            }
        }
    }

    /// Sends more than the kernel keeps while the child is stopped, and gets all of it back when it goes on.
    private void echo(long socket, StreamPattern pattern, Process child)
            throws IOException, InterruptedException {
        ArrayDeque<Posted> sends = new ArrayDeque<>();
        long from = received;
        for (int i = 0; i < PARTS; i++) {
            if (i == PARTS / 4) {
                signal(child, "STOP");
                awaitStopped(child);
            }
            sends.add(Posted.send(socket, pattern.at(from + (long) i * PART, PART)));
        }
        // The child would have to read for it to end.
        assertThat(sends.getLast().hasCompleted()).isFalse();
        signal(child, "CONT");
        while (received < from + (long) PARTS * PART) {
            try (Posted receive = Posted.receive(socket, PART)) {
                receive.await();
                long bytes = receive.overlapped.InternalHigh;
                assertThat(bytes).isPositive();
                assertThat(pattern.isAt(received, receive.memory.asSlice(0, bytes))).as("from %d", received)
                        .isTrue();
                received += bytes;
            }
        }
        for (Posted each : sends) {
            each.await().succeeded(PART);
            each.close();
        }
    }

    private static void signal(Process child, String name) throws IOException, InterruptedException {
        String number = Long.toString(child.pid());
        assertThat(new ProcessBuilder("kill", "-" + name, number).start().waitFor()).isZero();
    }

    /// The letter behind the name in parentheses.
    private static void awaitStopped(Process child) throws IOException {
        Path stat = Path.of("/proc", Long.toString(child.pid()), "stat");
        String line;
        do {
            Thread.onSpinWait();
            line = Files.readString(stat);
        } while (line.charAt(line.lastIndexOf(')') + 2) != 'T');
    }

    // ---- the child ----

    public static void main(String[] arguments) throws Exception {
        InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
        int port = Integer.parseInt(arguments[1]);
        OverlappedSocket socket = OverlappedSocket.connect(new InetSocketAddress(loopback, port)).await();
        if (arguments[0].equals("routines")) {
            new RoutineEcho(socket).receive();
            Alertable.runUntilStopped();
        } else {
            echoByWaits(socket);
        }
        socket.close();
    }

    private static void echoByWaits(OverlappedSocket socket) throws Exception {
        ByteBuffer buffer = ByteBuffer.allocateDirect(PART);
        while (socket.receive(buffer.clear()).await() >= 0) {
            Overlapped<Long> send = socket.send(buffer.flip());
            assertThat(send.await()).isEqualTo(buffer.limit());
        }
    }

    /// Lives on routines alone, on one thread.
    private record RoutineEcho(OverlappedSocket socket, MemorySegment memory) {
        RoutineEcho(OverlappedSocket socket) {
            this(socket, Arena.global().allocate(PART));
        }

        void receive() {
            socket.receive(memory, this, RoutineEcho::received);
        }

        private static void received(int error, long bytes, RoutineEcho self) {
            assertThat(error).isZero();
            if (bytes < 0) {
                Alertable.current().stop();
            } else {
                self.socket.send(self.memory.asSlice(0, bytes), self, RoutineEcho::sent);
            }
        }

        private static void sent(int error, long bytes, RoutineEcho self) {
            assertThat(error).isZero();
            self.receive();
        }
    }
}
