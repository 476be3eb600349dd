package dev.overlapped.provider;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/// What a list keeps for its next use.
class BufferListTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int USUAL_PIECES = 1024;
    private static final int VERY_MANY_PIECES = 100_000;

    private final BufferList list = new BufferList();
    private final MemorySegment byteOfMemory = Arena.ofAuto().allocate(1);

    /// Bytes allocated to fill the list and to clear it.
    private long fill(int pieces) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < pieces; i++) {
            list.add(byteOfMemory, 1);
        }
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        assertThat(list.pieces()).isEqualTo(pieces);
        list.clear();
        assertThat(list.pieces()).isZero();
        assertThat(list.remaining()).isZero();
        return allocated;
    }

    @Test
    void aClearedListKeepsRoomForTheUsualAndLetsGoOfMore() {
        fill(USUAL_PIECES);
        assertThat(fill(USUAL_PIECES)).as("there was room").isLessThan(USUAL_PIECES);
        fill(VERY_MANY_PIECES);
        assertThat(fill(VERY_MANY_PIECES)).as("there was none").isGreaterThan(VERY_MANY_PIECES);
    }
}
