package dev.overlapped.trust.soak;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;

/// What streams consist of: random bytes that repeat after a prime number, so that bytes that are lost,
/// doubled or swapped show, and that any part of the stream lies in memory ready to be sent.
final class Pattern {
    /// The longest part that can be asked for at once.
    static final int PART_BYTES_MAX = 1 << 20;
    private static final int PERIOD_BYTES = 65_521;

    /// Never freed: sends that a program has forgotten may still read it.
    private final MemorySegment bytes = Arena.global().allocate(PERIOD_BYTES + PART_BYTES_MAX);

    Pattern(Random random) {
        byte[] period = new byte[PERIOD_BYTES];
        random.nextBytes(period);
        for (long at = 0; at < bytes.byteSize(); at += PERIOD_BYTES) {
            long length = Math.min(PERIOD_BYTES, bytes.byteSize() - at);
            MemorySegment.copy(MemorySegment.ofArray(period), 0, bytes, at, length);
        }
    }

    /// The `length` bytes of the stream at `position`.
    MemorySegment at(long position, long length) {
        return bytes.asSlice(position % PERIOD_BYTES, length);
    }

    /// Whether `part` is what the stream has at `position`.
    boolean isAt(long position, MemorySegment part) {
        return part.mismatch(at(position, part.byteSize())) < 0;
    }
}
