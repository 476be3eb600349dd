package dev.overlapped.linux;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Collections;
import java.util.List;

/// The calls that every request makes, all in one method, and that on purpose.
///
/// The JDK takes a slice of the segment that errno is captured into on every call. The compiler does away
/// with that object when it inlines the handle as a whole, which it does 15 levels deep at most. From a
/// program's call down to the handle there are about 15 levels, so whether 40 bytes were allocated per call
/// depended on where the compiler began. Here it always begins: HotSpot does not inline a method of more
/// than 325 bytes into another one. A test watches over that size.
final class HotCalls {
    static final int SEND = 0;
    static final int RECV = 1;
    static final int EPOLL_WAIT = 2;
    static final int SENDMSG = 3;
    static final int RECVMSG = 4;

    private static final class Bytes {
        static final MethodHandle SEND_BYTES = Linking.function("send", Libc.BYTES);
        static final MethodHandle RECV_BYTES = Linking.function("recv", Libc.BYTES);
    }

    private static final class Epoll {
        static final MethodHandle WAIT = Linking.function("epoll_wait", Libc.BYTES);
    }

    private static final class Holding0 {
        static final MethodHandle GATHER = Linking.function("sendmsg", holding(0));
        static final MethodHandle SCATTER = Linking.function("recvmsg", holding(0));
    }

    private static final class Holding1 {
        static final MethodHandle GATHER = Linking.function("sendmsg", holding(1));
        static final MethodHandle SCATTER = Linking.function("recvmsg", holding(1));
    }

    private static final class Holding4 {
        static final MethodHandle GATHER = Linking.function("sendmsg", holding(4));
        static final MethodHandle SCATTER = Linking.function("recvmsg", holding(4));
    }

    private static final class Holding16 {
        static final MethodHandle GATHER = Linking.function("sendmsg", holding(16));
        static final MethodHandle SCATTER = Linking.function("recvmsg", holding(16));
    }

    private HotCalls() {
    }

    private static FunctionDescriptor holding(int count) {
        List<MemoryLayout> further = Collections.nCopies(count, ValueLayout.ADDRESS);
        return Libc.BYTES.appendArgumentLayouts(further.toArray(MemoryLayout[]::new));
    }

    /// Calls `which` with descriptor, memory, a length and flags (or, for epoll_wait, events and a
    /// time-out). For messages `held` are segments to hold during the call, as many as `shape` says: 0, 1,
    /// 4 or 16. A count, or `-errno`.
    static long call(int which, MemorySegment errno, int fd, MemorySegment memory, long length, int flags,
            MemorySegment[] held, int shape) {
        try {
            long returned = switch (which) {
                case SEND -> (long) Bytes.SEND_BYTES.invokeExact(errno, fd, memory, length, flags);
                case RECV -> (long) Bytes.RECV_BYTES.invokeExact(errno, fd, memory, length, flags);
                case EPOLL_WAIT -> (int) (long) Epoll.WAIT.invokeExact(errno, fd, memory, length, flags);
                case SENDMSG -> switch (shape) {
                    case 0 -> (long) Holding0.GATHER.invokeExact(errno, fd, memory, length, flags);
                    case 1 -> (long) Holding1.GATHER.invokeExact(errno, fd, memory, length, flags, held[0]);
                    case 4 -> (long) Holding4.GATHER.invokeExact(errno, fd, memory, length, flags,
                            held[0], held[1], held[2], held[3]);
                    default -> (long) Holding16.GATHER.invokeExact(errno, fd, memory, length, flags,
                            held[0], held[1], held[2], held[3], held[4], held[5], held[6], held[7],
                            held[8], held[9], held[10], held[11], held[12], held[13], held[14], held[15]);
                };
                default -> switch (shape) {
                    case 0 -> (long) Holding0.SCATTER.invokeExact(errno, fd, memory, length, flags);
                    case 1 -> (long) Holding1.SCATTER.invokeExact(errno, fd, memory, length, flags, held[0]);
                    case 4 -> (long) Holding4.SCATTER.invokeExact(errno, fd, memory, length, flags,
                            held[0], held[1], held[2], held[3]);
                    default -> (long) Holding16.SCATTER.invokeExact(errno, fd, memory, length, flags,
                            held[0], held[1], held[2], held[3], held[4], held[5], held[6], held[7],
                            held[8], held[9], held[10], held[11], held[12], held[13], held[14], held[15]);
                };
            };
            return returned >= 0 ? returned : -Linking.errno(errno);
        } catch (Throwable thrown) {
            throw Linking.rethrown(thrown);
        }
    }
}
