package dev.overlapped.linux;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Collections;
import java.util.List;

/// The calls that every request makes, by handles that are no constants to the compiler, and on purpose.
///
/// The JDK takes a slice of the segment that errno is captured into on every call. The compiler does away
/// with that object when it sees the whole of what a handle does. It inlines a constant handle into its
/// caller, but 15 levels deep at most and only as long as the whole does not grow too large: whether 40 bytes
/// were allocated per call depended on where the compiler began, and each caller took it longer to compile.
/// A handle that is no constant is compiled by itself, as a whole and once
/// (docs/decisions/0009-hot-calls-by-themselves.md). An element of an array is none, whatever its field is.
///
/// Results are a count, or `-errno`.
final class HotCalls {
    private static final int SEND = 0;
    private static final int RECV = 1;

    private static final MethodHandle[] BYTES =
            {Linking.function("send", Libc.BYTES), Linking.function("recv", Libc.BYTES)};

    private static final class Epoll {
        static final MethodHandle[] WAIT = {Linking.function("epoll_wait", Libc.BYTES)};
        static final MethodHandle[] CTL = {Linking.function("epoll_ctl", Libc.CONTROLS)};
    }

    private static final class Holding0 {
        static final MethodHandle[] MESSAGES = messages(0);
    }

    private static final class Holding1 {
        static final MethodHandle[] MESSAGES = messages(1);
    }

    private static final class Holding4 {
        static final MethodHandle[] MESSAGES = messages(4);
    }

    private static final class Holding16 {
        static final MethodHandle[] MESSAGES = messages(16);
    }

    private HotCalls() {
    }

    /// sendmsg and recvmsg with so many more arguments, which the C functions do not see.
    private static MethodHandle[] messages(int held) {
        List<MemoryLayout> further = Collections.nCopies(held, ValueLayout.ADDRESS);
        FunctionDescriptor shape = Libc.BYTES.appendArgumentLayouts(further.toArray(MemoryLayout[]::new));
        return new MethodHandle[] {Linking.function("sendmsg", shape), Linking.function("recvmsg", shape)};
    }

    static long send(MemorySegment errno, int fd, MemorySegment buf, long len, int flags) {
        return bytes(SEND, errno, fd, buf, len, flags);
    }

    static long recv(MemorySegment errno, int fd, MemorySegment buf, long len, int flags) {
        return bytes(RECV, errno, fd, buf, len, flags);
    }

    private static long bytes(int which, MemorySegment errno, int fd, MemorySegment buf, long len,
            int flags) {
        try {
            return result((long) BYTES[which].invokeExact(errno, fd, buf, len, flags), errno);
        } catch (Throwable thrown) {
            throw Linking.rethrown(thrown);
        }
    }

    static int epollWait(MemorySegment errno, int epfd, MemorySegment events, int maxevents, int timeout) {
        try {
            long count = maxevents;
            int returned = (int) (long) Epoll.WAIT[0].invokeExact(errno, epfd, events, count, timeout);
            return (int) result(returned, errno);
        } catch (Throwable thrown) {
            throw Linking.rethrown(thrown);
        }
    }

    static int epollCtl(MemorySegment errno, int epfd, int op, int fd, MemorySegment event) {
        try {
            return (int) result((int) Epoll.CTL[0].invokeExact(errno, epfd, op, fd, event, 0L), errno);
        } catch (Throwable thrown) {
            throw Linking.rethrown(thrown);
        }
    }

    /// `held` are segments to hold during the call, as many as `shape` says: 0, 1, 4 or 16.
    static long sendmsg(MemorySegment errno, int fd, MemorySegment msg, int flags, MemorySegment[] held,
            int shape) {
        return message(SEND, errno, fd, msg, flags, held, shape);
    }

    /// As [#sendmsg].
    static long recvmsg(MemorySegment errno, int fd, MemorySegment msg, int flags, MemorySegment[] held,
            int shape) {
        return message(RECV, errno, fd, msg, flags, held, shape);
    }

    private static long message(int which, MemorySegment errno, int fd, MemorySegment msg, long flags,
            MemorySegment[] held, int shape) {
        try {
            long returned = switch (shape) {
                case 0 -> (long) Holding0.MESSAGES[which].invokeExact(errno, fd, msg, flags, 0);
                case 1 -> (long) Holding1.MESSAGES[which].invokeExact(errno, fd, msg, flags, 0, held[0]);
                case 4 -> (long) Holding4.MESSAGES[which].invokeExact(errno, fd, msg, flags, 0,
                        held[0], held[1], held[2], held[3]);
                default -> (long) Holding16.MESSAGES[which].invokeExact(errno, fd, msg, flags, 0,
                        held[0], held[1], held[2], held[3], held[4], held[5], held[6], held[7],
                        held[8], held[9], held[10], held[11], held[12], held[13], held[14], held[15]);
            };
            return result(returned, errno);
        } catch (Throwable thrown) {
            throw Linking.rethrown(thrown);
        }
    }

    private static long result(long returned, MemorySegment errno) {
        return returned >= 0 ? returned : -Linking.errno(errno);
    }
}
