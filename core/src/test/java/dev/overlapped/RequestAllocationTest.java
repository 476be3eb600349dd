package dev.overlapped;

import static dev.overlapped.Streams.room;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What a request of this API costs in objects: measured in rounds until one is within its bound, since the
/// compiler takes its time.
class RequestAllocationTest {
    private static final int ROUNDS_MAX = 400;
    private static final int CALLS_PER_ROUND = 2_000;
    private static final int REQUESTS_PER_CALL = 2;
    private static final Duration LONG = Duration.ofHours(1);
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Streams streams;
    private OverlappedSocket from;
    private OverlappedSocket to;
    private long told;

    @BeforeEach
    void open() throws IOException, InterruptedException {
        streams = new Streams();
        OverlappedSocket[] pair = streams.pair();
        from = pair[0];
        to = pair[1];
    }

    @AfterEach
    void close() {
        streams.close();
    }

    private interface Call {
        void run() throws Exception;
    }

    /// Of a call that makes two requests.
    private static void assertBytesPerRequest(double most, Call call) throws Exception {
        double least = Double.MAX_VALUE;
        for (int round = 0; round < ROUNDS_MAX && least > most; round++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < CALLS_PER_ROUND; i++) {
                call.run();
            }
            long bytes = THREADS.getCurrentThreadAllocatedBytes() - before;
            least = Math.min(least, (double) bytes / (CALLS_PER_ROUND * REQUESTS_PER_CALL));
        }
        assertThat(least).as("bytes per request").isLessThanOrEqualTo(most);
    }

    @Test
    void aRoutineWithAnAttachmentCostsNothing() throws Exception {
        MemorySegment source = MemorySegment.ofBuffer(room(64));
        MemorySegment target = MemorySegment.ofBuffer(room(64));
        CompletionRoutine<Long> count = (error, bytes, expected) -> told += error == 0 ? bytes / expected : 0;
        Long expected = 64L;
        long[] calls = new long[1];
        // Half of the smallest object there is, for what is rare.
        assertBytesPerRequest(8, () -> {
            to.receive(target, expected, count);
            from.send(source, expected, count);
            calls[0] += REQUESTS_PER_CALL;
            while (told < calls[0]) {
                Alertable.sleep(LONG);
            }
        });
    }

    @Test
    void aRequestOfASegmentCostsItsHandle() throws Exception {
        MemorySegment source = MemorySegment.ofBuffer(room(64));
        MemorySegment target = MemorySegment.ofBuffer(room(64));
        assertBytesPerRequest(136, () -> {
            from.send(source).await();
            to.receive(target).await();
        });
    }

    @Test
    void aRequestOfAByteBufferCostsALittleMore() throws Exception {
        ByteBuffer source = room(64);
        ByteBuffer target = room(64);
        assertBytesPerRequest(320, () -> {
            from.send(source.clear()).await();
            to.receive(target.clear()).await();
        });
    }
}
