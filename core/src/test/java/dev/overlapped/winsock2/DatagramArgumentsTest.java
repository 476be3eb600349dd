package dev.overlapped.winsock2;

import static dev.overlapped.winsock2.Moves.text;
import static dev.overlapped.winsock2.Requests.POISON;
import static dev.overlapped.winsock2.Requests.room;
import static dev.overlapped.winsock2.Winsock2.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.conformance.Clause;
import dev.overlapped.winsock2.types.DWORD;
import dev.overlapped.winsock2.types.SOCKADDR_IN;
import dev.overlapped.winsock2.types.SOCKADDR_IN6;
import dev.overlapped.winsock2.types.SOCKADDR_UN;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What calls for datagrams refuse, and what they put right by themselves.
class DatagramArgumentsTest {
    private Loopback loopback;
    private long sender;
    private long receiver;
    private SOCKADDR_IN there;

    @BeforeEach
    void open() {
        loopback = new Loopback();
        sender = loopback.datagram();
        receiver = loopback.datagram();
        there = Loopback.nameOf(receiver);
    }

    @AfterEach
    void close() {
        loopback.close();
    }

    private static void assertFailed(int result, int code) {
        int actual = WSAGetLastError();
        assertThat(result).isEqualTo(SOCKET_ERROR);
        assertThat(actual).isEqualTo(code);
    }

    @Test
    void aSocketWithoutAnAddressGetsOneWhenItSends() {
        long fresh = loopback.unboundDatagram();
        assertFailed(recvfrom(fresh, room(9), 9, 0, null, null), Winerror.WSAEINVAL);
        assertFailed(getsockname(fresh, new SOCKADDR_IN(), new DWORD(16)), Winerror.WSAEINVAL);
        assertThat(sendto(fresh, text("hi"), 2, 0, there, SOCKADDR_IN.SIZEOF)).isEqualTo(2);
        SOCKADDR_IN name = Loopback.nameOf(fresh);
        assertThat(name.sin_port).isNotZero();
        assertThat(name.sin_addr.s_addr).isZero();
        assertFailed(bind(fresh, Loopback.loopback(0), SOCKADDR_IN.SIZEOF), Winerror.WSAEINVAL);
        name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        assertThat(sendto(receiver, text("back"), 4, 0, name, SOCKADDR_IN.SIZEOF)).isEqualTo(4);
        assertThat(recvfrom(fresh, room(9), 9, 0, null, null)).isEqualTo(4);
    }

    @Test
    @Clause("ERRORS-20")
    void withoutAPeerOnlySendsToAnAddressGoAnywhere() {
        assertFailed(Winsock2.send(sender, text("x"), 1, 0), Winerror.WSAENOTCONN);
        assertFailed(sendto(sender, text("x"), 1, 0, null, 0), Winerror.WSAENOTCONN);
        assertFailed(Winsock2.send(loopback.unboundDatagram(), text("x"), 1, 0), Winerror.WSAENOTCONN);
    }

    @Test
    void anAddressMustBeWholeAndOfTheFamilyAndSomebodys() {
        assertFailed(sendto(sender, text("x"), 1, 0, there, 15), Winerror.WSAEFAULT);
        there.sin_family = AF_INET6;
        assertFailed(sendto(sender, text("x"), 1, 0, there, SOCKADDR_IN.SIZEOF), Winerror.WSAEAFNOSUPPORT);
        there.sin_family = AF_INET;
        there.sin_addr.s_addr = 0;
        assertFailed(sendto(sender, text("x"), 1, 0, there, SOCKADDR_IN.SIZEOF), Winerror.WSAEADDRNOTAVAIL);
        assertThat(sendto(sender, text("x"), 1, 0, Loopback.loopback(0), SOCKADDR_IN.SIZEOF)).isOne();
    }

    @Test
    void anObjectOfAnotherKindIsNoAddressWhateverFamilyItNames() {
        SOCKADDR_UN path = new SOCKADDR_UN();
        path.sun_family = AF_INET;
        assertFailed(sendto(sender, text("x"), 1, 0, path, SOCKADDR_UN.SIZEOF), Winerror.WSAEFAULT);
        SOCKADDR_IN6 six = new SOCKADDR_IN6();
        six.sin6_family = AF_INET;
        assertFailed(sendto(sender, text("x"), 1, 0, six, SOCKADDR_IN6.SIZEOF), Winerror.WSAEFAULT);
        long ipv6 = loopback.keep(socket(AF_INET6, SOCK_DGRAM, IPPROTO_UDP));
        there.sin_family = AF_INET6;
        assertFailed(sendto(ipv6, text("x"), 1, 0, there, SOCKADDR_IN6.SIZEOF), Winerror.WSAEFAULT);
    }

    @Test
    void aReceiveWithoutRoomForTheSenderLeavesTheDatagram() {
        DWORD fromlen = new DWORD(SOCKADDR_IN.SIZEOF - 1);
        SOCKADDR_IN from = new SOCKADDR_IN();
        MemorySegment room = room(9);
        assertThat(sendto(sender, text("stays"), 5, 0, there, SOCKADDR_IN.SIZEOF)).isEqualTo(5);
        assertFailed(recvfrom(receiver, room, 9, 0, from, fromlen), Winerror.WSAEFAULT);
        assertFailed(recvfrom(receiver, room, 9, 0, from, null), Winerror.WSAEFAULT);
        assertThat(fromlen.value).isEqualTo(SOCKADDR_IN.SIZEOF - 1);
        assertThat(from.sin_family).isZero();
        assertThat(room.get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 0xEE);
        assertThat(recv(receiver, room, 9, 0)).isEqualTo(5);
    }

    @Test
    void flagsOfStreamsAreNotSupported() {
        assertFailed(sendto(sender, text("x"), 1, MSG_OOB, there, SOCKADDR_IN.SIZEOF),
                Winerror.WSAEOPNOTSUPP);
        assertFailed(sendto(sender, text("x"), 1, MSG_PARTIAL, there, SOCKADDR_IN.SIZEOF),
                Winerror.WSAEOPNOTSUPP);
        assertFailed(recvfrom(receiver, room(9), 9, MSG_OOB, null, null), Winerror.WSAEOPNOTSUPP);
        assertFailed(recvfrom(receiver, room(9), 9, MSG_WAITALL, null, null), Winerror.WSAEOPNOTSUPP);
        assertThat(sendto(sender, text("x"), 1, MSG_DONTROUTE, there, SOCKADDR_IN.SIZEOF)).isOne();
    }

    @Test
    void aBroadcastNeedsLeave() {
        SOCKADDR_IN everybody = Loopback.loopback(ntohs(there.sin_port));
        everybody.sin_addr.s_addr = htonl(0x7fffffff);
        assertFailed(sendto(sender, text("x"), 1, 0, everybody, SOCKADDR_IN.SIZEOF), Winerror.WSAEACCES);
        assertThat(setsockopt(sender, SOL_SOCKET, SO_BROADCAST, MemorySegment.ofArray(new int[] {1}), 4))
                .isZero();
        assertThat(sendto(sender, text("x"), 1, 0, everybody, SOCKADDR_IN.SIZEOF)).isOne();
    }

    @Test
    void onAConnectionAddressesAreIgnored() {
        long[] pair = loopback.pair();
        DWORD fromlen = new DWORD(POISON);
        SOCKADDR_IN from = new SOCKADDR_IN();
        assertThat(sendto(pair[0], text("tcp"), 3, 0, there, 1)).isEqualTo(3);
        assertThat(recvfrom(pair[1], room(9), 9, 0, from, fromlen)).isEqualTo(3);
        assertThat(fromlen.value).isEqualTo(POISON);
        assertThat(from.sin_family).isZero();
        assertFailed(sendto(loopback.stream(), text("x"), 1, 0, there, SOCKADDR_IN.SIZEOF),
                Winerror.WSAENOTCONN);
    }

    @Test
    void aDatagramSocketNeitherListensNorIsAcceptedInto() {
        assertFailed(listen(receiver, 1), Winerror.WSAEOPNOTSUPP);
        assertThat(Mswsock.AcceptEx(loopback.listener(), loopback.unboundDatagram(), room(64), 0, 32, 32,
                null, Requests.poisoned())).isFalse();
        assertThat(WSAGetLastError()).isEqualTo(Winerror.WSAEINVAL);
    }
}
