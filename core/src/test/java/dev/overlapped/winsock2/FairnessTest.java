package dev.overlapped.winsock2;

import static dev.overlapped.winsock2.Moves.memory;
import static dev.overlapped.winsock2.Moves.overlapped;
import static dev.overlapped.winsock2.Moves.text;
import static dev.overlapped.winsock2.Synchapi.INFINITE;
import static dev.overlapped.winsock2.Synchapi.SleepEx;
import static dev.overlapped.winsock2.Synchapi.WAIT_IO_COMPLETION;
import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.conformance.Clause;
import dev.overlapped.winsock2.types.LPWSAOVERLAPPED_COMPLETION_ROUTINE;
import dev.overlapped.winsock2.types.WSAOVERLAPPED;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// One connection that never has to wait keeps neither others from progressing nor its thread in a wait.
class FairnessTest {
    private static final int OTHERS = 99;
    private static final int ROUNDS = 20;

    private Loopback loopback;

    @BeforeEach
    void start() {
        loopback = new Loopback();
    }

    @AfterEach
    void closeAll() {
        loopback.close();
    }

    /// Starts itself again as long as it is told to.
    private abstract static class Endless implements LPWSAOVERLAPPED_COMPLETION_ROUTINE {
        final WSAOVERLAPPED overlapped = overlapped(0);
        long runs;

        abstract void startAgain();

        @Override
        public void invoke(int error, int bytes, WSAOVERLAPPED same, int flags) {
            runs++;
            startAgain();
        }
    }

    /// `peers` get an answer to each message while `endless` goes on and on.
    private static void assertOthersProgress(Endless endless, SocketChannel[] peers, long[] sockets) {
        int[] answered = {0};
        for (long socket : sockets) {
            MemorySegment bytes = memory(1);
            Endless echo = new Endless() {
                @Override
                void startAgain() {
                    Moves.receive(socket, bytes, overlapped, this);
                }

                @Override
                public void invoke(int error, int count, WSAOVERLAPPED same, int flags) {
                    answered[0]++;
                    startAgain();
                }
            };
            echo.startAgain();
        }
        endless.startAgain();
        for (int round = 1; round <= ROUNDS; round++) {
            for (SocketChannel peer : peers) {
                Moves.write(peer, "x");
            }
            long before = endless.runs;
            int waits = 0;
            while (answered[0] < round * OTHERS) {
                assertThat(SleepEx(INFINITE, true)).isEqualTo(WAIT_IO_COMPLETION);
                assertThat(++waits).as("waits of round %d, answered %d", round, answered[0]).isLessThan(1000);
            }
            assertThat(endless.runs).as("it is endless").isGreaterThan(before);
        }
    }

    private SocketChannel[] peers() {
        SocketChannel[] peers = new SocketChannel[OTHERS];
        for (int i = 0; i < OTHERS; i++) {
            peers[i] = loopback.peer();
        }
        return peers;
    }

    private long[] accepted() {
        long[] sockets = new long[OTHERS];
        for (int i = 0; i < OTHERS; i++) {
            sockets[i] = loopback.accepted();
        }
        return sockets;
    }

    @Test
    void endlessReceivesOfNothingStarveNobody() {
        SocketChannel busy = loopback.peer();
        long socket = loopback.accepted();
        // What waits there is never taken, so that each receive without room completes at once.
        Moves.write(busy, "x");
        SocketChannel[] peers = peers();
        assertOthersProgress(new Endless() {
            @Override
            void startAgain() {
                if (Moves.receive(socket, MemorySegment.NULL, overlapped, this) != 0) {
                    runs = Long.MIN_VALUE;
                }
            }
        }, peers, accepted());
    }

    @Test
    @Clause("OVERLAPPED-32")
    void endlessSendsStarveNobody() throws Exception {
        SocketChannel busy = loopback.peer();
        long socket = loopback.accepted();
        MemorySegment bytes = text("on and on ");
        AtomicBoolean ended = new AtomicBoolean();
        var reader = Moves.elsewhere(() -> {
            ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 16);
            long read = 0;
            while (busy.read(buffer.clear()) >= 0) {
                read += buffer.position();
            }
            return read;
        });
        SocketChannel[] peers = peers();
        Endless endless = new Endless() {
            @Override
            void startAgain() {
                if (!ended.get()) {
                    Moves.send(socket, bytes, overlapped, this);
                }
            }
        };
        assertOthersProgress(endless, peers, accepted());
        ended.set(true);
        Winsock2.shutdown(socket, Winsock2.SD_SEND);
        assertThat(reader.get()).isGreaterThanOrEqualTo((endless.runs - 1) * bytes.byteSize());
    }

    /// The peer's own writes never end, so that there is always something to receive.
    @Test
    void anEndlessStreamOfBytesStarvesNobody() throws Exception {
        SocketChannel busy = loopback.peer();
        long socket = loopback.accepted();
        AtomicBoolean ended = new AtomicBoolean();
        var writer = Moves.elsewhere(() -> {
            ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 16);
            while (!ended.get()) {
                try {
                    busy.write(buffer.clear());
                } catch (IOException e) {
                    return ended.get();
                }
            }
            return true;
        });
        SocketChannel[] peers = peers();
        MemorySegment room = memory(64);
        assertOthersProgress(new Endless() {
            @Override
            void startAgain() {
                Moves.receive(socket, room, overlapped, this);
            }
        }, peers, accepted());
        ended.set(true);
        Winsock2.closesocket(socket);
        assertThat(writer.get()).isTrue();
    }
}
