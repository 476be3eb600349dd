package dev.overlapped.cli.errors;

import static dev.overlapped.winsock2.Minwindef.MAKEWORD;
import static dev.overlapped.winsock2.Winerror.WSA_IO_PENDING;
import static dev.overlapped.winsock2.Winsock2.*;

import dev.overlapped.cli.tcp.WinsockSession;
import dev.overlapped.cli.terminal.RunFailedException;
import dev.overlapped.winsock2.Handleapi;
import dev.overlapped.winsock2.types.DWORD;
import dev.overlapped.winsock2.types.LPWSAOVERLAPPED_COMPLETION_ROUTINE;
import dev.overlapped.winsock2.types.SOCKADDR_IN;
import dev.overlapped.winsock2.types.WSABUF;
import dev.overlapped.winsock2.types.WSADATA;
import dev.overlapped.winsock2.types.WSAOVERLAPPED;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;

/// Winsock from its start to its end, and the sockets of one condition. Closing it closes them all.
final class Scene implements AutoCloseable {
    /// More than a connection takes in while nobody reads.
    static final int TOO_MUCH = 16 << 20;
    private static final int SEND_BUFFER_BYTES = 128 * 1024;
    private static final int DISCARD_PORT = 9;

    private final ArrayDeque<Long> handles = new ArrayDeque<>();
    private final Arena arena = Arena.ofShared();
    private final MemorySegment bytes = arena.allocate(TOO_MUCH);

    /// Starts Winsock in the version of `major` and `minor`, which holds until [#close].
    Scene(int major, int minor) {
        int rc = WSAStartup(MAKEWORD(major, minor), new WSADATA());
        if (rc != 0) {
            throw new RunFailedException("Unable to load Winsock: " + rc);
        }
    }

    Scene() {
        this(2, 2);
    }

    // ---- sockets ----

    long stream() {
        return kept(socket(AF_INET, SOCK_STREAM, IPPROTO_TCP));
    }

    /// Two ends of a connection over loopback: the one that sends, and its peer, which does not read.
    long[] connection() {
        long listener = stream();
        SOCKADDR_IN name = bound(listener);
        check("listen", listen(listener, 1));
        long sender = stream();
        option(sender, SOL_SOCKET, SO_SNDBUF, SEND_BUFFER_BYTES);
        check("connect", connect(sender, name, SOCKADDR_IN.SIZEOF));
        return new long[] {sender, kept(accept(listener, null, null))};
    }

    /// A datagram socket that is connected to another one.
    long datagrams() {
        SOCKADDR_IN peer = bound(kept(socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP)));
        long sender = kept(socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP));
        check("connect", connect(sender, peer, SOCKADDR_IN.SIZEOF));
        return sender;
    }

    /// A datagram socket that has one address, and is connected to another, of which nobody need be there.
    long datagrams(int own, int others) {
        SOCKADDR_IN peer = address(others);
        peer.sin_port = htons(DISCARD_PORT);
        long sender = kept(socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP));
        check("bind", bind(sender, address(own), SOCKADDR_IN.SIZEOF));
        check("connect", connect(sender, peer, SOCKADDR_IN.SIZEOF));
        return sender;
    }

    private static SOCKADDR_IN address(int number) {
        SOCKADDR_IN name = new SOCKADDR_IN();
        name.sin_family = AF_INET;
        name.sin_addr.s_addr = htonl(number);
        return name;
    }

    private static SOCKADDR_IN bound(long socket) {
        SOCKADDR_IN name = address(INADDR_LOOPBACK);
        check("bind", bind(socket, name, SOCKADDR_IN.SIZEOF));
        check("getsockname", getsockname(socket, name, new DWORD(SOCKADDR_IN.SIZEOF)));
        return name;
    }

    void option(long socket, int level, int name, int value) {
        check("setsockopt", setsockopt(socket, level, name, MemorySegment.ofArray(new int[] {value}), 4));
    }

    /// An event, which is no socket.
    long event() {
        long event = WSACreateEvent();
        handles.push(event);
        return event;
    }

    private long kept(long socket) {
        if (socket == INVALID_SOCKET) {
            throw WinsockSession.failed("socket");
        }
        handles.push(socket);
        return socket;
    }

    static void check(String function, int result) {
        if (result == SOCKET_ERROR) {
            throw WinsockSession.failed(function);
        }
    }

    // ---- sends ----

    /// WSASend of so many bytes as a call: 0, or the error.
    int send(long socket, int length) {
        return send(socket, length, 0, null, null);
    }

    /// WSASend with all that it takes: 0, or the error.
    int send(long socket, int length, int flags, WSAOVERLAPPED overlapped,
            LPWSAOVERLAPPED_COMPLETION_ROUTINE routine) {
        WSABUF[] buffers = {new WSABUF(bytes, length)};
        int result = WSASend(socket, buffers, 1, new DWORD(), flags, overlapped, routine);
        return result == 0 ? 0 : WSAGetLastError();
    }

    /// Starts a send that cannot end by itself; its structure.
    WSAOVERLAPPED pending(long socket) {
        WSAOVERLAPPED overlapped = new WSAOVERLAPPED();
        overlapped.hEvent = event();
        int code = send(socket, TOO_MUCH, 0, overlapped, null);
        if (code != WSA_IO_PENDING) {
            throw WinsockSession.failed("WSASend", code);
        }
        return overlapped;
    }

    /// Waits for the end of a request; 0, or its error.
    static int outcome(long socket, WSAOVERLAPPED overlapped) {
        boolean well = WSAGetOverlappedResult(socket, overlapped, new DWORD(), true, new DWORD());
        return well ? 0 : WSAGetLastError();
    }

    @Override
    public void close() {
        // Some are closed already, which then names nothing.
        while (!handles.isEmpty()) {
            Handleapi.CloseHandle(handles.pop());
        }
        WSACleanup();
        arena.close();
    }
}
