package dev.overlapped.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// ```c
/// struct msghdr {
///     void         *msg_name;
///     socklen_t     msg_namelen;
///     struct iovec *msg_iov;
///     size_t        msg_iovlen;
///     void         *msg_control;
///     size_t        msg_controllen;
///     int           msg_flags;
/// };
/// ```
final class Msghdr {
    static final long MSG_NAME = 0;
    static final long MSG_NAMELEN = 8;
    static final long MSG_IOV = 16;
    static final long MSG_IOVLEN = 24;
    static final long MSG_CONTROL = 32;
    static final long MSG_CONTROLLEN = 40;
    static final long MSG_FLAGS = 48;
    static final long SIZE = 56;

    private Msghdr() {
    }

    /// Points the header at `count` entries; name and control stay absent, as zeroed memory says.
    static void pieces(MemorySegment msghdr, MemorySegment iovecs, long count) {
        msghdr.set(ValueLayout.JAVA_LONG, MSG_IOV, iovecs.address());
        msghdr.set(ValueLayout.JAVA_LONG, MSG_IOVLEN, count);
    }
}
