package dev.overlapped.winsock2;

import static dev.overlapped.winsock2.Winsock2.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.conformance.Clause;
import dev.overlapped.winsock2.Requests.Run;
import dev.overlapped.winsock2.Requests.Runs;
import dev.overlapped.winsock2.types.WSAOVERLAPPED;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// An arena that is closed while a request uses its memory: that request ends with WSAEFAULT, and the stream
/// goes on with the next.
class ClosedArenaTest {
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

    private static MemorySegment copy(Arena arena, byte[] content) {
        return arena.allocate(content.length).copyFrom(MemorySegment.ofArray(content));
    }

    /// A call holds the memory while the kernel uses it, so that closing has to be tried again.
    private static void close(Arena arena) {
        Requests.until("the arena is closed", () -> {
            try {
                arena.close();
                return true;
            } catch (IllegalStateException inUse) {
                return false;
            }
        });
    }

    @Test
    void aPendingReceiveEndsWithAFaultAndTheBytesStayForTheNext() {
        Arena arena = Arena.ofShared();
        WSAOVERLAPPED first = Requests.withEvent();
        WSAOVERLAPPED second = Requests.withEvent();
        MemorySegment room = Requests.room(10);
        assertThat(Requests.receive(socket, first, null, arena.allocate(10))).isEqualTo(997);
        assertThat(Requests.receive(socket, second, null, room)).isEqualTo(997);
        close(arena);
        Requests.write(peer, new byte[] {1, 2, 3});
        assertThat(Requests.await(first)).isEqualTo(Winerror.WSAEFAULT);
        assertThat(first.InternalHigh).isZero();
        assertThat(Requests.await(second)).isZero();
        assertThat(Requests.bytesOf(room, second.InternalHigh)).containsExactly(1, 2, 3);
    }

    @Test
    @Clause({"PARAMETERS-4", "ERRORS-6"})
    void aHalfSentSendEndsWithAFaultAndTheNextOneIsWhole() {
        Arena arena = Arena.ofShared();
        byte[] content = Requests.random(BIG, 1);
        byte[] next = Requests.random(100_000, 2);
        Runs runs = new Runs();
        WSAOVERLAPPED first = Requests.poisoned();
        WSAOVERLAPPED second = Requests.poisoned();
        assertThat(Requests.send(socket, first, runs, copy(arena, content))).isEqualTo(997);
        assertThat(Requests.send(socket, second, runs, Requests.nativeCopy(next))).isEqualTo(997);
        close(arena);
        CompletableFuture<byte[]> read =
                CompletableFuture.supplyAsync(() -> Requests.read(peer, BIG + next.length));
        runs.await(2);
        assertThat(runs.all).containsExactly(new Run(Winerror.WSAEFAULT, 0, first, 0),
                new Run(0, next.length, second, 0));
        assertThat(shutdown(socket, SD_SEND)).isZero();
        byte[] all = Requests.get(read);
        int taken = all.length - next.length;
        assertThat(taken).isBetween(1, BIG - 1);
        assertThat(Arrays.copyOf(all, taken)).isEqualTo(Arrays.copyOf(content, taken));
        assertThat(Arrays.copyOfRange(all, taken, all.length)).isEqualTo(next);
    }

    @Test
    @Clause("PARAMETERS-4")
    void oneOfManyQueuedSendsFailsAloneAndTheOthersArrive() {
        int count = 60;
        int culprit = 31;
        WSAOVERLAPPED blocker = Requests.withEvent();
        assertThat(Requests.send(socket, blocker, null, Requests.room(BIG))).isEqualTo(997);
        List<WSAOVERLAPPED> sends = new ArrayList<>();
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        Arena arena = Arena.ofShared();
        for (int i = 0; i < count; i++) {
            byte[] content = Requests.random(1000 + i, i);
            sends.add(Requests.withEvent());
            MemorySegment memory = i == culprit ? copy(arena, content) : Requests.nativeCopy(content);
            assertThat(Requests.send(socket, sends.get(i), null, memory)).isEqualTo(997);
            if (i != culprit) {
                expected.writeBytes(content);
            }
        }
        close(arena);
        CompletableFuture<byte[]> read = CompletableFuture.supplyAsync(() -> {
            Requests.read(peer, BIG);
            return Requests.read(peer, expected.size() + 1);
        });
        for (int i = 0; i < count; i++) {
            assertThat(Requests.await(sends.get(i))).isEqualTo(i == culprit ? Winerror.WSAEFAULT : 0);
            assertThat(sends.get(i).InternalHigh).isEqualTo(i == culprit ? 0 : 1000 + i);
        }
        assertThat(shutdown(socket, SD_SEND)).isZero();
        assertThat(Requests.get(read)).isEqualTo(expected.toByteArray());
    }

    @Test
    @Clause("PARAMETERS-4")
    void oneClosedPieceOfAGatheredSendFailsTheWholeRequest() {
        WSAOVERLAPPED blocker = Requests.withEvent();
        WSAOVERLAPPED gathered = Requests.withEvent();
        WSAOVERLAPPED behind = Requests.withEvent();
        assertThat(Requests.send(socket, blocker, null, Requests.room(BIG))).isEqualTo(997);
        Arena arena = Arena.ofShared();
        assertThat(Requests.send(socket, gathered, null, Requests.room(10), arena.allocate(10),
                Requests.room(10))).isEqualTo(997);
        assertThat(Requests.send(socket, behind, null, Requests.nativeCopy(new byte[] {1, 2})))
                .isEqualTo(997);
        close(arena);
        CompletableFuture<byte[]> read = CompletableFuture.supplyAsync(() -> {
            Requests.read(peer, BIG);
            return Requests.read(peer, 2);
        });
        assertThat(Requests.await(gathered)).isEqualTo(Winerror.WSAEFAULT);
        assertThat(Requests.await(behind)).isZero();
        assertThat(Requests.await(blocker)).isZero();
        assertThat(Requests.get(read)).containsExactly(1, 2);
    }

    @Test
    void anAcceptWithoutFirstBytesOutlivesItsBuffer() {
        Arena arena = Arena.ofShared();
        WSAOVERLAPPED accept = Requests.withEvent();
        long acceptor = loopback.stream();
        assertThat(Mswsock.AcceptEx(loopback.listener(), acceptor, arena.allocate(64), 0, 32, 32, null,
                accept)).isFalse();
        assertThat(WSAGetLastError()).isEqualTo(997);
        close(arena);
        SocketChannel other = loopback.peer();
        assertThat(Requests.await(accept)).isZero();
        Requests.write(other, new byte[] {4});
        assertThat(recv(acceptor, Requests.room(1), 1, 0)).isOne();
    }

    @Test
    void anAcceptWithFirstBytesEndsWithAFaultWhenItsBufferIsClosed() {
        Arena arena = Arena.ofShared();
        WSAOVERLAPPED accept = Requests.withEvent();
        long acceptor = loopback.stream();
        assertThat(Mswsock.AcceptEx(loopback.listener(), acceptor, arena.allocate(74), 10, 32, 32, null,
                accept)).isFalse();
        close(arena);
        SocketChannel other = loopback.peer();
        Requests.write(other, new byte[] {4});
        assertThat(Requests.await(accept)).isEqualTo(Winerror.WSAEFAULT);
    }
}
