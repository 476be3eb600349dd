package dev.overlapped.winsock2;

import static dev.overlapped.winsock2.Winbase.HasOverlappedIoCompleted;
import static dev.overlapped.winsock2.Winsock2.SOCKET_ERROR;
import static dev.overlapped.winsock2.Winsock2.WSACloseEvent;
import static dev.overlapped.winsock2.Winsock2.WSACreateEvent;
import static dev.overlapped.winsock2.Winsock2.WSAGetLastError;
import static dev.overlapped.winsock2.Winsock2.WSAGetOverlappedResult;
import static dev.overlapped.winsock2.Winsock2.WSARecv;
import static dev.overlapped.winsock2.Winsock2.WSASend;
import static dev.overlapped.winsock2.Winsock2.WSAWaitForMultipleEvents;
import static dev.overlapped.winsock2.Winsock2.WSA_INFINITE;
import static dev.overlapped.winsock2.Winsock2.WSA_WAIT_EVENT_0;
import static dev.overlapped.winsock2.Winsock2.WSA_WAIT_TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.winsock2.types.DWORD;
import dev.overlapped.winsock2.types.LPWSAOVERLAPPED_COMPLETION_ROUTINE;
import dev.overlapped.winsock2.types.WSABUF;
import dev.overlapped.winsock2.types.WSAOVERLAPPED;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// An overlapped request that a test has posted: one buffer, an event of its own, everything poisoned before.
/// Any thread may look at it; closing gives the event up.
final class Posted implements AutoCloseable {
    static final int POISON = 0xdeadbeef;
    private static final byte UNTOUCHED = (byte) 0xee;

    final WSAOVERLAPPED overlapped = new WSAOVERLAPPED();
    final MemorySegment memory;
    final long socket;
    private final WSABUF[] buffers = {new WSABUF()};
    private final DWORD count = new DWORD(POISON);
    private int code;

    private Posted(long socket, MemorySegment memory) {
        this.socket = socket;
        this.memory = memory;
        buffers[0].buf = memory;
        buffers[0].len = (int) memory.byteSize();
        overlapped.InternalHigh = POISON;
        overlapped.Offset = POISON;
        overlapped.OffsetHigh = POISON;
        overlapped.hEvent = WSACreateEvent();
    }

    /// Posts a receive on the calling thread.
    static Posted receive(long socket, int length) {
        return receive(socket, length, null);
    }

    static Posted receive(long socket, int length, LPWSAOVERLAPPED_COMPLETION_ROUTINE routine) {
        Posted posted = new Posted(socket, Arena.ofAuto().allocate(length).fill(UNTOUCHED));
        return posted.started(WSARecv(socket, posted.buffers, 1, posted.count, new DWORD(0),
                posted.overlapped,
                routine));
    }

    /// Posts a send on the calling thread.
    static Posted send(long socket, MemorySegment memory) {
        return send(socket, memory, null);
    }

    static Posted send(long socket, MemorySegment memory, LPWSAOVERLAPPED_COMPLETION_ROUTINE routine) {
        Posted posted = new Posted(socket, memory);
        return posted.started(WSASend(socket, posted.buffers, 1, posted.count, 0, posted.overlapped,
                routine));
    }

    private Posted started(int result) {
        code = result == SOCKET_ERROR ? WSAGetLastError() : 0;
        return this;
    }

    /// The call answered that it is pending, and has touched nothing but `Internal`.
    Posted isPending() {
        assertThat(code).isEqualTo(Winerror.WSA_IO_PENDING);
        assertThat(count.value).isEqualTo(POISON);
        return this;
    }

    boolean hasCompleted() {
        return HasOverlappedIoCompleted(overlapped);
    }

    /// Waits for the event, not alertably, however long that takes.
    Posted await() {
        assertThat(WSAWaitForMultipleEvents(1, new long[] {overlapped.hEvent}, false, WSA_INFINITE, false))
                .isEqualTo(WSA_WAIT_EVENT_0);
        return this;
    }

    /// Whether the event is signalled at this moment.
    boolean isSignalled() {
        int result = WSAWaitForMultipleEvents(1, new long[] {overlapped.hEvent}, false, 0, false);
        assertThat(result).isIn(WSA_WAIT_EVENT_0, WSA_WAIT_TIMEOUT);
        return result == WSA_WAIT_EVENT_0;
    }

    /// It has succeeded with this many bytes.
    void succeeded(long bytes) {
        DWORD transferred = new DWORD(POISON);
        DWORD flags = new DWORD(POISON);
        assertThat(WSAGetOverlappedResult(socket, overlapped, transferred, false, flags))
                .as("error %d", WSAGetLastError()).isTrue();
        assertThat(transferred.value).isEqualTo((int) bytes);
        assertThat(overlapped.InternalHigh).isEqualTo(bytes);
        assertThat(flags.value).isZero();
        assertThat(overlapped.Offset).isEqualTo(POISON);
        assertThat(overlapped.OffsetHigh).isEqualTo(POISON);
    }

    /// It was cancelled, by whatever means.
    void wasAborted() {
        failed(Winerror.WSA_OPERATION_ABORTED);
        assertThat(overlapped.Internal).isEqualTo(0xC0000120L);
    }

    void failed(int expected) {
        DWORD transferred = new DWORD(POISON);
        assertThat(WSAGetOverlappedResult(socket, overlapped, transferred, false, null)).isFalse();
        assertThat(WSAGetLastError()).isEqualTo(expected);
        assertThat(transferred.value).isEqualTo(POISON);
    }

    @Override
    public void close() {
        assertThat(WSACloseEvent(overlapped.hEvent)).isTrue();
    }
}
