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
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Urgent data, apart from the stream and in line with it, and SIOCATMARK. Who waits for urgent data waits
/// for no other receive, and no other receive for it.
class UrgentDataTest {
    private Loopback loopback;
    private SocketChannel peer;
    private long socket;

    @BeforeEach
    void start() {
        loopback = new Loopback();
        peer = loopback.peer();
        socket = loopback.accepted();
    }

    @AfterEach
    void end() {
        loopback.close();
    }

    private void urgent(int value) {
        try {
            peer.socket().sendUrgentData(value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Something has arrived when it is said to be there.
    private void urgentArrives(int value) {
        urgent(value);
        Requests.until("the urgent byte is there", () -> !atMark());
    }

    private boolean atMark() {
        DWORD answer = new DWORD(POISON);
        assertThat(ioctlsocket(socket, SIOCATMARK, answer)).isZero();
        assertThat(answer.value).isBetween(0, 1);
        return answer.value == 1;
    }

    private int available() {
        DWORD answer = new DWORD(POISON);
        assertThat(ioctlsocket(socket, FIONREAD, answer)).isZero();
        return answer.value;
    }

    private String received(int flags) {
        MemorySegment room = Requests.room(100);
        int count = recv(socket, room, 100, flags);
        return count == SOCKET_ERROR ? "error " + WSAGetLastError()
                : new String(Requests.bytesOf(room, count), StandardCharsets.US_ASCII);
    }

    private void inLine() {
        assertThat(setsockopt(socket, SOL_SOCKET, SO_OOBINLINE, MemorySegment.ofArray(new int[] {1}), 4))
                .isZero();
    }

    private int startUrgent(WSAOVERLAPPED overlapped, Runs routine, MemorySegment room) {
        int result = WSARecv(socket, Requests.buffers(room), 1, new DWORD(), new DWORD(MSG_OOB), overlapped,
                routine);
        return result == 0 ? 0 : WSAGetLastError();
    }

    // ---- SIOCATMARK ----

    @Test
    void whereNoneHasComeNoneIsUnread() {
        assertThat(atMark()).isTrue();
        Moves.arrive(peer, socket, "abc");
        assertThat(atMark()).isTrue();
        inLine();
        assertThat(atMark()).isTrue();
    }

    @Test
    void apartItIsUnreadUntilItIsReceivedApart() {
        Moves.arrive(peer, socket, "abc");
        urgentArrives('!');
        assertThat(available()).isEqualTo(3);
        assertThat(received(0)).isEqualTo("abc");
        assertThat(atMark()).isFalse();
        assertThat(received(MSG_OOB)).isEqualTo("!");
        assertThat(atMark()).isTrue();
        assertThat(available()).isZero();
    }

    @Test
    void inLineItIsUnreadUntilItIsTheNextByte() {
        inLine();
        Moves.arrive(peer, socket, "abc");
        urgentArrives('!');
        Moves.write(peer, "de");
        Requests.until("all of it is there", () -> available() == 6);
        assertThat(atMark()).isFalse();
        // No receive crosses the mark.
        assertThat(received(0)).isEqualTo("abc");
        assertThat(atMark()).isTrue();
        assertThat(received(0)).isEqualTo("!de");
        assertThat(atMark()).isTrue();
    }

    // ---- receives ----

    @Test
    void withoutUrgentDataANonBlockingSocketWouldBlock() {
        Moves.nonBlocking(socket, true);
        assertThat(received(MSG_OOB)).isEqualTo("error " + Winerror.WSAEWOULDBLOCK);
        Moves.arrive(peer, socket, "abc");
        assertThat(received(MSG_OOB)).isEqualTo("error " + Winerror.WSAEWOULDBLOCK);
        urgentArrives('!');
        assertThat(received(MSG_OOB | MSG_PEEK)).isEqualTo("!");
        assertThat(received(MSG_OOB)).isEqualTo("!");
        assertThat(received(MSG_OOB)).isEqualTo("error " + Winerror.WSAEWOULDBLOCK);
        assertThat(received(0)).isEqualTo("abc");
    }

    @Test
    void inLineItIsNotReceivedApart() {
        inLine();
        urgent('!');
        assertThat(received(MSG_OOB)).isEqualTo("error " + Winerror.WSAEINVAL);
        assertThat(startUrgent(Requests.poisoned(), null, Requests.room(1))).isEqualTo(Winerror.WSAEINVAL);
        assertThat(received(0)).isEqualTo("!");
    }

    @Test
    void aBlockingReceiveWaitsForUrgentDataAlone() {
        CompletableFuture<Ended> waiting =
                Requests.blocking(() -> recv(socket, Requests.room(10), 10, MSG_OOB));
        Moves.arrive(peer, socket, "abc");
        assertThat(received(0)).isEqualTo("abc");
        assertThat(waiting).isNotDone();
        urgent('!');
        assertThat(Requests.get(waiting)).isEqualTo(new Ended(1, 0));
    }

    @Test
    void anOverlappedReceiveWaitsForItBehindOneOfTheStream() {
        WSAOVERLAPPED stream = Requests.withEvent();
        WSAOVERLAPPED urgent = Requests.withEvent();
        MemorySegment room = Requests.room(10);
        assertThat(Requests.receive(socket, stream, null, Requests.room(10))).isEqualTo(997);
        assertThat(startUrgent(urgent, null, room)).isEqualTo(997);
        urgent('!');
        assertThat(Requests.await(urgent)).isZero();
        assertThat(urgent.InternalHigh).isOne();
        assertThat(Requests.bytesOf(room, 1)).containsExactly('!');
        assertThat(Requests.status(stream)).isEqualTo(Winerror.WSA_IO_INCOMPLETE);
        Moves.write(peer, "ab");
        assertThat(Requests.await(stream)).isZero();
        assertThat(stream.InternalHigh).isEqualTo(2);
        assertThat(WSACloseEvent(stream.hEvent) && WSACloseEvent(urgent.hEvent)).isTrue();
    }

    @Test
    void receivesOfTheStreamDoNotWaitForOneThatWaitsForUrgentData() {
        WSAOVERLAPPED urgent = Requests.poisoned();
        Runs urgentRuns = new Runs();
        assertThat(startUrgent(urgent, urgentRuns, Requests.room(1))).isEqualTo(997);
        Moves.arrive(peer, socket, "abc");
        assertThat(Requests.receive(socket, Requests.poisoned(), null, Requests.room(3))).isZero();
        Runs runs = new Runs();
        WSAOVERLAPPED stream = Requests.poisoned();
        assertThat(Requests.receive(socket, stream, runs, Requests.room(3))).isEqualTo(997);
        Moves.write(peer, "def");
        runs.await(1);
        assertThat(stream.InternalHigh).isEqualTo(3);
        assertThat(urgentRuns.all).isEmpty();
        urgent('!');
        urgentRuns.await(1);
        assertThat(urgentRuns.all).containsExactly(new Run(0, 1, urgent, 0));
    }

    @Test
    void theEndOfTheStreamEndsAWaitForUrgentData() throws IOException {
        WSAOVERLAPPED urgent = Requests.withEvent();
        assertThat(startUrgent(urgent, null, Requests.room(1))).isEqualTo(997);
        WSAOVERLAPPED first = Requests.withEvent();
        assertThat(Requests.receive(socket, first, null, Requests.room(10))).isEqualTo(997);
        Moves.write(peer, "abc");
        peer.shutdownOutput();
        assertThat(Requests.await(first)).isZero();
        assertThat(Requests.receive(socket, first, null, Requests.room(10))).isIn(0, 997);
        assertThat(Requests.await(first)).isZero();
        assertThat(first.InternalHigh).isZero();
        assertThat(Requests.await(urgent)).isZero();
        assertThat(urgent.InternalHigh).isZero();
        assertThat(WSACloseEvent(first.hEvent) && WSACloseEvent(urgent.hEvent)).isTrue();
    }

    @Test
    void aWaitForUrgentDataCanBeCancelledAndClosed() {
        WSAOVERLAPPED urgent = Requests.withEvent();
        assertThat(startUrgent(urgent, null, Requests.room(1))).isEqualTo(997);
        assertThat(Ioapiset.CancelIoEx(socket, urgent)).isTrue();
        assertThat(Requests.await(urgent)).isEqualTo(Winerror.WSA_OPERATION_ABORTED);
        assertThat(startUrgent(urgent, null, Requests.room(1))).isEqualTo(997);
        assertThat(closesocket(socket)).isZero();
        assertThat(Requests.await(urgent)).isEqualTo(Winerror.WSAECONNABORTED);
        assertThat(WSACloseEvent(urgent.hEvent)).isTrue();
    }

    // ---- both sides ours ----

    @Test
    @Clause("DWFLAGS-6")
    void anUrgentSendOfSeveralBytesHasTheLastOneUrgent() {
        long[] pair = loopback.pair();
        socket = pair[1];
        assertThat(send(pair[0], Moves.text("abc"), 3, 0)).isEqualTo(3);
        assertThat(send(pair[0], Moves.text("de!"), 3, MSG_OOB)).isEqualTo(3);
        Requests.until("the urgent byte is there", () -> available() == 5 && !atMark());
        assertThat(received(0)).isEqualTo("abcde");
        assertThat(received(MSG_OOB)).isEqualTo("!");
    }
}
