package dev.overlapped.winsock2;

import static dev.overlapped.winsock2.Requests.POISON;
import static dev.overlapped.winsock2.Winsock2.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.conformance.Clause;
import dev.overlapped.winsock2.Requests.Ended;
import dev.overlapped.winsock2.Requests.Run;
import dev.overlapped.winsock2.Requests.Runs;
import dev.overlapped.winsock2.types.DWORD;
import dev.overlapped.winsock2.types.WSAOVERLAPPED;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What becomes of requests when the peer resets the connection, or closes it and gets more bytes. The kernel
/// tells the reason once; the socket tells it for ever.
class ConnectionResetTest {
    private static final int BIG = 8 << 20;

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

    private void reset() {
        try {
            peer.setOption(StandardSocketOptions.SO_LINGER, 0);
            peer.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Every kind of call, twice, and in both orders.
    private void assertEveryCallSays(int code) {
        for (int i = 0; i < 2; i++) {
            assertThat(send(socket, Requests.room(1), 1, 0)).isEqualTo(SOCKET_ERROR);
            assertThat(WSAGetLastError()).isEqualTo(code);
            assertThat(recv(socket, Requests.room(1), 1, 0)).isEqualTo(SOCKET_ERROR);
            assertThat(WSAGetLastError()).isEqualTo(code);
            assertNothingBegins(code);
        }
    }

    /// An overlapped call that fails at once is not indicated.
    private void assertNothingBegins(int code) {
        WSAOVERLAPPED overlapped = Requests.withEvent();
        Runs runs = new Runs();
        assertThat(Requests.send(socket, overlapped, null, Requests.room(1))).isEqualTo(code);
        assertThat(Requests.receive(socket, overlapped, null, Requests.room(1))).isEqualTo(code);
        assertThat(Requests.receive(socket, Requests.poisoned(), runs, Requests.room(1))).isEqualTo(code);
        assertThat(Synchapi.SleepEx(0, true)).isZero();
        assertThat(runs.all).isEmpty();
        assertThat(overlapped.InternalHigh).isEqualTo(POISON);
        assertThat(WSACloseEvent(overlapped.hEvent)).isTrue();
    }

    @Test
    @Clause({"ERRORS-3", "ERRORS-4"})
    void anIdleSocketTellsItToTheNextSend() {
        reset();
        assertThat(send(socket, Requests.room(1), 1, 0)).isEqualTo(SOCKET_ERROR);
        assertThat(WSAGetLastError()).isEqualTo(Winerror.WSAECONNRESET);
        assertEveryCallSays(Winerror.WSAECONNRESET);
    }

    @Test
    @Clause("ERRORS-4")
    void anIdleSocketTellsItToTheNextReceive() {
        reset();
        assertThat(recv(socket, Requests.room(1), 1, 0)).isEqualTo(SOCKET_ERROR);
        assertThat(WSAGetLastError()).isEqualTo(Winerror.WSAECONNRESET);
        assertEveryCallSays(Winerror.WSAECONNRESET);
    }

    @Test
    void soErrorStaysZero() {
        reset();
        assertEveryCallSays(Winerror.WSAECONNRESET);
        int[] error = {POISON};
        DWORD length = new DWORD(4);
        assertThat(getsockopt(socket, SOL_SOCKET, SO_ERROR, MemorySegment.ofArray(error), length)).isZero();
        assertThat(error[0]).isZero();
        assertThat(length.value).isEqualTo(4);
    }

    @Test
    void pendingReceivesEndWithIt() {
        WSAOVERLAPPED first = Requests.withEvent();
        WSAOVERLAPPED second = Requests.withEvent();
        assertThat(Requests.receive(socket, first, null, Requests.room(10))).isEqualTo(997);
        assertThat(Requests.receive(socket, second, null, Requests.room(10))).isEqualTo(997);
        reset();
        assertEndedByReset(first);
        assertEndedByReset(second);
        DWORD bytes = new DWORD(POISON);
        assertThat(WSAGetOverlappedResult(socket, first, bytes, true, null)).isFalse();
        assertThat(WSAGetLastError()).isEqualTo(Winerror.WSAECONNRESET);
        assertThat(bytes.value).isEqualTo(POISON);
        assertEveryCallSays(Winerror.WSAECONNRESET);
    }

    private static void assertEndedByReset(WSAOVERLAPPED overlapped) {
        assertThat(Requests.await(overlapped)).isEqualTo(Winerror.WSAECONNRESET);
        assertThat(overlapped.Internal).isEqualTo(0xC000020DL);
        assertThat(overlapped.InternalHigh).isZero();
    }

    @Test
    @Clause({"ERRORS-3", "ERRORS-4", "REMARKS-11", "OVERLAPPED-16", "DECISIONS-17"})
    void pendingSendsEndWithIt() {
        WSAOVERLAPPED first = Requests.withEvent();
        WSAOVERLAPPED second = Requests.withEvent();
        assertThat(Requests.send(socket, first, null, Requests.room(BIG))).isEqualTo(997);
        assertThat(Requests.send(socket, second, null, Requests.room(BIG))).isEqualTo(997);
        reset();
        assertEndedByReset(first);
        assertEndedByReset(second);
        assertEveryCallSays(Winerror.WSAECONNRESET);
    }

    @Test
    void pendingSendsAndReceivesAllEndWithIt() {
        WSAOVERLAPPED[] all = {Requests.withEvent(), Requests.withEvent(), Requests.withEvent(),
            Requests.withEvent()};
        assertThat(Requests.send(socket, all[0], null, Requests.room(BIG))).isEqualTo(997);
        assertThat(Requests.send(socket, all[1], null, Requests.room(BIG))).isEqualTo(997);
        assertThat(Requests.receive(socket, all[2], null, Requests.room(10))).isEqualTo(997);
        assertThat(Requests.receive(socket, all[3], null, Requests.room(10))).isEqualTo(997);
        reset();
        for (WSAOVERLAPPED each : all) {
            assertEndedByReset(each);
        }
        assertEveryCallSays(Winerror.WSAECONNRESET);
    }

    @Test
    void routinesLearnItAsTheirError() {
        Runs runs = new Runs();
        WSAOVERLAPPED receive = Requests.poisoned();
        assertThat(Requests.receive(socket, receive, runs, Requests.room(10))).isEqualTo(997);
        reset();
        runs.await(1);
        assertThat(runs.all).containsExactly(new Run(Winerror.WSAECONNRESET, 0, receive, 0));
        Requests.assertNoMoreRoutines();
    }

    @Test
    @Clause("ERRORS-3")
    void blockingCallsElsewhereEndWithIt() {
        MemorySegment room = Requests.room(10);
        MemorySegment much = Requests.room(BIG);
        CompletableFuture<Ended> receive = Requests.blocking(() -> recv(socket, room, 10, 0));
        CompletableFuture<Ended> send = Requests.blocking(() -> send(socket, much, BIG, 0));
        reset();
        assertThat(Requests.get(receive)).isEqualTo(new Ended(SOCKET_ERROR, Winerror.WSAECONNRESET));
        assertThat(Requests.get(send)).isEqualTo(new Ended(SOCKET_ERROR, Winerror.WSAECONNRESET));
        assertEveryCallSays(Winerror.WSAECONNRESET);
    }

    @Test
    void ourOwnResetIsAnEndThatThePeerSees() {
        long[] pair = loopback.pair();
        WSAOVERLAPPED receive = Requests.withEvent();
        assertThat(Requests.receive(pair[1], receive, null, Requests.room(10))).isEqualTo(997);
        assertThat(setsockopt(pair[0], SOL_SOCKET, SO_LINGER, MemorySegment.ofArray(new short[] {1, 0}), 4))
                .isZero();
        assertThat(closesocket(pair[0])).isZero();
        assertEndedByReset(receive);
    }

    @Test
    @Clause("ERRORS-2")
    void sendingToAPeerThatHasClosedAbortsTheConnection() throws IOException {
        peer.close();
        MemorySegment room = Requests.room(1);
        assertThat(recv(socket, room, 1, 0)).isZero();
        assertThat(recv(socket, room, 1, 0)).isZero();
        // The first one is taken, and answered by a reset.
        assertThat(send(socket, room, 1, 0)).isOne();
        Requests.until("a send fails", () -> send(socket, room, 1, 0) == SOCKET_ERROR);
        assertThat(send(socket, room, 1, 0)).isEqualTo(SOCKET_ERROR);
        assertThat(WSAGetLastError()).isEqualTo(Winerror.WSAECONNABORTED);
        assertEveryCallSays(Winerror.WSAECONNABORTED);
    }

    @Test
    void anEndOfStreamRepeatsItself() throws IOException {
        peer.shutdownOutput();
        MemorySegment room = Requests.room(10);
        for (int i = 0; i < 3; i++) {
            WSASetLastError(POISON);
            assertThat(recv(socket, room, 10, 0)).isZero();
            assertThat(WSAGetLastError()).isZero();
            WSAOVERLAPPED overlapped = Requests.withEvent();
            assertThat(Requests.receive(socket, overlapped, null, room)).isIn(0, 997);
            assertThat(Requests.await(overlapped)).isZero();
            assertThat(overlapped.InternalHigh).isZero();
        }
        assertThat(Requests.bytesOf(room, 10)).containsOnly(0xEE);
        assertThat(send(socket, room, 10, 0)).isEqualTo(10);
        assertThat(Requests.read(peer, 10)).hasSize(10);
    }
}
