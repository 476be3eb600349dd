package dev.overlapped.operation;

import dev.overlapped.provider.BufferList;
import dev.overlapped.provider.Errno;
import dev.overlapped.provider.MessageFlags;
import dev.overlapped.provider.TransportProvider;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// Receives into buffers. Any bytes finish it, also none at the end of the stream; with `untilFull` only
/// full buffers do. Empty buffers wait for bytes too, and leave them where they are.
public final class Receive implements Operation {
    /// Where empty receives look at a first byte, all into this one; nobody reads it. Never released.
    private static final MemorySegment PEEKED = Arena.global().allocate(1);

    private final BufferList buffers = new BufferList();
    /// Made at the first empty receive.
    private BufferList peephole;
    private int flags;
    private boolean untilFull;
    private boolean cameShort;
    private long transferred;
    private int errno;

    /// Makes it ready for use; the buffers are added afterwards.
    public void prepare(int messageFlags, boolean waitsUntilFull) {
        buffers.clear();
        flags = messageFlags;
        untilFull = waitsUntilFull;
        transferred = 0;
        errno = 0;
    }

    /// What is left to fill.
    public BufferList buffers() {
        return buffers;
    }

    /// Whether it is for urgent data that is received apart from the stream.
    public boolean isUrgent() {
        return (flags & MessageFlags.OUT_OF_BAND) != 0;
    }

    @Override
    public Kind kind() {
        return Kind.RECEIVE;
    }

    @Override
    public long attempt(TransportProvider provider, int descriptor, long bytesMax) {
        if (buffers.remaining() == 0) {
            return attemptEmpty(provider, descriptor);
        }
        long asked = buffers.remaining();
        long result = provider.receive(descriptor, buffers, flags);
        // Urgent and peeked bytes say nothing about what else waits in the stream.
        cameShort = result > 0 && result < asked && flags == 0 && buffers.isUsedWhole();
        return result;
    }

    /// A call with no room returns at once from the kernel, data or not. So it looks for one byte instead.
    private long attemptEmpty(TransportProvider provider, int descriptor) {
        if (peephole == null) {
            peephole = new BufferList();
        }
        peephole.clear();
        peephole.add(PEEKED, 1);
        cameShort = false;
        long result = provider.receive(descriptor, peephole, flags | MessageFlags.PEEK);
        return Math.min(result, 0);
    }

    @Override
    public boolean advance(long result) {
        if (result < 0) {
            // Bytes in hand would be lost if it failed now; the next call learns of the failure.
            boolean keepsBytes = transferred > 0 && result != -Errno.EFAULT;
            errno = keepsBytes ? 0 : (int) -result;
            return true;
        }
        buffers.consume(result);
        transferred += result;
        return !untilFull || result == 0 || buffers.remaining() == 0;
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
