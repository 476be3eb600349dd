package dev.overlapped.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// What the network has answered to datagrams of one socket, which the kernel keeps for who has asked for it
/// (IP_RECVERR): takes one answer after the other out.
///
/// Its memory is owned by the arena that it was made with.
public final class ErrorQueue {
    /// ```c
    /// struct cmsghdr {
    ///     size_t cmsg_len;
    ///     int    cmsg_level;
    ///     int    cmsg_type;
    ///     // followed by the data
    /// };
    /// ```
    static final class Cmsghdr {
        static final long CMSG_LEN = 0;
        static final long CMSG_LEVEL = 8;
        static final long CMSG_TYPE = 12;
        static final int SIZE = 16;

        private Cmsghdr() {
        }
    }

    /// ```c
    /// struct sock_extended_err {
    ///     __u32 ee_errno;
    ///     __u8  ee_origin;
    ///     __u8  ee_type;     // of the ICMP message
    ///     __u8  ee_code;     // of the ICMP message
    ///     ...
    /// };
    /// ```
    static final class SockExtendedErr {
        static final long EE_ERRNO = 0;
        static final long EE_ORIGIN = 4;
        static final long EE_TYPE = 5;
        static final long EE_CODE = 6;
        static final int SIZE = 16;

        private SockExtendedErr() {
        }
    }

    /// More than one answer and the address of who gave it need.
    private static final int CONTROL_BYTES = 256;

    private final int fd;
    private final MemorySegment msghdr;
    private final MemorySegment control;

    public ErrorQueue(Arena arena, int fd) {
        this.fd = fd;
        msghdr = arena.allocate(Msghdr.SIZE, Long.BYTES);
        control = arena.allocate(CONTROL_BYTES, Long.BYTES);
    }

    /// Takes the next answer out: 0, or `-errno`, which is `-EAGAIN` when there is none left.
    public int next() {
        control.fill((byte) 0);
        Msghdr.control(msghdr, control);
        long result = HotCalls.recvmsg(Scratch.current().errno, fd, msghdr, Constants.MSG_ERRQUEUE, null, 0);
        return (int) Math.min(result, 0);
    }

    /// Whether the answer is an ICMP message of this type and code, for IPv4; code -1: any.
    public boolean isIcmp(int type, int code) {
        return is(Constants.SO_EE_ORIGIN_ICMP, type, code);
    }

    /// Whether the answer is an ICMP message of this type and code, for IPv6; code -1: any.
    public boolean isIcmp6(int type, int code) {
        return is(Constants.SO_EE_ORIGIN_ICMP6, type, code);
    }

    private boolean is(int origin, int type, int code) {
        return Msghdr.controlLength(msghdr) >= Cmsghdr.SIZE + SockExtendedErr.SIZE
                && isExtendedError(control.get(ValueLayout.JAVA_INT, Cmsghdr.CMSG_LEVEL),
                        control.get(ValueLayout.JAVA_INT, Cmsghdr.CMSG_TYPE))
                && field(SockExtendedErr.EE_ORIGIN) == origin && field(SockExtendedErr.EE_TYPE) == type
                && (code < 0 || field(SockExtendedErr.EE_CODE) == code);
    }

    private static boolean isExtendedError(int level, int type) {
        return (level == Constants.IPPROTO_IP && type == Constants.IP_RECVERR)
                || (level == Constants.IPPROTO_IPV6 && type == Constants.IPV6_RECVERR);
    }

    private int field(long offset) {
        return Byte.toUnsignedInt(control.get(ValueLayout.JAVA_BYTE, Cmsghdr.SIZE + offset));
    }
}
