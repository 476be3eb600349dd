package dev.overlapped.provider.epoll;

import dev.overlapped.linux.Constants;
import dev.overlapped.linux.Libc;
import dev.overlapped.linux.Message;
import dev.overlapped.linux.Scratch;
import dev.overlapped.provider.BufferList;
import dev.overlapped.provider.Errno;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;

/// Bytes from and to the memory of the application: one call each, which takes what it can.
///
/// One piece that has not been begun goes by reference. Everything else is a gathered or scattered message,
/// whose memory [Message] holds during the call. What cannot be held so is copied: memory on the heap, and
/// when sending also what belongs to more scopes than one call can hold. A receive ends before the latter: if
/// such a scope closed meanwhile, bytes that have left the kernel would have nowhere to go.
final class Transfers {
    /// The most bytes that Linux moves in one call (MAX_RW_COUNT with pages of 4 KiB).
    static final long CALL_BYTES_MAX = 0x7ffff000L;

    private static final long NOTHING_APPENDED = 0;

    private Transfers() {
    }

    /// Sends. The signal of a broken pipe is never wanted: the error says it.
    static long send(int descriptor, BufferList buffers, long bytesMax, int flags) {
        int sendFlags = flags | Constants.MSG_NOSIGNAL;
        long bytes = Math.min(Math.min(bytesMax, buffers.remaining()), CALL_BYTES_MAX);
        try {
            MemorySegment plain = plainPiece(buffers);
            if (plain != null) {
                return isWithin(plain, 0, bytes) ? send(descriptor, plain, bytes, sendFlags) : -Errno.EFAULT;
            }
            return sendMessage(descriptor, buffers, bytes, sendFlags);
        } catch (IllegalStateException | WrongThreadException _) {
            // The memory is closed or another thread's. The JDK finds out before it calls the kernel.
            return -Errno.EFAULT;
        } finally {
            // Memory that nothing but this list refers to must not be released while its address is in use.
            Reference.reachabilityFence(buffers);
        }
    }

    /// The only piece, if it is native memory and begins where its segment does; the null pointer if there is
    /// no piece; else null.
    private static MemorySegment plainPiece(BufferList buffers) {
        if (buffers.pieces() == 0) {
            return MemorySegment.NULL;
        }
        if (buffers.pieces() > 1 || buffers.start(0) != 0) {
            return null;
        }
        MemorySegment only = buffers.segment(0);
        return only.isNative() ? only : null;
    }

    static boolean isWithin(MemorySegment segment, long start, long bytes) {
        return bytes <= segment.byteSize() - start;
    }

    private static long send(int descriptor, MemorySegment segment, long bytes, int flags) {
        long sent;
        do {
            sent = Libc.send(descriptor, segment, bytes, flags);
        } while (sent == -Errno.EINTR);
        return sent;
    }

    private static long sendMessage(int descriptor, BufferList buffers, long bytes, int flags) {
        Message message = Scratch.current().message();
        try {
            if (!gather(message, buffers, bytes)) {
                return -Errno.EFAULT;
            }
            long sent;
            do {
                sent = Message.sendmsg(descriptor, message, flags);
            } while (sent == -Errno.EINTR);
            return sent;
        } finally {
            message.clear();
        }
    }

    /// False if a piece reaches over the end of its segment.
    private static boolean gather(Message message, BufferList buffers, long bytes) {
        int pieces = Math.min(buffers.pieces(), Message.PIECES_MAX);
        message.reserve(pieces);
        long left = bytes;
        for (int i = 0; i < pieces && left > 0; i++) {
            MemorySegment segment = buffers.segment(i);
            long start = buffers.start(i);
            long length = Math.min(left, buffers.length(i));
            if (!isWithin(segment, start, length)) {
                return false;
            }
            long taken = segment.isNative() && message.add(segment, start, length)
                    ? length : message.addCopy(segment, start, length);
            if (taken < length) {
                return true;
            }
            left -= length;
        }
        return true;
    }

    /// Receives.
    static long receive(int descriptor, BufferList buffers, int flags) {
        long bytes = Math.min(buffers.remaining(), CALL_BYTES_MAX);
        try {
            MemorySegment plain = plainPiece(buffers);
            if (plain != null) {
                boolean fits = plain.address() == 0 || isWritable(plain, 0, bytes);
                return fits ? receive(descriptor, plain, bytes, flags) : -Errno.EFAULT;
            }
            return receiveMessage(descriptor, buffers, bytes, flags);
        } catch (IllegalStateException | WrongThreadException _) {
            return -Errno.EFAULT;
        } finally {
            Reference.reachabilityFence(buffers);
        }
    }

    static boolean isWritable(MemorySegment segment, long start, long bytes) {
        return !segment.isReadOnly() && isWithin(segment, start, bytes);
    }

    private static long receive(int descriptor, MemorySegment segment, long bytes, int flags) {
        long received;
        do {
            received = Libc.recv(descriptor, segment, bytes, flags);
        } while (received == -Errno.EINTR);
        return isWithoutUrgent(received, flags) ? noUrgent(descriptor) : received;
    }

    /// The kernel finds a call for urgent data invalid as long as there is none.
    private static boolean isWithoutUrgent(long result, int flags) {
        return result == -Errno.EINVAL && (flags & Constants.MSG_OOB) != 0;
    }

    /// It would have to wait, unless the stream has nothing left but its end.
    private static long noUrgent(int descriptor) {
        long next = Libc.recv(descriptor, Scratch.current().option(), 1, Constants.MSG_PEEK);
        return next > 0 ? -Errno.EAGAIN : next;
    }

    private static long receiveMessage(int descriptor, BufferList buffers, long bytes, int flags) {
        Message message = Scratch.current().message();
        try {
            if (!scatter(message, buffers, bytes)) {
                return -Errno.EFAULT;
            }
            long received;
            do {
                received = Message.recvmsg(descriptor, message, flags);
            } while (received == -Errno.EINTR);
            copyOut(message, buffers, received);
            return isWithoutUrgent(received, flags) ? noUrgent(descriptor) : received;
        } finally {
            message.clear();
        }
    }

    /// False if a piece is read-only or reaches over the end of its segment.
    private static boolean scatter(Message message, BufferList buffers, long bytes) {
        int pieces = Math.min(buffers.pieces(), Message.PIECES_MAX);
        message.reserve(pieces);
        long left = bytes;
        for (int i = 0; i < pieces && left > 0; i++) {
            MemorySegment segment = buffers.segment(i);
            long start = buffers.start(i);
            long length = Math.min(left, buffers.length(i));
            if (!isWritable(segment, start, length)) {
                return false;
            }
            long taken;
            if (segment.isNative()) {
                taken = message.add(segment, start, length) ? length : NOTHING_APPENDED;
            } else {
                taken = message.addRoom(length);
            }
            if (taken < length) {
                return true;
            }
            left -= length;
        }
        return true;
    }

    /// Takes what was received in place of heap memory to where it belongs. The heap never closes, so this
    /// cannot fail.
    static void copyOut(Message message, BufferList buffers, long received) {
        long left = received;
        long offset = 0;
        for (int i = 0; left > 0; i++) {
            long room = message.length(i);
            long length = Math.min(left, room);
            MemorySegment segment = buffers.segment(i);
            if (!segment.isNative()) {
                message.copyOut(offset, segment, buffers.start(i), length);
                offset += room;
            }
            left -= length;
        }
    }
}
