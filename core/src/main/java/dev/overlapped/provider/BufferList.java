package dev.overlapped.provider;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// The buffers of one request, with a cursor: what is before the cursor has been moved already.
///
/// It is filled once (the capture of the caller's WSABUF array), then only consumed. It never copies or
/// touches the buffers' memory, and it is reused: a cleared list keeps its arrays, unless they have grown
/// very large, but lets go of the segments. Confined to whoever holds the lock of the direction that its
/// request waits in.
public final class BufferList {
    private static final int CAPACITY_AT_START = 4;
    /// Room that a cleared list keeps, in pieces: more than any system call takes.
    private static final int KEPT_PIECES_MAX = 1024;

    private MemorySegment[] segments = new MemorySegment[CAPACITY_AT_START];
    private long[] starts = new long[CAPACITY_AT_START];
    private long[] ends = new long[CAPACITY_AT_START];
    private int size;
    /// The first piece that has bytes left; `size` when everything is consumed.
    private int cursor;
    private long remaining;

    /// Appends `length` bytes of `segment` from its start. Empty pieces take no place, since no byte of them
    /// moves.
    public void add(MemorySegment segment, long length) {
        append(segment, 0, length);
    }

    private void append(MemorySegment segment, long start, long end) {
        if (start == end) {
            return;
        }
        reserve(size + 1);
        segments[size] = segment;
        starts[size] = start;
        ends[size] = end;
        size++;
        remaining += end - start;
    }

    private void reserve(int pieces) {
        if (pieces > segments.length) {
            int capacity = Math.max(pieces, 2 * segments.length);
            segments = Arrays.copyOf(segments, capacity);
            starts = Arrays.copyOf(starts, capacity);
            ends = Arrays.copyOf(ends, capacity);
        }
    }

    /// Appends what is left of this list to `batch`, at most `pieces` pieces and `bytes` bytes of it; returns
    /// how many bytes were appended. This is how queued sends become one system call.
    public long gatherInto(BufferList batch, int pieces, long bytes) {
        long left = bytes;
        int last = Math.min(size, cursor + pieces);
        for (int i = cursor; i < last && left > 0; i++) {
            long take = Math.min(left, ends[i] - starts[i]);
            batch.append(segments[i], starts[i], starts[i] + take);
            left -= take;
        }
        return bytes - left;
    }

    /// Moves the cursor over `bytes` bytes, which must not be more than remain.
    public void consume(long bytes) {
        if (bytes < 0 || bytes > remaining) {
            throw new AssertionError("consumed " + bytes + " of " + remaining);
        }
        remaining -= bytes;
        long left = bytes;
        while (left > 0) {
            long here = ends[cursor] - starts[cursor];
            if (left < here) {
                starts[cursor] += left;
                return;
            }
            left -= here;
            segments[cursor++] = null;
        }
    }

    /// Forgets everything; arrays of a usual size stay for the next use.
    public void clear() {
        if (segments.length > KEPT_PIECES_MAX) {
            segments = new MemorySegment[CAPACITY_AT_START];
            starts = new long[CAPACITY_AT_START];
            ends = new long[CAPACITY_AT_START];
        } else if (cursor < size) {
            // Mostly everything has been consumed.
            Arrays.fill(segments, cursor, size, null);
        }
        size = 0;
        cursor = 0;
        remaining = 0;
    }

    /// Bytes from the cursor to the end.
    public long remaining() {
        return remaining;
    }

    /// Pieces from the cursor to the end, none of them empty.
    public int pieces() {
        return size - cursor;
    }

    /// Whether one call of a [TransportProvider] uses every piece, so that moving less than what remains
    /// means that there was no more room, or that there were no more bytes.
    public boolean isUsedWhole() {
        if (pieces() > TransportProvider.PIECES_USED_MIN) {
            return false;
        }
        for (int i = cursor; i < size; i++) {
            if (!segments[i].isNative()) {
                return false;
            }
        }
        return true;
    }

    /// The segment of piece `index`, counted from the cursor.
    public MemorySegment segment(int index) {
        return segments[cursor + index];
    }

    /// Where piece `index` begins in its segment, in bytes.
    public long start(int index) {
        return starts[cursor + index];
    }

    /// The bytes left of piece `index`.
    public long length(int index) {
        return ends[cursor + index] - starts[cursor + index];
    }

    /// Looks at the first piece, so that the processor has it at hand when it is needed. By any thread, at
    /// any moment: the result means nothing.
    public int lookAhead() {
        MemorySegment segment = segments[0];
        return segment == null ? 0 : (int) (segment.address() + starts[0] + ends[0]);
    }
}
