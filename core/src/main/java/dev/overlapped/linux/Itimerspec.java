package dev.overlapped.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// ```c
/// struct itimerspec {
///     struct timespec it_interval;   // tv_sec, tv_nsec: 8 bytes each
///     struct timespec it_value;
/// };
/// ```
public final class Itimerspec {
    static final long IT_INTERVAL = 0;
    static final long IT_VALUE = 16;
    static final long SIZE = 32;
    /// Of the seconds and the nanoseconds in either `struct timespec`.
    static final long TV_SEC = 0;
    static final long TV_NSEC = 8;

    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private Itimerspec() {
    }

    /// Says "once, in `nanos`". The interval stays 0, as zeroed memory says.
    public static void once(MemorySegment itimerspec, long nanos) {
        itimerspec.set(ValueLayout.JAVA_LONG, IT_VALUE + TV_SEC, nanos / NANOS_PER_SECOND);
        itimerspec.set(ValueLayout.JAVA_LONG, IT_VALUE + TV_NSEC, nanos % NANOS_PER_SECOND);
    }
}
