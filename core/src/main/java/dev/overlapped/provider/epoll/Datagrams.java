package dev.overlapped.provider.epoll;

import dev.overlapped.address.Endpoint;
import dev.overlapped.linux.Constants;
import dev.overlapped.linux.Message;
import dev.overlapped.linux.Scratch;
import dev.overlapped.provider.BufferList;
import dev.overlapped.provider.Errno;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;

/// Messages that have bounds, from and to the memory of the application: one call each, which moves a whole
/// one.
///
/// Memory is used where it is, as in [Transfers]. What one call cannot take so (memory on the heap, too many
/// pieces, too many scopes) goes through a copy, since a message cannot be moved in parts.
final class Datagrams {
    /// Answers of the network that one receive passes over. Whoever sends more of them does not hold up the
    /// thread: the socket is reported again.
    private static final int PASSED_OVER_MAX = 64;

    private Datagrams() {
    }

    static long sendTo(int descriptor, BufferList buffers, int flags, Endpoint to) {
        Message message = Scratch.current().message();
        try {
            int error = gather(message, buffers);
            if (error != 0) {
                return error;
            }
            if (to.isKnown()) {
                message.addressBytes(SocketAddresses.encode(to, message.address()));
            }
            long sent;
            do {
                sent = Message.sendmsg(descriptor, message, flags | Constants.MSG_NOSIGNAL);
            } while (sent == -Errno.EINTR);
            return sent < 0 ? NetworkErrors.explained(descriptor, (int) sent) : sent;
        } catch (IllegalStateException | WrongThreadException _) {
            // As in Transfers: the kernel has not been called.
            return -Errno.EFAULT;
        } finally {
            message.clear();
            Reference.reachabilityFence(buffers);
        }
    }

    /// 0, or `-errno`.
    private static int gather(Message message, BufferList buffers) {
        message.reserve(Math.min(buffers.pieces(), Message.PIECES_MAX));
        for (int i = 0; i < buffers.pieces(); i++) {
            MemorySegment segment = buffers.segment(i);
            long start = buffers.start(i);
            long length = buffers.length(i);
            if (!Transfers.isWithin(segment, start, length)) {
                return -Errno.EFAULT;
            }
            boolean added = i < Message.PIECES_MAX && (segment.isNative()
                    ? message.add(segment, start, length)
                    : message.addCopy(segment, start, length) == length);
            if (!added) {
                return copyIn(message, buffers);
            }
        }
        return 0;
    }

    /// Begins anew, with a copy of everything.
    private static int copyIn(Message message, BufferList buffers) {
        if (!message.addWhole(buffers.remaining())) {
            return -Errno.EMSGSIZE;
        }
        long offset = 0;
        for (int i = 0; i < buffers.pieces(); i++) {
            message.copyIn(offset, buffers.segment(i), buffers.start(i), buffers.length(i));
            offset += buffers.length(i);
        }
        return 0;
    }

    static long receiveFrom(int descriptor, BufferList buffers, int flags, Endpoint from) {
        Message message = Scratch.current().message();
        try {
            if (!isWritable(buffers)) {
                return -Errno.EFAULT;
            }
            boolean inPlace = scatter(message, buffers);
            if (from != null) {
                message.addressBytes(Scratch.ADDRESS_BYTES);
            }
            long length = receive(descriptor, message, flags | Constants.MSG_TRUNC);
            if (length < 0) {
                return length;
            }
            if (from != null) {
                SocketAddresses.decode(message.address(), message.addressBytes(), from);
            }
            copyOut(message, buffers, Math.min(length, buffers.remaining()), inPlace);
            return length;
        } catch (IllegalStateException | WrongThreadException _) {
            return -Errno.EFAULT;
        } finally {
            message.clear();
            Reference.reachabilityFence(buffers);
        }
    }

    /// That something was too large on the way concerns sends alone.
    private static long receive(int descriptor, Message message, int flags) {
        for (int passedOver = 0; passedOver < PASSED_OVER_MAX; passedOver++) {
            long length = Message.recvmsg(descriptor, message, flags);
            length = length < 0 ? NetworkErrors.explained(descriptor, (int) length) : length;
            if (length != -Errno.EINTR && length != -Errno.EMSGSIZE) {
                return length;
            }
        }
        return -Errno.EAGAIN;
    }

    private static boolean isWritable(BufferList buffers) {
        for (int i = 0; i < buffers.pieces(); i++) {
            if (!Transfers.isWritable(buffers.segment(i), buffers.start(i), buffers.length(i))) {
                return false;
            }
        }
        return true;
    }

    /// False: everything goes through one copy.
    private static boolean scatter(Message message, BufferList buffers) {
        message.reserve(Math.min(buffers.pieces(), Message.PIECES_MAX));
        for (int i = 0; i < buffers.pieces(); i++) {
            MemorySegment segment = buffers.segment(i);
            long length = buffers.length(i);
            boolean added = i < Message.PIECES_MAX && (segment.isNative()
                    ? message.add(segment, buffers.start(i), length) : message.addRoom(length) == length);
            if (!added) {
                message.addWhole(Math.min(buffers.remaining(), Message.WHOLE_BYTES_MAX));
                return false;
            }
        }
        return true;
    }

    /// Memory that has closed since is found here, after the datagram has left the kernel: it is lost.
    private static void copyOut(Message message, BufferList buffers, long received, boolean inPlace) {
        if (inPlace) {
            Transfers.copyOut(message, buffers, received);
            return;
        }
        long offset = 0;
        for (int i = 0; offset < received; i++) {
            long length = Math.min(received - offset, buffers.length(i));
            message.copyOut(offset, buffers.segment(i), buffers.start(i), length);
            offset += length;
        }
    }
}
