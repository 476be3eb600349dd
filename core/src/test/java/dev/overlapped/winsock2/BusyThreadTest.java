package dev.overlapped.winsock2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.Counters;
import dev.overlapped.conformance.Clause;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A thread that has requests pending and does not wait: they make progress all the same.
class BusyThreadTest {
    /// More than a connection's two kernel buffers ever hold.
    private static final int LARGE = 64 << 20;

    /// What the thread that has started a request does afterwards.
    enum Busy { PARKED, COMPUTING, VIRTUAL_AND_PARKED }

    private Loopback loopback;
    private volatile boolean released;
    private volatile Thread busyThread;

    @BeforeEach
    void open() {
        loopback = new Loopback();
    }

    @AfterEach
    void close() {
        loopback.close();
    }

    @ParameterizedTest
    @EnumSource
    void aPendingSendLeaves(Busy busy) throws IOException {
        SocketChannel peer = loopback.peer();
        long socket = loopback.accepted();
        MemorySegment content = content(LARGE);
        try (Crew crew = new Crew()) {
            CompletableFuture<Posted> started =
                    start(crew, busy, () -> Posted.send(socket, content).isPending());
            try {
                // Nobody in this process waits in the library now: this thread reads by other means.
                assertThat(readAndCompare(peer, content)).isEqualTo(LARGE);
                try (Posted send = started.join()) {
                    send.await().succeeded(LARGE);
                }
            } finally {
                release();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    @Clause("OVERLAPPED-17")
    void aPendingReceiveWhoseEventAnotherThreadAwaitsCompletes(Busy busy) throws IOException {
        SocketChannel peer = loopback.peer();
        long socket = loopback.accepted();
        try (Crew crew = new Crew()) {
            CompletableFuture<Posted> started =
                    start(crew, busy, () -> Posted.receive(socket, 100).isPending());
            try (Posted receive = started.join()) {
                crew.platform(() -> {
                    receive.await().succeeded(3);
                    assertThat(receive.memory.get(ValueLayout.JAVA_BYTE, 2)).isEqualTo((byte) 7);
                    assertThat(receive.memory.get(ValueLayout.JAVA_BYTE, 3)).isEqualTo((byte) 0xee);
                    release();
                });
                peer.write(ByteBuffer.wrap(new byte[] {5, 6, 7}));
                crew.join();
            } finally {
                release();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aPendingReceiveWhoseEventAVirtualThreadAwaitsCompletes(Busy busy) throws IOException {
        SocketChannel peer = loopback.peer();
        long socket = loopback.accepted();
        try (Crew crew = new Crew()) {
            CompletableFuture<Posted> started =
                    start(crew, busy, () -> Posted.receive(socket, 100).isPending());
            try (Posted receive = started.join()) {
                crew.virtual(() -> {
                    receive.await().succeeded(3);
                    release();
                });
                peer.write(ByteBuffer.wrap(new byte[] {5, 6, 7}));
                crew.join();
            } finally {
                release();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aPendingReceiveThatNobodyAwaitsCompletesInItsStructure(Busy busy) throws IOException {
        SocketChannel peer = loopback.peer();
        long socket = loopback.accepted();
        long adopted = Counters.current().adopted();
        try (Crew crew = new Crew()) {
            CompletableFuture<Posted> started =
                    start(crew, busy, () -> Posted.receive(socket, 100).isPending());
            try (Posted receive = started.join()) {
                peer.write(ByteBuffer.wrap(new byte[] {5, 6, 7}));
                while (!receive.hasCompleted()) {
                    LockSupport.parkNanos(100_000);
                }
                receive.succeeded(3);
                assertThat(receive.isSignalled()).isTrue();
            } finally {
                release();
            }
        }
        if (busy != Busy.VIRTUAL_AND_PARKED) {
            assertThat(Counters.current().adopted()).isGreaterThan(adopted);
        }
    }

    /// Starts a request on a thread that is busy afterwards until [#release].
    private CompletableFuture<Posted> start(Crew crew, Busy busy, Supplier<Posted> request) {
        CompletableFuture<Posted> started = new CompletableFuture<>();
        Crew.Task task = () -> {
            try {
                started.complete(request.get());
            } catch (Throwable e) {
                started.completeExceptionally(e);
            }
            while (!released) {
                if (busy == Busy.COMPUTING) {
                    Thread.onSpinWait();
                } else {
                    LockSupport.park(this);
                }
            }
        };
        busyThread = busy == Busy.VIRTUAL_AND_PARKED ? crew.virtual(task) : crew.platform(task);
        return started;
    }

    private void release() {
        released = true;
        LockSupport.unpark(busyThread);
    }

    /// No eight bytes are twice in it.
    private static MemorySegment content(int length) {
        MemorySegment memory = Arena.ofAuto().allocate(length, Long.BYTES);
        for (long at = 0; at < length; at += Long.BYTES) {
            memory.set(ValueLayout.JAVA_LONG, at, at * 0x9e3779b97f4a7c15L);
        }
        return memory;
    }

    /// Reads as many bytes as `content` has; returns how many were right.
    private static long readAndCompare(SocketChannel peer, MemorySegment content) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 18);
        long read = 0;
        while (read < content.byteSize() && peer.read(buffer.clear()) > 0) {
            MemorySegment received = MemorySegment.ofBuffer(buffer.flip());
            long wrong = received.mismatch(content.asSlice(read, received.byteSize()));
            if (wrong >= 0) {
                return read + wrong;
            }
            read += received.byteSize();
        }
        return read;
    }
}
