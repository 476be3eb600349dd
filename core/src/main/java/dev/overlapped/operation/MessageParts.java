package dev.overlapped.operation;

import dev.overlapped.address.Endpoint;
import dev.overlapped.provider.BufferList;
import dev.overlapped.provider.Errno;
import dev.overlapped.provider.TransportProvider;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// The parts of a message that wait for its last one, copied, since their requests have ended. It belongs to
/// a socket, and is guarded by the lock of its sends.
public final class MessageParts {
    /// A message that is longer, all parts together, is refused and forgotten.
    public static final int BYTES_MAX = 1 << 20;

    private static final int BYTES_AT_START = 4096;
    /// No address: messages of a connection go to its peer. Never changed.
    private static final Endpoint PEER = new Endpoint();

    private final BufferList whole = new BufferList();
    /// Owned by an automatic arena. Null until there is a part.
    private MemorySegment copy;
    private long size;

    boolean isEmpty() {
        return size == 0;
    }

    /// Takes a part in; its length, or `-errno`.
    long add(BufferList part) {
        long bytes = part.remaining();
        if (size + bytes > BYTES_MAX) {
            size = 0;
            return -Errno.EMSGSIZE;
        }
        makeRoom(size + bytes);
        try {
            long offset = size;
            for (int i = 0; i < part.pieces(); i++) {
                MemorySegment.copy(part.segment(i), part.start(i), copy, offset, part.length(i));
                offset += part.length(i);
            }
        } catch (IllegalStateException | WrongThreadException _) {
            // The memory has closed, or is another thread's.
            return -Errno.EFAULT;
        }
        size += bytes;
        return bytes;
    }

    private void makeRoom(long bytes) {
        if (copy == null || copy.byteSize() < bytes) {
            MemorySegment larger = Arena.ofAuto().allocate(Math.max(BYTES_AT_START, 2 * bytes));
            if (copy != null) {
                MemorySegment.copy(copy, 0, larger, 0, size);
            }
            copy = larger;
        }
    }

    /// Sends all parts, and `last` behind them; the length of `last`, or `-errno`. Unless it has to wait,
    /// they are gone then.
    long send(TransportProvider provider, int descriptor, BufferList last, int flags) {
        if (size + last.remaining() > BYTES_MAX) {
            size = 0;
            return -Errno.EMSGSIZE;
        }
        whole.clear();
        whole.add(copy, size);
        last.gatherInto(whole, last.pieces(), last.remaining());
        long result = provider.sendTo(descriptor, whole, flags, PEER);
        whole.clear();
        if (result == -Errno.EAGAIN) {
            return result;
        }
        size = 0;
        return result < 0 ? result : last.remaining();
    }
}
