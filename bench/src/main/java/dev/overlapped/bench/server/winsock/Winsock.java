package dev.overlapped.bench.server.winsock;

import static dev.overlapped.winsock2.Minwindef.MAKEWORD;
import static dev.overlapped.winsock2.Winsock2.AF_INET;
import static dev.overlapped.winsock2.Winsock2.INADDR_LOOPBACK;
import static dev.overlapped.winsock2.Winsock2.INVALID_SOCKET;
import static dev.overlapped.winsock2.Winsock2.IPPROTO_TCP;
import static dev.overlapped.winsock2.Winsock2.IPPROTO_UDP;
import static dev.overlapped.winsock2.Winsock2.SOCKET_ERROR;
import static dev.overlapped.winsock2.Winsock2.SOCK_DGRAM;
import static dev.overlapped.winsock2.Winsock2.SOCK_STREAM;
import static dev.overlapped.winsock2.Winsock2.TCP_NODELAY;
import static dev.overlapped.winsock2.Winsock2.WSAGetLastError;
import static dev.overlapped.winsock2.Winsock2.WSAStartup;
import static dev.overlapped.winsock2.Winsock2.bind;
import static dev.overlapped.winsock2.Winsock2.getsockname;
import static dev.overlapped.winsock2.Winsock2.htonl;
import static dev.overlapped.winsock2.Winsock2.listen;
import static dev.overlapped.winsock2.Winsock2.ntohs;
import static dev.overlapped.winsock2.Winsock2.setsockopt;
import static dev.overlapped.winsock2.Winsock2.socket;

import dev.overlapped.bench.server.Control;
import dev.overlapped.bench.server.Server;
import dev.overlapped.winsock2.types.DWORD;
import dev.overlapped.winsock2.types.SOCKADDR_IN;
import dev.overlapped.winsock2.types.WSADATA;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/// The calls that all servers of ours begin with.
final class Winsock {
    private static final MemorySegment YES = MemorySegment.ofArray(new int[] {1});

    private Winsock() {
    }

    /// Starts Winsock, and tells the port of the socket it returns, which listens.
    static long listening() throws IOException {
        start();
        long listener = stream();
        int port = bindToAny(listener);
        if (listen(listener, Server.BACKLOG) == SOCKET_ERROR) {
            throw failed("listen");
        }
        Control.listening(port);
        return listener;
    }

    /// Starts Winsock, and tells the port of the socket it returns, which is one for datagrams.
    static long datagrams() throws IOException {
        start();
        long socket = socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP);
        if (socket == INVALID_SOCKET) {
            throw failed("socket");
        }
        Control.listening(bindToAny(socket));
        return socket;
    }

    private static void start() throws IOException {
        int code = WSAStartup(MAKEWORD(2, 2), new WSADATA());
        if (code != 0) {
            throw new IOException("WSAStartup: " + code);
        }
    }

    /// Binds to a free port of 127.0.0.1, and returns it.
    private static int bindToAny(long socket) throws IOException {
        SOCKADDR_IN address = new SOCKADDR_IN();
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (bind(socket, address, SOCKADDR_IN.SIZEOF) == SOCKET_ERROR) {
            throw failed("bind");
        }
        if (getsockname(socket, address, new DWORD(SOCKADDR_IN.SIZEOF)) == SOCKET_ERROR) {
            throw failed("getsockname");
        }
        return ntohs(address.sin_port);
    }

    /// A socket for `AcceptEx`.
    static long stream() throws IOException {
        long socket = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
        if (socket == INVALID_SOCKET) {
            throw failed("socket");
        }
        return socket;
    }

    static void noDelay(long socket) {
        setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, YES, Integer.BYTES);
    }

    /// What `function` has just failed with on this thread.
    static IOException failed(String function) {
        return new IOException(function + ": " + WSAGetLastError());
    }
}
