package dev.overlapped.provider.epoll;

import dev.overlapped.address.Endpoint;
import dev.overlapped.linux.Constants;
import dev.overlapped.linux.Itimerspec;
import dev.overlapped.linux.Libc;
import dev.overlapped.linux.Scratch;
import dev.overlapped.provider.BufferList;
import dev.overlapped.provider.ConnectionEnd;
import dev.overlapped.provider.Errno;
import dev.overlapped.provider.NameQuery;
import dev.overlapped.provider.PeerAddress;
import dev.overlapped.provider.Poller;
import dev.overlapped.provider.Resolution;
import dev.overlapped.provider.SocketKind;
import dev.overlapped.provider.SocketKind.Family;
import dev.overlapped.provider.SocketOptionName;
import dev.overlapped.provider.Threads;
import dev.overlapped.provider.TransportProvider;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/// The network of a Linux machine. It remembers nothing: a descriptor of the seam is the kernel's.
public final class EpollProvider implements TransportProvider {
    /// How often in a row a connection may be found dead at accept before that is an error. Each time takes
    /// one out of the backlog, which is never so long.
    private static final int DEAD_CONNECTIONS_MAX = 65_536;

    private static final boolean PIDFD_ALLOWED =
            !"false".equals(System.getProperty("dev.overlapped.pidfd"));

    private final Threads threads = new SystemThreads();

    @Override
    public int open(SocketKind kind) {
        boolean ipv6 = kind.family() == Family.IPV6;
        int family = switch (kind.family()) {
            case IPV4 -> Constants.AF_INET;
            case IPV6 -> Constants.AF_INET6;
            case UNIX -> Constants.AF_UNIX;
        };
        int type = switch (kind.type()) {
            case STREAM -> Constants.SOCK_STREAM;
            case DATAGRAM -> Constants.SOCK_DGRAM;
            case SEQPACKET -> Constants.SOCK_SEQPACKET;
        };
        int descriptor = Libc.socket(family, type | Constants.SOCK_NONBLOCK | Constants.SOCK_CLOEXEC, 0);
        if (descriptor < 0) {
            return descriptor;
        }
        // Windows' default; Linux takes IPv4 too unless told.
        int result = ipv6 ? SocketOptions.set(descriptor, Constants.IPPROTO_IPV6, Constants.IPV6_V6ONLY, 1)
                : 0;
        if (result == 0 && kind.isConnectionless()) {
            result = askForNetworkErrors(descriptor, ipv6);
        }
        if (result < 0) {
            Libc.close(descriptor);
            return result;
        }
        return descriptor;
    }

    /// An IPv6 socket may send to IPv4 addresses too.
    private static int askForNetworkErrors(int descriptor, boolean ipv6) {
        int result = SocketOptions.set(descriptor, Constants.IPPROTO_IP, Constants.IP_RECVERR, 1);
        return ipv6 ? SocketOptions.set(descriptor, Constants.IPPROTO_IPV6, Constants.IPV6_RECVERR, 1)
                : result;
    }

    /// Binds plainly first. Only if the address is taken, and then only for this one call, does SO_REUSEADDR
    /// let it pass over connections that wait out their time. The order matters: Linux remembers for each
    /// port whether all of its sockets were bound with the option, and would let two of them have the same
    /// address.
    @Override
    public int bind(int descriptor, SocketKind kind, SocketAddress address) {
        MemorySegment encoded = Scratch.current().address();
        int length = SocketAddresses.encode(address, kind.family(), encoded);
        if (length < 0) {
            return length;
        }
        int result = Libc.bind(descriptor, encoded, length);
        if (result == -Errno.EADDRINUSE && kind.isTcp()) {
            reuseAddress(descriptor, true);
            result = Libc.bind(descriptor, encoded, length);
            reuseAddress(descriptor, false);
        }
        return result == -Constants.ENOENT ? -Errno.EINVAL : result;
    }

    private static int reuseAddress(int descriptor, boolean on) {
        return SocketOptions.set(descriptor, Constants.SOL_SOCKET, Constants.SO_REUSEADDR, on ? 1 : 0);
    }

    /// Accepted connections inherit SO_REUSEADDR, and so does what waits out its time after them: a later
    /// bind may pass over it. A listening socket itself is never passed over.
    @Override
    public int listen(int descriptor, int backlog) {
        reuseAddress(descriptor, true);
        int result = Libc.listen(descriptor, backlog);
        if (result < 0) {
            reuseAddress(descriptor, false);
        }
        return result;
    }

    @Override
    public int accept(int descriptor, PeerAddress peer) {
        Scratch scratch = Scratch.current();
        int flags = Constants.SOCK_NONBLOCK | Constants.SOCK_CLOEXEC;
        int accepted;
        int attempts = 0;
        do {
            scratch.length().set(ValueLayout.JAVA_INT, 0, Scratch.ADDRESS_BYTES);
            accepted = Libc.accept4(descriptor, scratch.address(), scratch.length(), flags);
            attempts++;
        } while (isOfDeadConnection(accepted) && attempts < DEAD_CONNECTIONS_MAX);
        peer.value = accepted < 0 ? null : decoded(scratch);
        return accepted;
    }

    /// Linux reports at accept what has become of the connection meanwhile; Windows does not show such
    /// connections.
    private static boolean isOfDeadConnection(int result) {
        return switch (-result) {
            case Errno.EINTR, Errno.ECONNABORTED, Errno.EPROTO, Errno.ENETDOWN, Errno.ENOPROTOOPT,
                    Errno.EHOSTDOWN, Errno.ENONET, Errno.EHOSTUNREACH, Errno.EOPNOTSUPP,
                    Errno.ENETUNREACH -> true;
            default -> false;
        };
    }

    private static SocketAddress decoded(Scratch scratch) {
        return SocketAddresses.decode(scratch.address(), scratch.length().get(ValueLayout.JAVA_INT, 0));
    }

    /// connect(2) itself is asked again and again: the kernel answers a connection under way with EALREADY, a
    /// failed one with its error, and one that has succeeded with 0 once and then with EISCONN.
    @Override
    public int connect(int descriptor, SocketKind kind, SocketAddress to) {
        if (to == null) {
            return dissolve(descriptor, kind);
        }
        MemorySegment encoded = Scratch.current().address();
        int length = SocketAddresses.encode(to, kind.family(), encoded);
        if (length < 0) {
            return length;
        }
        int result;
        do {
            result = Libc.connect(descriptor, encoded, length);
        } while (result == -Errno.EINTR);
        if (result == -Errno.EACCES && kind.isConnectionless()) {
            return connectToBroadcast(descriptor, encoded, length);
        }
        if (kind.isUnix() && (result == -Errno.EAGAIN || result == -Constants.ENOENT)) {
            // Nobody listens there, or the backlog is full: Linux would not say when that changes.
            return -Errno.ECONNREFUSED;
        }
        return switch (-result) {
            case Errno.EINPROGRESS, Errno.EALREADY -> -Errno.EAGAIN;
            case Errno.EISCONN -> 0;
            default -> result;
        };
    }

    /// On Windows only a datagram that names the address needs leave for it.
    private static int connectToBroadcast(int descriptor, MemorySegment encoded, int length) {
        broadcast(descriptor, true);
        int result = Libc.connect(descriptor, encoded, length);
        broadcast(descriptor, false);
        return result;
    }

    private static void broadcast(int descriptor, boolean on) {
        SocketOptions.set(descriptor, Constants.SOL_SOCKET, Constants.SO_BROADCAST, on ? 1 : 0);
    }

    /// Linux takes the port away with the peer if it was not asked for by number; then it is asked for again.
    private int dissolve(int descriptor, SocketKind kind) {
        SocketAddress before = localAddress(descriptor);
        MemorySegment encoded = Scratch.current().address();
        int result = Libc.connect(descriptor, encoded, SocketAddresses.encodeNone(encoded));
        if (result == 0 && before instanceof InetSocketAddress had && had.getPort() != 0
                && localAddress(descriptor) instanceof InetSocketAddress now && now.getPort() == 0) {
            boolean ipv6 = kind.isIpv6();
            return bind(descriptor, kind, new InetSocketAddress(ipv6 ? "::" : "0.0.0.0", had.getPort()));
        }
        return result;
    }

    @Override
    public long send(int descriptor, BufferList buffers, long bytesMax, int flags) {
        return Transfers.send(descriptor, buffers, bytesMax, flags);
    }

    @Override
    public long receive(int descriptor, BufferList buffers, int flags) {
        return Transfers.receive(descriptor, buffers, flags);
    }

    @Override
    public long sendTo(int descriptor, BufferList buffers, int flags, Endpoint to) {
        return Datagrams.sendTo(descriptor, buffers, flags, to);
    }

    @Override
    public long receiveFrom(int descriptor, BufferList buffers, int flags, Endpoint from) {
        return Datagrams.receiveFrom(descriptor, buffers, flags, from);
    }

    @Override
    public int shutdownSending(int descriptor) {
        return Libc.shutdown(descriptor, Constants.SHUT_WR);
    }

    /// What waits out its time after this socket inherits SO_REUSEADDR from it.
    @Override
    public int close(int descriptor, boolean forgiving) {
        if (forgiving) {
            reuseAddress(descriptor, true);
        }
        int result = Libc.close(descriptor);
        return result == -Errno.EINTR ? 0 : result;
    }

    @Override
    public SocketAddress localAddress(int descriptor) {
        Scratch scratch = Scratch.current();
        scratch.length().set(ValueLayout.JAVA_INT, 0, Scratch.ADDRESS_BYTES);
        int result = Libc.getsockname(descriptor, scratch.address(), scratch.length());
        return result < 0 ? null : decoded(scratch);
    }

    @Override
    public SocketAddress peerAddress(int descriptor) {
        Scratch scratch = Scratch.current();
        scratch.length().set(ValueLayout.JAVA_INT, 0, Scratch.ADDRESS_BYTES);
        int result = Libc.getpeername(descriptor, scratch.address(), scratch.length());
        return result < 0 ? null : decoded(scratch);
    }

    @Override
    public int setOption(int descriptor, SocketOptionName option, MemorySegment value) {
        return SocketOptions.set(descriptor, option, value);
    }

    @Override
    public int option(int descriptor, SocketOptionName option, MemorySegment value) {
        return SocketOptions.get(descriptor, option, value);
    }

    @Override
    public int available(int descriptor) {
        return SocketOptions.available(descriptor);
    }

    @Override
    public int atMark(int descriptor) {
        return SocketOptions.atMark(descriptor);
    }

    @Override
    public ConnectionEnd connectionEnd(int descriptor) {
        boolean isDown = localAddress(descriptor) instanceof InetSocketAddress local
                && SocketAddresses.isOfLinkThatIsDown(descriptor, local.getAddress());
        return isDown ? ConnectionEnd.NETWORK_DOWN : SocketOptions.connectionEnd(descriptor);
    }

    @Override
    public Poller openPoller() {
        return EpollPoller.open();
    }

    @Override
    public int openTimer() {
        return Libc.timerfd_create(Constants.CLOCK_MONOTONIC, Constants.TFD_NONBLOCK | Constants.TFD_CLOEXEC);
    }

    /// Nothing left to wait still means one nanosecond, since 0 would disarm the timer.
    @Override
    public int setTimer(int timer, long nanos) {
        MemorySegment time = Scratch.current().timer();
        Itimerspec.once(time, Math.max(1, nanos));
        return Libc.timerfd_settime(timer, 0, time);
    }

    @Override
    public Threads threads() {
        return threads;
    }

    /// The kernel watches single threads since Linux 6.9; older ones answer EINVAL, ENOENT or ENOSYS.
    @Override
    public int openThreadWatch(int threadId) {
        return PIDFD_ALLOWED ? Libc.pidfd_open(threadId, Constants.PIDFD_THREAD) : -Errno.ENOSYS;
    }

    @Override
    public Resolution resolve(NameQuery query) {
        return Resolver.resolve(query);
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }
}
