package dev.overlapped.provider.epoll;

import static dev.overlapped.provider.epoll.Loopback.PROVIDER;
import static dev.overlapped.provider.epoll.Loopback.TCP;
import static dev.overlapped.provider.epoll.Loopback.TCP6;
import static dev.overlapped.provider.epoll.Loopback.UDP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.overlapped.linux.Libc;
import dev.overlapped.linux.Scratch;
import dev.overlapped.provider.BufferList;
import dev.overlapped.provider.ConnectionEnd;
import dev.overlapped.provider.Errno;
import dev.overlapped.provider.Interest;
import dev.overlapped.provider.PeerAddress;
import dev.overlapped.provider.SocketKind.Family;
import dev.overlapped.provider.SocketOptionName;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SocketsTest {
    private final Set<Integer> open = new HashSet<>();

    @AfterEach
    void closeAll() {
        open.forEach(descriptor -> PROVIDER.close(descriptor, false));
    }

    private int closedLater(int descriptor) {
        assertThat(descriptor).isNotNegative();
        open.add(descriptor);
        return descriptor;
    }

    private void closeNow(int descriptor, boolean forgiving) {
        open.remove(descriptor);
        assertThat(PROVIDER.close(descriptor, forgiving)).isZero();
    }

    @Test
    void anAcceptedSocketKnowsBothAddresses() {
        int listener = closedLater(Loopback.listening());
        int client = closedLater(Loopback.connecting(listener));
        Loopback.awaitReadable(listener);
        PeerAddress peer = new PeerAddress();
        int server = closedLater(PROVIDER.accept(listener, peer));
        assertThat(peer.value).isEqualTo(PROVIDER.localAddress(client));
        assertThat(PROVIDER.localAddress(server)).isEqualTo(PROVIDER.localAddress(listener));
        assertThat(PROVIDER.peerAddress(server)).isEqualTo(peer.value);
        assertThat(PROVIDER.peerAddress(listener)).isNull();
    }

    @Test
    void acceptTakesOneConnectionACallAndThenWouldWait() {
        int listener = closedLater(Loopback.listening());
        closedLater(Loopback.connecting(listener));
        closedLater(Loopback.connecting(listener));
        closedLater(Loopback.accepted(listener));
        closedLater(Loopback.accepted(listener));
        PeerAddress peer = new PeerAddress();
        peer.value = Loopback.any();
        assertThat(PROVIDER.accept(listener, peer)).isEqualTo(-Errno.EAGAIN);
        assertThat(peer.value).isNull();
    }

    @Test
    void acceptedSocketsDoNotBlock() {
        try (Loopback loopback = new Loopback()) {
            assertThat(loopback.receive(Arena.ofAuto().allocate(1))).isEqualTo(-Errno.EAGAIN);
        }
    }

    @Test
    void aConnectThatIsRefusedSaysSo() {
        int listener = Loopback.listening();
        SocketAddress nobody = PROVIDER.localAddress(listener);
        PROVIDER.close(listener, false);
        int client = closedLater(PROVIDER.open(TCP));
        int result = PROVIDER.connect(client, TCP, nobody);
        if (result == -Errno.EAGAIN) {
            Loopback.await(client, Interest.WRITE);
            result = PROVIDER.connect(client, TCP, nobody);
        }
        assertThat(result).isEqualTo(-Errno.ECONNREFUSED);
    }

    @Test
    void askingAConnectedSocketAgainAnswersConnected() {
        int listener = closedLater(Loopback.listening());
        int client = closedLater(Loopback.connecting(listener));
        assertThat(PROVIDER.connect(client, TCP, PROVIDER.localAddress(listener))).isZero();
    }

    @Test
    void aConnectUnderWayWouldWait() {
        int listener = closedLater(PROVIDER.open(TCP));
        assertThat(PROVIDER.bind(listener, TCP, Loopback.any())).isZero();
        assertThat(PROVIDER.listen(listener, 0)).isZero();
        SocketAddress address = PROVIDER.localAddress(listener);
        // A backlog of 0 holds one connection; the next ones find no answer.
        closedLater(Loopback.connecting(listener));
        int client = closedLater(PROVIDER.open(TCP));
        assertThat(PROVIDER.connect(client, TCP, address)).isEqualTo(-Errno.EAGAIN);
        assertThat(PROVIDER.connect(client, TCP, address)).isEqualTo(-Errno.EAGAIN);
    }

    /// The control: without forgiveness the port would be taken.
    @Test
    void aPortIsFreeAgainWhileItsConnectionsWaitOutTheirTime() {
        int listener = closedLater(Loopback.listening());
        SocketAddress address = PROVIDER.localAddress(listener);
        int client = closedLater(Loopback.connecting(listener));
        int server = closedLater(Loopback.accepted(listener));
        closeInOrder(server, client, false);
        closeNow(listener, false);
        int plain = closedLater(PROVIDER.open(TCP));
        assertThat(plainBind(plain, address)).isEqualTo(-Errno.EADDRINUSE);

        int again = closedLater(PROVIDER.open(TCP));
        assertThat(PROVIDER.bind(again, TCP, address)).isZero();
        assertThat(PROVIDER.listen(again, 1)).isZero();
        assertThat(PROVIDER.bind(plain, TCP, address)).isEqualTo(-Errno.EADDRINUSE);
        closedLater(Loopback.connecting(again));
        closedLater(Loopback.accepted(again));
    }

    /// Closes the side first that shall wait out its time, and returns when it does.
    private void closeInOrder(int first, int second, boolean forgiving) {
        closeNow(first, forgiving);
        Loopback.awaitReadable(second);
        closeNow(second, false);
    }

    private static int plainBind(int descriptor, SocketAddress address) {
        MemorySegment encoded = Scratch.current().address();
        int length = SocketAddresses.encode(address, Family.IPV4, encoded);
        return Libc.bind(descriptor, encoded, length);
    }

    @Test
    void aForgivinglyClosedClientFreesItsPort() {
        SocketAddress forgiven = closedClientsAddress(true);
        int again = closedLater(PROVIDER.open(TCP));
        assertThat(PROVIDER.bind(again, TCP, forgiven)).isZero();
        SocketAddress unforgiven = closedClientsAddress(false);
        int refused = closedLater(PROVIDER.open(TCP));
        assertThat(PROVIDER.bind(refused, TCP, unforgiven)).isEqualTo(-Errno.EADDRINUSE);
    }

    private SocketAddress closedClientsAddress(boolean forgiving) {
        int listener = closedLater(Loopback.listening());
        int client = closedLater(PROVIDER.open(TCP));
        assertThat(PROVIDER.bind(client, TCP, Loopback.any())).isZero();
        SocketAddress address = PROVIDER.localAddress(client);
        assertThat(PROVIDER.connect(client, TCP, PROVIDER.localAddress(listener))).isIn(0, -Errno.EAGAIN);
        int server = closedLater(Loopback.accepted(listener));
        closeInOrder(client, server, forgiving);
        return address;
    }

    @Test
    void aSecondSocketIsRefusedThePortOfALiveOne() {
        int first = closedLater(PROVIDER.open(TCP));
        assertThat(PROVIDER.bind(first, TCP, Loopback.any())).isZero();
        SocketAddress address = PROVIDER.localAddress(first);
        int second = closedLater(PROVIDER.open(TCP));
        assertThat(PROVIDER.bind(second, TCP, address)).isEqualTo(-Errno.EADDRINUSE);
        assertThat(PROVIDER.bind(second, TCP, address)).isEqualTo(-Errno.EADDRINUSE);
        assertThat(PROVIDER.listen(first, 1)).isZero();
        assertThat(PROVIDER.bind(second, TCP, address)).isEqualTo(-Errno.EADDRINUSE);
    }

    /// Linux remembers per port that all of its sockets were bound with SO_REUSEADDR, and asks no further
    /// then.
    @Test
    void aPortThatWasTakenOverFromAnotherIsRefusedAsWell() {
        int listener = closedLater(Loopback.listening());
        SocketAddress address = PROVIDER.localAddress(listener);
        int client = closedLater(Loopback.connecting(listener));
        int server = closedLater(Loopback.accepted(listener));
        closeInOrder(server, client, false);
        closeNow(listener, false);
        int first = closedLater(PROVIDER.open(TCP));
        assertThat(PROVIDER.bind(first, TCP, address)).isZero();
        int second = closedLater(PROVIDER.open(TCP));
        assertThat(PROVIDER.bind(second, TCP, address)).isEqualTo(-Errno.EADDRINUSE);
        assertThat(PROVIDER.listen(first, 1)).isZero();
        assertThat(PROVIDER.bind(second, TCP, address)).isEqualTo(-Errno.EADDRINUSE);
    }

    @Test
    void aDatagramSocketIsRefusedThePortOfALiveOne() {
        int first = closedLater(PROVIDER.open(UDP));
        assertThat(PROVIDER.bind(first, UDP, Loopback.any())).isZero();
        int second = closedLater(PROVIDER.open(UDP));
        SocketAddress address = PROVIDER.localAddress(first);
        assertThat(PROVIDER.bind(second, UDP, address)).isEqualTo(-Errno.EADDRINUSE);
    }

    @Test
    void datagramsKeepTheirBounds() {
        int receiver = closedLater(PROVIDER.open(UDP));
        assertThat(PROVIDER.bind(receiver, UDP, Loopback.any())).isZero();
        int sender = closedLater(PROVIDER.open(UDP));
        assertThat(PROVIDER.connect(sender, UDP, PROVIDER.localAddress(receiver))).isZero();
        MemorySegment bytes = Arena.ofAuto().allocate(8);
        assertThat(PROVIDER.send(sender, Loopback.list(bytes), 8, 0)).isEqualTo(8);
        assertThat(PROVIDER.send(sender, new BufferList(), 0, 0)).isZero();
        Loopback.awaitReadable(receiver);
        assertThat(PROVIDER.receive(receiver, Loopback.list(bytes, bytes), 0)).isEqualTo(8);
        Loopback.awaitReadable(receiver);
        assertThat(PROVIDER.receive(receiver, Loopback.list(bytes), 0)).isZero();
        assertThat(PROVIDER.receive(receiver, Loopback.list(bytes), 0)).isEqualTo(-Errno.EAGAIN);
    }

    @Test
    void anIpv6SocketTakesIpv6Only() {
        int listener = closedLater(PROVIDER.open(TCP6));
        InetSocketAddress loopback = new InetSocketAddress(InetAddress.ofLiteral("::1"), 0);
        assumeTrue(PROVIDER.bind(listener, TCP6, loopback) == 0, "this machine has no IPv6");
        assertThat(PROVIDER.listen(listener, 1)).isZero();
        int client = closedLater(PROVIDER.open(TCP6));
        assertThat(PROVIDER.connect(client, TCP6, PROVIDER.localAddress(listener))).isIn(0, -Errno.EAGAIN);
        Loopback.awaitReadable(listener);
        PeerAddress peer = new PeerAddress();
        closedLater(PROVIDER.accept(listener, peer));
        assertThat(peer.value).isEqualTo(PROVIDER.localAddress(client));
        assertThat(number(client, SocketOptionName.IPV6_ONLY)).isEqualTo(1);
    }

    @Test
    void anIpv6SocketThatAllowsItTalksToIpv4() {
        int client = closedLater(PROVIDER.open(TCP6));
        MemorySegment off = Arena.ofAuto().allocate(Integer.BYTES);
        assertThat(PROVIDER.setOption(client, SocketOptionName.IPV6_ONLY, off)).isZero();
        int listener = closedLater(Loopback.listening());
        SocketAddress address = PROVIDER.localAddress(listener);
        assertThat(PROVIDER.connect(client, TCP6, address)).isIn(0, -Errno.EAGAIN);
        closedLater(Loopback.accepted(listener));
        Loopback.await(client, Interest.WRITE);
        assertThat(PROVIDER.peerAddress(client)).isEqualTo(address);
    }

    @Test
    void everyOptionIsReadAsItWasSet() {
        int socket = closedLater(PROVIDER.open(TCP6));
        assertThat(number(socket, SocketOptionName.IPV6_ONLY)).isEqualTo(1);
        for (SocketOptionName option : SocketOptionName.values()) {
            if (option != SocketOptionName.LINGER) {
                assertThat(setNumber(socket, option, 1)).as(option.name()).isZero();
                assertThat(number(socket, option)).as(option.name()).isGreaterThanOrEqualTo(1);
            }
        }
        MemorySegment linger = MemorySegment.ofArray(new int[] {1, 7});
        assertThat(PROVIDER.setOption(socket, SocketOptionName.LINGER, linger)).isZero();
        MemorySegment read = Arena.ofAuto().allocate(2 * Integer.BYTES);
        assertThat(PROVIDER.option(socket, SocketOptionName.LINGER, read)).isEqualTo(2 * Integer.BYTES);
        assertThat(read.toArray(ValueLayout.JAVA_INT)).containsExactly(1, 7);
    }

    private static int setNumber(int socket, SocketOptionName option, int value) {
        return PROVIDER.setOption(socket, option, MemorySegment.ofArray(new int[] {value}));
    }

    private static int number(int socket, SocketOptionName option) {
        int[] value = new int[1];
        assertThat(PROVIDER.option(socket, option, MemorySegment.ofArray(value))).isEqualTo(Integer.BYTES);
        return value[0];
    }

    @Test
    void aClosedArenaOfAnOptionGivesEfault() {
        int socket = closedLater(PROVIDER.open(TCP));
        Arena arena = Arena.ofShared();
        MemorySegment value = arena.allocate(Integer.BYTES);
        arena.close();
        assertThat(PROVIDER.setOption(socket, SocketOptionName.NO_DELAY, value)).isEqualTo(-Errno.EFAULT);
        assertThat(PROVIDER.option(socket, SocketOptionName.NO_DELAY, value)).isEqualTo(-Errno.EFAULT);
    }

    @Test
    void availableCountsTheBytesThatWait() {
        try (Loopback loopback = new Loopback()) {
            assertThat(PROVIDER.available(loopback.server)).isZero();
            loopback.send(Loopback.text(Arena.ofAuto(), "seven b"));
            assertThat(PROVIDER.available(loopback.server)).isEqualTo(7);
        }
    }

    @Test
    void aConnectionThatHasNotTimedOutHasNoEndToTell() {
        try (Loopback loopback = new Loopback()) {
            assertThat(PROVIDER.connectionEnd(loopback.client)).isEqualTo(ConnectionEnd.UNKNOWN);
        }
    }

    @Test
    void closedDescriptorsAreBadOnes() {
        int socket = PROVIDER.open(TCP);
        assertThat(PROVIDER.close(socket, false)).isZero();
        assertThat(PROVIDER.localAddress(socket)).isNull();
        assertThat(PROVIDER.bind(socket, TCP, Loopback.any())).isEqualTo(-Errno.EBADF);
        assertThat(PROVIDER.listen(socket, 1)).isEqualTo(-Errno.EBADF);
        assertThat(PROVIDER.accept(socket, new PeerAddress())).isEqualTo(-Errno.EBADF);
        assertThat(PROVIDER.shutdownSending(socket)).isEqualTo(-Errno.EBADF);
        assertThat(PROVIDER.available(socket)).isEqualTo(-Errno.EBADF);
        assertThat(PROVIDER.close(socket, true)).isEqualTo(-Errno.EBADF);
    }

    @Test
    void noDescriptorIsLeftOver() throws Exception {
        exerciseEverything();
        long before = descriptors();
        for (int i = 0; i < 50; i++) {
            exerciseEverything();
        }
        assertThat(descriptors()).isLessThan(before + 50);
    }

    private static void exerciseEverything() {
        try (Loopback loopback = new Loopback()) {
            PROVIDER.close(PROVIDER.openTimer(), false);
            int watch = PROVIDER.openThreadWatch(PROVIDER.threads().id());
            if (watch >= 0) {
                PROVIDER.close(watch, false);
            }
            Loopback.await(loopback.client, Interest.WRITE);
        }
    }

    private static long descriptors() throws Exception {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.count();
        }
    }
}
