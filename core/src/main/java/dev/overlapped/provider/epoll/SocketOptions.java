package dev.overlapped.provider.epoll;

import dev.overlapped.linux.Constants;
import dev.overlapped.linux.Libc;
import dev.overlapped.linux.Scratch;
import dev.overlapped.linux.TcpInfo;
import dev.overlapped.provider.ConnectionEnd;
import dev.overlapped.provider.Errno;
import dev.overlapped.provider.SocketOptionName;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// The options of the seam as Linux numbers them, and what else is asked of a socket.
final class SocketOptions {
    private SocketOptions() {
    }

    private static int level(SocketOptionName option) {
        return switch (option) {
            case KEEP_ALIVE, BROADCAST, DONT_ROUTE, OOB_INLINE, REUSE_ADDRESS, SEND_BUFFER, RECEIVE_BUFFER,
                    LINGER ->
                Constants.SOL_SOCKET;
            case NO_DELAY, KEEP_ALIVE_IDLE_SECONDS, KEEP_ALIVE_INTERVAL_SECONDS, KEEP_ALIVE_COUNT,
                    USER_TIMEOUT_MILLIS -> Constants.IPPROTO_TCP;
            case TIME_TO_LIVE -> Constants.IPPROTO_IP;
            case IPV6_ONLY, HOPS -> Constants.IPPROTO_IPV6;
        };
    }

    private static int name(SocketOptionName option) {
        return switch (option) {
            case KEEP_ALIVE -> Constants.SO_KEEPALIVE;
            case BROADCAST -> Constants.SO_BROADCAST;
            case DONT_ROUTE -> Constants.SO_DONTROUTE;
            case OOB_INLINE -> Constants.SO_OOBINLINE;
            case REUSE_ADDRESS -> Constants.SO_REUSEADDR;
            case SEND_BUFFER -> Constants.SO_SNDBUF;
            case RECEIVE_BUFFER -> Constants.SO_RCVBUF;
            case LINGER -> Constants.SO_LINGER;
            case NO_DELAY -> Constants.TCP_NODELAY;
            case IPV6_ONLY -> Constants.IPV6_V6ONLY;
            case TIME_TO_LIVE -> Constants.IP_TTL;
            case HOPS -> Constants.IPV6_UNICAST_HOPS;
            case KEEP_ALIVE_IDLE_SECONDS -> Constants.TCP_KEEPIDLE;
            case KEEP_ALIVE_INTERVAL_SECONDS -> Constants.TCP_KEEPINTVL;
            case KEEP_ALIVE_COUNT -> Constants.TCP_KEEPCNT;
            case USER_TIMEOUT_MILLIS -> Constants.TCP_USER_TIMEOUT;
        };
    }

    /// Sets an option. The value may be any memory, so it is copied.
    static int set(int descriptor, SocketOptionName option, MemorySegment value) {
        MemorySegment copy = Scratch.current().option();
        if (value.byteSize() > copy.byteSize()) {
            return -Errno.EINVAL;
        }
        int length = (int) value.byteSize();
        try {
            MemorySegment.copy(value, 0, copy, 0, length);
        } catch (IllegalStateException | WrongThreadException _) {
            return -Errno.EFAULT;
        }
        return Libc.setsockopt(descriptor, level(option), name(option), copy, length);
    }

    /// Sets a number, for the provider's own needs.
    static int set(int descriptor, int level, int name, int value) {
        MemorySegment copy = Scratch.current().option();
        copy.set(ValueLayout.JAVA_INT, 0, value);
        return Libc.setsockopt(descriptor, level, name, copy, Integer.BYTES);
    }

    /// Reads an option; returns how many bytes of `value` were written.
    static int get(int descriptor, SocketOptionName option, MemorySegment value) {
        if (value.isReadOnly()) {
            return -Errno.EFAULT;
        }
        Scratch scratch = Scratch.current();
        int room = (int) Math.min(value.byteSize(), scratch.option().byteSize());
        int length = get(descriptor, level(option), name(option), scratch, room);
        if (length < 0) {
            return length;
        }
        try {
            MemorySegment.copy(scratch.option(), 0, value, 0, length);
        } catch (IllegalStateException | WrongThreadException _) {
            return -Errno.EFAULT;
        }
        return length;
    }

    private static int get(int descriptor, int level, int name, Scratch scratch, int room) {
        scratch.length().set(ValueLayout.JAVA_INT, 0, room);
        int result = Libc.getsockopt(descriptor, level, name, scratch.option(), scratch.length());
        return result < 0 ? result : scratch.length().get(ValueLayout.JAVA_INT, 0);
    }

    /// Reads a number, for the provider's own needs; or `-errno`.
    static int number(int descriptor, int level, int name) {
        Scratch scratch = Scratch.current();
        int result = get(descriptor, level, name, scratch, Integer.BYTES);
        return result < 0 ? result : scratch.option().get(ValueLayout.JAVA_INT, 0);
    }

    /// Bytes that wait to be received.
    static int available(int descriptor) {
        MemorySegment answer = Scratch.current().option();
        int result = Libc.ioctl(descriptor, Constants.FIONREAD, answer);
        return result < 0 ? result : answer.get(ValueLayout.JAVA_INT, 0);
    }

    /// The kernel's own answer says whether the next byte is the urgent one, and nothing about one that is
    /// received apart.
    static int atMark(int descriptor) {
        int unread = EpollPoller.hasUrgent(descriptor);
        if (unread <= 0) {
            return unread < 0 ? unread : 1;
        }
        Scratch scratch = Scratch.current();
        MemorySegment answer = scratch.option();
        int result = get(descriptor, Constants.SOL_SOCKET, Constants.SO_OOBINLINE, scratch, Integer.BYTES);
        if (result < 0 || answer.get(ValueLayout.JAVA_INT, 0) == 0) {
            return Math.min(result, 0);
        }
        result = Libc.ioctl(descriptor, Constants.SIOCATMARK, answer);
        return result < 0 ? result : answer.get(ValueLayout.JAVA_INT, 0);
    }

    /// Tells keep-alive probes from data that nobody acknowledged. A peer that keeps its window shut and then
    /// goes is probed as well, but only then does data wait that was never sent.
    static ConnectionEnd connectionEnd(int descriptor) {
        Scratch scratch = Scratch.current();
        MemorySegment info = scratch.option();
        info.fill((byte) 0);
        int room = Scratch.OPTION_BYTES;
        int length = get(descriptor, Constants.IPPROTO_TCP, Constants.TCP_INFO, scratch, room);
        if (length < 0) {
            return ConnectionEnd.UNKNOWN;
        }
        if (info.get(ValueLayout.JAVA_BYTE, TcpInfo.TCPI_RETRANSMITS) != 0
                || info.get(ValueLayout.JAVA_BYTE, TcpInfo.TCPI_BACKOFF) != 0
                || info.get(ValueLayout.JAVA_INT, TcpInfo.TCPI_NOTSENT_BYTES) != 0) {
            return ConnectionEnd.RETRANSMISSION;
        }
        boolean probed = info.get(ValueLayout.JAVA_BYTE, TcpInfo.TCPI_PROBES) != 0;
        return probed ? ConnectionEnd.KEEP_ALIVE : ConnectionEnd.UNKNOWN;
    }
}
