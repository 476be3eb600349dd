package dev.overlapped.bench.call;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// A connection over 127.0.0.1 between two bare sockets.
final class BareLink implements AutoCloseable {
    final Bare socket;
    final Bare peer;
    final MemorySegment message = Arena.ofAuto().allocate(Link.MESSAGE_BYTES);

    /// With kernel buffers of about that size at both ends.
    BareLink(int bufferBytes) {
        try (Bare listener = Bare.listening()) {
            listener.buffers(bufferBytes);
            socket = Bare.connected(listener.port()).ready();
            socket.buffers(bufferBytes);
            peer = listener.accepted().ready();
        }
    }

    @Override
    public void close() {
        socket.close();
        peer.close();
    }
}
