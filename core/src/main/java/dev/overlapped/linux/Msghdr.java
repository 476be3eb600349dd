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

    /// Points the header at the address that a message has.
    static void name(MemorySegment msghdr, MemorySegment name, int length) {
        msghdr.set(ValueLayout.JAVA_LONG, MSG_NAME, name.address());
        msghdr.set(ValueLayout.JAVA_INT, MSG_NAMELEN, length);
    }

    /// The length of the address.
    static int nameLength(MemorySegment msghdr) {
        return msghdr.get(ValueLayout.JAVA_INT, MSG_NAMELEN);
    }

    /// Points the header at what comes with a message beside its bytes.
    static void control(MemorySegment msghdr, MemorySegment control) {
        msghdr.set(ValueLayout.JAVA_LONG, MSG_CONTROL, control.address());
        msghdr.set(ValueLayout.JAVA_LONG, MSG_CONTROLLEN, control.byteSize());
    }

    /// The length of what came with a message.
    static long controlLength(MemorySegment msghdr) {
        return msghdr.get(ValueLayout.JAVA_LONG, MSG_CONTROLLEN);
    }

    /// Points the header at `count` entries; what else it may have stays absent, as zeroed memory says.
    static void pieces(MemorySegment msghdr, MemorySegment iovecs, long count) {
        msghdr.set(ValueLayout.JAVA_LONG, MSG_IOV, iovecs.address());
        msghdr.set(ValueLayout.JAVA_LONG, MSG_IOVLEN, count);
    }
}
