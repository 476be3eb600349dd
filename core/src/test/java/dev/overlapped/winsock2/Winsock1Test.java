package dev.overlapped.winsock2;

import static dev.overlapped.winsock2.Winsock2.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.conformance.Clause;
import dev.overlapped.winsock2.Requests.Ended;
import dev.overlapped.winsock2.types.DWORD;
import dev.overlapped.winsock2.types.WSADATA;
import java.lang.foreign.MemorySegment;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What is different in a process that has started Winsock 1.1: a blocking call can be cancelled, and nothing
/// else may be called while it blocks.
class Winsock1Test {
    private static final int BIG = 8 << 20;

    private final List<String> told = Collections.synchronizedList(new ArrayList<>());
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

    /// From here on until everything is cleaned up the process is one of Winsock 1.1.
    private static void startVersion1() {
        assertThat(WSAStartup(Minwindef.MAKEWORD(1, 1), new WSADATA())).isZero();
        assertThat(WSACleanup()).isZero();
    }

    /// Makes a call that has to wait, on another thread, which runs `inside` as a routine before the call
    /// can end.
    private static Ended interrupted(Runnable inside, IntSupplier call) {
        CompletableFuture<Ended> ended = Requests.blocking(() -> {
            queue(inside);
            return call.getAsInt();
        });
        return Requests.get(ended);
    }

    private static void queue(Runnable routine) {
        long thread = Processthreadsapi.GetCurrentThread();
        assertThat(Processthreadsapi.QueueUserAPC(parameter -> routine.run(), thread, 0)).isOne();
    }

    private void say(String what, LongSupplier call) {
        WSASetLastError(Requests.POISON);
        long result = call.getAsLong();
        told.add(what + " " + result + " " + WSAGetLastError());
    }

    private void cancel() {
        say("cancel", Winsock2::WSACancelBlockingCall);
    }

    // ---- cancelling ----

    @Test
    void aBlockingReceiveThatIsCancelledIsInterruptedAndLeavesWhatComesLater() {
        startVersion1();
        MemorySegment room = Requests.room(10);
        assertThat(interrupted(this::cancel, () -> recv(socket, room, 10, 0)))
                .isEqualTo(new Ended(SOCKET_ERROR, Winerror.WSAEINTR));
        assertThat(Winerror.WSAEINTR).isEqualTo(10004);
        assertThat(told).containsExactly("cancel 0 0");
        Requests.write(peer, new byte[] {1, 2, 3});
        assertThat(recv(socket, room, 10, 0)).isEqualTo(3);
    }

    @Test
    @Clause("ERRORS-10")
    void aBlockingSendThatIsCancelledIsInterrupted() {
        startVersion1();
        Requests.smallSendBuffer(socket);
        DWORD sent = new DWORD(Requests.POISON);
        assertThat(interrupted(this::cancel, () -> WSASend(socket, Requests.buffers(Requests.room(BIG)), 1,
                sent, 0, null, null))).isEqualTo(new Ended(SOCKET_ERROR, Winerror.WSAEINTR));
        assertThat(sent.value).isEqualTo(Requests.POISON);
    }

    @Test
    void aBlockingAcceptThatIsCancelledIsInterrupted() {
        startVersion1();
        assertThat(interrupted(this::cancel, () -> (int) accept(loopback.listener(), null, null)))
                .isEqualTo(new Ended((int) INVALID_SOCKET, Winerror.WSAEINTR));
        loopback.peer();
        loopback.accepted();
    }

    @Test
    void aRoutineOfARequestMayCancelToo() {
        startVersion1();
        long[] pair = loopback.pair();
        CompletableFuture<Ended> blocked = Requests.blocking(() -> {
            int code = Requests.receive(pair[0], Requests.poisoned(),
                    (error, bytes, overlapped, flags) -> cancel(), Requests.room(1));
            return code == 997 ? recv(socket, Requests.room(1), 1, 0) : code;
        });
        assertThat(send(pair[1], Requests.room(1), 1, 0)).isOne();
        assertThat(Requests.get(blocked)).isEqualTo(new Ended(SOCKET_ERROR, Winerror.WSAEINTR));
        assertThat(told).containsExactly("cancel 0 0");
    }

    @Test
    void aCancelCannotEndALaterCall() {
        startVersion1();
        CompletableFuture<Ended> both = Requests.elsewhere(() -> {
            queue(this::cancel);
            assertThat(recv(socket, Requests.room(1), 1, 0)).isEqualTo(SOCKET_ERROR);
            return recv(socket, Requests.room(5), 5, 0);
        });
        Requests.until("the call is cancelled", () -> !told.isEmpty());
        Requests.write(peer, new byte[5]);
        assertThat(Requests.get(both)).isEqualTo(new Ended(5, 0));
    }

    @Test
    void whereNothingBlocksThereIsNothingToCancel() {
        assertThat(WSACancelBlockingCall()).isEqualTo(SOCKET_ERROR);
        assertThat(WSAGetLastError()).isEqualTo(Winerror.WSAEOPNOTSUPP);
        startVersion1();
        assertThat(WSACancelBlockingCall()).isEqualTo(SOCKET_ERROR);
        assertThat(WSAGetLastError()).isEqualTo(Winerror.WSAEINVAL);
        CompletableFuture<Ended> elsewhere = Requests.blocking(() -> recv(socket, Requests.room(1), 1, 0));
        assertThat(WSACancelBlockingCall()).isEqualTo(SOCKET_ERROR);
        assertThat(WSAGetLastError()).isEqualTo(Winerror.WSAEINVAL);
        Requests.write(peer, new byte[1]);
        assertThat(Requests.get(elsewhere)).isEqualTo(new Ended(1, 0));
    }

    @Test
    void inVersion2ACallThatBlocksCannotBeCancelled() {
        assertThat(interrupted(() -> {
            cancel();
            Requests.write(peer, new byte[1]);
        }, () -> recv(socket, Requests.room(1), 1, 0))).isEqualTo(new Ended(1, 0));
        assertThat(told).containsExactly("cancel -1 " + Winerror.WSAEOPNOTSUPP);
    }

    // ---- nothing else ----

    @Test
    @Clause("ERRORS-11")
    void whileACallBlocksItsThreadMayCallNothingElse() {
        startVersion1();
        long[] pair = loopback.pair();
        MemorySegment room = Requests.room(1);
        assertThat(interrupted(() -> {
            say("send", () -> send(pair[0], room, 1, 0));
            say("WSASend", () -> Requests.send(pair[0], Requests.poisoned(), null, room) == 0 ? 0 : -1);
            say("ioctlsocket", () -> ioctlsocket(pair[0], FIONREAD, new DWORD()));
            say("closesocket", () -> closesocket(pair[0]));
            say("WSACleanup", Winsock2::WSACleanup);
            Requests.write(peer, new byte[1]);
        }, () -> recv(socket, Requests.room(1), 1, 0))).isEqualTo(new Ended(1, 0));
        String inProgress = " -1 " + Winerror.WSAEINPROGRESS;
        assertThat(told).containsExactly("send" + inProgress, "WSASend" + inProgress,
                "ioctlsocket" + inProgress, "closesocket" + inProgress, "WSACleanup" + inProgress);
        assertThat(send(pair[0], room, 1, 0)).isOne();
    }

    @Test
    void otherThreadsMayCallWhatTheyLikeMeanwhile() {
        startVersion1();
        CompletableFuture<Ended> blocked = Requests.blocking(() -> recv(socket, Requests.room(1), 1, 0));
        long[] pair = loopback.pair();
        assertThat(send(pair[0], Requests.room(1), 1, 0)).isOne();
        assertThat(recv(pair[1], Requests.room(1), 1, 0)).isOne();
        Requests.write(peer, new byte[1]);
        assertThat(Requests.get(blocked)).isEqualTo(new Ended(1, 0));
    }

    // ---- which version holds ----

    @Test
    void theLowestVersionHoldsUntilTheLastCleanup() {
        assertThat(WSAStartup(Minwindef.MAKEWORD(1, 0), new WSADATA())).isZero();
        assertThat(WSAStartup(Minwindef.MAKEWORD(2, 2), new WSADATA())).isZero();
        assertThat(WSACleanup()).isZero();
        assertThat(WSACleanup()).isZero();
        assertThat(WSACancelBlockingCall()).isEqualTo(SOCKET_ERROR);
        assertThat(WSAGetLastError()).isEqualTo(Winerror.WSAEINVAL);
        loopback.close();
        loopback = new Loopback();
        assertThat(WSACancelBlockingCall()).isEqualTo(SOCKET_ERROR);
        assertThat(WSAGetLastError()).isEqualTo(Winerror.WSAEOPNOTSUPP);
    }

    @Test
    void aStartThatFailsChangesNoVersion() {
        assertThat(WSAStartup(Minwindef.MAKEWORD(0, 1), new WSADATA())).isNotZero();
        assertThat(WSAStartup(Minwindef.MAKEWORD(1, 1), null)).isNotZero();
        assertThat(WSACancelBlockingCall()).isEqualTo(SOCKET_ERROR);
        assertThat(WSAGetLastError()).isEqualTo(Winerror.WSAEOPNOTSUPP);
    }
}
