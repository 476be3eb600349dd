package dev.overlapped.winsock2;

import static dev.overlapped.winsock2.Requests.POISON;
import static dev.overlapped.winsock2.Winsock2.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.conformance.Clause;
import dev.overlapped.winsock2.Requests.Ended;
import dev.overlapped.winsock2.types.DWORD;
import dev.overlapped.winsock2.types.SOCKADDR_IN;
import dev.overlapped.winsock2.types.SOCKADDR_STORAGE;
import dev.overlapped.winsock2.types.WSABUF;
import dev.overlapped.winsock2.types.WSAOVERLAPPED;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// connect and WSAConnect, blocking and not.
class ConnectTest {
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

    private int connect(int port) {
        return Winsock2.connect(socket, Loopback.loopback(port), SOCKADDR_IN.SIZEOF);
    }

    private int portNobodyListensAt() {
        long bound = loopback.stream();
        assertThat(bind(bound, Loopback.loopback(0), SOCKADDR_IN.SIZEOF)).isZero();
        SOCKADDR_IN name = new SOCKADDR_IN();
        assertThat(getsockname(bound, name, new DWORD(SOCKADDR_IN.SIZEOF))).isZero();
        return ntohs(name.sin_port);
    }

    /// A listener whose queue is full: the kernel lets connections to it wait until there is room.
    private long fullListener() {
        long listener = loopback.stream();
        assertThat(bind(listener, Loopback.loopback(0), SOCKADDR_IN.SIZEOF)).isZero();
        assertThat(listen(listener, 0)).isZero();
        long filler = loopback.stream();
        assertThat(Winsock2.connect(filler, Loopback.loopback(portOf(listener)), SOCKADDR_IN.SIZEOF))
                .isZero();
        return listener;
    }

    private static int portOf(long bound) {
        SOCKADDR_IN name = new SOCKADDR_IN();
        assertThat(getsockname(bound, name, new DWORD(SOCKADDR_IN.SIZEOF))).isZero();
        return ntohs(name.sin_port);
    }

    private void nonBlocking() {
        assertThat(ioctlsocket(socket, FIONBIO, new DWORD(1))).isZero();
    }

    @Test
    void aBlockingConnectConnects() {
        WSASetLastError(POISON);
        assertThat(connect(loopback.port())).isZero();
        assertThat(WSAGetLastError()).isZero();
        long accepted = loopback.accepted();
        assertThat(send(socket, Requests.room(1), 1, 0)).isOne();
        assertThat(recv(accepted, Requests.room(1), 1, 0)).isOne();
    }

    @Test
    void aRefusedConnectCanBeTriedAgainElsewhere() {
        assertCode(Winerror.WSAECONNREFUSED, connect(portNobodyListensAt()));
        assertThat(Winerror.WSAECONNREFUSED).isEqualTo(10061);
        assertCode(Winerror.WSAENOTCONN, send(socket, Requests.room(1), 1, 0));
        assertCode(Winerror.WSAENOTCONN, getpeername(socket, new SOCKADDR_IN(), new DWORD(16)));
        assertThat(connect(loopback.port())).isZero();
        assertThat(send(socket, Requests.room(1), 1, 0)).isOne();
    }

    @Test
    void aConnectedSocketIsConnected() {
        assertThat(connect(loopback.port())).isZero();
        assertCode(Winerror.WSAEISCONN, connect(loopback.port()));
        assertCode(Winerror.WSAEISCONN, Winsock2.connect(loopback.accepted(), Loopback.loopback(1), 16));
    }

    @Test
    void aNonBlockingConnectGoesOnByItself() {
        nonBlocking();
        assertCode(Winerror.WSAEWOULDBLOCK, connect(loopback.port()));
        Requests.until("connected", () -> {
            assertThat(connect(loopback.port())).isEqualTo(SOCKET_ERROR);
            assertThat(WSAGetLastError()).isIn(Winerror.WSAEALREADY, Winerror.WSAEISCONN);
            return WSAGetLastError() == Winerror.WSAEISCONN;
        });
        assertThat(getpeername(socket, new SOCKADDR_IN(), new DWORD(16))).isZero();
        assertThat(send(socket, Requests.room(1), 1, 0)).isOne();
    }

    @Test
    void aNonBlockingConnectThatIsRefusedSaysSoInSoError() {
        nonBlocking();
        assertCode(Winerror.WSAEWOULDBLOCK, connect(portNobodyListensAt()));
        int[] error = new int[1];
        Requests.until("refused", () -> {
            assertThat(getsockopt(socket, SOL_SOCKET, SO_ERROR, MemorySegment.ofArray(error), new DWORD(4)))
                    .isZero();
            return error[0] != 0;
        });
        assertThat(error[0]).isEqualTo(Winerror.WSAECONNREFUSED);
        assertCode(Winerror.WSAENOTCONN, recv(socket, Requests.room(1), 1, 0));
    }

    @Test
    @Clause("ERRORS-20")
    void whileItConnectsASocketIsNotConnected() {
        long listener = fullListener();
        nonBlocking();
        assertCode(Winerror.WSAEWOULDBLOCK, connect(portOf(listener)));
        assertCode(Winerror.WSAEALREADY, connect(portOf(listener)));
        assertCode(Winerror.WSAENOTCONN, send(socket, Requests.room(1), 1, 0));
        assertCode(Winerror.WSAENOTCONN, recv(socket, Requests.room(1), 1, 0));
        WSAOVERLAPPED overlapped = Requests.withEvent();
        assertThat(Requests.send(socket, overlapped, null, Requests.room(1))).isEqualTo(Winerror.WSAENOTCONN);
        assertThat(Requests.receive(socket, overlapped, null, Requests.room(1)))
                .isEqualTo(Winerror.WSAENOTCONN);
        assertCode(Winerror.WSAENOTCONN, shutdown(socket, SD_SEND));
        assertCode(Winerror.WSAENOTCONN, getpeername(socket, new SOCKADDR_IN(), new DWORD(16)));
        assertCode(Winerror.WSAEINVAL, bind(socket, Loopback.loopback(0), 16));
        assertThat(overlapped.InternalHigh).isEqualTo(POISON);
    }

    @Test
    void closingEndsABlockingConnectElsewhere() {
        int port = portOf(fullListener());
        CompletableFuture<Ended> call = Requests.blocking(() -> connect(port));
        assertThat(closesocket(socket)).isZero();
        assertThat(Requests.get(call)).isEqualTo(new Ended(SOCKET_ERROR, Winerror.WSA_OPERATION_ABORTED));
    }

    @Test
    void aConnectWhoseThreadHasEndedIsFoundByTheNextOne() {
        long listener = fullListener();
        int port = portOf(listener);
        nonBlocking();
        assertThat(Requests.get(Requests.elsewhere(() -> connect(port))).code())
                .isEqualTo(Winerror.WSAEWOULDBLOCK);
        Requests.until("the thread's end is noticed", () ->
                connect(port) == SOCKET_ERROR && WSAGetLastError() != Winerror.WSAEALREADY);
        assertThat(WSAGetLastError()).isEqualTo(Winerror.WSAEWOULDBLOCK);
        // There is room now: the kernel tries again within seconds.
        loopback.keep(accept(listener, null, null));
        Requests.until("connected", () ->
                connect(port) == SOCKET_ERROR && WSAGetLastError() == Winerror.WSAEISCONN);
    }

    @Test
    void aConnectCancelledByNobodyOutlivesCancelIo() {
        nonBlocking();
        assertCode(Winerror.WSAEWOULDBLOCK, connect(portOf(fullListener())));
        assertThat(Ioapiset.CancelIoEx(socket, null)).isFalse();
        assertThat(WSAGetLastError()).isEqualTo(Winerror.ERROR_NOT_FOUND);
        assertThat(Ioapiset.CancelIo(socket)).isTrue();
        assertCode(Winerror.WSAEALREADY, connect(1));
    }

    // ---- addresses ----

    @Test
    void anAddressThatIsNoneIsRefusedAndTheSocketIsStillFresh() {
        SOCKADDR_IN good = Loopback.loopback(loopback.port());
        assertCode(Winerror.WSAEFAULT, Winsock2.connect(socket, null, 16));
        assertCode(Winerror.WSAEFAULT, Winsock2.connect(socket, good, 15));
        assertCode(Winerror.WSAEFAULT, Winsock2.connect(socket, good, -1));
        SOCKADDR_STORAGE unknown = new SOCKADDR_STORAGE();
        unknown.ss_family = 77;
        assertCode(Winerror.WSAEAFNOSUPPORT, Winsock2.connect(socket, unknown, SOCKADDR_STORAGE.SIZEOF));
        assertThat(Winsock2.connect(socket, good, 100)).isZero();
    }

    @Test
    void aStorageStructureHoldsAnAddressToo() {
        SOCKADDR_STORAGE storage = new SOCKADDR_STORAGE();
        DWORD length = new DWORD(SOCKADDR_STORAGE.SIZEOF);
        assertThat(getsockname(loopback.listener(), storage, length)).isZero();
        assertThat(length.value).isEqualTo(SOCKADDR_IN.SIZEOF);
        assertThat(Winsock2.connect(socket, storage, SOCKADDR_STORAGE.SIZEOF)).isZero();
    }

    @Test
    void wsaConnectConnectsAndCarriesNoData() {
        SOCKADDR_IN to = Loopback.loopback(loopback.port());
        WSABUF caller = new WSABUF(Requests.room(4), 4);
        assertCode(Winerror.WSAEOPNOTSUPP, WSAConnect(socket, to, 16, caller, null, null, null));
        assertCode(Winerror.WSAENOTSOCK, WSAConnect(INVALID_SOCKET, to, 16, caller, null, null, null));
        WSABUF callee = new WSABUF(Requests.room(4), 4);
        assertThat(WSAConnect(socket, to, 16, null, callee, null, null)).isZero();
        assertThat(callee.len).isZero();
        assertThat(send(socket, Requests.room(1), 1, 0)).isOne();
    }
}
