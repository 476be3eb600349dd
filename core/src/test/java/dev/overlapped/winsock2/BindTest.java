package dev.overlapped.winsock2;

import static dev.overlapped.winsock2.Requests.POISON;
import static dev.overlapped.winsock2.Winsock2.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.conformance.Clause;
import dev.overlapped.winsock2.types.DWORD;
import dev.overlapped.winsock2.types.Ref;
import dev.overlapped.winsock2.types.SOCKADDR;
import dev.overlapped.winsock2.types.SOCKADDR_IN;
import dev.overlapped.winsock2.types.SOCKADDR_IN6;
import dev.overlapped.winsock2.types.SOCKADDR_STORAGE;
import dev.overlapped.winsock2.types.WSAOVERLAPPED;
import java.lang.foreign.MemorySegment;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// bind, getsockname and getpeername, in both families.
class BindTest {
    private Loopback loopback;
    private long socket;

    @BeforeEach
    void start() {
        loopback = new Loopback();
        socket = loopback.stream();
    }

    @AfterEach
    void end() {
        loopback.close();
    }

    private static void assertCode(int code, long result) {
        assertThat(result).isEqualTo(-1);
        assertThat(WSAGetLastError()).isEqualTo(code);
    }

    private static int bind(long s, int port) {
        return Winsock2.bind(s, Loopback.loopback(port), SOCKADDR_IN.SIZEOF);
    }

    private static int portOf(long bound) {
        SOCKADDR_IN name = new SOCKADDR_IN();
        assertThat(getsockname(bound, name, new DWORD(SOCKADDR_IN.SIZEOF))).isZero();
        return ntohs(name.sin_port);
    }

    @Test
    void aSocketIsBoundOnce() {
        assertThat(bind(socket, 0)).isZero();
        int port = portOf(socket);
        assertThat(port).isPositive();
        assertCode(Winerror.WSAEINVAL, bind(socket, 0));
        assertThat(portOf(socket)).isEqualTo(port);
        long[] pair = loopback.pair();
        assertCode(Winerror.WSAEINVAL, bind(pair[0], 0));
        assertCode(Winerror.WSAEINVAL, bind(pair[1], 0));
    }

    @Test
    @Clause("DECISIONS-8")
    void aTakenPortIsRefusedBeforeAndAfterTheOtherListens() {
        long other = loopback.stream();
        assertThat(bind(other, 0)).isZero();
        assertCode(Winerror.WSAEADDRINUSE, bind(socket, portOf(other)));
        assertThat(Winerror.WSAEADDRINUSE).isEqualTo(10048);
        assertThat(listen(other, 1)).isZero();
        assertCode(Winerror.WSAEADDRINUSE, bind(socket, portOf(other)));
        assertThat(bind(socket, 0)).isZero();
    }

    @Test
    void aPortIsFreeAgainWhenItsListenerIsClosed() {
        int port = loopback.port();
        assertThat(closesocket(loopback.listener())).isZero();
        assertThat(bind(socket, port)).isZero();
        assertThat(listen(socket, 1)).isZero();
    }

    /// The side that closes first waits out its time: here the accepted connection, on the listener's port.
    @Test
    @Clause("DECISIONS-8")
    void connectionsThatWaitOutTheirTimeDoNotHoldThePort() throws Exception {
        SocketChannel peer = loopback.peer();
        long accepted = loopback.accepted();
        assertThat(closesocket(accepted)).isZero();
        assertThat(Requests.read(peer, 1)).isEmpty();
        peer.close();
        assertThat(closesocket(loopback.listener())).isZero();
        assertThat(bind(socket, loopback.port())).isZero();
        assertThat(listen(socket, 5)).isZero();
        loopback.peer();
        loopback.keep(accept(socket, null, null));
    }

    @Test
    void aConnectingSocketThatWaitsOutItsTimeDoesNotHoldThePort() {
        assertThat(bind(socket, 0)).isZero();
        int port = portOf(socket);
        assertThat(connect(socket, Loopback.loopback(loopback.port()), SOCKADDR_IN.SIZEOF)).isZero();
        long accepted = loopback.accepted();
        assertThat(closesocket(socket)).isZero();
        assertThat(recv(accepted, Requests.room(1), 1, 0)).isZero();
        assertThat(closesocket(accepted)).isZero();
        long again = loopback.stream();
        assertThat(bind(again, port)).as("error %d", WSAGetLastError()).isZero();
    }

    @Test
    void anAddressThatIsNoneIsRefused() {
        assertCode(Winerror.WSAEFAULT, Winsock2.bind(socket, null, 16));
        assertCode(Winerror.WSAEFAULT, Winsock2.bind(socket, Loopback.loopback(0), 15));
        SOCKADDR_STORAGE unknown = new SOCKADDR_STORAGE();
        unknown.ss_family = 99;
        assertCode(Winerror.WSAEAFNOSUPPORT, Winsock2.bind(socket, unknown, SOCKADDR_STORAGE.SIZEOF));
        SOCKADDR_IN elsewhere = Loopback.loopback(0);
        elsewhere.sin_addr.s_addr = htonl(0xC6336401);
        assertCode(Winerror.WSAEADDRNOTAVAIL, Winsock2.bind(socket, elsewhere, 16));
        assertThat(bind(socket, 0)).isZero();
    }

    // ---- names ----

    @Test
    void namesAreWrittenWithTheirLength() {
        long[] pair = loopback.pair();
        SOCKADDR_IN name = new SOCKADDR_IN();
        DWORD length = new DWORD(1000);
        WSASetLastError(POISON);
        assertThat(getpeername(pair[0], name, length)).isZero();
        assertThat(WSAGetLastError()).isZero();
        assertThat(length.value).isEqualTo(16);
        assertThat(ntohs(name.sin_port)).isEqualTo(loopback.port());
        assertThat(name.sin_addr.s_addr).isEqualTo(htonl(INADDR_LOOPBACK));
        int port = portOf(pair[0]);
        assertThat(getpeername(pair[1], name, length)).isZero();
        assertThat(ntohs(name.sin_port)).isEqualTo(port);
    }

    @Test
    void tooLittleRoomForANameIsAFaultAndNothingIsWritten() {
        long connected = loopback.pair()[0];
        SOCKADDR_IN name = new SOCKADDR_IN();
        for (int room : new int[] {0, 15, -1}) {
            DWORD length = new DWORD(room);
            assertCode(Winerror.WSAEFAULT, getsockname(connected, name, length));
            assertCode(Winerror.WSAEFAULT, getpeername(connected, name, length));
            assertThat(length.value).isEqualTo(room);
        }
        assertCode(Winerror.WSAEFAULT, getsockname(connected, name, null));
        assertCode(Winerror.WSAEFAULT, getpeername(connected, null, new DWORD(16)));
        assertCode(Winerror.WSAEFAULT, getsockname(connected, new SOCKADDR_IN6(), new DWORD(28)));
        assertThat(name.sin_family).isZero();
    }

    @Test
    void namesThatDoNotExistAreSaidToBeMissing() {
        SOCKADDR_IN name = new SOCKADDR_IN();
        assertCode(Winerror.WSAEINVAL, getsockname(socket, name, new DWORD(16)));
        assertCode(Winerror.WSAENOTCONN, getpeername(socket, name, new DWORD(16)));
        assertThat(bind(socket, 0)).isZero();
        assertCode(Winerror.WSAENOTCONN, getpeername(socket, name, new DWORD(16)));
        assertCode(Winerror.WSAENOTCONN, getpeername(loopback.listener(), name, new DWORD(16)));
        assertThat(name.sin_family).isZero();
    }

    // ---- IPv6 ----

    private static SOCKADDR_IN6 loopback6(int port) {
        SOCKADDR_IN6 name = new SOCKADDR_IN6();
        name.sin6_family = AF_INET6;
        name.sin6_port = htons(port);
        name.sin6_addr.s6_addr[15] = 1;
        return name;
    }

    private long listener6() {
        long listener = loopback.keep(socket(AF_INET6, SOCK_STREAM, IPPROTO_TCP));
        assertThat(Winsock2.bind(listener, loopback6(0), SOCKADDR_IN6.SIZEOF)).isZero();
        assertThat(listen(listener, 5)).isZero();
        return listener;
    }

    @Test
    @Clause("REMARKS-4")
    void ipv6WorksFromEndToEnd() {
        long listener = listener6();
        SOCKADDR_IN6 name = new SOCKADDR_IN6();
        DWORD length = new DWORD(SOCKADDR_IN6.SIZEOF);
        assertThat(getsockname(listener, name, length)).isZero();
        assertThat(length.value).isEqualTo(28);
        long connecting = loopback.keep(socket(AF_INET6, SOCK_STREAM, 0));
        assertThat(connect(connecting, name, SOCKADDR_IN6.SIZEOF)).isZero();
        SOCKADDR_IN6 from = new SOCKADDR_IN6();
        DWORD fromLength = new DWORD(100);
        long accepted = loopback.keep(accept(listener, from, fromLength));
        assertThat(fromLength.value).isEqualTo(28);
        SOCKADDR_IN6 own = new SOCKADDR_IN6();
        assertThat(getsockname(connecting, own, new DWORD(28))).isZero();
        assertThat(from.sin6_port).isEqualTo(own.sin6_port);
        assertThat(from.sin6_addr.s6_addr).isEqualTo(loopback6(0).sin6_addr.s6_addr);
        assertThat(from.sin6_family).isEqualTo((short) AF_INET6);

        WSAOVERLAPPED receive = Requests.withEvent();
        MemorySegment room = Requests.room(5);
        assertThat(Requests.receive(accepted, receive, null, room)).isEqualTo(997);
        byte[] content = {1, 2, 3, 4, 5};
        assertThat(Requests.send(connecting, Requests.poisoned(), null, Requests.nativeCopy(content)))
                .isZero();
        assertThat(Requests.await(receive)).isZero();
        assertThat(Requests.bytesOf(room, 5)).isEqualTo(content);
    }

    @Test
    void anIpv6SocketTakesNoIpv4AndLeavesThePortToIt() {
        long both = loopback.keep(socket(AF_INET6, SOCK_STREAM, 0));
        SOCKADDR_IN6 any = loopback6(0);
        any.sin6_addr.s6_addr[15] = 0;
        assertThat(Winsock2.bind(both, any, SOCKADDR_IN6.SIZEOF)).isZero();
        SOCKADDR_IN6 name = new SOCKADDR_IN6();
        assertThat(getsockname(both, name, new DWORD(28))).isZero();
        assertThat(bind(socket, ntohs(name.sin6_port))).isZero();
        int[] only = new int[1];
        assertThat(getsockopt(both, IPPROTO_IPV6, Ws2tcpip.IPV6_V6ONLY, MemorySegment.ofArray(only),
                new DWORD(4))).isZero();
        assertThat(only[0]).isOne();
    }

    @Test
    void anAcceptExTakesIpv6Too() {
        long listener = listener6();
        long acceptor = loopback.keep(socket(AF_INET6, SOCK_STREAM, 0));
        WSAOVERLAPPED accept = Requests.withEvent();
        int area = SOCKADDR_IN6.SIZEOF + 16;
        MemorySegment buffer = Requests.room(2 * area);
        assertThat(Mswsock.AcceptEx(listener, acceptor, buffer, 0, area, area - 1, null, accept)).isFalse();
        assertThat(WSAGetLastError()).isEqualTo(Winerror.WSAEFAULT);
        assertThat(Mswsock.AcceptEx(listener, acceptor, buffer, 0, area, area, null, accept)).isFalse();
        assertThat(WSAGetLastError()).isEqualTo(997);
        SOCKADDR_IN6 name = new SOCKADDR_IN6();
        assertThat(getsockname(listener, name, new DWORD(28))).isZero();
        long connecting = loopback.keep(socket(AF_INET6, SOCK_STREAM, 0));
        assertThat(connect(connecting, name, 28)).isZero();
        assertThat(Requests.await(accept)).isZero();
        var remote = new Ref<SOCKADDR>();
        var local = new Ref<SOCKADDR>();
        DWORD length = new DWORD(POISON);
        Mswsock.GetAcceptExSockaddrs(buffer, 0, area, area, local, new DWORD(), remote, length);
        assertThat(length.value).isEqualTo(28);
        assertThat(getsockname(connecting, name, new DWORD(28))).isZero();
        assertThat(((SOCKADDR_IN6) remote.value).sin6_port).isEqualTo(name.sin6_port);
    }
}
