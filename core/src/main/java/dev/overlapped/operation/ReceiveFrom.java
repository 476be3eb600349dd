package dev.overlapped.operation;

import dev.overlapped.address.Endpoint;
import dev.overlapped.provider.BufferList;
import dev.overlapped.provider.Errno;
import dev.overlapped.provider.TransportProvider;

/// Receives one datagram, and who sent it. One that is longer than the buffers fills them and fails with
/// EMSGSIZE: what did not fit is lost.
public final class ReceiveFrom implements Operation {
    private final BufferList buffers = new BufferList();
    private final Endpoint from = new Endpoint();
    private boolean wantsSender;
    private int flags;
    private long transferred;
    private int errno;

    /// Makes it ready for use; the buffers are added afterwards.
    public void prepare(int messageFlags) {
        buffers.clear();
        from.clear();
        wantsSender = false;
        flags = messageFlags;
        transferred = 0;
        errno = 0;
    }

    /// What is to be filled.
    public BufferList buffers() {
        return buffers;
    }

    /// The sender's address is wanted too.
    public void wantSender() {
        wantsSender = true;
    }

    /// Who sent it; not known before the end, nor where it was not wanted.
    public Endpoint from() {
        return from;
    }

    @Override
    public Kind kind() {
        return Kind.RECEIVE_FROM;
    }

    @Override
    public long attempt(TransportProvider provider, int descriptor, long bytesMax) {
        return provider.receiveFrom(descriptor, buffers, flags, wantsSender ? from : null);
    }

    @Override
    public boolean advance(long result) {
        if (result < 0) {
            errno = (int) -result;
            return true;
        }
        transferred = Math.min(result, buffers.remaining());
        errno = result > transferred ? Errno.EMSGSIZE : 0;
        return true;
    }

    /// That one datagram has come says nothing about the next.
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
