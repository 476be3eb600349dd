package dev.overlapped.winsock2;

import static dev.overlapped.winsock2.Moves.NOTHING_COMES_MS;
import static dev.overlapped.winsock2.Moves.TOO_MUCH;
import static dev.overlapped.winsock2.Moves.memory;
import static dev.overlapped.winsock2.Moves.overlapped;
import static dev.overlapped.winsock2.Moves.text;
import static dev.overlapped.winsock2.Synchapi.INFINITE;
import static dev.overlapped.winsock2.Synchapi.SleepEx;
import static dev.overlapped.winsock2.Winsock2.SOCKET_ERROR;
import static dev.overlapped.winsock2.Winsock2.WSACloseEvent;
import static dev.overlapped.winsock2.Winsock2.WSACreateEvent;
import static dev.overlapped.winsock2.Winsock2.WSAGetLastError;
import static dev.overlapped.winsock2.Winsock2.WSAWaitForMultipleEvents;
import static dev.overlapped.winsock2.Winsock2.WSA_WAIT_EVENT_0;
import static dev.overlapped.winsock2.Winsock2.recv;
import static dev.overlapped.winsock2.Winsock2.send;
import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.conformance.Clause;
import dev.overlapped.winsock2.types.WSAOVERLAPPED;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Blocking, non-blocking and overlapped calls on one socket happen in the order they were made.
class MixedCallsTest {
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

    /// A pending send of [Moves#TOO_MUCH] bytes.
    private WSAOVERLAPPED plug(byte content) {
        Moves.tinySendBuffer(socket);
        WSAOVERLAPPED overlapped = overlapped(event);
        assertThat(Moves.send(socket, memory(TOO_MUCH).fill(content), overlapped, null))
                .isEqualTo(SOCKET_ERROR);
        assertThat(WSAGetLastError()).isEqualTo(Winerror.WSA_IO_PENDING);
        return overlapped;
    }

    @Test
    @Clause("OVERLAPPED-35")
    void aBlockingSendWaitsForThePendingOnesBeforeIt() throws Exception {
        plug((byte) 'a');
        long before = Moves.pendingSoFar();
        FutureTask<Integer> blocking = Moves.elsewhere(() -> send(socket, text("bbbb"), 4, 0));
        Moves.awaitPendingAfter(before);
        WSAOVERLAPPED behind = overlapped(0);
        assertThat(Moves.send(socket, text("cccc"), behind, null)).isEqualTo(SOCKET_ERROR);
        assertThat(WSAGetLastError()).isEqualTo(Winerror.WSA_IO_PENDING);
        Moves.nonBlocking(socket, true);
        assertThat(send(socket, text("never"), 5, 0)).isEqualTo(SOCKET_ERROR);
        assertThat(WSAGetLastError()).isEqualTo(Winerror.WSAEWOULDBLOCK);
        assertThat(blocking.isDone()).isFalse();

        FutureTask<MemorySegment> reading = Moves.elsewhere(() -> Moves.read(peer, TOO_MUCH + 8));
        assertThat(Moves.await(event, INFINITE)).isEqualTo(WSA_WAIT_EVENT_0);
        assertThat(blocking.get()).isEqualTo(4);
        MemorySegment all = reading.get();
        assertThat(all.asSlice(0, TOO_MUCH).mismatch(memory(TOO_MUCH).fill((byte) 'a'))).isEqualTo(-1);
        assertThat(Moves.text(all.asSlice(TOO_MUCH), 8)).isEqualTo("bbbbcccc");
        long[] itself = {socket};
        assertThat(WSAWaitForMultipleEvents(1, itself, false, INFINITE, false)).isEqualTo(WSA_WAIT_EVENT_0);
        assertThat(behind.InternalHigh).isEqualTo(4);
        assertThat(send(socket, text("d"), 1, 0)).as("nothing is queued any more").isEqualTo(1);
    }

    @Test
    @Clause("REMARKS-8")
    void aNonBlockingSocketsOverlappedRequestsArePendingAllTheSame() {
        Moves.nonBlocking(socket, true);
        plug((byte) 'a');
        WSAOVERLAPPED receive = overlapped(0);
        assertThat(Moves.receive(socket, memory(1), receive, null)).isEqualTo(SOCKET_ERROR);
        assertThat(WSAGetLastError()).isEqualTo(Winerror.WSA_IO_PENDING);
        assertThat(recv(socket, memory(1), 1, 0)).isEqualTo(SOCKET_ERROR);
        assertThat(WSAGetLastError()).isEqualTo(Winerror.WSAEWOULDBLOCK);
    }

    @Test
    void aBlockingReceiveGetsWhatComesBehindThePendingOne() throws Exception {
        MemorySegment first = memory(4);
        MemorySegment second = memory(4);
        assertThat(Moves.receive(socket, first, overlapped(event), null)).isEqualTo(SOCKET_ERROR);
        long before = Moves.pendingSoFar();
        FutureTask<Integer> blocking = Moves.elsewhere(() -> recv(socket, second, 4, 0));
        Moves.awaitPendingAfter(before);
        Moves.nonBlocking(socket, true);
        Moves.write(peer, "aaaabbbb");
        assertThat(blocking.get()).isEqualTo(4);
        assertThat(Moves.await(event, INFINITE)).isEqualTo(WSA_WAIT_EVENT_0);
        assertThat(Moves.text(first, 4) + Moves.text(second, 4)).isEqualTo("aaaabbbb");
    }

    @Test
    @Clause("OVERLAPPED-36")
    void sendsOfManyThreadsDoNotInterleaveInsideOfOneRequest() throws Exception {
        int threads = 4;
        int requests = 40;
        long seed = System.nanoTime();
        Moves.sendBuffer(socket, 16 * 1024);
        List<FutureTask<Boolean>> senders = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            int which = i;
            senders.add(Moves.elsewhere(() -> sendAll(which, requests, new Random(seed + which))));
        }
        int[] next = new int[threads];
        for (int i = 0; i < threads * requests; i++) {
            MemorySegment header = Moves.read(peer, 12);
            int who = header.get(ValueLayout.JAVA_INT_UNALIGNED, 0);
            int number = header.get(ValueLayout.JAVA_INT_UNALIGNED, 4);
            int length = header.get(ValueLayout.JAVA_INT_UNALIGNED, 8);
            assertThat(who).as("seed %d", seed).isBetween(0, threads - 1);
            assertThat(number).as("seed %d", seed).isEqualTo(next[who]++);
            MemorySegment content = Moves.read(peer, length);
            assertThat(content.mismatch(memory(length).fill((byte) (who + number))))
                    .as("seed %d, request %d of %d", seed, number, who).isEqualTo(-1);
        }
        for (FutureTask<Boolean> sender : senders) {
            assertThat(sender.get()).as("seed %d", seed).isTrue();
        }
    }

    /// Half of them blocking, half of them overlapped, one after the other. The content tells who sent it.
    private boolean sendAll(int who, int requests, Random random) {
        long done = WSACreateEvent();
        boolean well = true;
        for (int number = 0; number < requests; number++) {
            int length = random.nextInt(60_000);
            MemorySegment bytes = memory(12 + length).fill((byte) (who + number));
            bytes.set(ValueLayout.JAVA_INT_UNALIGNED, 0, who);
            bytes.set(ValueLayout.JAVA_INT_UNALIGNED, 4, number);
            bytes.set(ValueLayout.JAVA_INT_UNALIGNED, 8, length);
            if (random.nextBoolean()) {
                well &= send(socket, bytes, (int) bytes.byteSize(), 0) == bytes.byteSize();
            } else {
                WSAOVERLAPPED overlapped = overlapped(done);
                Moves.send(socket, bytes, overlapped, null);
                Moves.await(done, INFINITE);
                well &= overlapped.InternalHigh == bytes.byteSize();
            }
        }
        WSACloseEvent(done);
        return well;
    }

    /// Sends begun in routines may wait for each other; a call behind them finds the room there is.
    @Test
    @Clause("OVERLAPPED-35")
    void inARoutineANonBlockingSendBehindOverlappedOnesNeedNotWait() {
        Moves.nonBlocking(socket, true);
        int[] sent = new int[2];
        Moves.send(socket, text("0"), overlapped(0), (error, bytes, overlapped, flags) -> {
            Moves.send(socket, text("1"), overlapped(0), null);
            Moves.send(socket, text("2"), overlapped(0), null);
            sent[0] = send(socket, text("3"), 1, 0);
            sent[1] = WSAGetLastError();
        });
        assertThat(SleepEx(INFINITE, true)).isEqualTo(Synchapi.WAIT_IO_COMPLETION);
        assertThat(sent).containsExactly(1, 0);
        assertThat(Moves.text(Moves.read(peer, 4), 4)).isEqualTo("0123");
    }

    @Test
    @Clause("OVERLAPPED-35")
    void inARoutineABlockingSendBehindOverlappedOnesKeepsTheOrder() {
        int[] sent = new int[2];
        Moves.send(socket, text("0"), overlapped(0), (error, bytes, overlapped, flags) -> {
            Moves.send(socket, text("1"), overlapped(0), null);
            Moves.send(socket, text("2"), overlapped(0), null);
            sent[0] = send(socket, text("3"), 1, 0);
            Moves.send(socket, text("4"), overlapped(0), null);
            sent[1] = send(socket, text("5"), 1, 0);
        });
        assertThat(SleepEx(NOTHING_COMES_MS, true)).isEqualTo(Synchapi.WAIT_IO_COMPLETION);
        assertThat(sent).containsExactly(1, 1);
        assertThat(Moves.text(Moves.read(peer, 6), 6)).isEqualTo("012345");
    }
}
