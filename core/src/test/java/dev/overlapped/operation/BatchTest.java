package dev.overlapped.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.provider.Errno;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

/// Sends that leave in one call.
class BatchTest {
    private static final int DESCRIPTOR = 5;
    private static final long BYTES_MAX = 100;
    private static final MemorySegment MEMORY = Arena.ofAuto().allocate(1000);

    private final Batch batch = new Batch();

    private static Send send(long bytes) {
        Send send = new Send();
        send.prepare(0, true);
        send.buffers().add(MEMORY, bytes);
        return send;
    }

    private long attempt(long result) {
        return batch.attempt(new Answers(result).provider(), DESCRIPTOR);
    }

    @Test
    void theBytesTakenAreSharedInOrder() {
        Send first = send(10);
        Send second = send(10);
        batch.clear();
        assertThat(batch.add(first, BYTES_MAX)).isTrue();
        assertThat(batch.add(second, BYTES_MAX)).isTrue();
        assertThat(batch.sends()).isEqualTo(2);
        assertThat(attempt(15)).isEqualTo(15);
        assertThat(batch.share(first)).isTrue();
        assertThat(batch.share(second)).isFalse();
        assertThat(first.transferred()).isEqualTo(10);
        assertThat(second.transferred()).isEqualTo(5);
    }

    @Test
    void nobodyHasAShareOfAFailure() {
        Send first = send(10);
        batch.add(first, BYTES_MAX);
        assertThat(attempt(-Errno.EAGAIN)).isEqualTo(-Errno.EAGAIN);
        assertThat(batch.share(first)).isFalse();
        assertThat(first.transferred()).isZero();
    }

    @Test
    void itIsFullAtTheBytesOfOneCall() {
        assertThat(batch.add(send(BYTES_MAX - 1), BYTES_MAX)).isTrue();
        assertThat(batch.add(send(2), BYTES_MAX)).isTrue();
        assertThat(batch.add(send(1), BYTES_MAX)).isFalse();
        attempt(BYTES_MAX);
        assertThat(batch.cameShort(BYTES_MAX)).isFalse();
        assertThat(batch.cameShort(BYTES_MAX - 1)).isTrue();
    }

    @Test
    void itIsFullAtThePiecesOfOneCall() {
        for (int i = 0; i < Batch.PIECES_MAX; i++) {
            assertThat(batch.add(send(1), Long.MAX_VALUE)).isTrue();
        }
        assertThat(batch.add(send(1), Long.MAX_VALUE)).isFalse();
        assertThat(batch.sends()).isEqualTo(Batch.PIECES_MAX);
    }

    @Test
    void aSendOfManyPiecesLeavesNoMoreThanFit() {
        batch.add(send(1), BYTES_MAX);
        Send many = send(0);
        for (int i = 0; i < Batch.PIECES_MAX; i++) {
            many.buffers().add(MEMORY, 1);
        }
        assertThat(batch.add(many, Long.MAX_VALUE)).isTrue();
        attempt(Batch.PIECES_MAX);
        assertThat(batch.cameShort(Batch.PIECES_MAX)).isFalse();
    }

    @Test
    void aNewOneBeginsEmpty() {
        batch.add(send(10), BYTES_MAX);
        batch.clear();
        assertThat(batch.sends()).isZero();
        batch.add(send(3), BYTES_MAX);
        attempt(3);
        assertThat(batch.cameShort(3)).isFalse();
    }
}
