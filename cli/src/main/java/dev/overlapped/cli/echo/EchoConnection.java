package dev.overlapped.cli.echo;

import static dev.overlapped.winsock2.Winerror.WSA_IO_PENDING;
import static dev.overlapped.winsock2.Winsock2.INVALID_SOCKET;
import static dev.overlapped.winsock2.Winsock2.WSAGetLastError;
import static dev.overlapped.winsock2.Winsock2.WSARecv;
import static dev.overlapped.winsock2.Winsock2.WSASend;

import dev.overlapped.winsock2.types.DWORD;
import dev.overlapped.winsock2.types.LPWSAOVERLAPPED_COMPLETION_ROUTINE;
import dev.overlapped.winsock2.types.WSABUF;
import dev.overlapped.winsock2.types.WSAOVERLAPPED;
import java.lang.foreign.MemorySegment;

/// One connection: one request is outstanding, either a receive or the send of what was received. So one
/// structure and one buffer are enough, and a connection allocates nothing once it is made.
final class EchoConnection extends WSAOVERLAPPED {
    private final int capacity;
    private final WSABUF[] buffers;
    private final DWORD flags = new DWORD();
    /// The client's, while a client is there; [ConnectionPool] gives and takes it.
    long socket = INVALID_SOCKET;
    private boolean sending;

    EchoConnection(MemorySegment memory) {
        capacity = (int) memory.byteSize();
        buffers = new WSABUF[] {new WSABUF(memory, capacity)};
    }

    /// Whether the request that is outstanding, or has just completed, is a send.
    boolean isSending() {
        return sending;
    }

    /// Starts to receive. Returns 0, or the code with which the call failed.
    int receive(LPWSAOVERLAPPED_COMPLETION_ROUTINE routine) {
        sending = false;
        buffers[0].len = capacity;
        flags.value = 0;
        return started(WSARecv(socket, buffers, 1, null, flags, this, routine));
    }

    /// Starts to send what was received, that many bytes. Returns 0, or the code with which the call failed.
    int send(int bytes, LPWSAOVERLAPPED_COMPLETION_ROUTINE routine) {
        sending = true;
        buffers[0].len = bytes;
        return started(WSASend(socket, buffers, 1, null, 0, this, routine));
    }

    /// A request that completes at once is indicated like any other: there is nothing to do about it here.
    private static int started(int rc) {
        if (rc == 0) {
            return 0;
        }
        int error = WSAGetLastError();
        return error == WSA_IO_PENDING ? 0 : error;
    }
}
