package dev.overlapped.cli.echo;

import static dev.overlapped.winsock2.Mswsock.AcceptEx;
import static dev.overlapped.winsock2.Mswsock.AcceptExRoutine;
import static dev.overlapped.winsock2.Mswsock.SO_UPDATE_ACCEPT_CONTEXT;
import static dev.overlapped.winsock2.Winerror.WSA_IO_PENDING;
import static dev.overlapped.winsock2.Winsock2.INVALID_SOCKET;
import static dev.overlapped.winsock2.Winsock2.IPPROTO_TCP;
import static dev.overlapped.winsock2.Winsock2.SOCK_STREAM;
import static dev.overlapped.winsock2.Winsock2.SOL_SOCKET;
import static dev.overlapped.winsock2.Winsock2.TCP_NODELAY;
import static dev.overlapped.winsock2.Winsock2.WSAGetLastError;
import static dev.overlapped.winsock2.Winsock2.closesocket;
import static dev.overlapped.winsock2.Winsock2.setsockopt;
import static dev.overlapped.winsock2.Winsock2.socket;

import dev.overlapped.cli.tcp.TcpSockets;
import dev.overlapped.winsock2.types.DWORD;
import dev.overlapped.winsock2.types.LPWSAOVERLAPPED_COMPLETION_ROUTINE;
import dev.overlapped.winsock2.types.SOCKADDR_STORAGE;
import dev.overlapped.winsock2.types.WSAOVERLAPPED;
import java.io.PrintWriter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// The one `AcceptEx` that a server has outstanding, with the socket that waits to become the next
/// connection.
final class Acceptor extends WSAOVERLAPPED {
    /// `AcceptEx` wants room for each address, and 16 bytes more for itself.
    private static final int ADDRESS_BYTES = SOCKADDR_STORAGE.SIZEOF + 16;

    private final TcpSockets.Listening listening;
    private final PrintWriter err;
    private final MemorySegment addresses = Arena.ofAuto().allocate(2L * ADDRESS_BYTES);
    /// The listening socket as an option's value.
    private final MemorySegment listener;
    private final MemorySegment yes = MemorySegment.ofArray(new int[] {1});
    private final DWORD received = new DWORD();
    private long next = INVALID_SOCKET;

    /// Accepts from `listening`, which stays the caller's; trouble that passes is told on `err`.
    Acceptor(TcpSockets.Listening listening, PrintWriter err) {
        this.listening = listening;
        this.err = err;
        this.listener = MemorySegment.ofArray(new long[] {listening.socket()});
    }

    /// The socket that connections come from.
    long listeningSocket() {
        return listening.socket();
    }

    /// Whether a connection is being waited for, or was accepted and not yet taken.
    boolean isPending() {
        return next != INVALID_SOCKET;
    }

    /// Starts to wait for a connection; its indication is the routine, or without one the event. Returns 0,
    /// or the code of what failed.
    int post(LPWSAOVERLAPPED_COMPLETION_ROUTINE routine) {
        next = socket(listening.family(), SOCK_STREAM, IPPROTO_TCP);
        if (next == INVALID_SOCKET) {
            return WSAGetLastError();
        }
        // No bytes are asked for, so that a client that says nothing does not keep the others waiting.
        boolean done = routine == null
            ? AcceptEx(listening.socket(), next, addresses, 0, ADDRESS_BYTES, ADDRESS_BYTES, received, this)
            : AcceptExRoutine(listening.socket(), next, addresses, 0, ADDRESS_BYTES, ADDRESS_BYTES, received,
                this, routine);
        if (done) {
            return 0;
        }
        int error = WSAGetLastError();
        if (error == WSA_IO_PENDING) {
            return 0;
        }
        drop();
        return error;
    }

    /// The connection that has been accepted, ready for use; it is the caller's now.
    long take() {
        long accepted = next;
        next = INVALID_SOCKET;
        setsockopt(accepted, SOL_SOCKET, SO_UPDATE_ACCEPT_CONTEXT, listener, Long.BYTES);
        setsockopt(accepted, IPPROTO_TCP, TCP_NODELAY, yes, Integer.BYTES);
        return accepted;
    }

    /// Closes the socket that was to become a connection.
    void drop() {
        if (isPending()) {
            closesocket(next);
            next = INVALID_SOCKET;
        }
    }

    /// Tells that there will be no further connection before one of those that are open is closed.
    void tellPaused(int error) {
        err.println("AcceptEx failed with error: " + error
            + "; the next connection must wait until another ends");
        err.flush();
    }
}
