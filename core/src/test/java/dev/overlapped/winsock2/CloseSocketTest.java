package dev.overlapped.winsock2;

import static dev.overlapped.winsock2.Requests.LONG_MS;
import static dev.overlapped.winsock2.Requests.POISON;
import static dev.overlapped.winsock2.Winsock2.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.conformance.Clause;
import dev.overlapped.winsock2.Requests.Ended;
import dev.overlapped.winsock2.Requests.Run;
import dev.overlapped.winsock2.Requests.Runs;
import dev.overlapped.winsock2.types.DWORD;
import dev.overlapped.winsock2.types.SOCKADDR_IN;
import dev.overlapped.winsock2.types.WSAOVERLAPPED;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// closesocket: what is pending ends once, with the code of its kind, and the handle names nothing from
/// then on.
class CloseSocketTest {
    private static final int BIG = 8 << 20;

    private Loopback loopback;

    @BeforeEach
    void start() {
        loopback = new Loopback();
    }

    @AfterEach
    void end() {
        loopback.close();
    }

    private long connected() {
        loopback.peer();
        long socket = loopback.accepted();
        Requests.smallSendBuffer(socket);
        return socket;
    }

    @Test
    @Clause({"ERRORS-32", "DECISIONS-2"})
    void pendingRequestsWithEventsEndWithTheCodeOfTheirKind() {
        long socket = connected();
        WSAOVERLAPPED[] sends = {Requests.withEvent(), Requests.withEvent()};
        WSAOVERLAPPED[] receives = {Requests.withEvent(), Requests.withEvent()};
        for (int i = 0; i < 2; i++) {
            assertThat(Requests.send(socket, sends[i], null, Requests.room(BIG))).isEqualTo(997);
            assertThat(Requests.receive(socket, receives[i], null, Requests.room(10))).isEqualTo(997);
        }
        assertThat(closesocket(socket)).isZero();
        for (int i = 0; i < 2; i++) {
            assertThat(Requests.await(sends[i])).isEqualTo(Winerror.WSA_OPERATION_ABORTED);
            assertThat(Requests.await(receives[i])).isEqualTo(Winerror.WSAECONNABORTED);
            assertThat(receives[i].InternalHigh).isZero();
        }
        assertThat(sends[0].InternalHigh).isBetween(1L, (long) BIG - 1);
        assertThat(sends[1].InternalHigh).isZero();
    }

    @Test
    @Clause({"PARAMETERS-15", "RETURNS-4", "ERRORS-32", "REMARKS-11", "OVERLAPPED-27", "DECISIONS-2"})
    void pendingRequestsWithRoutinesRunThemOnceInTheNextAlertableWait() {
        long socket = connected();
        Runs runs = new Runs();
        WSAOVERLAPPED send = Requests.poisoned();
        WSAOVERLAPPED receive = Requests.poisoned();
        assertThat(Requests.send(socket, send, runs, Requests.room(BIG))).isEqualTo(997);
        assertThat(Requests.receive(socket, receive, runs, Requests.room(10))).isEqualTo(997);
        assertThat(closesocket(socket)).isZero();
        assertThat(runs.all).isEmpty();
        runs.await(2);
        assertThat(runs.all).containsExactlyInAnyOrder(
                new Run(Winerror.WSA_OPERATION_ABORTED, (int) send.InternalHigh, send, 0),
                new Run(Winerror.WSAECONNABORTED, 0, receive, 0));
        Requests.assertNoMoreRoutines();
        assertThat(runs.all).hasSize(2);
    }

    @Test
    @Clause({"DECISIONS-2", "DECISIONS-17"})
    void aPendingRequestWithNeitherEventNorRoutineShowsItsEndInItsStructure() {
        long socket = connected();
        WSAOVERLAPPED receive = Requests.poisoned();
        assertThat(Requests.receive(socket, receive, null, Requests.room(10))).isEqualTo(997);
        assertThat(receive.Internal).isEqualTo(0x103);
        assertThat(receive.InternalHigh).isEqualTo(POISON);
        assertThat(closesocket(socket)).isZero();
        assertThat(receive.Internal).isEqualTo(0xC0000241L);
        assertThat(receive.InternalHigh).isZero();
    }

    @Test
    void aBlockingReceiveElsewhereEndsConnectionAborted() {
        long socket = connected();
        MemorySegment room = Requests.room(10);
        CompletableFuture<Ended> call = Requests.blocking(() -> recv(socket, room, 10, 0));
        assertThat(closesocket(socket)).isZero();
        assertThat(Requests.get(call)).isEqualTo(new Ended(SOCKET_ERROR, Winerror.WSAECONNABORTED));
    }

    @Test
    void aBlockingSendElsewhereEndsOperationAborted() {
        long socket = connected();
        MemorySegment much = Requests.room(BIG);
        CompletableFuture<Ended> call = Requests.blocking(() -> send(socket, much, BIG, 0));
        assertThat(closesocket(socket)).isZero();
        assertThat(Requests.get(call)).isEqualTo(new Ended(SOCKET_ERROR, Winerror.WSA_OPERATION_ABORTED));
    }

    @Test
    void aBlockingAcceptElsewhereEndsOperationAborted() {
        CompletableFuture<Ended> call =
                Requests.blocking(() -> (int) accept(loopback.listener(), null, null));
        assertThat(closesocket(loopback.listener())).isZero();
        assertThat(Requests.get(call))
                .isEqualTo(new Ended((int) INVALID_SOCKET, Winerror.WSA_OPERATION_ABORTED));
    }

    @Test
    @Clause("ERRORS-21")
    void theHandleNamesNothingAfterwardsAlsoWhenItsPlaceIsUsedAgain() {
        long closed = loopback.stream();
        assertThat(closesocket(closed)).isZero();
        assertNoSocket(closed);
        // More than are kept back before a place is used again.
        List<Long> later = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            later.add(loopback.stream());
            closesocket(later.getLast());
        }
        assertThat(later).doesNotContain(closed).doesNotHaveDuplicates();
        assertNoSocket(closed);
    }

    private static void assertNoSocket(long closed) {
        SOCKADDR_IN name = new SOCKADDR_IN();
        MemorySegment memory = Requests.room(4);
        List<Integer> results = List.of(
                fails(send(closed, memory, 1, 0)), fails(recv(closed, memory, 1, 0)),
                fails(Requests.send(closed, Requests.poisoned(), null, memory) == 0 ? 0 : SOCKET_ERROR),
                fails(Requests.receive(closed, Requests.poisoned(), null, memory) == 0 ? 0 : SOCKET_ERROR),
                fails(bind(closed, Loopback.loopback(0), SOCKADDR_IN.SIZEOF)), fails(listen(closed, 1)),
                fails((int) accept(closed, null, null)), fails(shutdown(closed, SD_BOTH)),
                fails(connect(closed, Loopback.loopback(1), SOCKADDR_IN.SIZEOF)),
                fails(getsockname(closed, name, new DWORD(16))),
                fails(getpeername(closed, name, new DWORD(16))),
                fails(ioctlsocket(closed, FIONBIO, new DWORD(1))),
                fails(getsockopt(closed, SOL_SOCKET, SO_TYPE, memory, new DWORD(4))),
                fails(setsockopt(closed, SOL_SOCKET, SO_KEEPALIVE, memory, 4)),
                fails(Ioapiset.CancelIo(closed) ? 0 : SOCKET_ERROR),
                fails(Ioapiset.CancelIoEx(closed, null) ? 0 : SOCKET_ERROR),
                fails(WSAGetOverlappedResult(closed, Requests.poisoned(), new DWORD(), false, null)
                        ? 0 : SOCKET_ERROR),
                fails(closesocket(closed)));
        assertThat(results).containsOnly(Winerror.WSAENOTSOCK);
        assertThat(name.sin_family).isZero();
    }

    private static int fails(int result) {
        assertThat(result).isEqualTo(SOCKET_ERROR);
        int code = WSAGetLastError();
        WSASetLastError(POISON);
        return code;
    }

    @Test
    void anEventIsNoSocket() {
        long event = WSACreateEvent();
        assertThat(closesocket(event)).isEqualTo(SOCKET_ERROR);
        assertThat(WSAGetLastError()).isEqualTo(Winerror.WSAENOTSOCK);
        assertThat(WSASetEvent(event)).isTrue();
        assertThat(WSACloseEvent(event)).isTrue();
    }

    @Test
    void ofTwoThreadsThatCloseASocketOneSucceeds() throws Exception {
        for (int round = 0; round < 50; round++) {
            long socket = connected();
            WSAOVERLAPPED receive = Requests.withEvent();
            assertThat(Requests.receive(socket, receive, null, Requests.room(10))).isEqualTo(997);
            CyclicBarrier start = new CyclicBarrier(2);
            CompletableFuture<Ended> other = Requests.elsewhere(() -> {
                pass(start);
                return closesocket(socket);
            });
            pass(start);
            Ended mine = new Ended(closesocket(socket), WSAGetLastError());
            assertThat(List.of(mine, Requests.get(other))).containsExactlyInAnyOrder(
                    new Ended(0, 0), new Ended(SOCKET_ERROR, Winerror.WSAENOTSOCK));
            assertThat(Requests.await(receive)).isEqualTo(Winerror.WSAECONNABORTED);
            assertThat(WSACloseEvent(receive.hEvent)).isTrue();
        }
    }

    private static void pass(CyclicBarrier barrier) {
        try {
            barrier.await();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aRoutineMayCloseItsOwnSocket() {
        SocketChannel peer = loopback.peer();
        long socket = loopback.accepted();
        Runs later = new Runs();
        List<Integer> closed = new ArrayList<>();
        WSAOVERLAPPED first = Requests.poisoned();
        assertThat(Requests.receive(socket, first, (error, bytes, overlapped, flags) -> {
            closed.add(closesocket(socket));
            assertThat(later.all).isEmpty();
        }, Requests.room(1))).isEqualTo(997);
        WSAOVERLAPPED second = Requests.poisoned();
        assertThat(Requests.receive(socket, second, later, Requests.room(10))).isEqualTo(997);
        Requests.write(peer, new byte[] {1});
        later.await(1);
        assertThat(closed).containsExactly(0);
        assertThat(later.all).containsExactly(new Run(Winerror.WSAECONNABORTED, 0, second, 0));
        assertThat(first.InternalHigh).isOne();
        assertThat(Requests.read(peer, 1)).isEmpty();
    }

    @Test
    void bytesThatWereTakenStillArrive() {
        SocketChannel peer = loopback.peer();
        long socket = loopback.accepted();
        byte[] content = Requests.random(50_000, 1);
        assertThat(send(socket, Requests.nativeCopy(content), content.length, 0)).isEqualTo(content.length);
        assertThat(closesocket(socket)).isZero();
        assertThat(Requests.read(peer, content.length + 1)).isEqualTo(content);
    }

    @Test
    void tenThousandSocketsLeaveNoDescriptor() throws IOException {
        openAndClose(100);
        // A thread that waits again and again keeps what it waits with.
        for (int i = 0; i < 20; i++) {
            Synchapi.SleepEx(0, false);
        }
        long before = descriptors();
        for (int round = 0; round < 5; round++) {
            openAndClose(1000);
        }
        // The engine may be watching this thread; it stops when this thread has waited once more.
        Requests.until("descriptors are back to " + before, () -> descriptors() <= before);
    }

    /// Opens `pairs` pairs, with a receive pending on every third socket, and closes them.
    private void openAndClose(int pairs) {
        long[] sockets = new long[2 * pairs];
        List<WSAOVERLAPPED> receives = new ArrayList<>();
        for (int i = 0; i < sockets.length; i += 2) {
            sockets[i] = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
            assertThat(connect(sockets[i], Loopback.loopback(loopback.port()), SOCKADDR_IN.SIZEOF)).isZero();
            sockets[i + 1] = accept(loopback.listener(), null, null);
        }
        MemorySegment room = Requests.room(1);
        for (int i = 0; i < sockets.length; i += 3) {
            receives.add(Requests.poisoned());
            assertThat(Requests.receive(sockets[i], receives.getLast(), null, room)).isEqualTo(997);
        }
        for (long socket : sockets) {
            assertThat(closesocket(socket)).isZero();
        }
        // The other end may have been closed first: an end of the stream is as good.
        assertThat(receives).allMatch(each -> status(each) == 0 || status(each) == Winerror.WSAECONNABORTED);
    }

    private static int status(WSAOVERLAPPED overlapped) {
        return Requests.status(overlapped);
    }

    /// Sockets, pollers and the like; files are the JVM's business.
    private static long descriptors() {
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            return all.filter(each -> {
                try {
                    String target = Files.readSymbolicLink(each).toString();
                    return target.startsWith("socket:") || target.startsWith("anon_inode:");
                } catch (IOException e) {
                    return false;
                }
            }).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aWaitForTheSocketItselfEndsWithItsRequest() {
        long socket = connected();
        WSAOVERLAPPED receive = Requests.poisoned();
        assertThat(Requests.receive(socket, receive, null, Requests.room(10))).isEqualTo(997);
        CompletableFuture<Ended> wait = Requests.elsewhere(() ->
                WSAWaitForMultipleEvents(1, new long[] {socket}, false, LONG_MS, false));
        assertThat(closesocket(socket)).isZero();
        // The waiter may have come too late to find the handle.
        assertThat(Requests.get(wait)).isIn(new Ended(0, 0),
                new Ended(WSA_WAIT_FAILED, Winerror.WSA_INVALID_HANDLE));
    }
}
