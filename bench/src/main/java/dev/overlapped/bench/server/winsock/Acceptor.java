package dev.overlapped.bench.server.winsock;

import static dev.overlapped.winsock2.Mswsock.AcceptExRoutine;
import static dev.overlapped.winsock2.Mswsock.SO_UPDATE_ACCEPT_CONTEXT;
import static dev.overlapped.winsock2.Winerror.WSA_IO_PENDING;
import static dev.overlapped.winsock2.Winsock2.SOL_SOCKET;
import static dev.overlapped.winsock2.Winsock2.WSAGetLastError;
import static dev.overlapped.winsock2.Winsock2.setsockopt;

import dev.overlapped.winsock2.types.DWORD;
import dev.overlapped.winsock2.types.LPWSAOVERLAPPED_COMPLETION_ROUTINE;
import dev.overlapped.winsock2.types.SOCKADDR_STORAGE;
import dev.overlapped.winsock2.types.WSAOVERLAPPED;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// The one `AcceptEx` that a server keeps outstanding.
final class Acceptor extends WSAOVERLAPPED {
    /// `AcceptEx` wants room for each address, and 16 bytes more for itself.
    private static final int ADDRESS_BYTES = SOCKADDR_STORAGE.SIZEOF + 16;

    private final long listener;
    private final MemorySegment listenerOption;
    private final MemorySegment addresses = Arena.ofAuto().allocate(2L * ADDRESS_BYTES);
    private final DWORD received = new DWORD();
    private long next;

    Acceptor(long listener) {
        this.listener = listener;
        this.listenerOption = MemorySegment.ofArray(new long[] {listener});
    }

    /// Starts to wait for a connection; without a routine its event is set.
    void post(LPWSAOVERLAPPED_COMPLETION_ROUTINE routine) throws IOException {
        next = Winsock.stream();
        boolean done = AcceptExRoutine(listener, next, addresses, 0, ADDRESS_BYTES, ADDRESS_BYTES, received,
            this, routine);
        if (!done && WSAGetLastError() != WSA_IO_PENDING) {
            throw Winsock.failed("AcceptEx");
        }
    }

    /// The connection that was accepted.
    long take() {
        setsockopt(next, SOL_SOCKET, SO_UPDATE_ACCEPT_CONTEXT, listenerOption, Long.BYTES);
        Winsock.noDelay(next);
        return next;
    }

    long listener() {
        return listener;
    }
}
