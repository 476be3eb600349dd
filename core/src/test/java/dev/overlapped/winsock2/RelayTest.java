package dev.overlapped.winsock2;

import static dev.overlapped.winsock2.Synchapi.INFINITE;
import static dev.overlapped.winsock2.Synchapi.SleepEx;
import static dev.overlapped.winsock2.Winsock2.WSAGetLastError;
import static dev.overlapped.winsock2.Winsock2.WSAGetOverlappedResult;
import static dev.overlapped.winsock2.Winsock2.recv;
import static dev.overlapped.winsock2.Winsock2.send;
import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.winsock2.types.DWORD;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Messages go to and fro, each awaited in another way, without a time-out and with nothing else that would
/// bring a lost one to light: each arrives.
// The longest time of each way, in an array.
@SuppressWarnings("EnumOrdinal")
class RelayTest {
    /// How a thread receives one message. LOOKS does so at the structure only; ASKS asks for the result
    /// without waiting for it.
    private enum Way { CALLS, AWAITS_EVENT, AWAITS_ROUTINE, AWAITS_RESULT, HAS_IT_AWAITED, ASKS, LOOKS }

    private Loopback loopback;
    /// The longest that a message took in each way, in nanoseconds: for whoever looks by hand.
    private final AtomicLongArray longest = new AtomicLongArray(Way.values().length);

    @BeforeEach
    void open() {
        loopback = new Loopback();
    }

    @AfterEach
    void close() {
        loopback.close();
    }

    @Test
    void everyMessageArrivesHoweverItIsAwaited() {
        long seed = new Random().nextLong();
        relay(seed, 6, 400, Way.values().length);
    }

    /// By hand: seed, pairs of threads, messages, how often, ways.
    public static void main(String... args) {
        RelayTest test = new RelayTest();
        for (int i = 0; i < Integer.parseInt(args[3]); i++) {
            test.open();
            test.relay(Long.parseLong(args[0]) + i, Integer.parseInt(args[1]), Integer.parseInt(args[2]),
                    Integer.parseInt(args[4]));
            test.close();
            for (Way way : Way.values()) {
                System.out.print(way + " " + test.longest.getAndSet(way.ordinal(), 0) / 1000 + " us; ");
            }
            System.out.println();
        }
    }

    private void relay(long seed, int pairs, int messages, int ways) {
        try (Crew crew = new Crew()) {
            for (int i = 0; i < pairs; i++) {
                long[] pair = loopback.pair();
                long[] idle = loopback.pair();
                for (int end = 0; end < 2; end++) {
                    Relayer relayer = new Relayer(pair[end], idle[end], end == 0,
                            new Random(seed + 2L * i + end));
                    boolean virtual = (i >> end & 1) == 1;
                    Crew.Task task = () -> relayer.run(messages, ways);
                    relayer.startOther(crew, (i & 2) == 0);
                    if (virtual) {
                        crew.virtual(task);
                    } else {
                        crew.platform(task);
                    }
                }
            }
        } catch (AssertionError e) {
            throw new AssertionError("seed " + seed, e);
        }
    }

    /// One end: sends a message, waits for the next, and so on.
    private final class Relayer {
        private final long socket;
        private final long idle;
        private final boolean begins;
        private final Random random;
        private final SynchronousQueue<Posted> toOther = new SynchronousQueue<>();
        private final SynchronousQueue<Posted> fromOther = new SynchronousQueue<>();
        private final List<Posted> kept = new ArrayList<>();

        Relayer(long socket, long idle, boolean begins, Random random) {
            this.socket = socket;
            this.idle = idle;
            this.begins = begins;
            this.random = random;
        }

        /// A thread that waits for what this one has posted.
        void startOther(Crew crew, boolean virtual) {
            Crew.Task task = () -> {
                for (Posted posted = toOther.take(); posted.socket == socket; posted = toOther.take()) {
                    fromOther.put(posted.await());
                }
            };
            if (virtual) {
                crew.virtual(task);
            } else {
                crew.platform(task);
            }
        }

        void run(int messages, int ways) throws InterruptedException {
            MemorySegment message = Arena.ofAuto().allocate(4, 4);
            for (int i = 0; i < messages; i++) {
                // Now and then something is pending that has nothing to do with it.
                if (random.nextInt(20) == 0) {
                    kept.add(Posted.receive(idle, 1).isPending());
                } else if (random.nextInt(20) == 0) {
                    Ioapiset.CancelIo(idle);
                }
                if (begins || i > 0) {
                    message.set(ValueLayout.JAVA_INT, 0, i);
                    assertThat(send(socket, message, 4, 0)).isEqualTo(4);
                }
                // Who only looks has to wait until the engine thread has noticed: not too often.
                boolean looks = ways == Way.values().length && random.nextInt(40) == 0;
                Way way = looks ? Way.LOOKS
                        : Way.values()[random.nextInt(Math.min(ways, Way.LOOKS.ordinal()))];
                long from = System.nanoTime();
                int received = receive(way);
                longest.accumulateAndGet(way.ordinal(), System.nanoTime() - from, Math::max);
                assertThat(received).as("by %s", way).isEqualTo(begins ? i + 1 : i);
            }
            message.set(ValueLayout.JAVA_INT, 0, messages);
            assertThat(send(socket, message, 4, 0)).isEqualTo(4);
            Ioapiset.CancelIo(idle);
            kept.forEach(Posted::close);
            try (Posted end = Posted.receive(idle, 1).isPending()) {
                toOther.put(end);
            }
        }

        private int receive(Way way) throws InterruptedException {
            if (way == Way.CALLS) {
                byte[] bytes = new byte[8];
                assertThat(recv(socket, MemorySegment.ofArray(bytes), 8, 0)).isEqualTo(4);
                return MemorySegment.ofArray(bytes).get(ValueLayout.JAVA_INT_UNALIGNED, 0);
            }
            boolean[] told = new boolean[1];
            try (Posted receive = way == Way.AWAITS_ROUTINE
                    ? Posted.receive(socket, 8, (error, bytes, overlapped, flags) -> told[0] = true)
                    : Posted.receive(socket, 8)) {
                switch (way) {
                    case AWAITS_EVENT -> receive.await();
                    case AWAITS_ROUTINE -> {
                        while (!told[0]) {
                            SleepEx(INFINITE, true);
                        }
                    }
                    case AWAITS_RESULT -> assertThat(WSAGetOverlappedResult(socket, receive.overlapped,
                            new DWORD(), true, null)).as("%d", WSAGetLastError()).isTrue();
                    case HAS_IT_AWAITED -> {
                        toOther.put(receive);
                        assertThat(fromOther.take()).isSameAs(receive);
                    }
                    case ASKS -> {
                        while (!WSAGetOverlappedResult(socket, receive.overlapped, new DWORD(), false,
                                null)) {
                            LockSupport.parkNanos(20_000);
                        }
                    }
                    default -> {
                        while (!receive.hasCompleted()) {
                            LockSupport.parkNanos(20_000);
                        }
                    }
                }
                receive.succeeded(4);
                return receive.memory.get(ValueLayout.JAVA_INT_UNALIGNED, 0);
            }
        }
    }
}
