package dev.overlapped.winsock2;

import static dev.overlapped.winsock2.Winsock2.WSAGetOverlappedResult;
import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.conformance.Clause;
import dev.overlapped.winsock2.types.DWORD;
import dev.overlapped.winsock2.types.WSAOVERLAPPED;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Sends of many buffers, and of more bytes than an `int` counts.
class LargeSendTest {
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

    /// 16 is the limit of Windows 95, 1,024 that of one system call.
    @ParameterizedTest
    @ValueSource(ints = {17, 1025, 5000})
    @Clause("REMARKS-3")
    void manyBuffersAreOneSendInTheirOrder(int buffers) {
        byte[] content = Requests.random(3 * buffers, buffers);
        MemorySegment memory = Requests.nativeCopy(content);
        MemorySegment[] parts = new MemorySegment[buffers];
        Arrays.setAll(parts, i -> memory.asSlice(3L * i, 3));
        WSAOVERLAPPED overlapped = Requests.withEvent();
        assertThat(Requests.send(socket, overlapped, null, parts)).isIn(0, 997);
        assertThat(Requests.await(overlapped)).isZero();
        assertThat(overlapped.InternalHigh).isEqualTo(content.length);
        assertThat(Requests.read(peer, content.length)).isEqualTo(content);
    }

    @Test
    @Clause({"REMARKS-3", "OVERLAPPED-28"})
    void moreThanTwoGibibytesAreOneSend() throws Exception {
        int part = 16 << 20;
        MemorySegment memory = Requests.nativeCopy(Requests.random(part, 1));
        MemorySegment[] parts = new MemorySegment[129];
        Arrays.fill(parts, memory);
        long total = (long) part * parts.length;
        FutureTask<Long> reading = Moves.elsewhere(() -> readRepeated(memory, total));
        Requests.Runs runs = new Requests.Runs();
        WSAOVERLAPPED overlapped = Requests.poisoned();
        assertThat(Requests.send(socket, overlapped, runs, parts)).isEqualTo(997);
        runs.await(1);
        // The count of a routine is unsigned.
        assertThat(runs.all).containsExactly(new Requests.Run(0, (int) total, overlapped, 0));
        assertThat(overlapped.InternalHigh).isEqualTo(total).isGreaterThan(Integer.MAX_VALUE);
        DWORD count = new DWORD();
        assertThat(WSAGetOverlappedResult(socket, overlapped, count, false, null)).isTrue();
        assertThat(Integer.toUnsignedLong(count.value)).isEqualTo(total);
        assertThat(reading.get()).isEqualTo(total);
    }

    /// Reads `total` bytes, which must be `pattern` again and again; how many were.
    private long readRepeated(MemorySegment pattern, long total) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 20);
        long position = 0;
        while (position < total) {
            long inPattern = position % pattern.byteSize();
            buffer.clear().limit((int) Math.min(buffer.capacity(), pattern.byteSize() - inPattern));
            int read = peer.read(buffer);
            MemorySegment expected = pattern.asSlice(inPattern, Math.max(read, 0));
            if (read <= 0 || MemorySegment.ofBuffer(buffer.flip()).mismatch(expected) != -1) {
                return position;
            }
            position += read;
        }
        return position;
    }
}
