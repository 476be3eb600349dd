package dev.overlapped.cli.stream;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// What `send` sends: every byte depends on its position in the stream alone.
///
/// The content is a fixed sequence of random bytes, repeated. Its length is a prime, so no block size shares
/// a factor with it: two blocks of a stream are equal only if they are a multiple of 65,521 blocks apart,
/// which is more than the requests that can be outstanding. A block that is lost, sent twice or sent out of
/// order changes the checksum. Making a block is copying it.
final class StreamContent {
    static final int PERIOD_BYTES = 65_521;

    /// The period, and as much of its repetition that any block starts somewhere in it and is one piece.
    private final MemorySegment repeated;

    /// Content for blocks of up to that many bytes.
    StreamContent(int largestBlock) {
        repeated = Arena.ofAuto().allocate((long) PERIOD_BYTES + largestBlock);
        long state = 0x9E3779B97F4A7C15L;
        for (int i = 0; i < PERIOD_BYTES; i++) {
            // Marsaglia's xorshift: the same bytes on every machine and in every version.
            state ^= state << 13;
            state ^= state >>> 7;
            state ^= state << 17;
            repeated.set(ValueLayout.JAVA_BYTE, i, (byte) (state >>> 32));
        }
        for (long i = PERIOD_BYTES; i < repeated.byteSize(); i += PERIOD_BYTES) {
            long length = Math.min(PERIOD_BYTES, repeated.byteSize() - i);
            MemorySegment.copy(repeated, 0, repeated, i, length);
        }
    }

    /// Fills the first `length` bytes of `block` with what the stream holds from `position` on.
    void fill(MemorySegment block, long position, int length) {
        MemorySegment.copy(repeated, position % PERIOD_BYTES, block, 0, length);
    }
}
