package dev.overlapped.winsock2;

import static dev.overlapped.winsock2.Ioapiset.CancelIoEx;
import static dev.overlapped.winsock2.Winsock2.send;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Threads come and go by the thousand; what the library had for them goes too.
class ShortLivedThreadsTest {
    private static final int BATCH = 50;
    private static final MemorySegment BYTE = MemorySegment.ofArray(new byte[] {7});

    private final Map<Long, Long> peers = new ConcurrentHashMap<>();
    private Loopback loopback;

    @BeforeEach
    void open() {
        loopback = new Loopback();
    }

    @AfterEach
    void close() {
        loopback.close();
    }

    @Test
    void threadsThatWaitLeaveNothing() {
        leavesNothing(3000, pair -> {
            try (Posted receive = Posted.receive(pair[0], 1).isPending()) {
                assertThat(send(pair[1], BYTE, 1, 0)).isOne();
                receive.await().succeeded(1);
            }
        });
    }

    @Test
    void threadsThatEndWithARequestPendingLeaveNothing() {
        ConcurrentLinkedQueue<Posted> posted = new ConcurrentLinkedQueue<>();
        leavesNothing(3500, pair -> {
            posted.add(Posted.receive(pair[0], 1).isPending());
        });
        posted.forEach(each -> {
            each.await().wasAborted();
            each.close();
        });
    }

    @Test
    void threadsWhoseRequestsOthersEndLeaveNothing() {
        LinkedBlockingQueue<Posted> handedOver = new LinkedBlockingQueue<>();
        Map<Posted, CountDownLatch> ended = new ConcurrentHashMap<>();
        int threads = 3500;
        try (Crew other = new Crew()) {
            other.platform(() -> {
                for (int i = 0; i < threads; i++) {
                    Posted receive = handedOver.take();
                    if (i % 2 == 0) {
                        assertThat(CancelIoEx(receive.socket, receive.overlapped)).isTrue();
                        receive.await().wasAborted();
                    } else {
                        assertThat(send(peers.get(receive.socket), BYTE, 1, 0)).isOne();
                        receive.await().succeeded(1);
                    }
                    receive.close();
                    ended.get(receive).countDown();
                }
            });
            leavesNothing(threads, pair -> {
                Posted receive = Posted.receive(pair[0], 1).isPending();
                CountDownLatch over = new CountDownLatch(1);
                ended.put(receive, over);
                handedOver.add(receive);
                over.await();
            });
        }
    }

    /// What one thread does with a connection of its own.
    private interface Life {
        void run(long[] pair) throws InterruptedException;
    }

    private void leavesNothing(int threads, Life life) {
        List<long[]> pairs = Stream.generate(loopback::pair).limit(BATCH).toList();
        pairs.forEach(pair -> peers.put(pair[0], pair[1]));
        EngineThread.fillPool(loopback);
        long before = EngineThread.descriptors();
        Set<Thread> threadsBefore = Thread.getAllStackTraces().keySet();
        run(threads, pairs, life);
        // One of the spare reactors may have been closed meanwhile; none may have come in addition.
        assertThat(EngineThread.descriptors(before)).isLessThanOrEqualTo(before);
        assertThat(Thread.getAllStackTraces().keySet()).isSubsetOf(threadsBefore);
    }

    private static void run(int threads, List<long[]> pairs, Life life) {
        for (int i = 0; i < threads; i += BATCH) {
            try (Crew crew = new Crew()) {
                pairs.forEach(pair -> crew.platform(() -> life.run(pair)));
            }
        }
    }
}
