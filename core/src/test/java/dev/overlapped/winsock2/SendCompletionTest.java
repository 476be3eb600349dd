package dev.overlapped.winsock2;

import static dev.overlapped.winsock2.Moves.NOTHING_COMES_MS;
import static dev.overlapped.winsock2.Moves.TOO_MUCH;
import static dev.overlapped.winsock2.Moves.UNTOUCHED;
import static dev.overlapped.winsock2.Moves.buffers;
import static dev.overlapped.winsock2.Moves.memory;
import static dev.overlapped.winsock2.Moves.overlapped;
import static dev.overlapped.winsock2.Moves.text;
import static dev.overlapped.winsock2.Synchapi.INFINITE;
import static dev.overlapped.winsock2.Synchapi.SleepEx;
import static dev.overlapped.winsock2.Winsock2.SOCKET_ERROR;
import static dev.overlapped.winsock2.Winsock2.WSACloseEvent;
import static dev.overlapped.winsock2.Winsock2.WSACreateEvent;
import static dev.overlapped.winsock2.Winsock2.WSAGetLastError;
import static dev.overlapped.winsock2.Winsock2.WSASend;
import static dev.overlapped.winsock2.Winsock2.WSASetEvent;
import static dev.overlapped.winsock2.Winsock2.WSASetLastError;
import static dev.overlapped.winsock2.Winsock2.WSAWaitForMultipleEvents;
import static dev.overlapped.winsock2.Winsock2.WSA_WAIT_EVENT_0;
import static dev.overlapped.winsock2.Winsock2.WSA_WAIT_TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.conformance.Clause;
import dev.overlapped.winsock2.types.DWORD;
import dev.overlapped.winsock2.types.LPWSAOVERLAPPED_COMPLETION_ROUTINE;
import dev.overlapped.winsock2.types.WSABUF;
import dev.overlapped.winsock2.types.WSAOVERLAPPED;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// When a send completes, and how that is told.
class SendCompletionTest {
    private static final long PENDING = 0x103;

    private Loopback loopback;
    private SocketChannel peer;
    private long socket;
    private long event;

    @BeforeEach
    void connect() {
        loopback = new Loopback();
        peer = loopback.peer();
        socket = loopback.accepted();
        event = WSACreateEvent();
    }

    @AfterEach
    void closeAll() {
        WSACloseEvent(event);
        loopback.close();
    }

    /// What a completion routine was called with.
    private record Told(int error, int bytes, WSAOVERLAPPED overlapped, int flags, Thread thread) {
    }

    private static LPWSAOVERLAPPED_COMPLETION_ROUTINE recordTo(List<Told> told) {
        return (error, bytes, overlapped, flags) ->
                told.add(new Told(error, bytes, overlapped, flags, Thread.currentThread()));
    }

    private void assertPending(WSAOVERLAPPED overlapped) {
        assertThat(overlapped.Internal).isEqualTo(PENDING);
        assertThat(overlapped.InternalHigh).isEqualTo(UNTOUCHED);
        assertThat(Winbase.HasOverlappedIoCompleted(overlapped)).isFalse();
    }

    private static void assertEnded(WSAOVERLAPPED overlapped, long bytes) {
        assertThat(overlapped.Internal).isZero();
        assertThat(overlapped.InternalHigh).isEqualTo(bytes);
        assertThat(overlapped.Offset).isEqualTo(UNTOUCHED);
        assertThat(overlapped.OffsetHigh).isEqualTo(UNTOUCHED);
    }

    @Test
    @Clause({"PARAMETERS-7", "PARAMETERS-12", "RETURNS-3", "RETURNS-4", "ERRORS-31", "REMARKS-10",
        "OVERLAPPED-2", "OVERLAPPED-3", "OVERLAPPED-17", "DECISIONS-17"})
    void aSendIsPendingUntilItsLastByteIsTaken() throws IOException {
        Moves.tinySendBuffer(socket);
        // Or else it would grow while its owner reads.
        peer.setOption(StandardSocketOptions.SO_RCVBUF, 64 * 1024);
        WSAOVERLAPPED overlapped = overlapped(event);
        WSABUF[] buffers = buffers(memory(TOO_MUCH / 2), memory(TOO_MUCH / 2));
        DWORD count = new DWORD(UNTOUCHED);
        assertThat(WSASend(socket, buffers, 2, count, 0, overlapped, null)).isEqualTo(SOCKET_ERROR);
        assertThat(WSAGetLastError()).isEqualTo(Winerror.WSA_IO_PENDING);
        assertThat(count.value).isEqualTo(UNTOUCHED);
        assertThat(Moves.await(event, NOTHING_COMES_MS)).isEqualTo(WSA_WAIT_TIMEOUT);
        assertPending(overlapped);

        // All but what the kernel cannot hold at once: still not all its bytes are taken.
        Moves.read(peer, TOO_MUCH / 4);
        assertThat(Moves.await(event, NOTHING_COMES_MS)).isEqualTo(WSA_WAIT_TIMEOUT);
        assertPending(overlapped);

        Moves.read(peer, TOO_MUCH / 2);
        assertPending(overlapped);
        var rest = Moves.elsewhere(() -> Moves.read(peer, TOO_MUCH / 4).byteSize());
        assertThat(Moves.await(event, INFINITE)).isEqualTo(WSA_WAIT_EVENT_0);
        assertEnded(overlapped, TOO_MUCH);
        assertThat(count.value).isEqualTo(UNTOUCHED);
        assertThat(rest).succeedsWithin(Duration.ofSeconds(10)).isEqualTo((long) TOO_MUCH / 4);
    }

    @Test
    @Clause({"REMARKS-10", "OVERLAPPED-2", "OVERLAPPED-15"})
    void aSendBehindAPendingOneIsPendingEvenWithoutBytes() {
        Moves.tinySendBuffer(socket);
        WSAOVERLAPPED first = overlapped(0);
        WSAOVERLAPPED empty = overlapped(event);
        assertThat(Moves.send(socket, memory(TOO_MUCH), first, null)).isEqualTo(SOCKET_ERROR);
        assertThat(Moves.send(socket, memory(0), empty, null)).isEqualTo(SOCKET_ERROR);
        assertThat(WSAGetLastError()).isEqualTo(Winerror.WSA_IO_PENDING);
        assertThat(Moves.await(event, NOTHING_COMES_MS)).isEqualTo(WSA_WAIT_TIMEOUT);
        assertPending(first);
        assertPending(empty);
        var taken = Moves.elsewhere(() -> Moves.read(peer, TOO_MUCH));
        assertThat(Moves.await(event, INFINITE)).isEqualTo(WSA_WAIT_EVENT_0);
        assertEnded(first, TOO_MUCH);
        assertEnded(empty, 0);
        assertThat(taken).succeedsWithin(Duration.ofSeconds(10));
    }

    @Test
    @Clause({"DESCRIPTION-1", "PARAMETERS-7", "PARAMETERS-12", "RETURNS-1", "REMARKS-3", "REMARKS-4",
        "OVERLAPPED-1", "OVERLAPPED-16", "DECISIONS-17"})
    void anImmediateSendReturnsItsCountAndSetsItsEvent() {
        WSAOVERLAPPED overlapped = overlapped(event);
        DWORD count = new DWORD(UNTOUCHED);
        WSASetLastError(UNTOUCHED);
        assertThat(WSASend(socket, buffers(text("ab"), memory(0), text("cde")), 3, count, 0, overlapped,
                null))
                .isZero();
        assertThat(WSAGetLastError()).isZero();
        assertThat(count.value).isEqualTo(5);
        assertEnded(overlapped, 5);
        assertThat(Moves.await(event, 0)).isEqualTo(WSA_WAIT_EVENT_0);
        assertThat(Moves.text(Moves.read(peer, 5), 5)).isEqualTo("abcde");
    }

    @Test
    @Clause("PARAMETERS-8")
    void anImmediateSendNeedsNoPlaceForItsCount() {
        WSAOVERLAPPED overlapped = overlapped(0);
        assertThat(WSASend(socket, buffers(text("ab")), 1, null, 0, overlapped, null)).isZero();
        assertEnded(overlapped, 2);
    }

    @Test
    @Clause({"PARAMETERS-14", "PARAMETERS-15", "RETURNS-2", "REMARKS-10", "OVERLAPPED-4", "OVERLAPPED-21",
        "OVERLAPPED-22", "OVERLAPPED-25", "OVERLAPPED-27", "OVERLAPPED-28", "OVERLAPPED-29"})
    void theRoutineOfAnImmediateSendRunsInTheNextAlertableWaitOfItsThread() throws Exception {
        List<Told> told = new ArrayList<>();
        WSAOVERLAPPED overlapped = overlapped(event);
        DWORD count = new DWORD(UNTOUCHED);
        assertThat(WSASend(socket, buffers(text("abc")), 1, count, 0, overlapped, recordTo(told))).isZero();
        assertThat(count.value).isEqualTo(3);
        assertEnded(overlapped, 3);

        assertThat(told).as("in the call").isEmpty();
        assertThat(SleepEx(0, false)).isZero();
        assertThat(SleepEx(NOTHING_COMES_MS, false)).isZero();
        assertThat(told).as("in a sleep that is not alertable").isEmpty();
        assertThat(Moves.await(event, NOTHING_COMES_MS)).as("the event is not used")
                .isEqualTo(WSA_WAIT_TIMEOUT);
        assertThat(told).as("in a wait that is not alertable").isEmpty();
        assertThat(Moves.elsewhere(() -> SleepEx(NOTHING_COMES_MS, true)).get()).isZero();
        assertThat(told).as("in another thread's wait").isEmpty();

        assertThat(SleepEx(INFINITE, true)).isEqualTo(Synchapi.WAIT_IO_COMPLETION);
        assertThat(told).containsExactly(new Told(0, 3, overlapped, 0, Thread.currentThread()));
        assertThat(told.get(0).overlapped()).isSameAs(overlapped);
        assertThat(SleepEx(0, true)).as("it runs once").isZero();
        assertThat(told).hasSize(1);
    }

    @Test
    @Clause({"PARAMETERS-15", "RETURNS-4", "REMARKS-11", "OVERLAPPED-4", "OVERLAPPED-21", "OVERLAPPED-22",
        "OVERLAPPED-28"})
    void theRoutineOfAPendingSendIsNotRunByTheThreadThatWaitsElsewhere() throws Exception {
        Moves.tinySendBuffer(socket);
        List<Told> told = new ArrayList<>();
        WSAOVERLAPPED overlapped = overlapped(0);
        assertThat(Moves.send(socket, memory(TOO_MUCH), overlapped, recordTo(told))).isEqualTo(SOCKET_ERROR);
        assertPending(overlapped);
        var reading = Moves.elsewhere(() -> Moves.read(peer, TOO_MUCH));
        reading.get();
        assertThat(Moves.elsewhere(() -> SleepEx(NOTHING_COMES_MS, true)).get()).isZero();
        assertThat(told).isEmpty();
        assertThat(SleepEx(INFINITE, true)).isEqualTo(Synchapi.WAIT_IO_COMPLETION);
        assertThat(told).containsExactly(new Told(0, TOO_MUCH, overlapped, 0, Thread.currentThread()));
        assertEnded(overlapped, TOO_MUCH);
    }

    @Test
    @Clause("OVERLAPPED-16")
    void anEventSetBeforeIsUnsetByTheStart() {
        WSASetEvent(event);
        WSAOVERLAPPED overlapped = overlapped(event);
        assertThat(Moves.receive(socket, memory(1), overlapped, null)).isEqualTo(SOCKET_ERROR);
        assertThat(WSAGetLastError()).isEqualTo(Winerror.WSA_IO_PENDING);
        assertThat(Moves.await(event, 0)).isEqualTo(WSA_WAIT_TIMEOUT);
        assertPending(overlapped);
        Moves.write(peer, "x");
        assertThat(Moves.await(event, INFINITE)).isEqualTo(WSA_WAIT_EVENT_0);
        assertEnded(overlapped, 1);
    }

    @Test
    void aSocketThatSignalledBeforeIsUnsetByTheStartOfARequestWithoutEvent() {
        WSAOVERLAPPED overlapped = overlapped(0);
        assertThat(Moves.send(socket, text("x"), overlapped, null)).isZero();
        long[] itself = {socket};
        assertThat(WSAWaitForMultipleEvents(1, itself, false, 0, false)).isEqualTo(WSA_WAIT_EVENT_0);
        assertThat(Moves.receive(socket, memory(1), overlapped, null)).isEqualTo(SOCKET_ERROR);
        assertThat(WSAWaitForMultipleEvents(1, itself, false, 0, false)).isEqualTo(WSA_WAIT_TIMEOUT);
        Moves.write(peer, "x");
        assertThat(WSAWaitForMultipleEvents(1, itself, false, INFINITE, false)).isEqualTo(WSA_WAIT_EVENT_0);
        assertEnded(overlapped, 1);
    }

    @Test
    @Clause({"OVERLAPPED-16", "DECISIONS-16"})
    void aHandleThatNamesNoEventIsRefusedAndNothingIsSent() {
        long closed = WSACreateEvent();
        WSACloseEvent(closed);
        for (long handle : new long[] {closed, socket, 0x7ffffffcL, -4}) {
            DWORD count = new DWORD(UNTOUCHED);
            WSAOVERLAPPED overlapped = overlapped(handle);
            assertThat(WSASend(socket, buffers(text("bad")), 1, count, 0, overlapped, null))
                    .isEqualTo(SOCKET_ERROR);
            assertThat(WSAGetLastError()).isEqualTo(Winerror.WSA_INVALID_HANDLE);
            assertThat(count.value).isEqualTo(UNTOUCHED);
            assertThat(overlapped.InternalHigh).isEqualTo(UNTOUCHED);
        }
        assertThat(Moves.send(socket, text("good"), overlapped(0), null)).isZero();
        assertThat(Moves.text(Moves.read(peer, 4), 4)).isEqualTo("good");
    }

    @Test
    @Clause("DECISIONS-16")
    void theLowBitOfAnEventIsIgnored() {
        WSASetEvent(event);
        WSAOVERLAPPED overlapped = overlapped(event | 1);
        Moves.receive(socket, memory(1), overlapped, null);
        assertThat(Moves.await(event, 0)).as("unset by the start").isEqualTo(WSA_WAIT_TIMEOUT);
        Moves.write(peer, "x");
        assertThat(Moves.await(event, INFINITE)).isEqualTo(WSA_WAIT_EVENT_0);
        assertThat(overlapped.hEvent).isEqualTo(event | 1);
    }

    @Test
    @Clause({"OVERLAPPED-18", "OVERLAPPED-20"})
    void withARoutineTheEventIsLeftAloneWhateverItNames() {
        WSASetEvent(event);
        List<Told> told = new ArrayList<>();
        WSAOVERLAPPED overlapped = overlapped(event);
        WSAOVERLAPPED nonsense = overlapped(12345);
        assertThat(Moves.send(socket, text("x"), overlapped, recordTo(told))).isZero();
        assertThat(Moves.send(socket, text("y"), nonsense, recordTo(told))).isZero();
        assertThat(Moves.await(event, 0)).as("not unset").isEqualTo(WSA_WAIT_EVENT_0);
        assertThat(SleepEx(INFINITE, true)).isEqualTo(Synchapi.WAIT_IO_COMPLETION);
        assertThat(told).extracting(Told::overlapped).containsExactly(overlapped, nonsense);
        assertThat(nonsense.hEvent).isEqualTo(12345);
    }

    @Test
    @Clause({"OVERLAPPED-15", "DECISIONS-13"})
    void oneStructureForTwoRequestsTellsOfBothOnce() {
        List<Told> told = new ArrayList<>();
        WSAOVERLAPPED shared = overlapped(0);
        MemorySegment one = memory(1);
        MemorySegment two = memory(2);
        assertThat(Moves.receive(socket, one, shared, recordTo(told))).isEqualTo(SOCKET_ERROR);
        assertThat(Moves.receive(socket, two, shared, recordTo(told))).isEqualTo(SOCKET_ERROR);
        assertThat(WSAGetLastError()).isEqualTo(Winerror.WSA_IO_PENDING);
        Moves.write(peer, "abc");
        while (told.size() < 2) {
            assertThat(SleepEx(INFINITE, true)).isEqualTo(Synchapi.WAIT_IO_COMPLETION);
        }
        assertThat(told).extracting(Told::bytes).containsExactly(1, 2);
        assertThat(told).extracting(Told::overlapped).containsOnly(shared);
        assertThat(SleepEx(NOTHING_COMES_MS, true)).isZero();
        assertEnded(shared, 2);
        assertThat(Moves.text(one, 1) + Moves.text(two, 2)).isEqualTo("abc");
    }
}
