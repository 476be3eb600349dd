package dev.overlapped.operation;

import dev.overlapped.provider.BufferList;
import dev.overlapped.provider.TransportProvider;

/// Sends buffers on a connection. A short write is not an outcome: it is finished when all bytes are taken,
/// or, where the caller does not want to wait, when some are.
public final class Send implements Operation {
    private final BufferList buffers = new BufferList();
    private int flags;
    private boolean whole;
    private boolean cameShort;
    private long transferred;
    private int errno;

    /// Makes it ready for use; the buffers are added afterwards. Without `whole` it is finished by its
    /// first bytes.
    public void prepare(int messageFlags, boolean untilAllAreTaken) {
        buffers.clear();
        flags = messageFlags;
        whole = untilAllAreTaken;
        transferred = 0;
        errno = 0;
    }

    /// What is left to send.
    public BufferList buffers() {
        return buffers;
    }

    /// Whether its bytes may leave in one call with those of its neighbours.
    public boolean gathers() {
        return flags == 0 && whole;
    }

    @Override
    public Kind kind() {
        return Kind.SEND;
    }

    @Override
    public long attempt(TransportProvider provider, int descriptor, long bytesMax) {
        long asked = Math.min(bytesMax, buffers.remaining());
        long result = provider.send(descriptor, buffers, bytesMax, flags);
        cameShort = result >= 0 && result < asked && buffers.isUsedWhole();
        return result;
    }

    @Override
    public boolean advance(long result) {
        if (result < 0) {
            errno = (int) -result;
            return true;
        }
        buffers.consume(result);
        transferred += result;
        return buffers.remaining() == 0 || !whole;
    }

    @Override
    public boolean cameShort() {
        return cameShort;
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
