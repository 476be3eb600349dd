package dev.overlapped.cli.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StreamContentTest {
    private static final int STREAM_BYTES = 3 * StreamContent.PERIOD_BYTES + 17;

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 4096, StreamContent.PERIOD_BYTES, 200_000})
    void theStreamIsTheSameWhateverTheSizeOfItsBlocks(int size) {
        assertThat(stream(size)).isEqualTo(stream(STREAM_BYTES));
    }

    @Test
    void exchangingTwoBlocksChangesTheChecksum() {
        byte[] stream = stream(4096);
        byte[] exchanged = stream.clone();
        System.arraycopy(stream, 0, exchanged, 4096, 4096);
        System.arraycopy(stream, 4096, exchanged, 0, 4096);

        assertThat(checksum(exchanged)).isNotEqualTo(checksum(stream));
    }

    @Test
    void blocksDifferAsFarApartAsRequestsCanBe() {
        StreamContent content = new StreamContent(64);
        byte[] first = new byte[64];
        byte[] other = new byte[64];
        content.fill(MemorySegment.ofArray(first), 0, 64);
        for (long i = 1; i < StreamContent.PERIOD_BYTES; i++) {
            content.fill(MemorySegment.ofArray(other), i * 64, 64);
            assertThat(MemorySegment.ofArray(other).mismatch(MemorySegment.ofArray(first))).isNotNegative();
        }
    }

    private static byte[] stream(int size) {
        StreamContent content = new StreamContent(size);
        byte[] stream = new byte[STREAM_BYTES];
        MemorySegment segment = MemorySegment.ofArray(stream);
        for (int i = 0; i < STREAM_BYTES; i += size) {
            content.fill(segment.asSlice(i), i, Math.min(size, STREAM_BYTES - i));
        }
        return stream;
    }

    private static long checksum(byte[] bytes) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes);
        return checksum.getValue();
    }
}
