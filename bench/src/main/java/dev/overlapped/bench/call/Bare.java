package dev.overlapped.bench.call;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/// A TCP socket of a program that makes its downcalls itself, as the documentation of the FFM API has it:
/// constant handles, errno captured within the call, memory passed by reference. Used by one thread at a
/// time.
final class Bare implements AutoCloseable {
    private static final int AF_INET = 2;
    private static final int SOCK_STREAM = 1;
    private static final int IPPROTO_TCP = 6;
    private static final int TCP_NODELAY = 1;
    private static final int SOL_SOCKET = 1;
    private static final int SO_SNDBUF = 7;
    private static final int SO_RCVBUF = 8;
    private static final int F_SETFL = 4;
    private static final int O_NONBLOCK = 0x800;
    private static final int MSG_NOSIGNAL = 0x4000;
    private static final int LOOPBACK = 0x7f000001;
    private static final int ADDRESS_BYTES = 16;
    private static final int EAGAIN = 11;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final Linker.Option CAPTURE = Linker.Option.captureCallState("errno");
    private static final VarHandle ERRNO =
        Linker.Option.captureStateLayout().varHandle(PathElement.groupElement("errno"));

    private static final FunctionDescriptor TRANSFER = FunctionDescriptor.of(ValueLayout.JAVA_LONG,
        ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT);
    private static final FunctionDescriptor ADDRESSED = FunctionDescriptor.of(ValueLayout.JAVA_INT,
        ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT);
    private static final FunctionDescriptor ANSWERED = FunctionDescriptor.of(ValueLayout.JAVA_INT,
        ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS);

    private static final MethodHandle SEND = function("send", TRANSFER);
    private static final MethodHandle RECV = function("recv", TRANSFER);
    private static final MethodHandle SOCKET = function("socket", ints(3));
    private static final MethodHandle BIND = function("bind", ADDRESSED);
    private static final MethodHandle CONNECT = function("connect", ADDRESSED);
    private static final MethodHandle LISTEN = function("listen", ints(2));
    private static final MethodHandle ACCEPT = function("accept", ANSWERED);
    private static final MethodHandle GETSOCKNAME = function("getsockname", ANSWERED);
    private static final MethodHandle SETSOCKOPT = function("setsockopt", FunctionDescriptor.of(
        ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT,
        ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
    private static final MethodHandle FCNTL = function("fcntl", ints(3), Linker.Option.firstVariadicArg(2));
    private static final MethodHandle CLOSE = function("close", ints(1));

    /// Lives as long as this object; every call of this socket captures into it.
    private final MemorySegment errno = Arena.ofAuto().allocate(Linker.Option.captureStateLayout());
    private final int descriptor;

    private Bare(int descriptor) {
        this.descriptor = descriptor;
    }

    private static FunctionDescriptor ints(int count) {
        ValueLayout[] arguments = new ValueLayout[count];
        Arrays.fill(arguments, ValueLayout.JAVA_INT);
        return FunctionDescriptor.of(ValueLayout.JAVA_INT, arguments);
    }

    @SuppressWarnings("restricted")
    private static MethodHandle function(String name, FunctionDescriptor shape, Linker.Option... options) {
        Linker.Option[] all = Arrays.copyOf(options, options.length + 1);
        all[options.length] = CAPTURE;
        return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), shape, all);
    }

    // ---- what is measured ----

    /// How many bytes were taken, or `-errno`.
    long send(MemorySegment bytes, long length) {
        try {
            long sent = (long) SEND.invokeExact(errno, descriptor, bytes, length, MSG_NOSIGNAL);
            return sent >= 0 ? sent : -(int) ERRNO.get(errno, 0L);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /// How many bytes came, or `-errno`.
    long receive(MemorySegment room, long length) {
        try {
            long received = (long) RECV.invokeExact(errno, descriptor, room, length, 0);
            return received >= 0 ? received : -(int) ERRNO.get(errno, 0L);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    // ---- around it ----

    /// Receives, and waits for, exactly that many bytes, which nobody looks at.
    void drain(MemorySegment room, long bytes) {
        for (long left = bytes; left > 0;) {
            long received = receive(room, Math.min(left, room.byteSize()));
            if (received == 0 || (received < 0 && received != -EAGAIN)) {
                throw new AssertionError("recv: " + received);
            }
            left -= Math.max(0, received);
        }
    }

    /// Receives what is there.
    void drainAvailable(MemorySegment room) {
        while (receive(room, room.byteSize()) > 0) {
            // There may be more.
        }
    }

    /// A listener on a free port of 127.0.0.1.
    static Bare listening() {
        Bare listener = open();
        try (Arena arena = Arena.ofConfined()) {
            listener.check((int) BIND.invokeExact(listener.errno, listener.descriptor, address(arena, 0),
                ADDRESS_BYTES));
            listener.check((int) LISTEN.invokeExact(listener.errno, listener.descriptor, 1));
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
        return listener;
    }

    private static Bare open() {
        MemorySegment errno = Arena.ofAuto().allocate(Linker.Option.captureStateLayout());
        try {
            int descriptor = (int) SOCKET.invokeExact(errno, AF_INET, SOCK_STREAM, 0);
            if (descriptor < 0) {
                throw new AssertionError("socket: errno " + (int) ERRNO.get(errno, 0L));
            }
            return new Bare(descriptor);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private static MemorySegment address(Arena arena, int port) {
        MemorySegment address = arena.allocate(ADDRESS_BYTES, Integer.BYTES);
        address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_INET);
        address.set(ValueLayout.JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN), 2, (short) port);
        address.set(ValueLayout.JAVA_INT.withOrder(ByteOrder.BIG_ENDIAN), 4, LOOPBACK);
        return address;
    }

    /// The port that it is bound to.
    int port() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = address(arena, 0);
            MemorySegment length = arena.allocateFrom(ValueLayout.JAVA_INT, ADDRESS_BYTES);
            check((int) GETSOCKNAME.invokeExact(errno, descriptor, address, length));
            return Short.toUnsignedInt(
                address.get(ValueLayout.JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN), 2));
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /// The connection that waits for it.
    Bare accepted() {
        try {
            MemorySegment nobody = MemorySegment.NULL;
            int accepted = (int) ACCEPT.invokeExact(errno, descriptor, nobody, nobody);
            check(accepted);
            return new Bare(accepted);
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    /// A connection to that port of 127.0.0.1.
    static Bare connected(int port) {
        Bare socket = open();
        try (Arena arena = Arena.ofConfined()) {
            socket.check((int) CONNECT.invokeExact(socket.errno, socket.descriptor, address(arena, port),
                ADDRESS_BYTES));
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
        return socket;
    }

    /// No call waits from now on, and nothing is kept back to be sent with more.
    Bare ready() {
        try {
            check((int) FCNTL.invokeExact(errno, descriptor, F_SETFL, O_NONBLOCK));
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
        option(IPPROTO_TCP, TCP_NODELAY, 1);
        return this;
    }

    /// Asks the kernel for buffers of that size.
    void buffers(int bytes) {
        option(SOL_SOCKET, SO_SNDBUF, bytes);
        option(SOL_SOCKET, SO_RCVBUF, bytes);
    }

    private void option(int level, int name, int value) {
        try (Arena arena = Arena.ofConfined()) {
            check((int) SETSOCKOPT.invokeExact(errno, descriptor, level, name,
                arena.allocateFrom(ValueLayout.JAVA_INT, value), Integer.BYTES));
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private void check(int result) {
        if (result < 0) {
            throw new AssertionError("errno " + (int) ERRNO.get(errno, 0L));
        }
    }

    @Override
    public void close() {
        try {
            check((int) CLOSE.invokeExact(errno, descriptor));
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }
}
