package dev.overlapped.winsock2;

import static dev.overlapped.winsock2.Moves.buffers;
import static dev.overlapped.winsock2.Moves.memory;
import static dev.overlapped.winsock2.Synchapi.INFINITE;
import static dev.overlapped.winsock2.Synchapi.SleepEx;
import static dev.overlapped.winsock2.Winsock2.WSACloseEvent;
import static dev.overlapped.winsock2.Winsock2.WSACreateEvent;
import static dev.overlapped.winsock2.Winsock2.WSAGetOverlappedResult;
import static dev.overlapped.winsock2.Winsock2.WSARecv;
import static dev.overlapped.winsock2.Winsock2.WSASend;
import static dev.overlapped.winsock2.Winsock2.WSAWaitForMultipleEvents;
import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.winsock2.types.DWORD;
import dev.overlapped.winsock2.types.LPWSAOVERLAPPED_COMPLETION_ROUTINE;
import dev.overlapped.winsock2.types.WSABUF;
import dev.overlapped.winsock2.types.WSAOVERLAPPED;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The steady state of requests allocates nothing.
class AllocationTest {
    private static final int CALLS_PER_ROUND = 4_000;

    private Loopback loopback;
    private long from;
    private long to;
    private long[] events;

    /// What one thread sends and receives with, over and over.
    private final DWORD count = new DWORD();
    private final DWORD flags = new DWORD();
    private final WSAOVERLAPPED sending = new WSAOVERLAPPED();
    private final WSAOVERLAPPED receiving = new WSAOVERLAPPED();
    private long told;
    private int wrong;
    private final LPWSAOVERLAPPED_COMPLETION_ROUTINE routine = (error, bytes, overlapped, none) -> told++;

    @BeforeEach
    void connect() {
        loopback = new Loopback();
        long[] pair = loopback.pair();
        from = pair[0];
        to = pair[1];
        events = new long[] {WSACreateEvent()};
    }

    @AfterEach
    void closeAll() {
        WSACloseEvent(events[0]);
        loopback.close();
    }

    private void assertAllocatesNothing(int calls, Runnable call) {
        Allocations.assertNone(calls, call);
        assertThat(wrong).isZero();
    }

    private void check(boolean well) {
        if (!well) {
            wrong++;
        }
    }

    private void receiveAll(MemorySegment room) {
        check(Winsock2.recv(to, room, (int) room.byteSize(), 0) == room.byteSize());
    }

    @Test
    void immediateSendsWithAnEvent() {
        WSABUF[] bytes = buffers(memory(64));
        MemorySegment room = memory(64);
        sending.hEvent = events[0];
        assertAllocatesNothing(CALLS_PER_ROUND, () -> {
            check(WSASend(from, bytes, 1, count, 0, sending, null) == 0);
            check(WSAWaitForMultipleEvents(1, events, false, INFINITE, false) == 0);
            check(WSAGetOverlappedResult(from, sending, count, false, flags) && count.value == 64);
            receiveAll(room);
        });
    }

    @Test
    void immediateSendsWithARoutine() {
        WSABUF[] bytes = buffers(memory(64));
        MemorySegment room = memory(64);
        assertAllocatesNothing(CALLS_PER_ROUND, () -> {
            long before = told;
            check(WSASend(from, bytes, 1, count, 0, sending, routine) == 0);
            check(SleepEx(INFINITE, true) == Synchapi.WAIT_IO_COMPLETION && told == before + 1);
            receiveAll(room);
        });
    }

    @Test
    void gatheredSendsAndScatteredReceives() {
        WSABUF[] parts = new WSABUF[16];
        Arrays.setAll(parts, i -> new WSABUF(memory(4), 4));
        assertAllocatesNothing(CALLS_PER_ROUND, () -> {
            check(WSASend(from, parts, 16, count, 0, sending, null) == 0);
            flags.value = 0;
            check(WSARecv(to, parts, 16, count, flags, receiving, null) == 0 && count.value == 64);
        });
    }

    @Test
    void blockingCalls() {
        MemorySegment heap = MemorySegment.ofArray(new byte[64]);
        assertAllocatesNothing(CALLS_PER_ROUND, () -> {
            check(Winsock2.send(from, heap, 64, 0) == 64);
            receiveAll(heap);
        });
    }

    @Test
    void pendingReceivesWithAnEvent() {
        WSABUF[] room = buffers(memory(64));
        MemorySegment bytes = memory(64);
        receiving.hEvent = events[0];
        assertAllocatesNothing(CALLS_PER_ROUND, () -> {
            flags.value = 0;
            check(WSARecv(to, room, 1, null, flags, receiving, null) == Winsock2.SOCKET_ERROR);
            check(Winsock2.send(from, bytes, 64, 0) == 64);
            check(WSAWaitForMultipleEvents(1, events, false, INFINITE, false) == 0);
            check(WSAGetOverlappedResult(to, receiving, count, false, flags) && count.value == 64);
        });
    }

    @Test
    void pendingReceivesWithARoutine() {
        WSABUF[] room = buffers(memory(64));
        MemorySegment bytes = memory(64);
        assertAllocatesNothing(CALLS_PER_ROUND, () -> {
            long before = told;
            flags.value = 0;
            check(WSARecv(to, room, 1, null, flags, receiving, routine) == Winsock2.SOCKET_ERROR);
            check(Winsock2.send(from, bytes, 64, 0) == 64);
            while (told == before) {
                SleepEx(INFINITE, true);
            }
        });
    }

    /// A large send and a large receive, which wait for each other again and again. What they need of the
    /// kernel besides is called so seldom that it takes thousands of them to have that compiled.
    private void assertPendingSendsAllocateNothing(LPWSAOVERLAPPED_COMPLETION_ROUTINE routineOrNull) {
        int length = 256 * 1024;
        Moves.sendBuffer(from, 64 * 1024);
        Moves.receiveBuffer(to, 64 * 1024);
        WSABUF[] bytes = buffers(memory(length));
        WSABUF[] room = buffers(memory(length));
        sending.hEvent = events[0];
        assertAllocatesNothing(100, () -> {
            long before = told;
            check(WSASend(from, bytes, 1, null, 0, sending, routineOrNull) == Winsock2.SOCKET_ERROR);
            flags.value = Winsock2.MSG_WAITALL;
            check(WSARecv(to, room, 1, null, flags, receiving, routine) == Winsock2.SOCKET_ERROR);
            long ended = routineOrNull == null ? 1 : 2;
            while (told < before + ended) {
                SleepEx(INFINITE, true);
            }
            check(WSAWaitForMultipleEvents(1, events, false, routineOrNull == null ? INFINITE : 0, false)
                    == (routineOrNull == null ? 0 : Winsock2.WSA_WAIT_TIMEOUT));
            check(sending.InternalHigh == length && receiving.InternalHigh == length);
        });
    }

    @Test
    @Timeout(60)
    void pendingSendsWithAnEvent() {
        assertPendingSendsAllocateNothing(null);
    }

    @Test
    @Timeout(60)
    void pendingSendsWithARoutine() {
        assertPendingSendsAllocateNothing(routine);
    }

    /// An echo server: what comes is sent back out of a routine, and its routine receives again.
    @Test
    void sendsAndReceivesBegunInRoutines() {
        WSABUF[] room = buffers(memory(64));
        MemorySegment bytes = memory(64);
        DWORD receiveFlags = new DWORD();
        LPWSAOVERLAPPED_COMPLETION_ROUTINE[] received = new LPWSAOVERLAPPED_COMPLETION_ROUTINE[1];
        LPWSAOVERLAPPED_COMPLETION_ROUTINE sent = (error, n, overlapped, none) -> {
            receiveFlags.value = 0;
            WSARecv(to, room, 1, null, receiveFlags, receiving, received[0]);
            told++;
        };
        received[0] = (error, n, overlapped, none) -> WSASend(to, room, 1, null, 0, sending, sent);
        sent.invoke(0, 0, null, 0);
        assertAllocatesNothing(CALLS_PER_ROUND, () -> {
            long before = told;
            check(Winsock2.send(from, bytes, 64, 0) == 64);
            while (told == before) {
                SleepEx(INFINITE, true);
            }
            check(Winsock2.recv(from, bytes, 64, 0) == 64);
        });
    }
}
