package dev.overlapped;

import static dev.overlapped.Streams.room;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The bound on what is copied.
class CopiedMemoryTest {
    private static final int MIB = 1 << 20;
    private static final int SMALLEST_BLOCK_BYTES = 4096;

    private Streams streams;

    @BeforeEach
    void open() {
        streams = new Streams();
    }

    @AfterEach
    void close() {
        streams.close();
    }

    @Test
    void moreCopiesThanThereMayBeAreRefused() throws IOException, InterruptedException {
        OverlappedSocket[] pair = streams.pair();
        int most = (int) (Buffers.COPIED_BYTES_MAX / MIB);
        List<Overlapped<Long>> pending = new ArrayList<>();
        // Never taken whole while nobody receives, and what is taken is not free before its send has ended.
        ByteBuffer heap = ByteBuffer.allocate(32 * MIB);
        for (int copied = 0; copied < most; copied += 32) {
            pending.add(pair[0].send(heap.duplicate()));
        }
        ByteBuffer one = ByteBuffer.allocate(1);
        assertThat(pair[0].send(one).failure().name()).isEqualTo("WSAENOBUFS");
        assertThat(one.position()).isZero();
        assertThat(pair[1].receive(ByteBuffer.allocate(1)).failure().name()).isEqualTo("WSAENOBUFS");
        // What is not copied goes on.
        assertThat(pair[1].receive(room(MIB)).await()).isPositive();
        assertThat(pending.getLast().cancel()).isTrue();
        Overlapped<Long> again = pair[0].send(one);
        assertThat(pair[0].cancelAll()).isEqualTo(most / 32);
        assertThat(again.failure().name()).isEqualTo("WSA_OPERATION_ABORTED");
        // Nothing is counted any more.
        for (int round = 0; round < 3; round++) {
            Overlapped<Long> send = pair[0].send(ByteBuffer.allocate(63 * MIB));
            assertThat(send.isDone()).isFalse();
            assertThat(send.cancel()).isTrue();
        }
    }

    /// A copy takes a block, however short it is.
    @Test
    void shortCopiesCountForTheMemoryTheyTake() throws IOException, InterruptedException {
        OverlappedSocket[] pair = streams.pair();
        Overlapped<Long> plug = pair[0].send(room(32 * MIB));
        assertThat(plug.isDone()).isFalse();
        int blocks = (int) (Buffers.COPIED_BYTES_MAX / SMALLEST_BLOCK_BYTES);
        for (int i = 0; i < blocks; i++) {
            assertThat(pair[0].send(ByteBuffer.allocate(1)).isDone()).isFalse();
        }
        assertThat(pair[0].send(ByteBuffer.allocate(1)).failure().name()).isEqualTo("WSAENOBUFS");
        assertThat(pair[0].cancelAll()).isEqualTo(blocks + 1);
        Overlapped<Long> again = pair[0].send(ByteBuffer.allocate(63 * MIB));
        assertThat(again.isDone()).as("nothing is counted any more").isFalse();
        assertThat(again.cancel()).isTrue();
    }

    @Test
    void aReceiveThatCopiesTakesNoMoreThanItsShare() throws IOException, InterruptedException {
        OverlappedSocket[] pair = streams.pair();
        Overlapped<Long> send = pair[0].send(room(4 * MIB));
        long largest = 0;
        for (long left = 4 * MIB; left > 0;) {
            long received = pair[1].receive(ByteBuffer.allocate(MIB)).await();
            assertThat(received).isPositive();
            largest = Math.max(largest, received);
            left -= received;
        }
        assertThat(largest).isEqualTo(Buffers.COPIED_RECEIVE_BYTES_MAX);
        assertThat(send.await()).isEqualTo(4 * MIB);
    }
}
