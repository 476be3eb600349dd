package dev.overlapped.winsock2;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;

/// What a test's stream consists of: random bytes that repeat after a prime number, so that bytes that are
/// lost, doubled or swapped show, and that any part of the stream lies in memory ready to be sent.
final class StreamPattern implements AutoCloseable {
    private static final int PERIOD_BYTES = 65_521;
    /// The longest part that can be asked for at once.
    static final int PART_BYTES_MAX = 8 << 20;
    private static final int COPIES = 20;

    private final MemorySegment pattern;
    /// The same again for small parts, each in an arena of its own, more of them than one call can hold.
    private final MemorySegment[] copies = new MemorySegment[COPIES];
    private final Arena[] arenas = new Arena[COPIES];

    StreamPattern(Random random) {
        byte[] period = new byte[PERIOD_BYTES];
        random.nextBytes(period);
        pattern = Arena.ofAuto().allocate(PERIOD_BYTES + PART_BYTES_MAX);
        for (long at = 0; at < pattern.byteSize(); at += PERIOD_BYTES) {
            long length = Math.min(PERIOD_BYTES, pattern.byteSize() - at);
            MemorySegment.copy(MemorySegment.ofArray(period), 0, pattern, at, length);
        }
        for (int i = 0; i < COPIES; i++) {
            arenas[i] = Arena.ofShared();
            copies[i] = arenas[i].allocate(2 * PERIOD_BYTES).copyFrom(pattern.asSlice(0, 2 * PERIOD_BYTES));
        }
    }

    /// The `length` bytes of the stream at `position`.
    MemorySegment at(long position, long length) {
        return pattern.asSlice(position % PERIOD_BYTES, length);
    }

    /// The same in one of several arenas, whichever `random` chooses.
    MemorySegment at(long position, long length, Random random) {
        return length > PERIOD_BYTES || random.nextBoolean() ? at(position, length)
                : copies[random.nextInt(COPIES)].asSlice(position % PERIOD_BYTES, length);
    }

    /// Whether `bytes` are what the stream has at `position`.
    boolean isAt(long position, MemorySegment bytes) {
        return bytes.mismatch(at(position, bytes.byteSize())) < 0;
    }

    @Override
    public void close() {
        for (Arena arena : arenas) {
            arena.close();
        }
    }
}
