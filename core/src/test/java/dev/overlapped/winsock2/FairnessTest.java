package dev.overlapped.winsock2;

import static dev.overlapped.winsock2.Moves.memory;
import static dev.overlapped.winsock2.Moves.overlapped;
import static dev.overlapped.winsock2.Moves.text;
import static dev.overlapped.winsock2.Processthreadsapi.GetCurrentThread;
import static dev.overlapped.winsock2.Processthreadsapi.GetCurrentThreadId;
import static dev.overlapped.winsock2.Processthreadsapi.OpenThread;
import static dev.overlapped.winsock2.Processthreadsapi.QueueUserAPC;
import static dev.overlapped.winsock2.Synchapi.INFINITE;
import static dev.overlapped.winsock2.Synchapi.SleepEx;
import static dev.overlapped.winsock2.Synchapi.WAIT_IO_COMPLETION;
import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.conformance.Clause;
import dev.overlapped.winsock2.types.LPWSAOVERLAPPED_COMPLETION_ROUTINE;
import dev.overlapped.winsock2.types.PAPCFUNC;
import dev.overlapped.winsock2.types.WSAOVERLAPPED;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// One connection that never has to wait keeps neither others from progressing nor its thread in a wait.
class FairnessTest {
    private static final int OTHERS = 99;
    private static final int ROUNDS = 20;
    private static final int PASSES_MILLIS_MAX = 10;
    private static final long MILLISECOND_NANOS = 1_000_000;

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
            // Whoever is endless goes on in each round.
            while (answered[0] < round * OTHERS || endless.runs == before) {
                assertThat(SleepEx(INFINITE, true)).isEqualTo(WAIT_IO_COMPLETION);
                assertThat(++waits).as("waits of round %d, answered %d", round, answered[0]).isLessThan(1000);
            }
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

    /// There is always another datagram to receive.
    @Test
    void aFloodOfDatagramsStarvesNobody() throws Exception {
        long socket = loopback.datagram();
        InetSocketAddress there = new InetSocketAddress(InetAddress.getLoopbackAddress(),
                Winsock2.ntohs(Loopback.nameOf(socket).sin_port));
        AtomicBoolean ended = new AtomicBoolean();
        var flood = Moves.elsewhere(() -> {
            long sent = 0;
            try (DatagramChannel channel = DatagramChannel.open()) {
                ByteBuffer buffer = ByteBuffer.allocateDirect(64);
                while (!ended.get()) {
                    sent += channel.send(buffer.clear(), there);
                }
            }
            return sent;
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
        assertThat(flood.get()).isPositive();
    }

    /// Other threads queue calls to this one faster than it can run them.
    @Test
    void callsOfOtherThreadsStarveNobody() throws Exception {
        long self = OpenThread(0, false, GetCurrentThreadId());
        AtomicBoolean ended = new AtomicBoolean();
        Endless endless = new Endless() {
            @Override
            void startAgain() {
                // It is others who go on and on.
            }
        };
        var flood = Moves.elsewhere(() -> {
            long queued = 0;
            while (!ended.get()) {
                queued += QueueUserAPC(parameter -> endless.runs++, self, 0);
            }
            return queued;
        });
        SocketChannel[] peers = peers();
        assertOthersProgress(endless, peers, accepted());
        ended.set(true);
        long queued = flood.get();
        while (SleepEx(0, true) == WAIT_IO_COMPLETION) {
            // What is left runs in the next wait.
        }
        assertThat(endless.runs).isEqualTo(queued);
        assertThat(Handleapi.CloseHandle(self)).isTrue();
    }

    /// Its calls take a millisecond each and beget each other: the bound on their number would come late.
    @Test
    void aWaitEndsAfterMillisecondsOfSlowRoutines() {
        int[] ran = {0};
        AtomicBoolean ended = new AtomicBoolean();
        PAPCFUNC slow = new PAPCFUNC() {
            @Override
            public void invoke(long parameter) {
                ran[0]++;
                long began = System.nanoTime();
                while (System.nanoTime() - began < MILLISECOND_NANOS) {
                    Thread.onSpinWait();
                }
                if (!ended.get()) {
                    QueueUserAPC(this, GetCurrentThread(), 0);
                }
            }
        };
        assertThat(QueueUserAPC(slow, GetCurrentThread(), 0)).isOne();
        assertThat(SleepEx(INFINITE, true)).isEqualTo(WAIT_IO_COMPLETION);
        assertThat(ran[0]).isBetween(1, PASSES_MILLIS_MAX + 2);
        ended.set(true);
        assertThat(SleepEx(INFINITE, true)).isEqualTo(WAIT_IO_COMPLETION);
    }
}
