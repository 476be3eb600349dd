package dev.overlapped.winsock2;

import static dev.overlapped.winsock2.Moves.memory;
import static dev.overlapped.winsock2.Moves.overlapped;
import static dev.overlapped.winsock2.Processthreadsapi.GetCurrentThread;
import static dev.overlapped.winsock2.Processthreadsapi.GetCurrentThreadId;
import static dev.overlapped.winsock2.Processthreadsapi.OpenThread;
import static dev.overlapped.winsock2.Processthreadsapi.QueueUserAPC;
import static dev.overlapped.winsock2.Synchapi.SleepEx;
import static dev.overlapped.winsock2.Synchapi.WAIT_IO_COMPLETION;
import static dev.overlapped.winsock2.Winsock2.SOCKET_ERROR;
import static dev.overlapped.winsock2.Winsock2.WSAGetLastError;
import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.winsock2.types.DWORD;
import dev.overlapped.winsock2.types.LPWSAOVERLAPPED_COMPLETION_ROUTINE;
import dev.overlapped.winsock2.types.PAPCFUNC;
import dev.overlapped.winsock2.types.WSAOVERLAPPED;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.Test;

/// What waits for a thread that is not alertable has a bound, and what was taken runs all the same.
class RoutineLimitTest {
    private static final int CALLS_MAX = 65_536;
    private static final int ROUTINES_MAX = 262_144;

    private static void runAll() {
        while (SleepEx(0, true) == WAIT_IO_COMPLETION) {
            // What is left runs in the next wait.
        }
    }

    @Test
    void aThreadTakesSoManyCallsAndOneMoreIsRefused() throws Exception {
        int[] ran = new int[1];
        PAPCFUNC call = parameter -> ran[0]++;
        for (int i = 0; i < CALLS_MAX / 2; i++) {
            assertThat(QueueUserAPC(call, GetCurrentThread(), 0)).isOne();
        }
        long self = OpenThread(0, false, GetCurrentThreadId());
        Moves.elsewhere(() -> {
            for (int i = 0; i < CALLS_MAX / 2; i++) {
                assertThat(QueueUserAPC(call, self, 0)).isOne();
            }
            assertThat(QueueUserAPC(call, self, 0)).isZero();
            assertThat(WSAGetLastError()).isEqualTo(Winerror.ERROR_NOT_ENOUGH_MEMORY);
            return null;
        }).get();
        assertThat(QueueUserAPC(call, GetCurrentThread(), 0)).isZero();
        assertThat(WSAGetLastError()).isEqualTo(Winerror.ERROR_NOT_ENOUGH_MEMORY);
        runAll();
        assertThat(ran[0]).isEqualTo(CALLS_MAX);
        assertThat(QueueUserAPC(call, self, 0)).isOne();
        runAll();
        assertThat(ran[0]).isEqualTo(CALLS_MAX + 1);
        assertThat(Handleapi.CloseHandle(self)).isTrue();
    }

    @Test
    void aThreadThatRunsNoRoutinesStartsNoRequestWithOneAtLast() {
        try (Loopback loopback = new Loopback()) {
            SocketChannel peer = loopback.peer();
            long socket = loopback.accepted();
            Moves.arrive(peer, socket, "x");
            int[] ran = new int[1];
            LPWSAOVERLAPPED_COMPLETION_ROUTINE routine = (error, bytes, same, flags) -> ran[0]++;
            WSAOVERLAPPED overlapped = overlapped(0);
            // Without room the byte stays, so that each of them completes at once.
            for (int i = 0; i < ROUTINES_MAX; i++) {
                assertThat(Moves.receive(socket, MemorySegment.NULL, overlapped, routine)).isZero();
            }
            assertRefusesRoutines(socket, routine);
            assertThat(Moves.receive(socket, MemorySegment.NULL, overlapped(0), null))
                    .as("without a routine").isZero();
            runAll();
            assertThat(ran[0]).isEqualTo(ROUTINES_MAX);
            assertThat(Moves.receive(socket, memory(1), overlapped, routine)).isZero();
            runAll();
            assertThat(ran[0]).isEqualTo(ROUTINES_MAX + 1);
        }
    }

    private static void assertRefusesRoutines(long socket, LPWSAOVERLAPPED_COMPLETION_ROUTINE routine) {
        assertThat(Moves.receive(socket, MemorySegment.NULL, overlapped(0), routine)).isEqualTo(SOCKET_ERROR);
        assertThat(WSAGetLastError()).isEqualTo(Winerror.WSAENOBUFS);
        MemorySegment answer = MemorySegment.ofArray(new byte[Integer.BYTES]);
        assertThat(Winsock2.WSAIoctl(socket, Winsock2.FIONREAD, null, 0, answer, Integer.BYTES, new DWORD(),
                overlapped(0), routine)).isEqualTo(SOCKET_ERROR);
        assertThat(WSAGetLastError()).isEqualTo(Winerror.WSAENOBUFS);
        assertThat(answer.get(ValueLayout.JAVA_INT_UNALIGNED, 0)).as("nothing was done").isZero();
    }
}
