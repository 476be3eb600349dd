package dev.overlapped.winsock2;

import static dev.overlapped.winsock2.Mswsock.AcceptEx;
import static dev.overlapped.winsock2.Synchapi.SleepEx;
import static dev.overlapped.winsock2.Winsock2.WSACloseEvent;
import static dev.overlapped.winsock2.Winsock2.WSACreateEvent;
import static dev.overlapped.winsock2.Winsock2.WSAGetLastError;
import static dev.overlapped.winsock2.Winsock2.WSAWaitForMultipleEvents;
import static dev.overlapped.winsock2.Winsock2.WSA_INFINITE;
import static dev.overlapped.winsock2.Winsock2.WSA_WAIT_EVENT_0;
import static dev.overlapped.winsock2.Winsock2.send;
import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.conformance.Clause;
import dev.overlapped.winsock2.types.WSAOVERLAPPED;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A thread ends with requests pending: they end too, and nobody else's do.
class ThreadEndTest {
    private static final int LARGE = 64 << 20;

    private Loopback loopback;

    @BeforeEach
    void open() {
        loopback = new Loopback();
    }

    @AfterEach
    void close() {
        loopback.close();
    }

    /// What the test of the kernel without thread descriptors runs in a JVM of its own.
    public static void main(String... args) throws IOException {
        for (boolean virtual : new boolean[] {false, true}) {
            ThreadEndTest test = new ThreadEndTest();
            test.open();
            test.aPendingReceiveIsAborted(virtual);
            test.close();
            test.open();
            test.aHalfTakenSendIsAborted(virtual);
            test.close();
            test.open();
            test.requestsOfOthersInTheSameQueueGoOn(virtual);
            test.close();
            test.open();
            test.aRoutineIsDropped(virtual);
            test.close();
            System.out.println("passed, virtual: " + virtual);
        }
    }

    @Test
    void theSameHoldsWhereTheKernelCannotWatchThreads() {
        assertThat(ChildJvm.run(ThreadEndTest.class, "-Ddev.overlapped.pidfd=false"))
                .contains("passed, virtual: false", "passed, virtual: true");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @Clause("DECISIONS-5")
    void aPendingReceiveIsAborted(boolean virtual) throws IOException {
        SocketChannel peer = loopback.peer();
        long socket = loopback.accepted();
        try (Posted receive = onAnEndedThread(virtual, () -> Posted.receive(socket, 100).isPending())) {
            receive.await().wasAborted();
            assertThat(receive.memory.get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 0xee);
            assertThat(receive.overlapped.InternalHigh).isZero();
        }
        try (Posted next = Posted.receive(socket, 100).isPending()) {
            peer.write(ByteBuffer.wrap(new byte[] {1, 2}));
            next.await().succeeded(2);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @Clause({"ERRORS-34", "OVERLAPPED-6", "OVERLAPPED-7", "DECISIONS-5"})
    void aHalfTakenSendIsAborted(boolean virtual) throws IOException {
        SocketChannel peer = loopback.peer();
        long socket = loopback.accepted();
        MemorySegment large = Arena.ofAuto().allocate(LARGE).fill((byte) 1);
        MemorySegment small = Arena.ofAuto().allocate(10).fill((byte) 2);
        try (Posted send = onAnEndedThread(virtual, () -> Posted.send(socket, large).isPending())) {
            send.await().wasAborted();
            long taken = send.overlapped.InternalHigh;
            assertThat(taken).isBetween(1L, LARGE - 1L);
            // The next one starts right behind.
            try (Posted next = Posted.send(socket, small)) {
                assertThat(count(peer, (byte) 1, taken)).isEqualTo(taken);
                assertThat(count(peer, (byte) 2, 10)).isEqualTo(10);
                next.await().succeeded(10);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @Clause("OVERLAPPED-6")
    void requestsOfOthersInTheSameQueueGoOn(boolean virtual) throws IOException {
        SocketChannel peer = loopback.peer();
        long socket = loopback.accepted();
        try (Posted first = Posted.receive(socket, 1).isPending();
                Posted second = onAnEndedThread(virtual, () -> Posted.receive(socket, 1).isPending());
                Posted third = Posted.receive(socket, 1).isPending()) {
            second.await().wasAborted();
            assertThat(first.isSignalled()).isFalse();
            assertThat(third.isSignalled()).isFalse();
            peer.write(ByteBuffer.wrap(new byte[] {5, 6}));
            first.await().succeeded(1);
            third.await().succeeded(1);
            assertThat(third.memory.get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 6);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @Clause({"PARAMETERS-15", "OVERLAPPED-7"})
    void aRoutineIsDropped(boolean virtual) throws IOException {
        SocketChannel peer = loopback.peer();
        long socket = loopback.accepted();
        AtomicInteger routines = new AtomicInteger();
        try (Posted receive = onAnEndedThread(virtual, () -> Posted.receive(socket, 1,
                        (error, bytes, overlapped, flags) -> routines.incrementAndGet()).isPending());
                Posted following = Posted.receive(socket, 1).isPending()) {
            // It ends before the one behind it gets anything.
            while (!receive.hasCompleted()) {
                assertThat(SleepEx(1, true)).isZero();
            }
            receive.wasAborted();
            assertThat(receive.isSignalled()).isFalse();
            peer.write(ByteBuffer.wrap(new byte[] {9}));
            following.await().succeeded(1);
        }
        assertThat(SleepEx(0, true)).isZero();
        assertThat(routines).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anAcceptIsAbortedAndTheListenerGoesOn(boolean virtual) {
        long fresh = loopback.stream();
        MemorySegment area = Arena.ofAuto().allocate(64);
        WSAOVERLAPPED overlapped = new WSAOVERLAPPED();
        overlapped.hEvent = WSACreateEvent();
        onAnEndedThread(virtual, () -> {
            assertThat(AcceptEx(loopback.listener(), fresh, area, 0, 32, 32, null, overlapped)).isFalse();
            assertThat(WSAGetLastError()).isEqualTo(Winerror.WSA_IO_PENDING);
            return null;
        });
        assertThat(WSAWaitForMultipleEvents(1, new long[] {overlapped.hEvent}, false, WSA_INFINITE, false))
                .isEqualTo(WSA_WAIT_EVENT_0);
        assertThat(overlapped.Internal).isEqualTo(0xC0000120L);
        assertThat(WSACloseEvent(overlapped.hEvent)).isTrue();
        long[] pair = loopback.pair();
        assertThat(send(pair[0], MemorySegment.ofArray(new byte[1]), 1, 0)).isOne();
    }

    @Test
    void aThreadThatHasBeenTrustedForLongIsMissedToo() throws IOException {
        SocketChannel peer = loopback.peer();
        long socket = loopback.accepted();
        try (Posted receive = onAnEndedThread(false, () -> {
            Posted posted = Posted.receive(socket, 1).isPending();
            // Coming back from many waits, over more than a few looks of the engine thread's.
            for (int i = 0; i < 60; i++) {
                SleepEx(1, true);
            }
            return posted;
        })) {
            receive.await().wasAborted();
        }
        assertThat(peer.isConnected()).isTrue();
    }

    /// Runs `start` on a thread of its own and returns when that has ended.
    private static <T> T onAnEndedThread(boolean virtual, java.util.concurrent.Callable<T> start) {
        CompletableFuture<T> result = new CompletableFuture<>();
        try (Crew crew = new Crew()) {
            Crew.Task task = () -> result.complete(start.call());
            Thread thread = virtual ? crew.virtual(task) : crew.platform(task);
            crew.join();
            assertThat(thread.isAlive()).isFalse();
        }
        return result.join();
    }

    /// Reads `length` bytes; returns how many of the first are `expected`.
    private static long count(SocketChannel peer, byte expected, long length) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
        long read = 0;
        while (read < length) {
            buffer.clear().limit((int) Math.min(buffer.capacity(), length - read));
            if (peer.read(buffer) < 0) {
                return read;
            }
            for (buffer.flip(); buffer.hasRemaining(); read++) {
                if (buffer.get() != expected) {
                    return read;
                }
            }
        }
        return read;
    }
}
