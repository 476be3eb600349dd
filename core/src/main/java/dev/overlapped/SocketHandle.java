package dev.overlapped;

import dev.overlapped.address.Endpoint;
import dev.overlapped.engine.Caller;
import dev.overlapped.engine.Engine;
import dev.overlapped.engine.Socket;
import java.lang.System.Logger;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.ref.Cleaner;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/// What the three kinds of sockets have in common: the engine's socket, its options and addresses, and its
/// end. Pending requests and the program's object refer to it; when none is left it is closed.
final class SocketHandle {
    private static final Cleaner CLEANER = Cleaner.create(
            Thread.ofPlatform().daemon().name("overlapped-cleaner").factory());
    private static final boolean TRACES_LEAKS = Boolean.getBoolean("dev.overlapped.leaks");

    private static final int SOL_SOCKET = 0xffff;
    private static final int IPPROTO_TCP = 6;
    private static final int NO_LINGER = -1;
    private static final int SHORT_MASK = 0xffff;

    /// An option as Winsock numbers it.
    private record Option(int level, int number) {
    }

    private static final Map<SocketOption<?>, Option> COMMON = Map.of(
            StandardSocketOptions.SO_SNDBUF, new Option(SOL_SOCKET, 0x1001),
            StandardSocketOptions.SO_RCVBUF, new Option(SOL_SOCKET, 0x1002),
            StandardSocketOptions.SO_REUSEADDR, new Option(SOL_SOCKET, 4));
    private static final Map<SocketOption<?>, Option> OF_STREAMS = Map.of(
            StandardSocketOptions.SO_KEEPALIVE, new Option(SOL_SOCKET, 8),
            StandardSocketOptions.SO_LINGER, new Option(SOL_SOCKET, 0x80),
            StandardSocketOptions.TCP_NODELAY, new Option(IPPROTO_TCP, 1),
            OverlappedSocket.URGENT_INLINE, new Option(SOL_SOCKET, 0x100));
    private static final Map<SocketOption<?>, Option> OF_DATAGRAMS = Map.of(
            StandardSocketOptions.SO_BROADCAST, new Option(SOL_SOCKET, 0x20));

    private final Socket socket;
    private final Closing closing;
    private final Cleaner.Cleanable cleanable;

    SocketHandle(Engine engine, long handle) {
        socket = engine.socket(handle);
        closing = new Closing(engine, handle, TRACES_LEAKS ? new Throwable("opened here") : null);
        cleanable = CLEANER.register(this, closing);
    }

    /// Opens a socket for addresses of that family.
    static SocketHandle open(ProtocolFamily family, boolean stream) throws WinsockException {
        if (!(family instanceof StandardProtocolFamily standard)) {
            throw new UnsupportedOperationException(family.name());
        }
        Engine engine = Caller.current().engine();
        long opened = switch (standard) {
            case INET -> engine.open(false, stream, true);
            case INET6 -> engine.open(true, stream, true);
            case UNIX -> {
                if (!stream) {
                    throw new UnsupportedOperationException("datagrams to paths");
                }
                yield engine.openUnix(true, true);
            }
        };
        return new SocketHandle(engine, WinsockException.check("WSASocket", engine.independent(opened)));
    }

    /// Closes the engine's socket, once; it must not know the handle that it outlives.
    private static final class Closing implements Runnable {
        private final Engine engine;
        private final long handle;
        private final Throwable opened;
        private volatile boolean byProgram;

        Closing(Engine engine, long handle, Throwable opened) {
            this.engine = engine;
            this.handle = handle;
            this.opened = opened;
        }

        @Override
        public void run() {
            if (!byProgram && opened != null && engine.socket(handle) != null) {
                System.getLogger("dev.overlapped").log(Logger.Level.WARNING,
                        "a socket was collected without having been closed", opened);
            }
            Caller caller = Caller.current();
            // The cleaner is of the system's engine; a simulated network's sockets end with that.
            if (caller.engine() == engine) {
                engine.close(handle, caller);
            }
        }
    }

    void close() {
        closing.byProgram = true;
        cleanable.clean();
    }

    Socket socket() {
        return socket;
    }

    boolean isOpen() {
        return closing.engine.socket(closing.handle) != null;
    }

    // ---- addresses ----

    /// The family of an address that can be used.
    static StandardProtocolFamily family(SocketAddress address) {
        return switch (address) {
            case InetSocketAddress internet -> {
                if (internet.isUnresolved()) {
                    throw new UnresolvedAddressException();
                }
                yield internet.getAddress() instanceof Inet6Address ? StandardProtocolFamily.INET6
                        : StandardProtocolFamily.INET;
            }
            case UnixDomainSocketAddress _ -> StandardProtocolFamily.UNIX;
            default -> throw new UnsupportedAddressTypeException();
        };
    }

    /// Writes where a datagram goes to; 0 or why it cannot.
    static int fill(Endpoint endpoint, SocketAddress to, boolean ipv6) {
        if (family(to) != (ipv6 ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET)) {
            return WinsockException.WSAEAFNOSUPPORT;
        }
        InetSocketAddress internet = (InetSocketAddress) to;
        ByteBuffer bytes = ByteBuffer.wrap(internet.getAddress().getAddress());
        if (ipv6) {
            int scope = ((Inet6Address) internet.getAddress()).getScopeId();
            endpoint.setIpv6(bytes.getLong(), bytes.getLong(), scope, internet.getPort());
        } else {
            endpoint.setIpv4(bytes.getInt(), internet.getPort());
        }
        return endpoint.isWildcard() ? WinsockException.WSAEADDRNOTAVAIL : 0;
    }

    /// Where a datagram has come from.
    static SocketAddress address(Endpoint endpoint) {
        try {
            if (!endpoint.isIpv6()) {
                byte[] four = ByteBuffer.allocate(Integer.BYTES).putInt(endpoint.ipv4()).array();
                return new InetSocketAddress(InetAddress.getByAddress(four), endpoint.port());
            }
            byte[] sixteen = ByteBuffer.allocate(2 * Long.BYTES).putLong(endpoint.high())
                    .putLong(endpoint.low()).array();
            InetAddress address = endpoint.scope() == 0 ? InetAddress.getByAddress(sixteen)
                    : Inet6Address.getByAddress(null, sixteen, endpoint.scope());
            return new InetSocketAddress(address, endpoint.port());
        } catch (UnknownHostException e) {
            throw new AssertionError("an address of 4 or 16 bytes", e);
        }
    }

    void bind(SocketAddress local) throws WinsockException {
        family(local);
        WinsockException.check("bind", socket.handshake().bind(local));
    }

    SocketAddress localAddress() {
        return socket.localAddress();
    }

    // ---- options ----

    Set<SocketOption<?>> options() {
        Map<SocketOption<?>, Option> all = new LinkedHashMap<>(COMMON);
        all.putAll(socket.isStream() ? OF_STREAMS : OF_DATAGRAMS);
        return Set.copyOf(all.keySet());
    }

    private Option named(SocketOption<?> name) {
        Map<SocketOption<?>, Option> special = socket.isStream() ? OF_STREAMS : OF_DATAGRAMS;
        Option found = COMMON.getOrDefault(Objects.requireNonNull(name), special.get(name));
        if (found == null) {
            throw new UnsupportedOperationException("this kind of socket has no " + name.name());
        }
        return found;
    }

    <T> void option(SocketOption<T> name, T value) throws WinsockException {
        Option option = named(name);
        int number = value instanceof Boolean on ? (on ? 1 : 0) : (Integer) value;
        if (name.equals(StandardSocketOptions.SO_LINGER)) {
            // Winsock's LINGER: whether, then for how many seconds, of 16 bits each.
            number = number < 0 ? 0 : 1 | Math.min(number, SHORT_MASK) << Short.SIZE;
        } else if (number < 0) {
            throw new IllegalArgumentException(name.name() + " must not be negative: " + number);
        }
        MemorySegment bytes = MemorySegment.ofArray(new int[] {number});
        WinsockException.check("setsockopt",
                socket.setOption(option.level, option.number, bytes, Integer.BYTES));
    }

    <T> T option(SocketOption<T> name) throws WinsockException {
        Option option = named(name);
        MemorySegment bytes = MemorySegment.ofArray(new int[1]);
        WinsockException.check("getsockopt",
                socket.option(option.level, option.number, bytes, Integer.BYTES));
        int number = bytes.get(ValueLayout.JAVA_INT, 0);
        if (name.equals(StandardSocketOptions.SO_LINGER)) {
            number = (number & SHORT_MASK) == 0 ? NO_LINGER : number >>> Short.SIZE;
        }
        return name.type().cast(name.type() == Boolean.class ? (Object) (number != 0) : (Object) number);
    }
}
