package dev.overlapped.winsock2;

import static dev.overlapped.winsock2.Requests.POISON;
import static dev.overlapped.winsock2.Winsock2.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.conformance.Clause;
import dev.overlapped.winsock2.Requests.Ended;
import dev.overlapped.winsock2.types.DWORD;
import dev.overlapped.winsock2.types.SOCKADDR_IN;
import dev.overlapped.winsock2.types.SOCKADDR_STORAGE;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// listen and accept.
class AcceptTest {
    private Loopback loopback;

    @BeforeEach
    void start() {
        loopback = new Loopback();
    }

    @AfterEach
    void end() {
        loopback.close();
    }

    private static void assertCode(int code, long result) {
        assertThat(result).isEqualTo(-1);
        assertThat(WSAGetLastError()).isEqualTo(code);
    }

    @Test
    void theAddressOfThePeerIsWritten() throws IOException {
        SocketChannel peer = loopback.peer();
        int port = ((InetSocketAddress) peer.getLocalAddress()).getPort();
        SOCKADDR_IN address = new SOCKADDR_IN();
        DWORD length = new DWORD(100);
        WSASetLastError(POISON);
        loopback.keep(accept(loopback.listener(), address, length));
        assertThat(WSAGetLastError()).isZero();
        assertThat(length.value).isEqualTo(SOCKADDR_IN.SIZEOF);
        assertThat(address.sin_family).isEqualTo((short) AF_INET);
        assertThat(ntohs(address.sin_port)).isEqualTo(port);
        assertThat(address.sin_addr.s_addr).isEqualTo(htonl(INADDR_LOOPBACK));
    }

    @Test
    void anyKindOfAddressStructureWillDo() {
        loopback.peer();
        SOCKADDR_STORAGE address = new SOCKADDR_STORAGE();
        DWORD length = new DWORD(SOCKADDR_STORAGE.SIZEOF);
        loopback.keep(accept(loopback.listener(), address, length));
        assertThat(address.ss_family).isEqualTo((short) AF_INET);
        assertThat(length.value).isEqualTo(SOCKADDR_IN.SIZEOF);
    }

    @Test
    void tooLittleRoomForTheAddressIsAFaultAndTheConnectionStays() {
        loopback.peer();
        SOCKADDR_IN address = new SOCKADDR_IN();
        DWORD length = new DWORD(15);
        assertCode(Winerror.WSAEFAULT, accept(loopback.listener(), address, length));
        assertCode(Winerror.WSAEFAULT, accept(loopback.listener(), address, null));
        assertThat(length.value).isEqualTo(15);
        assertThat(address.sin_family).isZero();
        loopback.keep(accept(loopback.listener(), null, length));
        assertThat(length.value).isEqualTo(15);
    }

    @Test
    void itWaitsForAConnection() {
        CompletableFuture<Ended> call =
                Requests.blocking(() -> loopback.accepted() > 0 ? 1 : SOCKET_ERROR);
        assertThat(call).isNotDone();
        loopback.peer();
        assertThat(Requests.get(call)).isEqualTo(new Ended(1, 0));
    }

    @Test
    void aNonBlockingListenerDoesNotWaitAndItsConnectionsDoNotEither() {
        assertThat(ioctlsocket(loopback.listener(), FIONBIO, new DWORD(1))).isZero();
        assertCode(Winerror.WSAEWOULDBLOCK, accept(loopback.listener(), null, null));
        loopback.peer();
        long[] accepted = {INVALID_SOCKET};
        Requests.until("there is a connection", () ->
                (accepted[0] = accept(loopback.listener(), null, null)) != INVALID_SOCKET);
        loopback.keep(accepted[0]);
        assertCode(Winerror.WSAEWOULDBLOCK, recv(accepted[0], Requests.room(1), 1, 0));
    }

    @Test
    void onlyAListenerAccepts() {
        long bound = loopback.stream();
        assertThat(bind(bound, Loopback.loopback(0), SOCKADDR_IN.SIZEOF)).isZero();
        assertCode(Winerror.WSAEINVAL, accept(loopback.stream(), null, null));
        assertCode(Winerror.WSAEINVAL, accept(bound, null, null));
        assertCode(Winerror.WSAEINVAL, accept(loopback.pair()[0], null, null));
    }

    @Test
    void listenNeedsABoundSocketThatIsNotConnected() {
        assertCode(Winerror.WSAEINVAL, listen(loopback.stream(), 5));
        long[] pair = loopback.pair();
        assertCode(Winerror.WSAEISCONN, listen(pair[0], 5));
        assertCode(Winerror.WSAEISCONN, listen(pair[1], 5));
        assertThat(listen(loopback.listener(), SOMAXCONN)).isZero();
    }

    @Test
    @Clause("ERRORS-20")
    void aListenerNeitherSendsNorReceivesNorConnects() {
        long listener = loopback.listener();
        MemorySegment memory = Requests.room(1);
        assertCode(Winerror.WSAENOTCONN, send(listener, memory, 1, 0));
        assertCode(Winerror.WSAENOTCONN, recv(listener, memory, 1, 0));
        assertThat(Requests.send(listener, Requests.poisoned(), null, memory))
                .isEqualTo(Winerror.WSAENOTCONN);
        assertThat(Requests.receive(listener, Requests.poisoned(), null, memory))
                .isEqualTo(Winerror.WSAENOTCONN);
        assertCode(Winerror.WSAEINVAL, connect(listener, Loopback.loopback(loopback.port()), 16));
    }

    @Test
    void anAcceptedConnectionHasTheOptionsOfItsListener() {
        int[][] options = {{SO_KEEPALIVE, 1}, {SO_OOBINLINE, 1}, {SO_SNDBUF, 54_321}, {SO_RCVBUF, 65_432},
            {SO_SNDTIMEO, 1234}, {SO_RCVTIMEO, 2345}, {SO_REUSEADDR, 1}};
        for (int[] option : options) {
            assertThat(setsockopt(loopback.listener(), SOL_SOCKET, option[0],
                    MemorySegment.ofArray(new int[] {option[1]}), 4)).isZero();
        }
        assertThat(setsockopt(loopback.listener(), IPPROTO_TCP, TCP_NODELAY,
                MemorySegment.ofArray(new int[] {1}), 4)).isZero();
        assertThat(setsockopt(loopback.listener(), SOL_SOCKET, SO_LINGER,
                MemorySegment.ofArray(new short[] {1, 7}), 4)).isZero();
        loopback.peer();
        long accepted = loopback.accepted();
        int[] value = new int[1];
        for (int[] option : options) {
            assertThat(getsockopt(accepted, SOL_SOCKET, option[0], MemorySegment.ofArray(value),
                    new DWORD(4))).isZero();
            assertThat(value[0]).as("option %x", option[0]).isEqualTo(option[1]);
        }
        assertThat(getsockopt(accepted, IPPROTO_TCP, TCP_NODELAY, MemorySegment.ofArray(value), new DWORD(4)))
                .isZero();
        assertThat(value[0]).isOne();
        short[] linger = new short[2];
        assertThat(getsockopt(accepted, SOL_SOCKET, SO_LINGER, MemorySegment.ofArray(linger), new DWORD(4)))
                .isZero();
        assertThat(linger).containsExactly((short) 1, (short) 7);
    }
}
