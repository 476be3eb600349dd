package dev.overlapped.winsock2;

import static dev.overlapped.winsock2.Ioapiset.CancelIoEx;
import static dev.overlapped.winsock2.Moves.memory;
import static dev.overlapped.winsock2.Moves.overlapped;
import static dev.overlapped.winsock2.Winsock2.INVALID_SOCKET;
import static dev.overlapped.winsock2.Winsock2.SOCKET_ERROR;
import static dev.overlapped.winsock2.Winsock2.WSAGetLastError;
import static dev.overlapped.winsock2.Winsock2.accept;
import static dev.overlapped.winsock2.Winsock2.closesocket;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.overlapped.winsock2.types.WSAOVERLAPPED;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What a peer can make the library hold: nothing of what it does not read, and little for being there.
class HostilePeerTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int MIB = 1 << 20;
    /// More than the kernel keeps of one connection, at both ends.
    private static final int MORE_THAN_THE_KERNEL_KEEPS = 64 * MIB;
    private static final int SENDS = 1000;
    private static final int CONNECTIONS = 100;
    /// Heap for one pending request, and for one connection with a receive pending.
    private static final long REQUEST_BYTES_MAX = 1024;
    private static final long CONNECTION_BYTES_MAX = 4096;

    private Loopback loopback;

    @BeforeEach
    void start() {
        loopback = new Loopback();
    }

    @AfterEach
    void closeAll() {
        loopback.close();
    }

    /// Bytes of heap that this takes, all of them pending.
    private static long allocatedBySends(long socket, MemorySegment bytes) {
        List<WSAOVERLAPPED> structures = Stream.generate(() -> overlapped(0)).limit(SENDS).toList();
        long before = THREADS.getCurrentThreadAllocatedBytes();
        for (WSAOVERLAPPED each : structures) {
            if (Moves.send(socket, bytes, each, null) != SOCKET_ERROR) {
                throw new AssertionError("there was room");
            }
        }
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        assertThat(WSAGetLastError()).isEqualTo(Winerror.WSA_IO_PENDING);
        return allocated;
    }

    @Test
    void whatAPeerDoesNotReadIsNotCopied() throws Exception {
        SocketChannel peer = loopback.peer();
        long socket = loopback.accepted();
        assertThat(Moves.send(socket, memory(MORE_THAN_THE_KERNEL_KEEPS), overlapped(0), null))
                .isEqualTo(SOCKET_ERROR);
        MemorySegment bytes = memory(MIB);
        // What is made once is made here.
        allocatedBySends(socket, bytes);
        assertThat(allocatedBySends(socket, bytes)).as("for %d MiB", SENDS)
                .isLessThan(SENDS * REQUEST_BYTES_MAX);
        // The system has no other bytes than these, so they leave as they are when there is room.
        bytes.fill((byte) 'c');
        MemorySegment first = Moves.elsewhere(() -> Moves.read(peer, MORE_THAN_THE_KERNEL_KEEPS)).get();
        assertThat(first.get(ValueLayout.JAVA_BYTE, MORE_THAN_THE_KERNEL_KEEPS - 1)).isZero();
        MemorySegment next = Moves.elsewhere(() -> Moves.read(peer, MIB)).get();
        assertThat(next.mismatch(bytes)).isEqualTo(-1);
        assertThat(CancelIoEx(socket, null)).isTrue();
    }

    @Test
    void aPeerThatDoesNotReadIsGotRidOfFromAnyThread() throws Exception {
        loopback.peer();
        long socket = loopback.accepted();
        try (Posted send = Posted.send(socket, memory(MORE_THAN_THE_KERNEL_KEEPS)).isPending()) {
            assertThat(Moves.elsewhere(() -> CancelIoEx(socket, send.overlapped)).get()).isTrue();
            send.await().wasAborted();
            assertThat(send.overlapped.InternalHigh).isBetween(1L, MORE_THAN_THE_KERNEL_KEEPS - 1L);
        }
        assertThat(closesocket(socket)).isZero();
    }

    @Test
    void aConnectionCostsADescriptorAndLittleHeapAndNoThread() {
        // Once around, for what is made once.
        connect(CONNECTIONS / 10);
        int threads = Thread.getAllStackTraces().size();
        long descriptors = EngineThread.descriptors();
        assertThat(connect(CONNECTIONS)).isLessThan(CONNECTIONS * CONNECTION_BYTES_MAX);
        // And the one that the engine thread watches this thread with, which does not wait.
        assertThat(EngineThread.descriptors() - descriptors).as("with those of the peers")
                .isLessThanOrEqualTo(2 * CONNECTIONS + 1);
        assertThat(Thread.getAllStackTraces()).hasSizeLessThanOrEqualTo(threads);
    }

    /// Accepts so many and starts a receive on each; returns the bytes of heap that this has taken.
    private long connect(int connections) {
        long allocated = 0;
        for (int i = 0; i < connections; i++) {
            loopback.peer();
            MemorySegment room = memory(1);
            long before = THREADS.getCurrentThreadAllocatedBytes();
            long socket = accept(loopback.listener(), null, null);
            int result = socket == INVALID_SOCKET ? 0 : Moves.receive(socket, room, overlapped(0), null);
            allocated += THREADS.getCurrentThreadAllocatedBytes() - before;
            loopback.keep(socket);
            assertThat(result).isEqualTo(SOCKET_ERROR);
            assertThat(WSAGetLastError()).isEqualTo(Winerror.WSA_IO_PENDING);
        }
        return allocated;
    }

    @Test
    void connectionsThatNobodyAcceptsCostTheProcessNothing() {
        long descriptors = EngineThread.descriptors();
        for (int i = 0; i < CONNECTIONS; i++) {
            loopback.peer();
        }
        assertThat(EngineThread.descriptors() - descriptors).as("those of the peers")
                .isLessThanOrEqualTo(CONNECTIONS);
    }
}
