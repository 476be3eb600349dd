package dev.overlapped.winsock2;

import static dev.overlapped.winsock2.Winsock2.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.winsock2.types.DWORD;
import dev.overlapped.winsock2.types.SOCKADDR_IN;
import dev.overlapped.winsock2.types.WSAOVERLAPPED;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A reset that comes while a connection is made, waits to be accepted, is half closed, or closes.
/// [ConnectionResetTest] has those that come to an open one.
class ResetInEveryStateTest {
    private static final int BIG = 8 << 20;
    private static final int CLOSES = 200;

    private Loopback loopback;

    @BeforeEach
    void open() {
        loopback = new Loopback();
    }

    @AfterEach
    void close() {
        loopback.close();
    }

    private static void reset(SocketChannel peer) throws IOException {
        peer.setOption(StandardSocketOptions.SO_LINGER, 0);
        peer.close();
    }

    private long accepted() {
        long socket = loopback.accepted();
        Requests.smallSendBuffer(socket);
        return socket;
    }

    /// The kernel lets a connection wait while the listener's queue is full, and asks again after a second.
    @Test
    void whileItConnectsItIsRefused() {
        long listener = loopback.stream();
        assertThat(bind(listener, Loopback.loopback(0), SOCKADDR_IN.SIZEOF)).isZero();
        assertThat(listen(listener, 0)).isZero();
        SOCKADDR_IN name = Loopback.nameOf(listener);
        assertThat(connect(loopback.stream(), name, SOCKADDR_IN.SIZEOF)).isZero();
        long socket = loopback.stream();
        var connecting = Requests.blocking(() -> connect(socket, name, SOCKADDR_IN.SIZEOF));
        assertThat(connecting).isNotDone();
        assertThat(closesocket(listener)).isZero();
        assertThat(Requests.get(connecting))
                .isEqualTo(new Requests.Ended(SOCKET_ERROR, Winerror.WSAECONNREFUSED));
        // It is as good as new.
        assertThat(connect(socket, Loopback.loopback(loopback.port()), SOCKADDR_IN.SIZEOF)).isZero();
        assertThat(send(socket, Requests.room(1), 1, 0)).isOne();
    }

    /// What waits behind one that was reset is accepted, as is the one that was: it tells it then.
    @Test
    void beforeItIsAcceptedItIsToldAfterwards() throws IOException {
        SocketChannel dead = loopback.peer();
        SocketChannel alive = loopback.peer();
        Requests.write(alive, new byte[] {2});
        reset(dead);
        long first = accepted();
        MemorySegment room = Requests.room(1);
        assertThat(recv(first, room, 1, 0)).isEqualTo(SOCKET_ERROR);
        assertThat(WSAGetLastError()).isEqualTo(Winerror.WSAECONNRESET);
        assertThat(recv(accepted(), room, 1, 0)).isOne();
        assertThat(Requests.bytesOf(room, 1)).containsExactly(2);
    }

    @Test
    void aHalfTakenSendSaysWhatWasTaken() throws IOException {
        SocketChannel peer = loopback.peer();
        long socket = accepted();
        WSAOVERLAPPED half = Requests.withEvent();
        WSAOVERLAPPED behind = Requests.withEvent();
        assertThat(Requests.send(socket, half, null, Requests.room(BIG))).isEqualTo(997);
        assertThat(Requests.send(socket, behind, null, Requests.room(1))).isEqualTo(997);
        assertThat(Requests.read(peer, 300_000)).hasSize(300_000);
        reset(peer);
        assertThat(Requests.await(half)).isEqualTo(Winerror.WSAECONNRESET);
        assertThat(Requests.await(behind)).isEqualTo(Winerror.WSAECONNRESET);
        assertThat(behind.InternalHigh).isZero();
        DWORD bytes = new DWORD(Requests.POISON);
        assertThat(WSAGetOverlappedResult(socket, half, bytes, true, null)).isFalse();
        assertThat(WSAGetLastError()).isEqualTo(Winerror.WSAECONNRESET);
        assertThat(bytes.value).isEqualTo(Requests.POISON);
    }

    @ParameterizedTest(name = "sends pending: {0}")
    @ValueSource(booleans = {false, true})
    void afterTheEndOfItsOwnSendingEverythingPendingEndsWithIt(boolean sending) throws IOException {
        SocketChannel peer = loopback.peer();
        long socket = accepted();
        WSAOVERLAPPED send = Requests.withEvent();
        if (sending) {
            assertThat(Requests.send(socket, send, null, Requests.room(BIG))).isEqualTo(997);
        }
        assertThat(shutdown(socket, SD_SEND)).isZero();
        WSAOVERLAPPED receive = Requests.withEvent();
        assertThat(Requests.receive(socket, receive, null, Requests.room(1))).isEqualTo(997);
        if (!sending) {
            assertThat(peer.read(ByteBuffer.allocate(1))).isEqualTo(-1);
        }
        reset(peer);
        assertThat(Requests.await(receive)).isEqualTo(Winerror.WSAECONNRESET);
        if (sending) {
            assertThat(Requests.await(send)).isEqualTo(Winerror.WSAECONNRESET);
        }
        assertThat(recv(socket, Requests.room(1), 1, 0)).isEqualTo(SOCKET_ERROR);
        assertThat(WSAGetLastError()).isEqualTo(Winerror.WSAECONNRESET);
        // That it was ended here comes first.
        assertThat(send(socket, Requests.room(1), 1, 0)).isEqualTo(SOCKET_ERROR);
        assertThat(WSAGetLastError()).isEqualTo(Winerror.WSAESHUTDOWN);
    }

    /// The kernel does not say that it was a reset any more, only that nothing can be sent.
    @Test
    void afterThePeersEndPendingSendsAreAborted() throws IOException {
        SocketChannel peer = loopback.peer();
        long socket = accepted();
        peer.shutdownOutput();
        assertThat(recv(socket, Requests.room(1), 1, 0)).isZero();
        WSAOVERLAPPED first = Requests.withEvent();
        WSAOVERLAPPED second = Requests.withEvent();
        assertThat(Requests.send(socket, first, null, Requests.room(BIG))).isEqualTo(997);
        assertThat(Requests.send(socket, second, null, Requests.room(BIG))).isEqualTo(997);
        reset(peer);
        assertThat(Requests.await(first)).isEqualTo(Winerror.WSAECONNABORTED);
        assertThat(Requests.await(second)).isEqualTo(Winerror.WSAECONNABORTED);
        assertThat(send(socket, Requests.room(1), 1, 0)).isEqualTo(SOCKET_ERROR);
        assertThat(WSAGetLastError()).isEqualTo(Winerror.WSAECONNABORTED);
    }

    /// Whoever comes first decides, and each request ends once.
    @Test
    void whileItClosesEverythingEndsOnce() throws Exception {
        MemorySegment much = Requests.room(BIG);
        for (int i = 0; i < CLOSES; i++) {
            SocketChannel peer = loopback.peer();
            long socket = accept(loopback.listener(), null, null);
            Requests.smallSendBuffer(socket);
            try (Posted send = Posted.send(socket, much).isPending();
                    Posted receive = Posted.receive(socket, 1).isPending(); Crew crew = new Crew()) {
                CountDownLatch both = new CountDownLatch(2);
                crew.platform(() -> {
                    both.countDown();
                    both.await();
                    reset(peer);
                });
                both.countDown();
                both.await();
                assertThat(closesocket(socket)).isZero();
                assertThat(Requests.status(send.await().overlapped))
                        .isIn(Winerror.WSA_OPERATION_ABORTED, Winerror.WSAECONNRESET);
                assertThat(Requests.status(receive.await().overlapped))
                        .isIn(Winerror.WSAECONNABORTED, Winerror.WSAECONNRESET);
            }
        }
    }

    @Test
    void aCloseThatLingersIsLetGo() throws Exception {
        SocketChannel peer = loopback.peer();
        long socket = accepted();
        MemorySegment forMinutes = MemorySegment.ofArray(new short[] {1, 600});
        assertThat(setsockopt(socket, SOL_SOCKET, SO_LINGER, forMinutes, 4)).isZero();
        try (Posted send = Posted.send(socket, Requests.room(BIG)).isPending()) {
            var closing = Requests.elsewhere(() -> closesocket(socket));
            assertThat(Requests.status(send.await().overlapped)).isEqualTo(Winerror.WSA_OPERATION_ABORTED);
            reset(peer);
            assertThat(Requests.get(closing).result()).isZero();
        }
    }
}
