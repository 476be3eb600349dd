package dev.overlapped.bench.server.winsock;

import static dev.overlapped.winsock2.Winerror.WSA_IO_PENDING;
import static dev.overlapped.winsock2.Winsock2.WSAGetLastError;
import static dev.overlapped.winsock2.Winsock2.WSARecv;
import static dev.overlapped.winsock2.Winsock2.WSASend;

import dev.overlapped.winsock2.types.DWORD;
import dev.overlapped.winsock2.types.LPWSAOVERLAPPED_COMPLETION_ROUTINE;
import dev.overlapped.winsock2.types.WSABUF;
import dev.overlapped.winsock2.types.WSAOVERLAPPED;
import java.lang.foreign.MemorySegment;

/// One connection and its one request, which is a receive or the send of what was received.
final class EchoConnection extends WSAOVERLAPPED {
    private final int capacity;
    private final WSABUF[] buffers;
    private final DWORD flags = new DWORD();
    long socket;
    boolean sending;

    EchoConnection(MemorySegment memory) {
        capacity = (int) memory.byteSize();
        buffers = new WSABUF[] {new WSABUF(memory, capacity)};
    }

    /// Returns whether it was started.
    boolean receive(LPWSAOVERLAPPED_COMPLETION_ROUTINE routine) {
        sending = false;
        buffers[0].len = capacity;
        flags.value = 0;
        return WSARecv(socket, buffers, 1, null, flags, this, routine) == 0
            || WSAGetLastError() == WSA_IO_PENDING;
    }

    /// Returns whether it was started.
    boolean send(int bytes, LPWSAOVERLAPPED_COMPLETION_ROUTINE routine) {
        sending = true;
        buffers[0].len = bytes;
        return WSASend(socket, buffers, 1, null, 0, this, routine) == 0
            || WSAGetLastError() == WSA_IO_PENDING;
    }
}
