package dev.overlapped.winsock2;

import static dev.overlapped.winsock2.Ioapiset.CancelIo;
import static dev.overlapped.winsock2.Ioapiset.CancelIoEx;
import static dev.overlapped.winsock2.Requests.POISON;
import static dev.overlapped.winsock2.Winsock2.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.conformance.Clause;
import dev.overlapped.winsock2.Requests.Ended;
import dev.overlapped.winsock2.Requests.Run;
import dev.overlapped.winsock2.Requests.Runs;
import dev.overlapped.winsock2.types.DWORD;
import dev.overlapped.winsock2.types.WSAOVERLAPPED;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// CancelIo and CancelIoEx: which requests they end, and what of a send has left by then.
class CancelIoTest {
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

    @Test
    void cancelIoEndsTheCallingThreadsRequestsOnly() {
        WSAOVERLAPPED theirs = Requests.poisoned();
        WSAOVERLAPPED mine = Requests.withEvent();
        WSAOVERLAPPED mineToo = Requests.withEvent();
        CompletableFuture<Void> end = new CompletableFuture<>();
        CompletableFuture<Void> started = new CompletableFuture<>();
        CompletableFuture<Ended> other = Requests.elsewhere(() -> {
            assertThat(Requests.receive(socket, theirs, null, Requests.room(1))).isEqualTo(997);
            started.complete(null);
            // Its requests would end with it.
            Requests.get(end);
            return CancelIo(socket) ? 0 : SOCKET_ERROR;
        });
        Requests.get(started);
        assertThat(Requests.receive(socket, mine, null, Requests.room(1))).isEqualTo(997);
        assertThat(Requests.send(socket, mineToo, null, Requests.room(BIG))).isEqualTo(997);
        WSASetLastError(POISON);
        assertThat(CancelIo(socket)).isTrue();
        assertThat(WSAGetLastError()).isZero();
        assertThat(Requests.isSignalled(mine)).isTrue();
        assertThat(Requests.status(mine)).isEqualTo(Winerror.WSA_OPERATION_ABORTED);
        assertThat(Requests.status(mineToo)).isEqualTo(Winerror.WSA_OPERATION_ABORTED);
        assertThat(Requests.status(theirs)).isEqualTo(Winerror.WSA_IO_INCOMPLETE);
        end.complete(null);
        assertThat(Requests.get(other)).isEqualTo(new Ended(0, 0));
        assertThat(Requests.status(theirs)).isEqualTo(Winerror.WSA_OPERATION_ABORTED);
    }

    @Test
    void cancelIoSucceedsWithNothingToCancel() {
        WSASetLastError(POISON);
        assertThat(CancelIo(socket)).isTrue();
        assertThat(WSAGetLastError()).isZero();
    }

    @Test
    void cancelIoExEndsOneRequestOrAllWhoeverStartedThem() {
        WSAOVERLAPPED[] receives = {Requests.withEvent(), Requests.withEvent(), Requests.withEvent()};
        for (WSAOVERLAPPED each : receives) {
            assertThat(Requests.receive(socket, each, null, Requests.room(1))).isEqualTo(997);
        }
        assertThat(Requests.get(Requests.elsewhere(() -> CancelIoEx(socket, receives[1]) ? 0 : SOCKET_ERROR)))
                .isEqualTo(new Ended(0, 0));
        assertThat(Requests.await(receives[1])).isEqualTo(Winerror.WSA_OPERATION_ABORTED);
        assertThat(receives[1].InternalHigh).isZero();
        assertThat(Requests.isSignalled(receives[0]) || Requests.isSignalled(receives[2])).isFalse();
        assertNotFound(receives[1]);
        assertNotFound(Requests.poisoned());
        assertThat(CancelIoEx(socket, null)).isTrue();
        assertThat(WSAGetLastError()).isZero();
        assertThat(Requests.await(receives[0])).isEqualTo(Winerror.WSA_OPERATION_ABORTED);
        assertThat(Requests.await(receives[2])).isEqualTo(Winerror.WSA_OPERATION_ABORTED);
        assertNotFound(null);
    }

    private void assertNotFound(WSAOVERLAPPED overlapped) {
        WSASetLastError(POISON);
        assertThat(CancelIoEx(socket, overlapped)).isFalse();
        assertThat(WSAGetLastError()).isEqualTo(Winerror.ERROR_NOT_FOUND).isEqualTo(1168);
    }

    @Test
    void aCancelledRequestRunsItsRoutineOnceOnItsOwnThread() {
        Runs runs = new Runs();
        WSAOVERLAPPED receive = Requests.poisoned();
        assertThat(Requests.receive(socket, receive, runs, Requests.room(1))).isEqualTo(997);
        assertThat(Requests.get(Requests.elsewhere(() -> CancelIoEx(socket, receive) ? 0 : SOCKET_ERROR)))
                .isEqualTo(new Ended(0, 0));
        assertThat(runs.all).isEmpty();
        runs.await(1);
        assertThat(runs.all).containsExactly(new Run(Winerror.WSA_OPERATION_ABORTED, 0, receive, 0));
        Requests.assertNoMoreRoutines();
    }

    @Test
    void aRequestThatHasEndedIsNotFoundAndKeepsItsOutcome() {
        WSAOVERLAPPED receive = Requests.withEvent();
        assertThat(Requests.receive(socket, receive, null, Requests.room(10))).isEqualTo(997);
        Requests.write(peer, new byte[3]);
        assertThat(Requests.await(receive)).isZero();
        assertNotFound(receive);
        assertThat(receive.Internal).isZero();
        assertThat(receive.InternalHigh).isEqualTo(3);
    }

    @Test
    void blockingCallsAreNoRequestsOfTheProgram() {
        MemorySegment room = Requests.room(10);
        CompletableFuture<Ended> call = Requests.blocking(() -> recv(socket, room, 10, 0));
        assertNotFound(null);
        Requests.write(peer, new byte[4]);
        assertThat(Requests.get(call)).isEqualTo(new Ended(4, 0));
    }

    @Test
    void aConnectUnderWayIsNoRequestOfTheProgramAndGoesOn() {
        long connecting = loopback.stream();
        assertThat(ioctlsocket(connecting, FIONBIO, new DWORD(1))).isZero();
        // Nobody polls meanwhile: unless the engine has been very quick, it is under way.
        assertThat(connect(connecting, Loopback.loopback(loopback.port()), 16)).isEqualTo(SOCKET_ERROR);
        assertThat(WSAGetLastError()).isEqualTo(Winerror.WSAEWOULDBLOCK);
        assertThat(CancelIoEx(connecting, null)).isFalse();
        assertThat(WSAGetLastError()).isEqualTo(Winerror.ERROR_NOT_FOUND);
        assertThat(CancelIo(connecting)).isTrue();
        loopback.accepted();
        Requests.until("connected", () -> {
            connect(connecting, Loopback.loopback(loopback.port()), 16);
            return WSAGetLastError() == Winerror.WSAEISCONN;
        });
    }

    @Test
    @Clause("OVERLAPPED-35")
    void aCancelledSendSaysWhatWasTakenAndTheNextStartsRightBehind() {
        byte[] content = Requests.random(BIG, 7);
        byte[] next = Requests.random(100_000, 8);
        WSAOVERLAPPED first = Requests.withEvent();
        WSAOVERLAPPED second = Requests.withEvent();
        assertThat(Requests.send(socket, first, null, Requests.nativeCopy(content))).isEqualTo(997);
        assertThat(Requests.send(socket, second, null, Requests.nativeCopy(next))).isEqualTo(997);
        byte[] beginning = Requests.read(peer, 200_000);
        assertThat(CancelIoEx(socket, first)).isTrue();
        assertThat(Requests.await(first)).isEqualTo(Winerror.WSA_OPERATION_ABORTED);
        int taken = (int) first.InternalHigh;
        assertThat(taken).isBetween(200_000, BIG - 1);
        byte[] rest = Requests.read(peer, taken - beginning.length);
        CompletableFuture<byte[]> behind =
                CompletableFuture.supplyAsync(() -> Requests.read(peer, next.length));
        assertThat(Requests.await(second)).isZero();
        assertThat(second.InternalHigh).isEqualTo(next.length);
        assertThat(shutdown(socket, SD_SEND)).isZero();
        assertThat(joined(beginning, rest)).isEqualTo(Arrays.copyOf(content, taken));
        assertThat(Requests.get(behind)).isEqualTo(next);
        assertThat(Requests.read(peer, 1)).isEmpty();
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    /// Every third of a hundred queued sends is cancelled: those that had not begun leave no trace.
    @Test
    void sendsCancelledInTheMiddleOfAQueueLeaveNoBytesBehind() {
        int size = 50_000;
        List<WSAOVERLAPPED> sends = new ArrayList<>();
        List<byte[]> contents = new ArrayList<>();
        assertThat(Requests.send(socket, Requests.poisoned(), null, Requests.room(BIG))).isEqualTo(997);
        for (int i = 0; i < 100; i++) {
            contents.add(Requests.random(size, i));
            sends.add(Requests.withEvent());
            assertThat(Requests.send(socket, sends.get(i), null, Requests.nativeCopy(contents.get(i))))
                    .isEqualTo(997);
        }
        for (int i = 1; i < 100; i += 3) {
            assertThat(CancelIoEx(socket, sends.get(i))).isTrue();
            assertThat(Requests.await(sends.get(i))).isEqualTo(Winerror.WSA_OPERATION_ABORTED);
            assertThat(sends.get(i).InternalHigh).isZero();
        }
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        for (int i = 0; i < 100; i++) {
            if (i % 3 != 1) {
                expected.writeBytes(contents.get(i));
            }
        }
        CompletableFuture<byte[]> read = CompletableFuture.supplyAsync(() -> {
            Requests.read(peer, BIG);
            return Requests.read(peer, expected.size() + 1);
        });
        for (int i = 0; i < 100; i++) {
            if (i % 3 != 1) {
                assertThat(Requests.await(sends.get(i))).isZero();
                assertThat(sends.get(i).InternalHigh).isEqualTo(size);
            }
            assertThat(WSACloseEvent(sends.get(i).hEvent)).isTrue();
        }
        assertThat(shutdown(socket, SD_SEND)).isZero();
        assertThat(Requests.get(read)).isEqualTo(expected.toByteArray());
    }

    @Test
    void aCancelledReceiveLeavesTheBytesToTheNext() {
        WSAOVERLAPPED first = Requests.withEvent();
        WSAOVERLAPPED second = Requests.withEvent();
        MemorySegment untouched = Requests.room(5);
        MemorySegment room = Requests.room(5);
        assertThat(Requests.receive(socket, first, null, untouched)).isEqualTo(997);
        assertThat(Requests.receive(socket, second, null, room)).isEqualTo(997);
        assertThat(CancelIoEx(socket, first)).isTrue();
        byte[] content = {1, 2, 3, 4, 5};
        Requests.write(peer, content);
        assertThat(Requests.await(second)).isZero();
        assertThat(Requests.bytesOf(room, second.InternalHigh)).isEqualTo(content);
        assertThat(Requests.bytesOf(untouched, 5)).containsOnly(0xEE);
    }

    @Test
    void aBadHandleIsNoSocket() {
        assertThat(CancelIo(INVALID_SOCKET)).isFalse();
        assertThat(WSAGetLastError()).isEqualTo(Winerror.WSAENOTSOCK);
        assertThat(CancelIoEx(12, null)).isFalse();
        assertThat(WSAGetLastError()).isEqualTo(Winerror.WSAENOTSOCK);
    }
}
