package dev.overlapped.provider.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.address.Endpoint;
import dev.overlapped.provider.BufferList;
import dev.overlapped.provider.Errno;
import dev.overlapped.provider.Interest;
import dev.overlapped.provider.PeerAddress;
import dev.overlapped.provider.Poller;
import dev.overlapped.provider.ReadyEvents;
import dev.overlapped.provider.SocketKind;
import dev.overlapped.provider.SocketKind.Family;
import dev.overlapped.provider.TransportProvider;
import dev.overlapped.provider.epoll.EpollProvider;
import java.lang.foreign.Arena;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.LinkedHashSet;
import java.util.Set;

/// The sockets of a test, and how it speaks of them.
final class Sockets {
    /// Where a test runs that compares: each of these does the same.
    enum Platform {
        KERNEL,
        SIMULATION;

        /// A simulated network is the calling thread's.
        TransportProvider provider() {
            return this == KERNEL ? new EpollProvider() : new SimulatedProvider(SimulatedOptions.calm(1));
        }
    }

    static final SocketKind TCP = new SocketKind(Family.IPV4, SocketKind.Type.STREAM);
    static final SocketKind UDP = new SocketKind(Family.IPV4, SocketKind.Type.DATAGRAM);
    static final SocketKind UDP6 = new SocketKind(Family.IPV6, SocketKind.Type.DATAGRAM);

    private final Set<Integer> open = new LinkedHashSet<>();
    private final TransportProvider provider;

    Sockets(TransportProvider provider) {
        this.provider = provider;
    }

    void closeAll() {
        open.forEach(each -> provider.close(each, false));
    }

    int open(SocketKind kind) {
        return closedLater(provider.open(kind));
    }

    int closedLater(int descriptor) {
        assertThat(descriptor).isNotNegative();
        open.add(descriptor);
        return descriptor;
    }

    void close(int descriptor) {
        open.remove(descriptor);
        assertThat(provider.close(descriptor, false)).isZero();
    }

    static InetSocketAddress loopback(SocketKind kind, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(kind.isIpv6() ? "::1" : "127.0.0.1"), port);
    }

    /// A socket at a port that the network chose.
    int bound(SocketKind kind) {
        int socket = open(kind);
        assertThat(provider.bind(socket, kind, loopback(kind, 0))).isZero();
        return socket;
    }

    InetSocketAddress address(int socket) {
        return (InetSocketAddress) provider.localAddress(socket);
    }

    /// Where others reach it.
    Endpoint endpoint(int socket) {
        InetSocketAddress address = address(socket);
        Endpoint endpoint = new Endpoint();
        if (address.getAddress().getAddress().length == 4) {
            endpoint.setIpv4(0x7f00_0001, address.getPort());
        } else {
            endpoint.setIpv6(0, 1, 0, address.getPort());
        }
        return endpoint;
    }

    int listening(int backlog) {
        int listener = bound(TCP);
        assertThat(provider.listen(listener, backlog)).isZero();
        return listener;
    }

    int connecting(int listener) {
        int client = open(TCP);
        assertThat(provider.connect(client, TCP, address(listener))).isIn(0, -Errno.EAGAIN);
        return client;
    }

    int connected(int listener) {
        int client = connecting(listener);
        await(client, Interest.WRITE);
        assertThat(provider.connect(client, TCP, address(listener))).isZero();
        return client;
    }

    int accepted(int listener) {
        awaitReadable(listener);
        return closedLater(provider.accept(listener, new PeerAddress()));
    }

    static BufferList room(int... counts) {
        BufferList list = new BufferList();
        for (int count : counts) {
            list.add(Arena.ofAuto().allocate(Math.max(1, count)), count);
        }
        return list;
    }

    /// What a poller reports when it reports something.
    int await(int descriptor, int interest) {
        Poller poller = provider.openPoller();
        ReadyEvents events = new ReadyEvents();
        assertThat(poller.watch(descriptor, 1, interest)).isZero();
        assertThat(poller.poll(events, -1)).isEqualTo(1);
        poller.close();
        return events.readiness(0);
    }

    int awaitReadable(int descriptor) {
        return await(descriptor, Interest.READ);
    }

    boolean isReady(int descriptor, int interest) {
        Poller poller = provider.openPoller();
        assertThat(poller.watch(descriptor, 1, interest)).isZero();
        int count = poller.poll(new ReadyEvents(), 0);
        poller.close();
        return count > 0;
    }
}
