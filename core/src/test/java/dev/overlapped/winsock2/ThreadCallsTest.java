package dev.overlapped.winsock2;

import static dev.overlapped.winsock2.Handleapi.CloseHandle;
import static dev.overlapped.winsock2.Moves.UNTOUCHED;
import static dev.overlapped.winsock2.Processthreadsapi.GetCurrentThread;
import static dev.overlapped.winsock2.Processthreadsapi.GetCurrentThreadId;
import static dev.overlapped.winsock2.Processthreadsapi.OpenThread;
import static dev.overlapped.winsock2.Processthreadsapi.QueueUserAPC;
import static dev.overlapped.winsock2.Synchapi.INFINITE;
import static dev.overlapped.winsock2.Synchapi.SleepEx;
import static dev.overlapped.winsock2.Synchapi.WAIT_IO_COMPLETION;
import static dev.overlapped.winsock2.Winsock2.WSAGetLastError;
import static dev.overlapped.winsock2.Winsock2.WSASetLastError;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

/// QueueUserAPC and SleepEx, which need no started library.
class ThreadCallsTest {
    @Test
    void aSleepEndsWithItsTimeOrAfterRoutinesAndLeavesTheLastErrorAlone() {
        WSASetLastError(UNTOUCHED);
        assertThat(SleepEx(0, false)).isZero();
        assertThat(SleepEx(0, true)).isZero();
        assertThat(SleepEx(5, true)).isZero();
        assertThat(WSAGetLastError()).isEqualTo(UNTOUCHED);
        assertThat(QueueUserAPC(parameter -> { }, GetCurrentThread(), 0)).isOne();
        WSASetLastError(UNTOUCHED);
        assertThat(SleepEx(5, false)).isZero();
        assertThat(SleepEx(INFINITE, true)).isEqualTo(WAIT_IO_COMPLETION);
        assertThat(WSAGetLastError()).isEqualTo(UNTOUCHED);
    }

    @Test
    void callsRunInOrderWithTheirParameterAndOnce() {
        List<Long> ran = new ArrayList<>();
        for (long parameter : new long[] {3, Long.MIN_VALUE, -1, 0}) {
            assertThat(QueueUserAPC(ran::add, GetCurrentThread(), parameter)).isOne();
        }
        assertThat(ran).isEmpty();
        assertThat(SleepEx(0, true)).isEqualTo(WAIT_IO_COMPLETION);
        assertThat(ran).containsExactly(3L, Long.MIN_VALUE, -1L, 0L);
        assertThat(SleepEx(0, true)).isZero();
    }

    @Test
    void callsThatCallsQueueRunBeforeTheWaitReturns() {
        List<Long> ran = new ArrayList<>();
        QueueUserAPC(parameter -> {
            ran.add(parameter);
            QueueUserAPC(ran::add, GetCurrentThread(), 2);
        }, GetCurrentThread(), 1);
        assertThat(SleepEx(INFINITE, true)).isEqualTo(WAIT_IO_COMPLETION);
        assertThat(ran).containsExactly(1L, 2L);
    }

    @Test
    void aCallForAnotherThreadRunsThereAndEndsItsWait() throws Exception {
        ArrayBlockingQueue<Integer> number = new ArrayBlockingQueue<>(1);
        ArrayBlockingQueue<Thread> ranOn = new ArrayBlockingQueue<>(1);
        Thread[] other = new Thread[1];
        FutureTask<Integer> waiting = Moves.elsewhere(() -> {
            other[0] = Thread.currentThread();
            number.add(GetCurrentThreadId());
            return SleepEx(INFINITE, true);
        });
        long handle = OpenThread(0x10, false, number.take());
        assertThat(handle).isNotZero();
        assertThat(WSAGetLastError()).isZero();
        assertThat(QueueUserAPC(parameter -> ranOn.add(Thread.currentThread()), handle, 0)).isOne();
        assertThat(waiting.get()).isEqualTo(WAIT_IO_COMPLETION);
        assertThat(ranOn.take()).isSameAs(other[0]);
        assertThat(CloseHandle(handle)).isTrue();
    }

    @Test
    void aThreadThatHasEndedTakesNoCalls() throws Exception {
        int[] number = new int[1];
        long[] handle = new long[1];
        Thread thread = new Thread(() -> {
            number[0] = GetCurrentThreadId();
            handle[0] = OpenThread(0x10, false, number[0]);
        });
        thread.start();
        thread.join();
        assertThat(handle[0]).isNotZero();
        assertThat(QueueUserAPC(parameter -> { }, handle[0], 0)).isZero();
        assertThat(WSAGetLastError()).isEqualTo(Winerror.ERROR_GEN_FAILURE);
        assertThat(OpenThread(0x10, false, number[0])).isZero();
        assertThat(WSAGetLastError()).isEqualTo(Winerror.WSA_INVALID_PARAMETER);
        assertThat(CloseHandle(handle[0])).isTrue();
        assertThat(QueueUserAPC(parameter -> { }, handle[0], 0)).isZero();
        assertThat(WSAGetLastError()).isEqualTo(Winerror.WSA_INVALID_HANDLE);
    }

    @Test
    void whatNamesNoThreadIsAnInvalidHandle() {
        long event = Synchapi.CreateEventA(null, true, false, null);
        for (long handle : new long[] {0, -1, event}) {
            assertThat(QueueUserAPC(parameter -> { }, handle, 0)).isZero();
            assertThat(WSAGetLastError()).isEqualTo(Winerror.WSA_INVALID_HANDLE);
        }
        assertThat(CloseHandle(event)).isTrue();
        assertThat(QueueUserAPC(null, GetCurrentThread(), 0)).isZero();
        assertThat(WSAGetLastError()).isEqualTo(Winerror.WSA_INVALID_PARAMETER);
    }

    /// From several threads at once, while the target keeps ending its waits.
    @Test
    void noCallIsLostOrRunTwice() throws Exception {
        int each = 2_000;
        ArrayBlockingQueue<Integer> number = new ArrayBlockingQueue<>(1);
        FutureTask<List<Long>> target = Moves.elsewhere(() -> {
            List<Long> ran = new ArrayList<>();
            QueueUserAPC(ran::add, GetCurrentThread(), -1);
            SleepEx(INFINITE, true);
            number.add(GetCurrentThreadId());
            TARGET.set(ran);
            while (ran.size() <= 3 * each) {
                SleepEx(INFINITE, true);
            }
            return ran;
        });
        long handle = OpenThread(0x10, false, number.take());
        List<FutureTask<Boolean>> senders = new ArrayList<>();
        for (long from = 0; from < 3; from++) {
            long first = from * each;
            senders.add(Moves.elsewhere(() -> queueAll(handle, first, first + each)));
        }
        for (FutureTask<Boolean> sender : senders) {
            assertThat(sender.get()).isTrue();
        }
        List<Long> ran = target.get();
        assertThat(ran).hasSize(3 * each + 1).doesNotHaveDuplicates();
        for (long from = 0; from < 3; from++) {
            long first = from * each;
            assertThat(ran).filteredOn(value -> value >= first && value < first + each).isSorted();
        }
        assertThat(CloseHandle(handle)).isTrue();
    }

    /// Where the target thread notes what runs on it.
    private static final ThreadLocal<List<Long>> TARGET = new ThreadLocal<>();

    private static boolean queueAll(long handle, long from, long to) {
        boolean well = true;
        for (long i = from; i < to; i++) {
            well &= QueueUserAPC(parameter -> TARGET.get().add(parameter), handle, i) == 1;
        }
        return well;
    }
}
