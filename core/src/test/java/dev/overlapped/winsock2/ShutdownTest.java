package dev.overlapped.winsock2;

import static dev.overlapped.winsock2.Requests.POISON;
import static dev.overlapped.winsock2.Winsock2.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.conformance.Clause;
import dev.overlapped.winsock2.Requests.Runs;
import dev.overlapped.winsock2.types.DWORD;
import dev.overlapped.winsock2.types.SOCKADDR_IN;
import dev.overlapped.winsock2.types.WSAOVERLAPPED;
import java.io.ByteArrayOutputStream;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// shutdown: what is queued leaves first, what is pending stays, and what comes later is refused.
class ShutdownTest {
    private Loopback loopback;
    private SocketChannel peer;
    private long socket;

    @BeforeEach
    void start() {
        loopback = new Loopback();
        peer = loopback.peer();
        socket = loopback.accepted();
        Requests.smallSendBuffer(socket);
    }

    @AfterEach
    void end() {
        loopback.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {SD_SEND, SD_BOTH})
    @Clause({"ERRORS-26", "ERRORS-27"})
    void pendingSendsLeaveFirstAndThenThePeerSeesTheEnd(int how) {
        Runs runs = new Runs();
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        for (int i = 0; i < 65; i++) {
            byte[] content = Requests.random(i == 0 ? 8 << 20 : 20_000, i);
            expected.writeBytes(content);
            assertThat(Requests.send(socket, Requests.poisoned(), runs, Requests.nativeCopy(content)))
                    .isEqualTo(997);
        }
        WSASetLastError(POISON);
        assertThat(shutdown(socket, how)).isZero();
        assertThat(WSAGetLastError()).isZero();
        assertRefusesToSend();
        CompletableFuture<byte[]> read =
                CompletableFuture.supplyAsync(() -> Requests.read(peer, expected.size() + 1));
        runs.await(65);
        assertThat(runs.all).allMatch(each -> each.error() == 0);
        assertThat(Requests.get(read)).isEqualTo(expected.toByteArray());
        assertRefusesToSend();
    }

    private void assertRefusesToSend() {
        WSAOVERLAPPED overlapped = Requests.withEvent();
        assertThat(Requests.send(socket, overlapped, null, Requests.room(10)))
                .isEqualTo(Winerror.WSAESHUTDOWN);
        assertThat(overlapped.InternalHigh).isEqualTo(POISON);
        assertThat(send(socket, Requests.room(10), 10, 0)).isEqualTo(SOCKET_ERROR);
        assertThat(WSAGetLastError()).isEqualTo(Winerror.WSAESHUTDOWN);
        assertThat(WSACloseEvent(overlapped.hEvent)).isTrue();
    }

    @Test
    void cancellingTheLastQueuedSendLetsThePeerSeeTheEnd() {
        WSAOVERLAPPED overlapped = Requests.withEvent();
        assertThat(Requests.send(socket, overlapped, null, Requests.room(8 << 20))).isEqualTo(997);
        assertThat(shutdown(socket, SD_SEND)).isZero();
        assertThat(Ioapiset.CancelIoEx(socket, overlapped)).isTrue();
        assertThat(Requests.read(peer, 8 << 20)).hasSize((int) overlapped.InternalHigh);
        assertThat(Requests.read(peer, 1)).isEmpty();
    }

    @Test
    void afterTheEndOfSendingReceivingGoesOn() {
        assertThat(shutdown(socket, SD_SEND)).isZero();
        assertThat(Requests.read(peer, 1)).isEmpty();
        Requests.write(peer, new byte[] {9});
        assertThat(recv(socket, Requests.room(5), 5, 0)).isOne();
    }

    @Test
    void aPendingReceiveOutlivesTheEndOfReceiving() {
        WSAOVERLAPPED pending = Requests.withEvent();
        assertThat(Requests.receive(socket, pending, null, Requests.room(10))).isEqualTo(997);
        assertThat(shutdown(socket, SD_RECEIVE)).isZero();
        assertThat(Requests.isSignalled(pending)).isFalse();
        assertRefusesToReceive();
        Requests.write(peer, new byte[4]);
        assertThat(Requests.await(pending)).isZero();
        assertThat(pending.InternalHigh).isEqualTo(4);
        assertRefusesToReceive();
        assertThat(send(socket, Requests.room(3), 3, 0)).isEqualTo(3);
        assertThat(Requests.read(peer, 3)).hasSize(3);
    }

    private void assertRefusesToReceive() {
        WSAOVERLAPPED overlapped = Requests.poisoned();
        assertThat(Requests.receive(socket, overlapped, null, Requests.room(10)))
                .isEqualTo(Winerror.WSAESHUTDOWN);
        assertThat(recv(socket, Requests.room(10), 10, 0)).isEqualTo(SOCKET_ERROR);
        assertThat(WSAGetLastError()).isEqualTo(Winerror.WSAESHUTDOWN);
    }

    @Test
    @Clause("ERRORS-27")
    void theEndOfBothRefusesBoth() {
        assertThat(shutdown(socket, SD_BOTH)).isZero();
        assertRefusesToSend();
        assertRefusesToReceive();
        assertThat(Requests.read(peer, 1)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {SD_RECEIVE, SD_SEND, SD_BOTH})
    void repeatingItSucceeds(int how) {
        for (int i = 0; i < 3; i++) {
            assertThat(shutdown(socket, how)).isZero();
        }
        assertThat(shutdown(socket, SD_BOTH)).isZero();
        assertThat(getpeername(socket, new SOCKADDR_IN(), new DWORD(16)))
                .isZero();
        assertThat(connect(socket, Loopback.loopback(loopback.port()), 16)).isEqualTo(SOCKET_ERROR);
        assertThat(WSAGetLastError()).isEqualTo(Winerror.WSAEISCONN);
    }

    @Test
    void withoutAConnectionThereIsNothingToEnd() {
        assertCode(Winerror.WSAENOTCONN, shutdown(loopback.stream(), SD_SEND));
        assertCode(Winerror.WSAENOTCONN, shutdown(loopback.stream(), SD_RECEIVE));
        assertCode(Winerror.WSAENOTCONN, shutdown(loopback.listener(), SD_BOTH));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 3, Integer.MIN_VALUE, Integer.MAX_VALUE})
    void anUnknownHowIsInvalid(int how) {
        assertCode(Winerror.WSAEINVAL, shutdown(socket, how));
        assertCode(Winerror.WSAEINVAL, shutdown(loopback.stream(), how));
        assertThat(send(socket, Requests.room(1), 1, 0)).isOne();
    }

    private static void assertCode(int code, int result) {
        assertThat(result).isEqualTo(SOCKET_ERROR);
        assertThat(WSAGetLastError()).isEqualTo(code);
    }
}
