package dev.overlapped.operation;

import dev.overlapped.provider.BufferList;
import dev.overlapped.provider.TransportProvider;

/// Sends of one stream that leave in one system call. It is filled, attempted, and then shares the bytes
/// taken among its sends, in the order they were added. It belongs to a thread, which uses it again.
public final class Batch {
    /// Pieces that one system call gathers at most: the kernel's own limit.
    public static final int PIECES_MAX = 1024;

    private final BufferList buffers = new BufferList();
    private int sends;
    private long asked;
    private long unshared;

    /// Begins a new batch.
    public void clear() {
        buffers.clear();
        sends = 0;
    }

    /// Adds what `send` has left, or as much as there is room for under `bytesMax`; false when there was
    /// none.
    public boolean add(Send send, long bytesMax) {
        if (buffers.pieces() == PIECES_MAX || buffers.remaining() >= bytesMax) {
            return false;
        }
        send.buffers().gatherInto(buffers, PIECES_MAX - buffers.pieces(), bytesMax - buffers.remaining());
        sends++;
        return true;
    }

    /// Makes the one call; a count or `-errno`. With `-errno` none of the sends has moved.
    public long attempt(TransportProvider provider, int descriptor) {
        asked = buffers.remaining();
        long result = provider.send(descriptor, buffers, asked, 0);
        unshared = Math.max(result, 0);
        buffers.clear();
        return result;
    }

    /// Gives `send` its share of the bytes taken; true when that finished it.
    public boolean share(Send send) {
        long share = Math.min(unshared, send.buffers().remaining());
        unshared -= share;
        return send.advance(share);
    }

    /// How many sends are in it.
    public int sends() {
        return sends;
    }

    /// Whether `taken` is less than it asked for: the kernel has no more room.
    public boolean cameShort(long taken) {
        return taken < asked;
    }
}
