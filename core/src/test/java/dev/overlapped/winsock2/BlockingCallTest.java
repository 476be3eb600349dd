package dev.overlapped.winsock2;

import static dev.overlapped.winsock2.Handleapi.CloseHandle;
import static dev.overlapped.winsock2.Processthreadsapi.GetCurrentThread;
import static dev.overlapped.winsock2.Processthreadsapi.GetCurrentThreadId;
import static dev.overlapped.winsock2.Processthreadsapi.OpenThread;
import static dev.overlapped.winsock2.Processthreadsapi.QueueUserAPC;
import static dev.overlapped.winsock2.Moves.TOO_MUCH;
import static dev.overlapped.winsock2.Moves.memory;
import static dev.overlapped.winsock2.Moves.overlapped;
import static dev.overlapped.winsock2.Moves.text;
import static dev.overlapped.winsock2.Synchapi.INFINITE;
import static dev.overlapped.winsock2.Synchapi.SleepEx;
import static dev.overlapped.winsock2.Synchapi.WAIT_IO_COMPLETION;
import static dev.overlapped.winsock2.Winsock2.INVALID_SOCKET;
import static dev.overlapped.winsock2.Winsock2.WSAGetLastError;
import static dev.overlapped.winsock2.Winsock2.WSASetLastError;
import static dev.overlapped.winsock2.Winsock2.accept;
import static dev.overlapped.winsock2.Winsock2.recv;
import static dev.overlapped.winsock2.Winsock2.send;
import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.conformance.Clause;
import dev.overlapped.winsock2.types.SOCKADDR_IN;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Blocking calls are alertable where they have to wait: routines run, then they go on waiting.
class BlockingCallTest {
    private Loopback loopback;
    private SocketChannel peer;
    private long socket;
    private final List<String> told = Collections.synchronizedList(new ArrayList<>());

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

    /// Makes a call that has to wait on another thread, interrupts it twice by `inside`, then lets it finish
    /// by `release`. What the call returned.
    private static int interrupted(IntSupplier call, Runnable inside, Runnable release) throws Exception {
        int[] thread = new int[1];
        long before = Moves.pendingSoFar();
        CountDownLatch numbered = new CountDownLatch(1);
        FutureTask<Integer> blocking = Moves.elsewhere(() -> {
            thread[0] = GetCurrentThreadId();
            numbered.countDown();
            WSASetLastError(Moves.UNTOUCHED);
            int result = call.getAsInt();
            return WSAGetLastError() == 0 ? result : -WSAGetLastError();
        });
        numbered.await();
        Moves.awaitPendingAfter(before);
        long handle = OpenThread(0, false, thread[0]);
        assertThat(handle).isNotZero();
        for (int i = 0; i < 2; i++) {
            CountDownLatch ran = new CountDownLatch(1);
            assertThat(QueueUserAPC(parameter -> {
                inside.run();
                ran.countDown();
            }, handle, i)).isOne();
            ran.await();
            assertThat(blocking.isDone()).isFalse();
        }
        assertThat(CloseHandle(handle)).isTrue();
        release.run();
        return blocking.get();
    }

    private void say(String what) {
        told.add(what);
    }

    @Test
    void aRoutineInterruptsABlockingReceiveWhichThenGoesOn() throws Exception {
        int got = interrupted(() -> recv(socket, memory(10), 10, 0), () -> say("inside"),
                () -> Moves.write(peer, "abc"));
        assertThat(got).isEqualTo(3);
        assertThat(told).containsExactly("inside", "inside");
    }

    @Test
    @Clause({"REMARKS-16", "DWFLAGS-10", "OVERLAPPED-22"})
    void aRoutineInterruptsABlockingSendWhichThenGoesOn() throws Exception {
        Moves.tinySendBuffer(socket);
        int sent = interrupted(() -> send(socket, memory(TOO_MUCH), TOO_MUCH, 0), () -> say("inside"),
                () -> Moves.read(peer, TOO_MUCH));
        assertThat(sent).isEqualTo(TOO_MUCH);
        assertThat(told).containsExactly("inside", "inside");
    }

    @Test
    void aRoutineInterruptsABlockingAcceptWhichThenGoesOn() throws Exception {
        long[] accepted = new long[1];
        int well = interrupted(() -> {
            accepted[0] = accept(loopback.listener(), null, null);
            return accepted[0] == INVALID_SOCKET ? 0 : 1;
        }, () -> say("inside"), loopback::peer);
        assertThat(well).isOne();
        loopback.keep(accepted[0]);
        assertThat(told).containsExactly("inside", "inside");
    }

    @Test
    @Clause("DWFLAGS-9")
    void aCallThatNeedNotWaitRunsNoRoutines() {
        QueueUserAPC(parameter -> say("routine"), GetCurrentThread(), 0);
        assertThat(send(socket, text("abc"), 3, 0)).isEqualTo(3);
        Moves.arrive(peer, socket, "abc");
        assertThat(recv(socket, memory(3), 3, 0)).isEqualTo(3);
        assertThat(told).isEmpty();
        assertThat(SleepEx(INFINITE, true)).isEqualTo(WAIT_IO_COMPLETION);
        assertThat(told).containsExactly("routine");
    }

    private void say(String what, long result) {
        say(what + (result < 0 ? " fails with " + WSAGetLastError() : " gives " + result));
    }

    @Test
    @Clause({"ERRORS-12", "DWFLAGS-11"})
    void inARoutineThatInterruptedACallNothingMayWait() throws Exception {
        long idle = loopback.pair()[0];
        long empty = loopback.stream();
        assertThat(Winsock2.bind(empty, Loopback.loopback(0), SOCKADDR_IN.SIZEOF)).isZero();
        assertThat(Winsock2.listen(empty, 1)).isZero();
        interrupted(() -> recv(socket, memory(10), 10, 0), () -> {
            say("recv", recv(idle, memory(1), 1, 0));
            say("accept", accept(empty, null, null));
            say("recv on the same socket", recv(socket, memory(1), 1, 0));
        }, () -> Moves.write(peer, "abc"));
        assertThat(told).hasSize(6).containsOnly("recv fails with " + Winerror.WSAEINPROGRESS,
                "accept fails with " + Winerror.WSAEINPROGRESS,
                "recv on the same socket fails with " + Winerror.WSAEINPROGRESS);
    }

    @Test
    @Clause({"ERRORS-12", "DWFLAGS-11"})
    void inARoutineThatInterruptedACallSendsThatFindNoRoomMayNotWait() throws Exception {
        SocketChannel other = loopback.peer();
        long full = loopback.accepted();
        Moves.tinySendBuffer(full);
        Moves.nonBlocking(full, true);
        int filled = 0;
        // Room appears once more while the kernel passes on what it has; then it is full for good.
        for (int fullLooks = 0; fullLooks < 5; fullLooks++) {
            int more = send(full, memory(TOO_MUCH), TOO_MUCH, 0);
            if (more > 0) {
                filled += more;
                fullLooks = 0;
            }
            SleepEx(20, false);
        }
        Moves.nonBlocking(full, false);
        interrupted(() -> recv(socket, memory(10), 10, 0), () -> say("send", send(full, text("x"), 1, 0)),
                () -> Moves.write(peer, "abc"));
        assertThat(told).hasSize(2).containsOnly("send fails with " + Winerror.WSAEINPROGRESS);
        Moves.read(other, filled);
        assertThat(send(full, text("x"), 1, 0)).isOne();
    }

    @Test
    @Clause("DWFLAGS-11")
    void inARoutineThatInterruptedACallWhatNeedNotWaitWorks() throws Exception {
        SocketChannel other = loopback.peer();
        long ready = loopback.accepted();
        Moves.arrive(other, ready, "ab");
        interrupted(() -> recv(socket, memory(10), 10, 0), () -> {
            // Overlapped ones never wait in the call.
            Moves.send(ready, text("over"), overlapped(0), null);
            Moves.send(ready, text("lapped"), overlapped(0), null);
            say("send", send(ready, text("xyz"), 3, 0));
            say("recv", recv(ready, memory(1), 1, 0));
        }, () -> Moves.write(peer, "abc"));
        assertThat(told).containsExactly("send gives 3", "recv gives 1", "send gives 3", "recv gives 1");
        String both = "overlappedxyzoverlappedxyz";
        assertThat(Moves.text(Moves.read(other, both.length()), both.length())).isEqualTo(both);
    }

    @Test
    void aRoutineMayEndTheCallThatItInterrupted() throws Exception {
        long[] pair = loopback.pair();
        long before = Moves.pendingSoFar();
        FutureTask<Integer> blocking = Moves.elsewhere(() -> {
            QueueUserAPC(parameter -> say("send", send(pair[0], text("abc"), 3, 0)), GetCurrentThread(), 0);
            return recv(pair[1], memory(10), 10, 0);
        });
        Moves.awaitPendingAfter(before);
        assertThat(blocking.get()).isEqualTo(3);
        assertThat(told).containsExactly("send gives 3");
    }

    /// What is received shows that the other thread has written.
    @Test
    @SuppressWarnings("FutureReturnValueIgnored")
    void inARoutineOfASleepACallMayWait() {
        QueueUserAPC(parameter -> {
            Moves.elsewhere(() -> {
                Moves.write(peer, "abc");
                return null;
            });
            say("recv", recv(socket, memory(10), 10, 0));
        }, GetCurrentThread(), 0);
        assertThat(SleepEx(INFINITE, true)).isEqualTo(WAIT_IO_COMPLETION);
        assertThat(told).containsExactly("recv gives 3");
    }
}
