package dev.overlapped.winsock2;

import static dev.overlapped.winsock2.Moves.text;
import static dev.overlapped.winsock2.Requests.room;
import static dev.overlapped.winsock2.Winsock2.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.conformance.Clause;
import dev.overlapped.winsock2.Requests.Run;
import dev.overlapped.winsock2.Requests.Runs;
import dev.overlapped.winsock2.types.DWORD;
import dev.overlapped.winsock2.types.SOCKADDR_IN;
import dev.overlapped.winsock2.types.WSAOVERLAPPED;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Datagram sockets that have a peer, and what the network answers to datagrams.
class ConnectedDatagramTest {
    private Loopback loopback;
    private long socket;
    private long peer;
    private SOCKADDR_IN there;

    @BeforeEach
    void open() {
        loopback = new Loopback();
        socket = loopback.unboundDatagram();
        peer = loopback.datagram();
        there = Loopback.nameOf(peer);
    }

    @AfterEach
    void close() {
        loopback.close();
    }

    private void connectTo(SOCKADDR_IN name) {
        assertThat(connect(socket, name, SOCKADDR_IN.SIZEOF)).as("error %d", WSAGetLastError()).isZero();
    }

    private static String receive(long from) {
        MemorySegment room = room(100);
        int received = recv(from, room, 100, 0);
        assertThat(received).as("error %d", WSAGetLastError()).isNotNegative();
        return text(room, received);
    }

    private static void assertFailed(int result, int code) {
        int actual = WSAGetLastError();
        assertThat(result).isEqualTo(SOCKET_ERROR);
        assertThat(actual).isEqualTo(code);
    }

    // ---- peers ----

    @Test
    void aConnectedSocketSendsToItsPeer() {
        connectTo(there);
        assertThat(send(socket, text("one"), 3, 0)).isEqualTo(3);
        Runs runs = new Runs();
        assertThat(Requests.send(socket, Requests.poisoned(), runs, text("tw"), text("o"))).isZero();
        assertThat(Requests.send(socket, Requests.poisoned(), runs)).isEqualTo(Winerror.WSAEINVAL);
        assertThat(Requests.send(socket, Requests.poisoned(), runs, room(2).asSlice(0, 0))).isZero();
        runs.await(2);
        assertThat(runs.all).extracting(Run::bytes).containsExactly(3, 0);
        assertThat(receive(peer)).isEqualTo("one");
        assertThat(receive(peer)).isEqualTo("two");
        assertThat(receive(peer)).isEmpty();
        assertThat(Requests.send(socket, Requests.poisoned(), runs, room(65_508)))
                .isEqualTo(Winerror.WSAEMSGSIZE);
    }

    @Test
    void aConnectedSocketReceivesFromItsPeerAlone() {
        connectTo(there);
        SOCKADDR_IN here = Loopback.nameOf(socket);
        long stranger = loopback.datagram();
        assertThat(sendto(stranger, text("stranger"), 8, 0, here, SOCKADDR_IN.SIZEOF)).isEqualTo(8);
        assertThat(sendto(peer, text("peer"), 4, 0, here, SOCKADDR_IN.SIZEOF)).isEqualTo(4);
        WSAOVERLAPPED overlapped = Requests.withEvent();
        MemorySegment room = room(9);
        assertThat(Requests.receive(socket, overlapped, null, room)).isIn(0, Winerror.WSA_IO_PENDING);
        assertThat(Requests.await(overlapped)).isZero();
        assertThat(text(room, overlapped.InternalHigh)).isEqualTo("peer");
    }

    @Test
    void aPendingReceiveOfAConnectedSocketGetsOneDatagram() {
        connectTo(there);
        Runs runs = new Runs();
        MemorySegment first = room(3);
        MemorySegment second = room(9);
        assertThat(Requests.receive(socket, Requests.poisoned(), runs, first))
                .isEqualTo(Winerror.WSA_IO_PENDING);
        assertThat(Requests.receive(socket, Requests.poisoned(), runs, second))
                .isEqualTo(Winerror.WSA_IO_PENDING);
        SOCKADDR_IN here = Loopback.nameOf(socket);
        assertThat(sendto(peer, text("12345"), 5, 0, here, SOCKADDR_IN.SIZEOF)).isEqualTo(5);
        assertThat(sendto(peer, text("6"), 1, 0, here, SOCKADDR_IN.SIZEOF)).isOne();
        runs.await(2);
        assertThat(runs.all).extracting(Run::error).containsExactly(Winerror.WSAEMSGSIZE, 0);
        assertThat(runs.all).extracting(Run::bytes).containsExactly(3, 1);
        assertThat(text(first, 3) + text(second, 1)).isEqualTo("1236");
    }

    @Test
    @Clause("REMARKS-5")
    void aConnectMayBeRepeated() {
        connectTo(there);
        long other = loopback.datagram();
        assertThat(WSAConnect(socket, Loopback.nameOf(other), SOCKADDR_IN.SIZEOF, null, null, null, null))
                .isZero();
        SOCKADDR_IN name = new SOCKADDR_IN();
        assertThat(getpeername(socket, name, new DWORD(SOCKADDR_IN.SIZEOF))).isZero();
        assertThat(name.sin_port).isEqualTo(Loopback.nameOf(other).sin_port);
        assertThat(send(socket, text("other"), 5, 0)).isEqualTo(5);
        assertThat(receive(other)).isEqualTo("other");
    }

    @Test
    void aConnectMayBeDissolvedAndThePortStays() {
        connectTo(there);
        final short port = Loopback.nameOf(socket).sin_port;
        SOCKADDR_IN nobody = new SOCKADDR_IN();
        nobody.sin_family = AF_INET;
        connectTo(nobody);
        assertFailed(send(socket, text("x"), 1, 0), Winerror.WSAENOTCONN);
        assertFailed(getpeername(socket, nobody, new DWORD(SOCKADDR_IN.SIZEOF)), Winerror.WSAENOTCONN);
        assertThat(Loopback.nameOf(socket).sin_port).isEqualTo(port);
        SOCKADDR_IN here = Loopback.loopback(ntohs(port));
        assertThat(sendto(loopback.datagram(), text("any"), 3, 0, here, SOCKADDR_IN.SIZEOF)).isEqualTo(3);
        assertThat(receive(socket)).isEqualTo("any");
        connectTo(there);
        assertThat(send(socket, text("again"), 5, 0)).isEqualTo(5);
        assertThat(receive(peer)).isEqualTo("again");
    }

    @Test
    void anAddressOverridesThePeerForOneDatagram() {
        connectTo(there);
        long other = loopback.datagram();
        assertThat(sendto(socket, text("other"), 5, 0, Loopback.nameOf(other), SOCKADDR_IN.SIZEOF))
                .isEqualTo(5);
        assertThat(send(socket, text("peer"), 4, 0)).isEqualTo(4);
        assertThat(receive(other)).isEqualTo("other");
        assertThat(receive(peer)).isEqualTo("peer");
    }

    @Test
    void aNonBlockingSocketConnectsAtOnceToo() {
        assertThat(ioctlsocket(socket, FIONBIO, new DWORD(1))).isZero();
        connectTo(there);
        assertThat(send(socket, text("x"), 1, 0)).isOne();
        assertThat(receive(peer)).isEqualTo("x");
    }

    @Test
    void aBroadcastAddressMayBeConnectedToWithoutLeave() {
        SOCKADDR_IN everybody = Loopback.loopback(ntohs(there.sin_port));
        everybody.sin_addr.s_addr = htonl(0x7fffffff);
        connectTo(everybody);
        assertThat(send(socket, text("x"), 1, 0)).isOne();
    }

    @Test
    void aShutdownNeedsNoPeer() {
        assertThat(shutdown(socket, SD_SEND)).isZero();
        assertFailed(sendto(socket, text("x"), 1, 0, there, SOCKADDR_IN.SIZEOF), Winerror.WSAESHUTDOWN);
        assertThat(shutdown(peer, SD_RECEIVE)).isZero();
        assertFailed(recv(peer, room(9), 9, 0), Winerror.WSAESHUTDOWN);
    }

    // ---- what the network answers ----

    /// A port of loopback that nobody has.
    private SOCKADDR_IN nobodysPort() {
        assertThat(closesocket(peer)).isZero();
        return there;
    }

    @Test
    @Clause("DECISIONS-4")
    void theSendAfterOneThatFoundNobodyIsReset() {
        connectTo(nobodysPort());
        assertThat(send(socket, text("lost"), 4, 0)).isEqualTo(4);
        assertFailed(send(socket, text("not sent"), 8, 0), Winerror.WSAECONNRESET);
        assertThat(send(socket, text("sent"), 4, 0)).isEqualTo(4);
    }

    @Test
    void theOverlappedSendAfterOneThatFoundNobodyStartsNothing() {
        SOCKADDR_IN nobody = nobodysPort();
        assertThat(sendto(socket, text("lost"), 4, 0, nobody, SOCKADDR_IN.SIZEOF)).isEqualTo(4);
        Runs runs = new Runs();
        WSAOVERLAPPED overlapped = Requests.poisoned();
        assertThat(WSASendTo(socket, Requests.buffers(text("x")), 1, null, 0, nobody, SOCKADDR_IN.SIZEOF,
                overlapped, runs)).isEqualTo(SOCKET_ERROR);
        assertThat(WSAGetLastError()).isEqualTo(Winerror.WSAECONNRESET);
        Requests.assertNoMoreRoutines();
        assertThat(runs.all).isEmpty();
    }

    @Test
    void aPendingReceiveIsResetByASendThatFoundNobodyAndTheSocketGoesOn() {
        SOCKADDR_IN nobody = nobodysPort();
        assertThat(bind(socket, Loopback.loopback(0), SOCKADDR_IN.SIZEOF)).isZero();
        Runs runs = new Runs();
        assertThat(Requests.receive(socket, Requests.poisoned(), runs, room(9)))
                .isEqualTo(Winerror.WSA_IO_PENDING);
        assertThat(sendto(socket, text("lost"), 4, 0, nobody, SOCKADDR_IN.SIZEOF)).isEqualTo(4);
        runs.await(1);
        assertThat(runs.all).extracting(Run::error).containsExactly(Winerror.WSAECONNRESET);
        assertThat(Requests.receive(socket, Requests.poisoned(), runs, room(9)))
                .isEqualTo(Winerror.WSA_IO_PENDING);
        long other = loopback.datagram();
        assertThat(sendto(other, text("hi"), 2, 0, Loopback.nameOf(socket), SOCKADDR_IN.SIZEOF)).isEqualTo(2);
        runs.await(2);
        assertThat(runs.all.get(1).error()).isZero();
        assertThat(runs.all.get(1).bytes()).isEqualTo(2);
    }

    @Test
    void manyAnswersAreOneFailure() {
        SOCKADDR_IN nobody = nobodysPort();
        assertThat(bind(socket, Loopback.loopback(0), SOCKADDR_IN.SIZEOF)).isZero();
        for (int i = 0; i < 4; i++) {
            sendto(socket, text("lost"), 4, 0, nobody, SOCKADDR_IN.SIZEOF);
        }
        assertThat(ioctlsocket(socket, FIONBIO, new DWORD(1))).isZero();
        recv(socket, room(9), 9, 0);
        assertFailed(recv(socket, room(9), 9, 0), Winerror.WSAEWOULDBLOCK);
    }

    @Test
    void theTimeToLiveIsAnOption() {
        MemorySegment number = MemorySegment.ofArray(new int[1]);
        DWORD length = new DWORD(4);
        assertThat(setsockopt(socket, IPPROTO_IP, Ws2tcpip.IP_TTL, MemorySegment.ofArray(new int[] {7}), 4))
                .isZero();
        assertThat(getsockopt(socket, IPPROTO_IP, Ws2tcpip.IP_TTL, number, length)).isZero();
        assertThat(number.get(ValueLayout.JAVA_INT_UNALIGNED, 0)).isEqualTo(7);
        assertFailed(setsockopt(socket, IPPROTO_IP, Ws2tcpip.IP_TTL, MemorySegment.ofArray(new int[] {256}),
                4), Winerror.WSAEINVAL);
        long socket6 = loopback.keep(socket(AF_INET6, SOCK_DGRAM, 0));
        assertThat(setsockopt(socket6, IPPROTO_IPV6, Ws2tcpip.IPV6_UNICAST_HOPS,
                MemorySegment.ofArray(new int[] {9}), 4)).isZero();
        assertThat(getsockopt(socket6, IPPROTO_IPV6, Ws2tcpip.IPV6_UNICAST_HOPS, number, length)).isZero();
        assertThat(number.get(ValueLayout.JAVA_INT_UNALIGNED, 0)).isEqualTo(9);
        assertFailed(getsockopt(socket, IPPROTO_IPV6, Ws2tcpip.IPV6_UNICAST_HOPS, number, length),
                Winerror.WSAENOPROTOOPT);
    }
}
