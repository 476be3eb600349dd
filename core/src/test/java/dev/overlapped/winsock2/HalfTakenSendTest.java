package dev.overlapped.winsock2;

import static dev.overlapped.winsock2.Winsock2.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.winsock2.types.WSAOVERLAPPED;
import java.lang.foreign.MemorySegment;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/// A send of which a part is taken, and that cannot wait for the rest since its thread gets no descriptors to
/// wait with: what was taken is not denied. In a process of its own under `ulimit -n`.
class HalfTakenSendTest {
    private static final int DESCRIPTORS_MAX = 160;
    private static final int BIG = 8 << 20;
    /// More than the library keeps reactors for, in this process.
    private static final int THREADS_MAX = 8;

    @Test
    void whatWasTakenIsToldWhereTheRestCannotWait() {
        List<String> limited = List.of("sh", "-c",
                "ulimit -n " + DESCRIPTORS_MAX + " && exec \"$0\" \"$@\"");
        List<String> options = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:-MaxFDLimit");
        ChildJvm.run(limited, HalfTakenSendTest.class, options, List.of());
    }

    // ---- the child ----

    public static void main(String[] arguments) throws Exception {
        try (Loopback loopback = new Loopback()) {
            // Loading a class takes a descriptor, so everything happens once while there are some.
            for (boolean overlapped : new boolean[] {true, false}) {
                Pair pair = Pair.of(loopback);
                assertThat(send(pair, overlapped)).isFalse();
                // The rest leaves in another way than the beginning.
                assertThat(Requests.read(pair.peer, BIG)).hasSize(BIG);
            }
            List<Pair> pairs = new ArrayList<>();
            for (int i = 0; i < 2 * THREADS_MAX; i++) {
                pairs.add(Pair.of(loopback));
            }
            List<Long> fillers = new ArrayList<>();
            for (long opened = loopback.unkept(); opened != INVALID_SOCKET; opened = loopback.unkept()) {
                fillers.add(opened);
            }
            for (boolean overlapped : new boolean[] {true, false}) {
                boolean failed = false;
                for (int i = 0; i < THREADS_MAX && !failed; i++) {
                    failed = send(pairs.removeLast(), overlapped);
                }
                assertThat(failed).as("a thread had no descriptor, overlapped: %s", overlapped).isTrue();
            }
            fillers.forEach(each -> assertThat(closesocket(each)).isZero());
        }
        // Threads that wait for ever are daemons.
    }

    /// Its peer needs nothing of the library to wait.
    private record Pair(long socket, SocketChannel peer) {
        static Pair of(Loopback loopback) {
            SocketChannel peer = loopback.peer();
            long socket = loopback.accepted();
            Requests.smallSendBuffer(socket);
            return new Pair(socket, peer);
        }
    }

    /// On a thread of its own, which keeps what it has. True: it could not wait, and all that it was told is
    /// so; false: it could.
    private static boolean send(Pair pair, boolean overlapped) throws InterruptedException {
        byte[] content = Requests.random(BIG, 4);
        MemorySegment much = Requests.nativeCopy(content);
        WSAOVERLAPPED request = Requests.withEvent();
        CountDownLatch started = new CountDownLatch(1);
        AtomicBoolean refused = new AtomicBoolean();
        long[] taken = new long[1];
        long before = Requests.pending();
        Thread.ofPlatform().daemon().start(() -> {
            if (overlapped) {
                assertThat(Requests.send(pair.socket, request, null, much))
                        .isEqualTo(Winerror.WSA_IO_PENDING);
                refused.set(Requests.status(request) == Winerror.WSAENOBUFS);
                taken[0] = request.InternalHigh;
                started.countDown();
                Synchapi.SleepEx(Synchapi.INFINITE, true);
            } else {
                taken[0] = Winsock2.send(pair.socket, much, BIG, 0);
                refused.set(true);
                started.countDown();
            }
        });
        if (overlapped) {
            started.await();
        } else {
            Requests.until("it waits or has ended", () -> refused.get() || Requests.pending() > before);
        }
        if (refused.get()) {
            assertThat(taken[0]).isBetween(1L, BIG - 1L);
            int bytes = Math.toIntExact(taken[0]);
            assertThat(Requests.read(pair.peer, bytes)).isEqualTo(Arrays.copyOf(content, bytes));
            // The next one starts right behind.
            assertThat(Winsock2.send(pair.socket, Requests.nativeCopy(new byte[] {7}), 1, 0)).isOne();
            assertThat(Requests.read(pair.peer, 1)).containsExactly(7);
        }
        return refused.get();
    }
}
