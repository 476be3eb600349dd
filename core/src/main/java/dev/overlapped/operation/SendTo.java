package dev.overlapped.operation;

import dev.overlapped.address.Endpoint;
import dev.overlapped.provider.BufferList;
import dev.overlapped.provider.MessageFlags;
import dev.overlapped.provider.TransportProvider;

/// Sends one datagram, all of it in one call or nothing; to the peer of its socket unless it is told where
/// to.
public final class SendTo implements Operation {
    private final BufferList buffers = new BufferList();
    private final Endpoint to = new Endpoint();
    /// Of a socket whose messages may be sent in parts; else null.
    private MessageParts parts;
    private int flags;
    private long transferred;
    private int errno;

    /// Makes it ready for use; the buffers and the address are added afterwards.
    public void prepare(int messageFlags, MessageParts ofSocket) {
        buffers.clear();
        to.clear();
        parts = ofSocket;
        flags = messageFlags;
        transferred = 0;
        errno = 0;
    }

    /// What the datagram consists of.
    public BufferList buffers() {
        return buffers;
    }

    /// Where to; not known: to the peer.
    public Endpoint to() {
        return to;
    }

    /// Whether only its socket knows where to.
    public boolean needsPeer() {
        return !to.isKnown();
    }

    @Override
    public Kind kind() {
        return Kind.SEND_TO;
    }

    /// A datagram of more than `bytesMax` bytes there is none, so it goes whole.
    @Override
    public long attempt(TransportProvider provider, int descriptor, long bytesMax) {
        if ((flags & MessageFlags.PARTIAL) != 0) {
            return parts.add(buffers);
        }
        return parts == null || parts.isEmpty() ? provider.sendTo(descriptor, buffers, flags, to)
                : parts.send(provider, descriptor, buffers, flags);
    }

    @Override
    public boolean advance(long result) {
        if (result < 0) {
            errno = (int) -result;
        } else {
            transferred = result;
        }
        return true;
    }

    /// That one datagram has left says nothing about room for the next.
    @Override
    public boolean cameShort() {
        return false;
    }

    @Override
    public long transferred() {
        return transferred;
    }

    @Override
    public int errno() {
        return errno;
    }
}
