package dev.overlapped.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// ```c
/// struct iovec {
///     void  *iov_base;
///     size_t iov_len;
/// };
/// ```
final class Iovec {
    static final long IOV_BASE = 0;
    static final long IOV_LEN = 8;
    static final long SIZE = 16;

    private Iovec() {
    }

    /// Writes entry `index` of an array.
    static void entry(MemorySegment iovecs, int index, long base, long length) {
        iovecs.set(ValueLayout.JAVA_LONG, index * SIZE + IOV_BASE, base);
        iovecs.set(ValueLayout.JAVA_LONG, index * SIZE + IOV_LEN, length);
    }

    /// The length in entry `index` of an array.
    static long length(MemorySegment iovecs, int index) {
        return iovecs.get(ValueLayout.JAVA_LONG, index * SIZE + IOV_LEN);
    }
}
