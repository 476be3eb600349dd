package dev.overlapped.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// ```c
/// struct epoll_event {
///     uint32_t     events;
///     epoll_data_t data;      // 8 bytes; only ever a key here
/// } __EPOLL_PACKED;           // packed on x86-64 (12 bytes), padded elsewhere (16)
/// ```
///
/// @param dataOffset where `data` begins
/// @param size       of one event, and so the distance between two in an array
public record EpollEvent(int dataOffset, int size) {
    static final long EVENTS = 0;

    /// The layout of the machine this JVM runs on.
    public static final EpollEvent NATIVE = of(System.getProperty("os.arch"));

    /// The layout of an architecture, by its name in the property `os.arch`.
    public static EpollEvent of(String architecture) {
        return switch (architecture) {
            case "amd64", "x86_64" -> new EpollEvent(4, 12);
            default -> new EpollEvent(8, 16);
        };
    }

    /// Writes event `index` of an array.
    public void set(MemorySegment array, int index, int events, long data) {
        long base = (long) index * size;
        array.set(ValueLayout.JAVA_INT, base + EVENTS, events);
        array.set(ValueLayout.JAVA_LONG_UNALIGNED, base + dataOffset, data);
    }

    /// The mask of event `index` of an array.
    public int events(MemorySegment array, int index) {
        return array.get(ValueLayout.JAVA_INT, (long) index * size + EVENTS);
    }

    /// The key of event `index` of an array.
    public long data(MemorySegment array, int index) {
        return array.get(ValueLayout.JAVA_LONG_UNALIGNED, (long) index * size + dataOffset);
    }
}
