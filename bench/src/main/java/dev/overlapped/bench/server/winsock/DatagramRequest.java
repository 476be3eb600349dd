package dev.overlapped.bench.server.winsock;

import static dev.overlapped.winsock2.Winerror.WSA_IO_PENDING;
import static dev.overlapped.winsock2.Winsock2.WSAGetLastError;
import static dev.overlapped.winsock2.Winsock2.WSARecvFrom;
import static dev.overlapped.winsock2.Winsock2.WSASendTo;

import dev.overlapped.winsock2.types.DWORD;
import dev.overlapped.winsock2.types.LPWSAOVERLAPPED_COMPLETION_ROUTINE;
import dev.overlapped.winsock2.types.SOCKADDR_IN;
import dev.overlapped.winsock2.types.WSABUF;
import dev.overlapped.winsock2.types.WSAOVERLAPPED;
import java.io.IOException;
import java.lang.foreign.Arena;

/// One of the requests that a server keeps outstanding: a receive, or the send of what was received to where
/// it came from.
final class DatagramRequest extends WSAOVERLAPPED {
    /// How many a server has: while one datagram is sent, others are received.
    static final int OUTSTANDING = 16;

    private final long socket;
    private final int capacity;
    private final WSABUF[] buffers;
    private final SOCKADDR_IN client = new SOCKADDR_IN();
    private final DWORD clientLength = new DWORD();
    private final DWORD flags = new DWORD();
    boolean sending;

    private DatagramRequest(long socket, int capacity) {
        this.socket = socket;
        this.capacity = capacity;
        this.buffers = new WSABUF[] {new WSABUF(Arena.ofAuto().allocate(capacity), capacity)};
    }

    static DatagramRequest[] all(long socket, int bufferBytes) {
        DatagramRequest[] requests = new DatagramRequest[OUTSTANDING];
        for (int i = 0; i < requests.length; i++) {
            requests[i] = new DatagramRequest(socket, bufferBytes);
        }
        return requests;
    }

    long socket() {
        return socket;
    }

    void receive(LPWSAOVERLAPPED_COMPLETION_ROUTINE routine) throws IOException {
        sending = false;
        buffers[0].len = capacity;
        flags.value = 0;
        clientLength.value = SOCKADDR_IN.SIZEOF;
        int result = WSARecvFrom(socket, buffers, 1, null, flags, client, clientLength, this, routine);
        if (result != 0 && WSAGetLastError() != WSA_IO_PENDING) {
            throw Winsock.failed("WSARecvFrom");
        }
    }

    void send(int bytes, LPWSAOVERLAPPED_COMPLETION_ROUTINE routine) throws IOException {
        sending = true;
        buffers[0].len = bytes;
        int result = WSASendTo(socket, buffers, 1, null, 0, client, SOCKADDR_IN.SIZEOF, this, routine);
        if (result != 0 && WSAGetLastError() != WSA_IO_PENDING) {
            throw Winsock.failed("WSASendTo");
        }
    }
}
