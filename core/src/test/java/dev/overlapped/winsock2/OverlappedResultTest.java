package dev.overlapped.winsock2;

import static dev.overlapped.winsock2.Ioapiset.CancelIoEx;
import static dev.overlapped.winsock2.Moves.NOTHING_COMES_MS;
import static dev.overlapped.winsock2.Moves.UNTOUCHED;
import static dev.overlapped.winsock2.Moves.memory;
import static dev.overlapped.winsock2.Moves.overlapped;
import static dev.overlapped.winsock2.Processthreadsapi.GetCurrentThread;
import static dev.overlapped.winsock2.Processthreadsapi.QueueUserAPC;
import static dev.overlapped.winsock2.Synchapi.CreateEventA;
import static dev.overlapped.winsock2.Synchapi.INFINITE;
import static dev.overlapped.winsock2.Synchapi.SleepEx;
import static dev.overlapped.winsock2.Synchapi.WAIT_IO_COMPLETION;
import static dev.overlapped.winsock2.Winsock2.INVALID_SOCKET;
import static dev.overlapped.winsock2.Winsock2.SOCKET_ERROR;
import static dev.overlapped.winsock2.Winsock2.WSACloseEvent;
import static dev.overlapped.winsock2.Winsock2.WSACreateEvent;
import static dev.overlapped.winsock2.Winsock2.WSAGetLastError;
import static dev.overlapped.winsock2.Winsock2.WSAGetOverlappedResult;
import static dev.overlapped.winsock2.Winsock2.WSASetLastError;
import static dev.overlapped.winsock2.Winsock2.WSA_WAIT_EVENT_0;
import static dev.overlapped.winsock2.Winsock2.WSA_WAIT_TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.conformance.Clause;
import dev.overlapped.winsock2.types.DWORD;
import dev.overlapped.winsock2.types.WSAOVERLAPPED;
import java.lang.foreign.MemorySegment;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// WSAGetOverlappedResult in every state of a request.
// The peer that writes elsewhere is heard of by what arrives.
@SuppressWarnings("FutureReturnValueIgnored")
class OverlappedResultTest {
    private static final boolean WAIT = true;
    private static final boolean LOOK = false;

    private Loopback loopback;
    private SocketChannel peer;
    private long socket;
    private final DWORD count = new DWORD();
    private final DWORD flags = new DWORD();

    @BeforeEach
    void connect() {
        loopback = new Loopback();
        peer = loopback.peer();
        socket = loopback.accepted();
    }

    @AfterEach
    void closeAll() {
        loopback.close();
    }

    private boolean result(long s, WSAOVERLAPPED overlapped, boolean wait) {
        count.value = UNTOUCHED;
        flags.value = UNTOUCHED;
        WSASetLastError(UNTOUCHED);
        return WSAGetOverlappedResult(s, overlapped, count, wait, flags);
    }

    private void assertFails(int code, long s, WSAOVERLAPPED overlapped, boolean wait) {
        assertThat(result(s, overlapped, wait)).isFalse();
        assertThat(WSAGetLastError()).isEqualTo(code);
        assertThat(count.value).isEqualTo(UNTOUCHED);
        assertThat(flags.value).isEqualTo(UNTOUCHED);
    }

    private void assertSucceeds(int bytes, WSAOVERLAPPED overlapped, boolean wait) {
        assertThat(result(socket, overlapped, wait)).as("error %d", WSAGetLastError()).isTrue();
        assertThat(WSAGetLastError()).isZero();
        assertThat(count.value).isEqualTo(bytes);
        assertThat(flags.value).isZero();
    }

    private WSAOVERLAPPED pending(long event, MemorySegment room) {
        WSAOVERLAPPED overlapped = overlapped(event);
        assertThat(Moves.receive(socket, room, overlapped, null)).isEqualTo(SOCKET_ERROR);
        assertThat(WSAGetLastError()).isEqualTo(Winerror.WSA_IO_PENDING);
        return overlapped;
    }

    @Test
    @Clause({"OVERLAPPED-5", "OVERLAPPED-17"})
    void aPendingRequestIsIncompleteAndNothingIsWritten() {
        WSAOVERLAPPED overlapped = pending(0, memory(4));
        assertFails(Winerror.WSA_IO_INCOMPLETE, socket, overlapped, LOOK);
        assertThat(overlapped.InternalHigh).isEqualTo(UNTOUCHED);
        Moves.arrive(peer, socket, "abc");
        // No wait is needed: whoever asks looks at the network.
        assertSucceeds(3, overlapped, LOOK);
        assertSucceeds(3, overlapped, LOOK);
        assertSucceeds(3, overlapped, WAIT);
    }

    @Test
    @Clause("OVERLAPPED-5")
    void anImmediateCompletionHasItsResultAtOnce() {
        WSAOVERLAPPED overlapped = overlapped(0);
        assertThat(Moves.send(socket, Moves.text("abcd"), overlapped, null)).isZero();
        assertSucceeds(4, overlapped, LOOK);
        assertSucceeds(4, overlapped, WAIT);
    }

    @Test
    void theFlagsNeedNoPlace() {
        WSAOVERLAPPED overlapped = overlapped(0);
        assertThat(Moves.send(socket, Moves.text("abcd"), overlapped, null)).isZero();
        assertThat(WSAGetOverlappedResult(socket, overlapped, count, LOOK, null)).isTrue();
        assertThat(count.value).isEqualTo(4);
        WSAOVERLAPPED waiting = pending(0, memory(4));
        count.value = UNTOUCHED;
        assertThat(WSAGetOverlappedResult(socket, waiting, count, LOOK, null)).isFalse();
        assertThat(WSAGetLastError()).isEqualTo(Winerror.WSA_IO_INCOMPLETE);
        assertThat(count.value).isEqualTo(UNTOUCHED);
    }

    @Test
    void theSocketIsLookedAtFirst() {
        long closed = loopback.stream();
        Winsock2.closesocket(closed);
        long event = WSACreateEvent();
        for (long bogus : new long[] {closed, INVALID_SOCKET, 0, event}) {
            assertFails(Winerror.WSAENOTSOCK, bogus, overlapped(0), LOOK);
            assertFails(Winerror.WSAENOTSOCK, bogus, overlapped(0), WAIT);
            assertFails(Winerror.WSAENOTSOCK, bogus, null, WAIT);
        }
        assertFails(Winerror.WSAEFAULT, socket, null, LOOK);
        WSAOVERLAPPED overlapped = overlapped(0);
        assertThat(WSAGetOverlappedResult(socket, overlapped, null, LOOK, flags)).isFalse();
        assertThat(WSAGetLastError()).isEqualTo(Winerror.WSAEFAULT);
        WSACloseEvent(event);
    }

    @Test
    @Clause("REMARKS-11")
    void aFailedRequestTellsItsCode() {
        WSAOVERLAPPED overlapped = pending(0, memory(4));
        assertThat(CancelIoEx(socket, overlapped)).isTrue();
        assertFails(Winerror.WSA_OPERATION_ABORTED, socket, overlapped, LOOK);
        assertFails(Winerror.WSA_OPERATION_ABORTED, socket, overlapped, WAIT);
    }

    @Test
    @Clause("OVERLAPPED-17")
    void waitingByEventLeavesAManualOneSignalled() {
        long event = WSACreateEvent();
        WSAOVERLAPPED overlapped = pending(event, memory(4));
        Moves.elsewhere(() -> writeAbc());
        assertSucceeds(3, overlapped, WAIT);
        assertThat(Moves.await(event, 0)).isEqualTo(WSA_WAIT_EVENT_0);
        WSACloseEvent(event);
    }

    private Object writeAbc() {
        Moves.write(peer, "abc");
        return null;
    }

    @Test
    @Clause("OVERLAPPED-17")
    void waitingByEventTakesTheSignalOfAnAutoResetOne() {
        long event = CreateEventA(null, false, false, null);
        WSAOVERLAPPED overlapped = pending(event, memory(4));
        Moves.elsewhere(() -> writeAbc());
        assertSucceeds(3, overlapped, WAIT);
        assertThat(Moves.await(event, 0)).isEqualTo(WSA_WAIT_TIMEOUT);
        WSACloseEvent(event);
    }

    @Test
    void withoutAnEventTheSocketIsWaitedFor() {
        WSAOVERLAPPED first = pending(0, memory(1));
        WSAOVERLAPPED second = pending(0, memory(4));
        Moves.elsewhere(() -> writeAbc());
        // The first one's end signals the socket too, and is not the one that is waited for.
        assertSucceeds(2, second, WAIT);
        assertSucceeds(1, first, WAIT);
    }

    @Test
    @Clause("OVERLAPPED-17")
    void anotherThreadMayWaitForIt() throws Exception {
        WSAOVERLAPPED overlapped = pending(0, memory(4));
        FutureTask<Integer> there = Moves.elsewhere(() -> {
            DWORD bytes = new DWORD();
            return WSAGetOverlappedResult(socket, overlapped, bytes, WAIT, null) ? bytes.value
                    : -WSAGetLastError();
        });
        Moves.write(peer, "abc");
        assertThat(there.get()).isEqualTo(3);
    }

    @Test
    @Clause({"OVERLAPPED-19", "DECISIONS-14"})
    void waitingForARequestWithARoutineIsRefusedWhileItIsPending() {
        List<Integer> told = new ArrayList<>();
        WSAOVERLAPPED overlapped = overlapped(0);
        assertThat(Moves.receive(socket, memory(4), overlapped, (error, bytes, same, none) ->
                told.add(bytes)))
                .isEqualTo(SOCKET_ERROR);
        assertFails(Winerror.WSAEINVAL, socket, overlapped, WAIT);
        assertFails(Winerror.WSA_IO_INCOMPLETE, socket, overlapped, LOOK);
        Moves.arrive(peer, socket, "abc");
        assertSucceeds(3, overlapped, WAIT);
        assertThat(told).as("looking runs no routines").isEmpty();
        assertThat(SleepEx(INFINITE, true)).isEqualTo(WAIT_IO_COMPLETION);
        assertThat(told).containsExactly(3);
        assertSucceeds(3, overlapped, WAIT);
    }

    @Test
    void waitingIsNotAlertable() {
        List<Long> ran = new ArrayList<>();
        QueueUserAPC(ran::add, GetCurrentThread(), 7);
        WSAOVERLAPPED overlapped = pending(0, memory(4));
        FutureTask<Object> writer = Moves.elsewhere(() -> {
            SleepEx(NOTHING_COMES_MS, true);
            return writeAbc();
        });
        assertSucceeds(3, overlapped, WAIT);
        assertThat(writer).succeedsWithin(Duration.ofSeconds(10));
        assertThat(ran).isEmpty();
        assertThat(SleepEx(INFINITE, true)).isEqualTo(WAIT_IO_COMPLETION);
        assertThat(ran).containsExactly(7L);
    }
}
