package dev.overlapped.provider.simulated;

import dev.overlapped.provider.ConnectionEnd;
import dev.overlapped.provider.Errno;
import dev.overlapped.provider.SocketKind;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/// What the sockets of one simulated network share: the descriptors, the addresses, and the link that all of
/// it crosses.
final class Network {
    private static final int PORTS_AT = 49_152;
    private static final int PORT_MAX = 65_535;
    /// As with the kernel: one for the epoll, one to wake it up.
    private static final int DESCRIPTORS_PER_POLLER = 2;
    /// After so long without an answer a sender gives up.
    private static final long PATIENCE_NANOS = 20_000_000_000L;

    /// Something that waits for the link: what happens when it is up again, and what if that takes too long.
    private record Crossing(Runnable arrives, Runnable isLost) {
    }

    private final SimulatedProvider provider;
    private final Schedule schedule;
    /// Sockets and timers by descriptor; null where none is open. As with the kernel the lowest free number
    /// is the next one, so that a stale use hits a stranger soon.
    private final List<Object> descriptors = new ArrayList<>();
    private final List<Crossing> atTheGap = new ArrayList<>();
    private int descriptorsMax;
    private int lastPort = PORT_MAX;
    private int pollers;
    private boolean isDown;

    Network(SimulatedProvider provider, Schedule schedule) {
        this.provider = provider;
        this.schedule = schedule;
        this.descriptorsMax = schedule.options().descriptorsMax();
    }

    // ---- descriptors ----

    /// From here on there are at most `most`; those that are open stay so.
    void limitDescriptors(int most) {
        descriptorsMax = most;
    }

    boolean hasFree(int count) {
        return opened().count() + (long) DESCRIPTORS_PER_POLLER * pollers + count <= descriptorsMax;
    }

    /// The descriptor of something new, or `-EMFILE`.
    int add(Object opened) {
        if (!hasFree(1)) {
            return -Errno.EMFILE;
        }
        int free = descriptors.indexOf(null);
        if (free < 0) {
            descriptors.add(opened);
            return descriptors.size() - 1;
        }
        descriptors.set(free, opened);
        return free;
    }

    /// What `descriptor` names. One that names nothing is a mistake of the engine's.
    Object at(int descriptor) {
        boolean inTable = descriptor >= 0 && descriptor < descriptors.size();
        Object found = inTable ? descriptors.get(descriptor) : null;
        if (found == null) {
            throw provider.mistake("descriptor " + descriptor + " is not open");
        }
        return found;
    }

    void remove(int descriptor) {
        descriptors.set(descriptor, null);
    }

    /// Everything that is open, but for pollers.
    Stream<Object> opened() {
        return descriptors.stream().filter(Objects::nonNull);
    }

    /// Loses the connection whose one end is at `local`. False: there is none.
    boolean reset(SocketAddress local) {
        for (Object each : descriptors) {
            if (each instanceof StreamSocket socket && socket.remote() != null
                    && local.equals(socket.local())) {
                socket.reset();
                return true;
            }
        }
        return false;
    }

    /// Makes room for a poller; false if there is none.
    boolean addPoller() {
        boolean hasRoom = hasFree(DESCRIPTORS_PER_POLLER);
        pollers += hasRoom ? 1 : 0;
        return hasRoom;
    }

    void removePoller() {
        pollers--;
    }

    int pollers() {
        return pollers;
    }

    // ---- addresses ----

    int bind(SimulatedSocket socket, SocketAddress address) {
        SocketKind.Family family = socket.kind().family();
        if (!(address instanceof InetSocketAddress wanted) || !isOf(family, wanted.getAddress())) {
            return -Errno.EAFNOSUPPORT;
        }
        InetAddress ip = wanted.getAddress();
        if (!ip.isLoopbackAddress() && !ip.isAnyLocalAddress()) {
            return -Errno.EADDRNOTAVAIL;
        }
        if (socket.local() != null) {
            return -Errno.EINVAL;
        }
        if (wanted.getPort() == 0) {
            return bindToFreePort(socket, ip);
        }
        if (isTaken(socket.kind(), wanted)) {
            return -Errno.EADDRINUSE;
        }
        socket.bind(wanted, true);
        return 0;
    }

    /// An unresolved address has none.
    static boolean isOf(SocketKind.Family family, InetAddress ip) {
        return family == SocketKind.Family.IPV4 ? ip instanceof Inet4Address : ip instanceof Inet6Address;
    }

    int bindToFreePort(SimulatedSocket socket, InetAddress ip) {
        for (int tries = PORTS_AT; tries <= PORT_MAX; tries++) {
            lastPort = lastPort == PORT_MAX ? PORTS_AT : lastPort + 1;
            InetSocketAddress candidate = new InetSocketAddress(ip, lastPort);
            if (!isTaken(socket.kind(), candidate)) {
                socket.bind(candidate, false);
                return 0;
            }
        }
        return -Errno.EADDRINUSE;
    }

    int listen(StreamSocket socket, int backlog) {
        int bound = socket.isBound() ? 0 : bindToFreePort(socket, Names.loopback(socket.kind().family()));
        return bound < 0 ? bound : socket.listen(backlog);
    }

    /// `to` null: ends what names the peer of a socket for datagrams.
    int connect(SimulatedSocket socket, SocketAddress to) {
        if (to == null && socket instanceof DatagramSocket datagrams) {
            return datagrams.connect(null);
        }
        SocketKind.Family family = socket.kind().family();
        if (!(to instanceof InetSocketAddress there) || !isOf(family, there.getAddress())) {
            return -Errno.EAFNOSUPPORT;
        }
        if (!there.getAddress().isLoopbackAddress()) {
            return -Errno.ENETUNREACH;
        }
        return switch (socket) {
            case DatagramSocket datagrams -> isDown ? -Errno.ENETUNREACH : datagrams.connect(there);
            case StreamSocket stream -> connect(stream, there);
        };
    }

    private int connect(StreamSocket socket, InetSocketAddress to) {
        if (socket.isFresh() && isDown) {
            return -Errno.ENETUNREACH;
        }
        int bound = socket.local() != null ? 0
                : bindToFreePort(socket, Names.loopback(socket.kind().family()));
        return bound < 0 ? bound : socket.connect(to);
    }

    /// Streams and datagrams have ports of their own.
    private boolean isTaken(SocketKind kind, InetSocketAddress wanted) {
        return opened().anyMatch(each -> each instanceof SimulatedSocket other && other.isBound()
                && other.kind().type() == kind.type()
                && (covers(other.local(), wanted) || covers(wanted, other.local())));
    }

    /// Whether a socket at `one` hears what is sent to `other`.
    private static boolean covers(InetSocketAddress one, InetSocketAddress other) {
        return one.getPort() == other.getPort() && (one.getAddress().equals(other.getAddress())
                || (one.getAddress().isAnyLocalAddress()
                        && one.getAddress().getClass() == other.getAddress().getClass()));
    }

    /// Who listens at `address`, or null.
    StreamSocket listenerAt(InetSocketAddress address) {
        for (Object each : descriptors) {
            if (each instanceof StreamSocket socket && socket.isListening()
                    && covers(socket.local(), address)) {
                return socket;
            }
        }
        return null;
    }

    /// Who receives datagrams from `from` to `to`, or null: one that has a peer hears nobody else.
    DatagramSocket receiverAt(InetSocketAddress to, InetSocketAddress from) {
        for (Object each : descriptors) {
            if (each instanceof DatagramSocket socket && socket.isBound() && covers(socket.local(), to)
                    && (socket.remote() == null || socket.remote().equals(from))) {
                return socket;
            }
        }
        return null;
    }

    // ---- the link ----

    boolean isDown() {
        return isDown;
    }

    /// What a call has failed for that is about no connection.
    ConnectionEnd end() {
        return isDown ? ConnectionEnd.NETWORK_DOWN : ConnectionEnd.UNKNOWN;
    }

    /// Whatever comes to the link from here on has to wait.
    void takeDown() {
        isDown = true;
    }

    /// What has waited arrives, in its order.
    void bringUp() {
        isDown = false;
        List<Crossing> waited = List.copyOf(atTheGap);
        atTheGap.clear();
        waited.forEach(each -> each.arrives.run());
    }

    /// Does what `arrives` does at the other side of the link. If the link is down and stays so for long,
    /// that is lost.
    void cross(Runnable arrives, Runnable isLost) {
        if (!isDown) {
            arrives.run();
            return;
        }
        Crossing crossing = new Crossing(arrives, isLost);
        atTheGap.add(crossing);
        schedule.after(PATIENCE_NANOS, () -> {
            if (atTheGap.remove(crossing)) {
                isLost.run();
            }
        });
    }
}
