package dev.overlapped.winsock2;

import static dev.overlapped.winsock2.Synchapi.INFINITE;
import static dev.overlapped.winsock2.Synchapi.SleepEx;
import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.winsock2.types.LPWSAOVERLAPPED_COMPLETION_ROUTINE;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A routine that does not return holds nobody but the thread it runs on. Here it does return, at the end of
/// the test, which shows that what it held is whole.
class EndlessRoutineTest {
    private static final int LARGE = 8 << 20;
    private static final int OTHERS = 8;
    private static final int ECHOES = 100;

    private final CountDownLatch inside = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);

    private LPWSAOVERLAPPED_COMPLETION_ROUTINE endless(boolean spinning) {
        return (_, _, _, _) -> {
            inside.countDown();
            while (spinning && released.getCount() > 0) {
                Thread.onSpinWait();
            }
            try {
                released.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        };
    }

    /// A large send, a receive and a routine are pending on the thread and on the socket that are held: the
    /// first two go on, and the routine runs when its thread is back.
    @ParameterizedTest(name = "virtual: {0}, spinning: {1}")
    @CsvSource({"false, false", "false, true", "true, false"})
    void requestsOfTheThreadAndOfItsSocketGoOn(boolean virtual, boolean spinning) throws Exception {
        try (Loopback loopback = new Loopback(); StreamPattern pattern = new StreamPattern(new Random(2));
                Crew crew = new Crew()) {
            long[] pair = loopback.pair();
            Requests.smallSendBuffer(pair[0]);
            CountDownLatch started = new CountDownLatch(1);
            Posted[] posted = new Posted[3];
            AtomicInteger runs = new AtomicInteger();
            Crew.Task held = () -> {
                posted[0] = Posted.send(pair[0], pattern.at(0, LARGE)).isPending();
                var _ = Posted.receive(pair[0], 1, endless(spinning)).isPending();
                posted[1] = Posted.receive(pair[0], 1).isPending();
                posted[2] = Posted.receive(pair[0], 1, (_, _, _, _) -> runs.incrementAndGet()).isPending();
                started.countDown();
                while (runs.get() == 0) {
                    SleepEx(INFINITE, true);
                }
            };
            var _ = virtual ? crew.virtual(held) : crew.platform(held);
            started.await();
            assertThat(Winsock2.send(pair[1], Requests.room(1), 1, 0)).isOne();
            inside.await();
            assertThat(Winsock2.send(pair[1], Requests.room(2), 2, 0)).isEqualTo(2);
            posted[1].await().succeeded(1);
            assertArrives(pair[1], pattern);
            posted[0].await().succeeded(LARGE);
            Requests.until("the receive ends without its routine", () -> posted[2].hasCompleted());
            assertThat(runs).hasValue(0);
            released.countDown();
            crew.join();
            assertThat(runs).hasValue(1);
        }
    }

    private static void assertArrives(long socket, StreamPattern pattern) {
        MemorySegment room = Requests.room(1 << 20);
        for (long at = 0; at < LARGE;) {
            int bytes = Winsock2.recv(socket, room, 1 << 20, 0);
            assertThat(bytes).isPositive();
            assertThat(pattern.isAt(at, room.asSlice(0, bytes))).isTrue();
            at += bytes;
        }
    }

    @Test
    void otherThreadsDoNotNotice() throws Exception {
        try (Loopback loopback = new Loopback(); Crew crew = new Crew()) {
            long[] own = loopback.pair();
            crew.platform(() -> {
                var _ = Posted.receive(own[0], 1, endless(false));
                SleepEx(INFINITE, true);
            });
            assertThat(Winsock2.send(own[1], Requests.room(1), 1, 0)).isOne();
            inside.await();
            try (Crew others = new Crew()) {
                for (int i = 0; i < OTHERS; i++) {
                    long[] pair = loopback.pair();
                    Crew.Task echo = () -> {
                        AtomicInteger runs = new AtomicInteger();
                        for (int n = 1; n <= ECHOES; n++) {
                            var _ = Posted.receive(pair[0], 1, (_, _, _, _) -> runs.incrementAndGet());
                            assertThat(Winsock2.send(pair[1], Requests.room(1), 1, 0)).isOne();
                            assertThat(SleepEx(INFINITE, true)).isEqualTo(Synchapi.WAIT_IO_COMPLETION);
                            assertThat(runs).hasValue(n);
                        }
                    };
                    var _ = i % 2 == 0 ? others.platform(echo) : others.virtual(echo);
                }
            } finally {
                released.countDown();
            }
        }
    }
}
