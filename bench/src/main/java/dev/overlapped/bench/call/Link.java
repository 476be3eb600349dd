package dev.overlapped.bench.call;

import static dev.overlapped.winsock2.Minwindef.MAKEWORD;
import static dev.overlapped.winsock2.Winsock2.AF_INET;
import static dev.overlapped.winsock2.Winsock2.INADDR_LOOPBACK;
import static dev.overlapped.winsock2.Winsock2.IPPROTO_TCP;
import static dev.overlapped.winsock2.Winsock2.SOCK_STREAM;
import static dev.overlapped.winsock2.Winsock2.SOL_SOCKET;
import static dev.overlapped.winsock2.Winsock2.SO_RCVBUF;
import static dev.overlapped.winsock2.Winsock2.SO_SNDBUF;
import static dev.overlapped.winsock2.Winsock2.TCP_NODELAY;
import static dev.overlapped.winsock2.Winsock2.WSACleanup;
import static dev.overlapped.winsock2.Winsock2.WSAGetLastError;
import static dev.overlapped.winsock2.Winsock2.WSAStartup;
import static dev.overlapped.winsock2.Winsock2.closesocket;
import static dev.overlapped.winsock2.Winsock2.connect;
import static dev.overlapped.winsock2.Winsock2.htonl;
import static dev.overlapped.winsock2.Winsock2.htons;
import static dev.overlapped.winsock2.Winsock2.setsockopt;
import static dev.overlapped.winsock2.Winsock2.socket;

import dev.overlapped.winsock2.types.DWORD;
import dev.overlapped.winsock2.types.SOCKADDR_IN;
import dev.overlapped.winsock2.types.WSABUF;
import dev.overlapped.winsock2.types.WSADATA;
import dev.overlapped.winsock2.types.WSAOVERLAPPED;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// A connection over 127.0.0.1 from a socket of this library to a bare one, with what requests on it need.
/// Starts Winsock, and closing it cleans up.
final class Link implements AutoCloseable {
    /// The message of all these benchmarks.
    static final int MESSAGE_BYTES = 64;
    /// Sends, or receives, in a row. Between two rows, unmeasured, the same thread empties or fills the other
    /// end: no other thread takes part, and a row fits into the buffers of every kernel's default.
    static final int ROW = 128;
    /// For rows: requests of a whole row find room.
    static final int ROOMY_BYTES = 128 << 10;

    /// Our end.
    final long socket;
    /// The other one; its calls do not wait.
    final Bare peer;
    final MemorySegment message = Arena.ofAuto().allocate(MESSAGE_BYTES);
    final WSABUF[] buffers = {new WSABUF(message, MESSAGE_BYTES)};
    final WSAOVERLAPPED overlapped = new WSAOVERLAPPED();
    final DWORD count = new DWORD();
    final DWORD flags = new DWORD();

    /// With kernel buffers of about that size at both ends.
    Link(int bufferBytes) {
        check(WSAStartup(MAKEWORD(2, 2), new WSADATA()) == 0, "WSAStartup");
        socket = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
        option(IPPROTO_TCP, TCP_NODELAY, 1);
        option(SOL_SOCKET, SO_SNDBUF, bufferBytes);
        option(SOL_SOCKET, SO_RCVBUF, bufferBytes);
        try (Bare listener = Bare.listening()) {
            // What is accepted inherits the size, before a window is offered.
            listener.buffers(bufferBytes);
            SOCKADDR_IN address = new SOCKADDR_IN();
            address.sin_family = AF_INET;
            address.sin_port = htons((short) listener.port());
            address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
            check(connect(socket, address, SOCKADDR_IN.SIZEOF) == 0, "connect");
            peer = listener.accepted().ready();
        }
    }

    private void option(int level, int name, int value) {
        check(setsockopt(socket, level, name, MemorySegment.ofArray(new int[] {value}), Integer.BYTES) == 0,
            "setsockopt");
    }

    /// Ends a benchmark in which something else happened than what it measures.
    static void check(boolean asExpected, String what) {
        if (!asExpected) {
            throw new AssertionError(what + " has gone another way, with " + WSAGetLastError());
        }
    }

    @Override
    public void close() {
        check(closesocket(socket) == 0, "closesocket");
        peer.close();
        WSACleanup();
    }
}
