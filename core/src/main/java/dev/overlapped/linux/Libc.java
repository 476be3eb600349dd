package dev.overlapped.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/// Functions of the C library, one static method each, with the C names. The result is the function's, or
/// `-errno`.
///
/// The first use of a shape (the types of a handle) costs 8 to 30 ms. So a group of calls is linked when one
/// of it is first used, and calls whose arguments sit in the same registers share a shape: on both
/// architectures an `int` occupies a whole register, a callee reads no more of it than the `int`, and it does
/// not see further arguments.
public final class Libc {
    /// Calls without memory; up to three ints.
    private static final FunctionDescriptor INTS =
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
    /// Descriptor, memory, its length, flags.
    static final FunctionDescriptor BYTES =
            FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
    /// Descriptor, socket address, where its length is, flags.
    private static final FunctionDescriptor NAMES =
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, ADDRESS, JAVA_INT);
    /// Descriptor, two ints, memory, its length or where that is.
    static final FunctionDescriptor CONTROLS =
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_LONG);

    private Libc() {
    }

    private static int result(int returned, Scratch scratch) {
        return returned >= 0 ? returned : -scratch.errno();
    }

    private static long result(long returned, Scratch scratch) {
        return returned >= 0 ? returned : -scratch.errno();
    }


    /// Calls that take descriptors and numbers only.
    private static final class Descriptors {
        static final MethodHandle SOCKET = Linking.function("socket", INTS);
        static final MethodHandle LISTEN = Linking.function("listen", INTS);
        static final MethodHandle SHUTDOWN = Linking.function("shutdown", INTS);
        static final MethodHandle CLOSE = Linking.function("close", INTS);
    }

    public static int socket(int domain, int type, int protocol) {
        Scratch scratch = Scratch.current();
        try {
            return result((int) Descriptors.SOCKET.invokeExact(scratch.errno, domain, type, protocol),
                    scratch);
        } catch (Throwable thrown) {
            throw Linking.rethrown(thrown);
        }
    }

    public static int listen(int fd, int backlog) {
        Scratch scratch = Scratch.current();
        try {
            return result((int) Descriptors.LISTEN.invokeExact(scratch.errno, fd, backlog, 0), scratch);
        } catch (Throwable thrown) {
            throw Linking.rethrown(thrown);
        }
    }

    public static int shutdown(int fd, int how) {
        Scratch scratch = Scratch.current();
        try {
            return result((int) Descriptors.SHUTDOWN.invokeExact(scratch.errno, fd, how, 0), scratch);
        } catch (Throwable thrown) {
            throw Linking.rethrown(thrown);
        }
    }

    /// Whatever it answers, the descriptor is gone: Linux wants no second call, not even after EINTR.
    public static int close(int fd) {
        Scratch scratch = Scratch.current();
        try {
            return result((int) Descriptors.CLOSE.invokeExact(scratch.errno, fd, 0, 0), scratch);
        } catch (Throwable thrown) {
            throw Linking.rethrown(thrown);
        }
    }

    /// send: for several pieces see [Message#sendmsg].
    public static long send(int fd, MemorySegment buf, long len, int flags) {
        return HotCalls.send(Scratch.current().errno, fd, buf, len, flags);
    }

    /// recv: for several pieces see [Message#recvmsg].
    public static long recv(int fd, MemorySegment buf, long len, int flags) {
        return HotCalls.recv(Scratch.current().errno, fd, buf, len, flags);
    }

    /// Calls with socket addresses.
    private static final class Names {
        static final MethodHandle BIND = Linking.function("bind", BYTES);
        static final MethodHandle CONNECT = Linking.function("connect", BYTES);
        static final MethodHandle ACCEPT4 = Linking.function("accept4", NAMES);
        static final MethodHandle GETSOCKNAME = Linking.function("getsockname", NAMES);
        static final MethodHandle GETPEERNAME = Linking.function("getpeername", NAMES);
    }

    public static int bind(int fd, MemorySegment addr, int addrlen) {
        Scratch scratch = Scratch.current();
        try {
            long returned = (long) Names.BIND.invokeExact(scratch.errno, fd, addr, (long) addrlen, 0);
            return result((int) returned, scratch);
        } catch (Throwable thrown) {
            throw Linking.rethrown(thrown);
        }
    }

    public static int connect(int fd, MemorySegment addr, int addrlen) {
        Scratch scratch = Scratch.current();
        try {
            long returned = (long) Names.CONNECT.invokeExact(scratch.errno, fd, addr, (long) addrlen, 0);
            return result((int) returned, scratch);
        } catch (Throwable thrown) {
            throw Linking.rethrown(thrown);
        }
    }

    public static int accept4(int fd, MemorySegment addr, MemorySegment addrlen, int flags) {
        Scratch scratch = Scratch.current();
        try {
            return result((int) Names.ACCEPT4.invokeExact(scratch.errno, fd, addr, addrlen, flags), scratch);
        } catch (Throwable thrown) {
            throw Linking.rethrown(thrown);
        }
    }

    public static int getsockname(int fd, MemorySegment addr, MemorySegment addrlen) {
        Scratch scratch = Scratch.current();
        try {
            return result((int) Names.GETSOCKNAME.invokeExact(scratch.errno, fd, addr, addrlen, 0), scratch);
        } catch (Throwable thrown) {
            throw Linking.rethrown(thrown);
        }
    }

    public static int getpeername(int fd, MemorySegment addr, MemorySegment addrlen) {
        Scratch scratch = Scratch.current();
        try {
            return result((int) Names.GETPEERNAME.invokeExact(scratch.errno, fd, addr, addrlen, 0), scratch);
        } catch (Throwable thrown) {
            throw Linking.rethrown(thrown);
        }
    }

    /// Calls with socket options.
    private static final class Options {
        static final MethodHandle SETSOCKOPT = Linking.function("setsockopt", CONTROLS);
        static final MethodHandle GETSOCKOPT = Linking.function("getsockopt", CONTROLS);
    }

    public static int setsockopt(int fd, int level, int optname, MemorySegment optval, int optlen) {
        Scratch scratch = Scratch.current();
        try {
            return result((int) Options.SETSOCKOPT.invokeExact(scratch.errno, fd, level, optname, optval,
                    (long) optlen), scratch);
        } catch (Throwable thrown) {
            throw Linking.rethrown(thrown);
        }
    }

    /// `optlen` must be of the calling thread's [Scratch]: it goes by its address, which holds nothing.
    public static int getsockopt(int fd, int level, int optname, MemorySegment optval, MemorySegment optlen) {
        Scratch scratch = Scratch.current();
        try {
            return result((int) Options.GETSOCKOPT.invokeExact(scratch.errno, fd, level, optname, optval,
                    optlen.address()), scratch);
        } catch (Throwable thrown) {
            throw Linking.rethrown(thrown);
        }
    }

    /// Apart, since it is asked rarely and its shape is its own.
    private static final class Ioctl {
        static final MethodHandle IOCTL =
                Linking.variadic("ioctl", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS), 2);
    }

    public static int ioctl(int fd, long request, MemorySegment argument) {
        Scratch scratch = Scratch.current();
        try {
            return result((int) Ioctl.IOCTL.invokeExact(scratch.errno, fd, request, argument), scratch);
        } catch (Throwable thrown) {
            throw Linking.rethrown(thrown);
        }
    }

    /// Waiting for descriptors.
    private static final class Epoll {
        static final MethodHandle EPOLL_CREATE1 = Linking.function("epoll_create1", INTS);
        static final MethodHandle EVENTFD = Linking.function("eventfd", INTS);
        static final MethodHandle WRITE = Linking.function("write", BYTES);
    }

    public static int epoll_create1(int flags) {
        Scratch scratch = Scratch.current();
        try {
            return result((int) Epoll.EPOLL_CREATE1.invokeExact(scratch.errno, flags, 0, 0), scratch);
        } catch (Throwable thrown) {
            throw Linking.rethrown(thrown);
        }
    }

    public static int epoll_ctl(int epfd, int op, int fd, MemorySegment event) {
        return HotCalls.epollCtl(Scratch.current().errno, epfd, op, fd, event);
    }

    public static int epoll_wait(int epfd, MemorySegment events, int maxevents, int timeout) {
        return HotCalls.epollWait(Scratch.current().errno, epfd, events, maxevents, timeout);
    }

    public static int eventfd(int initval, int flags) {
        Scratch scratch = Scratch.current();
        try {
            return result((int) Epoll.EVENTFD.invokeExact(scratch.errno, initval, flags, 0), scratch);
        } catch (Throwable thrown) {
            throw Linking.rethrown(thrown);
        }
    }

    public static long write(int fd, MemorySegment buf, long count) {
        Scratch scratch = Scratch.current();
        try {
            return result((long) Epoll.WRITE.invokeExact(scratch.errno, fd, buf, count, 0), scratch);
        } catch (Throwable thrown) {
            throw Linking.rethrown(thrown);
        }
    }

    /// Timers.
    private static final class Timers {
        static final MethodHandle TIMERFD_CREATE = Linking.function("timerfd_create", INTS);
        static final MethodHandle TIMERFD_SETTIME = Linking.function("timerfd_settime",
                FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, ADDRESS));
    }

    public static int timerfd_create(int clockid, int flags) {
        Scratch scratch = Scratch.current();
        try {
            return result((int) Timers.TIMERFD_CREATE.invokeExact(scratch.errno, clockid, flags, 0), scratch);
        } catch (Throwable thrown) {
            throw Linking.rethrown(thrown);
        }
    }

    /// The fourth argument of C, where the old time would be left, is always absent.
    public static int timerfd_settime(int fd, int flags, MemorySegment value) {
        Scratch scratch = Scratch.current();
        try {
            return result((int) Timers.TIMERFD_SETTIME.invokeExact(scratch.errno, fd, flags, value,
                    MemorySegment.NULL), scratch);
        } catch (Throwable thrown) {
            throw Linking.rethrown(thrown);
        }
    }

    /// Threads. Older C libraries (before glibc 2.30) lack gettid, on kernels that lack what it is needed
    /// for.
    private static final class Threads {
        static final boolean HAVE_GETTID = Linking.exists("gettid");
        static final MethodHandle GETTID = Linking.function(HAVE_GETTID ? "gettid" : "getpid", INTS);
        static final MethodHandle SYSCALL = Linking.variadic("syscall",
                FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT), 1);
    }

    public static int gettid() {
        Scratch scratch = Scratch.current();
        try {
            if (!Threads.HAVE_GETTID) {
                return -Constants.ENOSYS;
            }
            return result((int) Threads.GETTID.invokeExact(scratch.errno, 0, 0, 0), scratch);
        } catch (Throwable thrown) {
            throw Linking.rethrown(thrown);
        }
    }

    /// There is no function of this name in every C library, but its number is the same on all architectures.
    public static int pidfd_open(int pid, int flags) {
        Scratch scratch = Scratch.current();
        try {
            long number = Constants.SYS_PIDFD_OPEN;
            return (int) result((long) Threads.SYSCALL.invokeExact(scratch.errno, number, pid, flags),
                    scratch);
        } catch (Throwable thrown) {
            throw Linking.rethrown(thrown);
        }
    }

    /// The resolver.
    private static final class Resolver {
        static final MethodHandle GETADDRINFO = Linking.function("getaddrinfo",
                FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, ADDRESS));
        static final MethodHandle FREEADDRINFO =
                Linking.function("freeaddrinfo", FunctionDescriptor.ofVoid(ADDRESS));
    }

    /// Answers with an EAI code, not with `-errno`; after EAI_SYSTEM errno is in [Scratch#errno].
    public static int getaddrinfo(MemorySegment node, MemorySegment service, MemorySegment hints,
            MemorySegment res) {
        Scratch scratch = Scratch.current();
        try {
            return (int) Resolver.GETADDRINFO.invokeExact(scratch.errno, node, service, hints, res);
        } catch (Throwable thrown) {
            throw Linking.rethrown(thrown);
        }
    }

    static void freeaddrinfo(MemorySegment res) {
        Scratch scratch = Scratch.current();
        try {
            Resolver.FREEADDRINFO.invokeExact(scratch.errno, res);
        } catch (Throwable thrown) {
            throw Linking.rethrown(thrown);
        }
    }
}
