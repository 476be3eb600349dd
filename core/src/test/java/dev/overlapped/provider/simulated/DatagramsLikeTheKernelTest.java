package dev.overlapped.provider.simulated;

import static dev.overlapped.provider.simulated.Sockets.TCP;
import static dev.overlapped.provider.simulated.Sockets.UDP;
import static dev.overlapped.provider.simulated.Sockets.UDP6;
import static dev.overlapped.provider.simulated.Sockets.loopback;
import static dev.overlapped.provider.simulated.Sockets.room;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.overlapped.address.Endpoint;
import dev.overlapped.provider.Errno;
import dev.overlapped.provider.Interest;
import dev.overlapped.provider.MessageFlags;
import dev.overlapped.provider.Poller;
import dev.overlapped.provider.ReadyEvents;
import dev.overlapped.provider.SocketOptionName;
import dev.overlapped.provider.TransportProvider;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// Datagrams of the kernel and of a calm simulated network: what both do.
@ParameterizedClass
@EnumSource(Sockets.Platform.class)
class DatagramsLikeTheKernelTest {
    private static final Endpoint NOWHERE = new Endpoint();
    private static final int IPV4_BYTES_MAX = 65_507;
    private static final int IPV6_BYTES_MAX = 65_527;

    private final Sockets.Platform platform;
    private TransportProvider provider;
    private Sockets sockets;

    DatagramsLikeTheKernelTest(Sockets.Platform platform) {
        this.platform = platform;
    }

    private void begin() {
        provider = platform.provider();
        sockets = new Sockets(provider);
    }

    /// A simulated network goes with its test.
    @AfterEach
    void closeAll() {
        if (platform == Sockets.Platform.KERNEL) {
            sockets.closeAll();
        }
    }

    private long sendTo(int from, int bytes, Endpoint to) {
        return provider.sendTo(from, room(bytes), 0, to);
    }

    private long receive(int socket, int bytes) {
        return provider.receiveFrom(socket, room(bytes), 0, null);
    }

    /// An address where nobody receives.
    private Endpoint nobody() {
        int gone = sockets.bound(UDP);
        Endpoint there = sockets.endpoint(gone);
        sockets.close(gone);
        return there;
    }

    private void awaitAnswer(int socket) {
        int reported = sockets.awaitReadable(socket);
        assertThat(reported).isEqualTo(Interest.READ | Interest.WRITE | Interest.SPECIAL);
    }

    @Test
    void aDatagramComesWholeOrShortenedAndSaysWhoSentIt() {
        begin();
        int receiver = sockets.bound(UDP);
        int sender = sockets.bound(UDP);
        assertThat(provider.sendTo(sender, room(3, 4), 0, sockets.endpoint(receiver))).isEqualTo(7);
        assertThat(sendTo(sender, 0, sockets.endpoint(receiver))).isZero();
        assertThat(sendTo(sender, 9, sockets.endpoint(receiver))).isEqualTo(9);
        sockets.awaitReadable(receiver);
        assertThat(provider.available(receiver)).isEqualTo(7);
        assertThat(provider.receiveFrom(receiver, room(1), MessageFlags.PEEK, null)).isEqualTo(7);
        Endpoint from = new Endpoint();
        assertThat(provider.receiveFrom(receiver, room(4, 4), 0, from)).isEqualTo(7);
        assertThat(from).hasToString(sockets.endpoint(sender).toString());
        assertThat(receive(receiver, 4)).isZero();
        assertThat(receive(receiver, 4)).isEqualTo(9);
        assertThat(receive(receiver, 4)).isEqualTo(-Errno.EAGAIN);
    }

    @Test
    void aSocketWithoutAnAddressGetsOneWhenItSends() {
        begin();
        int receiver = sockets.bound(UDP);
        int sender = sockets.open(UDP);
        assertThat(sendTo(sender, 1, sockets.endpoint(receiver))).isEqualTo(1);
        assertThat(sockets.address(sender).getPort()).isPositive();
        assertThat(sockets.address(sender).getAddress().isAnyLocalAddress()).isTrue();
        sockets.awaitReadable(receiver);
        Endpoint from = new Endpoint();
        assertThat(provider.receiveFrom(receiver, room(1), 0, from)).isEqualTo(1);
        assertThat(from).hasToString(sockets.endpoint(sender).toString());
        int other = sockets.open(UDP);
        assertThat(sendTo(other, 1, NOWHERE)).isEqualTo(-Errno.EDESTADDRREQ);
        assertThat(sockets.address(other).getPort()).isPositive();
    }

    @Test
    void aConnectedSocketHearsItsPeerAlone() {
        begin();
        int socket = sockets.bound(UDP);
        int peer = sockets.bound(UDP);
        int stranger = sockets.bound(UDP);
        assertThat(provider.connect(socket, UDP, sockets.address(peer))).isZero();
        assertThat(provider.peerAddress(socket)).isEqualTo(sockets.address(peer));
        assertThat(sendTo(stranger, 1, sockets.endpoint(socket))).isEqualTo(1);
        awaitAnswer(stranger);
        assertThat(receive(stranger, 1)).isEqualTo(-Errno.ECONNRESET);
        assertThat(sendTo(peer, 2, sockets.endpoint(socket))).isEqualTo(2);
        sockets.awaitReadable(socket);
        assertThat(receive(socket, 2)).isEqualTo(2);
        assertThat(sendTo(socket, 3, NOWHERE)).isEqualTo(3);
        sockets.awaitReadable(peer);
        assertThat(receive(peer, 3)).isEqualTo(3);
    }

    @Test
    void whatEndsAPeerKeepsThePort() {
        begin();
        int peer = sockets.bound(UDP);
        int socket = sockets.open(UDP);
        assertThat(provider.connect(socket, UDP, null)).isZero();
        assertThat(provider.connect(socket, UDP, sockets.address(peer))).isZero();
        int port = sockets.address(socket).getPort();
        assertThat(sockets.address(socket)).isEqualTo(loopback(UDP, port));
        assertThat(provider.connect(socket, UDP, null)).isZero();
        assertThat(provider.peerAddress(socket)).isNull();
        assertThat(sockets.address(socket))
                .isEqualTo(
                new InetSocketAddress(InetAddress.ofLiteral("0.0.0.0"), port));
        assertThat(sendTo(peer, 1, sockets.endpoint(socket))).isEqualTo(1);
        sockets.awaitReadable(socket);
        assertThat(receive(socket, 1)).isEqualTo(1);
    }

    @Test
    void whatIsAskedForByNumberStaysWhenAPeerEnds() {
        begin();
        int first = sockets.bound(UDP);
        InetSocketAddress asked = sockets.address(first);
        sockets.close(first);
        int socket = sockets.open(UDP);
        assertThat(provider.bind(socket, UDP, asked)).isZero();
        assertThat(provider.connect(socket, UDP, loopback(UDP, 9))).isZero();
        assertThat(provider.connect(socket, UDP, null)).isZero();
        assertThat(sockets.address(socket)).isEqualTo(asked);
    }

    @Test
    void thatNobodyIsThereIsToldOnceToASendWhichDoesNotLeave() {
        begin();
        int receiver = sockets.bound(UDP);
        int sender = sockets.bound(UDP);
        assertThat(sendTo(sender, 1, nobody())).isEqualTo(1);
        awaitAnswer(sender);
        assertThat(sendTo(sender, 2, sockets.endpoint(receiver))).isEqualTo(-Errno.ECONNRESET);
        assertThat(sockets.isReady(sender, Interest.READ)).isFalse();
        assertThat(sendTo(sender, 3, sockets.endpoint(receiver))).isEqualTo(3);
        sockets.awaitReadable(receiver);
        assertThat(receive(receiver, 3)).isEqualTo(3);
    }

    @Test
    void thatNobodyIsThereIsToldBeforeADatagramThatWaits() {
        begin();
        int socket = sockets.bound(UDP);
        assertThat(sendTo(socket, 5, sockets.endpoint(socket))).isEqualTo(5);
        sockets.awaitReadable(socket);
        assertThat(sendTo(socket, 1, nobody())).isEqualTo(1);
        awaitAnswer(socket);
        assertThat(receive(socket, 9)).isEqualTo(-Errno.ECONNRESET);
        assertThat(receive(socket, 9)).isEqualTo(5);
    }

    @Test
    void aDatagramCannotBeLargerThanItsHeaderSays() {
        begin();
        int socket = sockets.bound(UDP);
        assertThat(sendTo(socket, IPV4_BYTES_MAX + 1, sockets.endpoint(socket))).isEqualTo(-Errno.EMSGSIZE);
        assertThat(sockets.isReady(socket, Interest.READ)).isFalse();
        assertThat(sendTo(socket, IPV4_BYTES_MAX, sockets.endpoint(socket))).isEqualTo(IPV4_BYTES_MAX);
        sockets.awaitReadable(socket);
        assertThat(receive(socket, 1)).isEqualTo(IPV4_BYTES_MAX);
        int socket6 = sockets.open(UDP6);
        assumeTrue(provider.bind(socket6, UDP6, loopback(UDP6, 0)) == 0, "this machine has no IPv6");
        Endpoint itself = sockets.endpoint(socket6);
        assertThat(sendTo(socket6, IPV6_BYTES_MAX + 1, itself)).isEqualTo(-Errno.EMSGSIZE);
        assertThat(sendTo(socket6, IPV6_BYTES_MAX, itself)).isEqualTo(IPV6_BYTES_MAX);
        sockets.awaitReadable(socket6);
        Endpoint from = new Endpoint();
        assertThat(provider.receiveFrom(socket6, room(1), 0, from)).isEqualTo(IPV6_BYTES_MAX);
        assertThat(from).hasToString(sockets.endpoint(socket6).toString());
    }

    @Test
    void addressesThatCannotBeReachedAreRefused() {
        begin();
        int socket = sockets.bound(UDP);
        Endpoint there = new Endpoint();
        there.setIpv4(0x7f00_0001, 0);
        assertThat(sendTo(socket, 1, there)).isEqualTo(-Errno.EINVAL);
        there.setIpv6(0, 1, 0, 9);
        assertThat(sendTo(socket, 1, there)).isEqualTo(-Errno.EAFNOSUPPORT);
        there.setIpv4(0x7f00_0001, 9);
        assertThat(provider.sendTo(socket, room(1), MessageFlags.OUT_OF_BAND, there))
                .isEqualTo(-Errno.EOPNOTSUPP);
        int socket6 = sockets.open(UDP6);
        assumeTrue(provider.bind(socket6, UDP6, loopback(UDP6, 0)) == 0, "this machine has no IPv6");
        assertThat(sendTo(socket6, 1, there)).isEqualTo(-Errno.ENETUNREACH);
    }

    @Test
    void datagramsAreReportedForAsLongAsThereAreAny() {
        begin();
        int socket = sockets.bound(UDP);
        Poller poller = provider.openPoller();
        ReadyEvents events = new ReadyEvents();
        assertThat(poller.watch(socket, 1, Interest.READ | Interest.LEVEL)).isZero();
        assertThat(sendTo(socket, 1, sockets.endpoint(socket))).isEqualTo(1);
        assertThat(sendTo(socket, 2, sockets.endpoint(socket))).isEqualTo(2);
        for (int bytes = 1; bytes <= 2; bytes++) {
            assertThat(poller.poll(events, -1)).isEqualTo(1);
            assertThat(events.readiness(0)).isEqualTo(Interest.READ);
            assertThat(receive(socket, 2)).isEqualTo(bytes);
        }
        assertThat(poller.poll(events, 0)).isZero();
        poller.close();
    }

    @Test
    void aFullReceiverLosesWhatComes() {
        begin();
        int receiver = sockets.bound(UDP);
        int sender = sockets.bound(UDP);
        MemorySegment small = MemorySegment.ofArray(new int[] {4096});
        assertThat(provider.setOption(receiver, SocketOptionName.RECEIVE_BUFFER, small)).isZero();
        int sent = 200;
        for (int i = 0; i < sent; i++) {
            assertThat(sendTo(sender, 1000, sockets.endpoint(receiver))).isEqualTo(1000);
        }
        sockets.awaitReadable(receiver);
        int received = 0;
        while (receive(receiver, 1000) == 1000) {
            received++;
        }
        assertThat(received).isBetween(1, sent - 1);
        assertThat(sendTo(sender, 7, sockets.endpoint(receiver))).isEqualTo(7);
        sockets.awaitReadable(receiver);
        assertThat(receive(receiver, 7)).isEqualTo(7);
    }

    @Test
    void theSendingSideOfDatagramsEndsOnlyWithAPeer() {
        begin();
        int socket = sockets.bound(UDP);
        assertThat(provider.shutdownSending(socket)).isEqualTo(-Errno.ENOTCONN);
        assertThat(provider.connect(socket, UDP, sockets.address(sockets.bound(UDP)))).isZero();
        assertThat(provider.shutdownSending(socket)).isZero();
        assertThat(sendTo(socket, 1, NOWHERE)).isEqualTo(-Errno.EPIPE);
    }

    @Test
    void streamsAndDatagramsHavePortsOfTheirOwn() {
        begin();
        int datagrams = sockets.bound(UDP);
        InetSocketAddress taken = sockets.address(datagrams);
        assertThat(provider.bind(sockets.open(UDP), UDP, taken)).isEqualTo(-Errno.EADDRINUSE);
        assertThat(provider.bind(sockets.open(TCP), TCP, taken)).isZero();
    }
}
