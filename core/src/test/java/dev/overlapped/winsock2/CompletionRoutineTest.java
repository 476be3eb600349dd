package dev.overlapped.winsock2;

import static dev.overlapped.winsock2.Processthreadsapi.GetCurrentThread;
import static dev.overlapped.winsock2.Processthreadsapi.QueueUserAPC;
import static dev.overlapped.winsock2.Moves.NOTHING_COMES_MS;
import static dev.overlapped.winsock2.Moves.memory;
import static dev.overlapped.winsock2.Moves.overlapped;
import static dev.overlapped.winsock2.Moves.text;
import static dev.overlapped.winsock2.Synchapi.INFINITE;
import static dev.overlapped.winsock2.Synchapi.SleepEx;
import static dev.overlapped.winsock2.Synchapi.WAIT_IO_COMPLETION;
import static dev.overlapped.winsock2.Winsock2.WSACloseEvent;
import static dev.overlapped.winsock2.Winsock2.WSACreateEvent;
import static dev.overlapped.winsock2.Winsock2.WSASetEvent;
import static dev.overlapped.winsock2.Winsock2.WSAWaitForMultipleEvents;
import static dev.overlapped.winsock2.Winsock2.WSA_WAIT_EVENT_0;
import static dev.overlapped.winsock2.Winsock2.WSA_WAIT_IO_COMPLETION;
import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.conformance.Clause;
import dev.overlapped.winsock2.types.LPWSAOVERLAPPED_COMPLETION_ROUTINE;
import dev.overlapped.winsock2.types.WSAOVERLAPPED;
import java.lang.foreign.MemorySegment;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// When completion routines run, in which order, and what may be done inside of them. What they find is
/// noted and looked at outside, since what a routine throws does not fail a test.
class CompletionRoutineTest {
    private Loopback loopback;
    private final List<String> told = new ArrayList<>();

    @BeforeEach
    void start() {
        loopback = new Loopback();
    }

    @AfterEach
    void closeAll() {
        loopback.close();
    }

    private long connected() {
        loopback.peer();
        return loopback.accepted();
    }

    private LPWSAOVERLAPPED_COMPLETION_ROUTINE telling(String name) {
        return (error, bytes, overlapped, flags) -> told.add(name);
    }

    /// A send that completes at once, so that its routine is queued now.
    private static void queue(long socket, LPWSAOVERLAPPED_COMPLETION_ROUTINE routine) {
        assertThat(Moves.send(socket, text("x"), overlapped(0), routine)).isZero();
    }

    @Test
    @Clause({"OVERLAPPED-31", "OVERLAPPED-32", "OVERLAPPED-33"})
    void allThatAreQueuedRunInOrderBeforeTheWaitReturns() {
        long one = connected();
        long two = connected();
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            queue(i % 3 == 0 ? one : two, telling("send " + i));
            QueueUserAPC(parameter -> told.add("call " + parameter), GetCurrentThread(), i);
            expected.add("send " + i);
            expected.add("call " + i);
        }
        assertThat(SleepEx(INFINITE, true)).isEqualTo(WAIT_IO_COMPLETION);
        assertThat(told).isEqualTo(expected);
        assertThat(SleepEx(0, true)).isZero();
    }

    /// The first one ends while its thread computes, so that another thread queues its routine.
    @Test
    void routinesQueuedByTheEngineRunBeforeLaterOnes() {
        SocketChannel peer = loopback.peer();
        long socket = loopback.accepted();
        WSAOVERLAPPED first = overlapped(0);
        Moves.receive(socket, memory(1), first, telling("first"));
        Moves.write(peer, "x");
        while (!Winbase.HasOverlappedIoCompleted(first)) {
            Thread.onSpinWait();
        }
        queue(socket, telling("second"));
        assertThat(SleepEx(INFINITE, true)).isEqualTo(WAIT_IO_COMPLETION);
        assertThat(told).containsExactly("first", "second");
    }

    @Test
    @Clause("OVERLAPPED-22")
    void aSignalledEventComesBeforeRoutines() {
        long event = WSACreateEvent();
        queue(connected(), telling("routine"));
        WSASetEvent(event);
        long[] events = {event};
        assertThat(WSAWaitForMultipleEvents(1, events, false, Winsock2.WSA_INFINITE, true))
                .isEqualTo(WSA_WAIT_EVENT_0);
        assertThat(told).isEmpty();
        Winsock2.WSAResetEvent(event);
        assertThat(WSAWaitForMultipleEvents(1, events, false, Winsock2.WSA_INFINITE, true))
                .isEqualTo(WSA_WAIT_IO_COMPLETION);
        assertThat(told).containsExactly("routine");
        WSACloseEvent(event);
    }

    @Test
    @Clause({"OVERLAPPED-23", "OVERLAPPED-31"})
    void aRoutineThatWaitsLetsOnlyOtherSocketsRoutinesRun() {
        long one = connected();
        long two = connected();
        queue(one, (error, bytes, overlapped, flags) -> {
            told.add("one begins");
            told.add("wait gives " + SleepEx(NOTHING_COMES_MS, true));
            told.add("wait gives " + SleepEx(0, true));
            told.add("one ends");
        });
        queue(one, telling("one again"));
        queue(two, (error, bytes, overlapped, flags) -> {
            told.add("two begins");
            told.add("inner wait gives " + SleepEx(0, true));
            told.add("two ends");
        });
        queue(two, telling("two again"));
        assertThat(SleepEx(INFINITE, true)).isEqualTo(WAIT_IO_COMPLETION);
        assertThat(told).containsExactly("one begins", "two begins", "inner wait gives 0", "two ends",
                "two again",
                "wait gives 192", "wait gives 0", "one ends", "one again");
    }

    @Test
    void routinesPutOffByAnInnerWaitKeepTheirOrder() {
        long one = connected();
        long two = connected();
        queue(one, (error, bytes, overlapped, flags) -> SleepEx(0, true));
        queue(one, telling("first"));
        queue(two, (error, bytes, overlapped, flags) -> queueOutOf(one, telling("third")));
        queue(one, telling("second"));
        while (told.size() < 3) {
            assertThat(SleepEx(INFINITE, true)).isEqualTo(WAIT_IO_COMPLETION);
        }
        assertThat(told).containsExactly("first", "second", "third");
    }

    /// From within a routine: whether it completes at once is not told.
    private static void queueOutOf(long socket, LPWSAOVERLAPPED_COMPLETION_ROUTINE routine) {
        Moves.send(socket, text("x"), overlapped(0), routine);
    }

    @Test
    void aCallQueuedByTheProgramRunsInsideOfAnyRoutine() {
        queue(connected(), (error, bytes, overlapped, flags) -> {
            QueueUserAPC(parameter -> told.add("call"), GetCurrentThread(), 0);
            told.add("wait gives " + SleepEx(0, true));
        });
        assertThat(SleepEx(INFINITE, true)).isEqualTo(WAIT_IO_COMPLETION);
        assertThat(told).containsExactly("call", "wait gives 192");
    }

    /// A server made of routines alone: what comes is sent back from inside.
    @Test
    @Clause("OVERLAPPED-9")
    void routinesReceiveAndSend() {
        SocketChannel peer = loopback.peer();
        long socket = loopback.accepted();
        MemorySegment bytes = memory(1000);
        AtomicInteger echoed = new AtomicInteger();
        Moves.receive(socket, bytes, overlapped(0), new LPWSAOVERLAPPED_COMPLETION_ROUTINE() {
            @Override
            public void invoke(int error, int count, WSAOVERLAPPED o,
                    int flags) {
                if (error != 0 || count == 0) {
                    told.add("error " + error);
                    return;
                }
                Moves.send(socket, bytes.asSlice(0, count), overlapped(0), (sendError, sent, same, none) -> {
                    echoed.addAndGet(sent);
                    Moves.receive(socket, bytes, o, this);
                });
            }
        });
        StringBuilder back = new StringBuilder();
        StringBuilder there = new StringBuilder();
        for (int i = 0; i < 200; i++) {
            String message = "message " + i + ";";
            there.append(message);
            Moves.write(peer, message);
            while (echoed.get() < there.length() && told.isEmpty()) {
                SleepEx(INFINITE, true);
            }
            back.append(Moves.text(Moves.read(peer, message.length()), message.length()));
        }
        assertThat(told).isEmpty();
        assertThat(back).hasToString(there.toString());
    }

    @Test
    void aRoutineThatThrowsIsReportedAndNothingElseIsHarmed() throws Exception {
        SocketChannel peer = loopback.peer();
        long socket = loopback.accepted();
        long other = connected();
        List<Throwable> reported = new ArrayList<>();
        RuntimeException first = new IllegalStateException("a routine's");
        Error second = new AssertionError("a call's");
        Thread thread = new Thread(() -> {
            queue(socket, (error, bytes, overlapped, flags) -> {
                throw first;
            });
            QueueUserAPC(parameter -> {
                throw second;
            }, GetCurrentThread(), 0);
            queue(socket, telling("same socket"));
            queue(other, telling("other socket"));
            told.add("wait gives " + SleepEx(INFINITE, true));
            Moves.receive(socket, memory(1), overlapped(0), telling("received"));
            Moves.write(peer, "x");
            told.add("wait gives " + SleepEx(INFINITE, true));
        });
        thread.setUncaughtExceptionHandler((where, thrown) -> {
            reported.add(thrown);
            told.add("reported " + where.equals(Thread.currentThread()));
            // That this throws too must not matter.
            throw new IllegalStateException("the handler's", thrown);
        });
        var errors = System.err;
        var said = new java.io.ByteArrayOutputStream();
        System.setErr(new java.io.PrintStream(said, true, StandardCharsets.UTF_8));
        try {
            thread.start();
            thread.join();
        } finally {
            System.setErr(errors);
        }
        assertThat(reported).containsExactly(first, second);
        assertThat(told).containsExactly("reported true", "reported true", "same socket", "other socket",
                "wait gives 192", "received", "wait gives 192");
        assertThat(said.toString(StandardCharsets.UTF_8)).contains("the handler's");
    }

    @Test
    void aRoutineMayThrowInsideOfAnInnerWait() throws Exception {
        long one = connected();
        long two = connected();
        Thread thread = new Thread(() -> {
            queue(one, (error, bytes, overlapped, flags) ->
                    told.add("wait gives " + SleepEx(INFINITE, true)));
            queue(two, (error, bytes, overlapped, flags) -> {
                throw new IllegalStateException("inside");
            });
            queue(two, telling("two"));
            queue(one, telling("one"));
            told.add("outer wait gives " + SleepEx(INFINITE, true));
        });
        thread.setUncaughtExceptionHandler((where, thrown) -> told.add("reported " + thrown.getMessage()));
        thread.start();
        thread.join();
        assertThat(told).containsExactly("reported inside", "two", "wait gives 192", "one",
                "outer wait gives 192");
    }
}
