package dev.overlapped.winsock2;

import dev.overlapped.engine.Completion;
import dev.overlapped.engine.Socket;
import dev.overlapped.winsock2.types.DWORD;
import dev.overlapped.winsock2.types.Ref;
import dev.overlapped.winsock2.types.SOCKADDR;
import dev.overlapped.winsock2.types.SOCKADDR_IN;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;

/// The output buffer of one AcceptEx: first bytes, local address, remote address. The addresses are written
/// when the request completes; if the buffer is closed by then, the request ends with WSAEFAULT where the
/// kernel is to write first bytes, and without addresses where it is not.
///
/// @param buffer  of the program; the system's until the request completes
/// @param data    bytes for the first data
/// @param local   bytes of the area for the local address
/// @param remote  bytes of the area for the remote address
record AcceptArea(MemorySegment buffer, int data, int local, int remote, Socket acceptor)
        implements Completion {
    /// What an area must have beyond its address.
    private static final int EXTRA_BYTES = 16;

    boolean isValid() {
        int needed = Sockaddr.sizeof(Calls.family(acceptor)) + EXTRA_BYTES;
        return buffer != null && !buffer.isReadOnly() && data >= 0 && local >= needed && remote >= needed
                && (long) data + local + remote <= buffer.byteSize();
    }

    @Override
    public void begun(Object tag) {
        OverlappedCompletion.INSTANCE.begun(tag);
    }

    @Override
    public void refused(Object tag, int code) {
        OverlappedCompletion.INSTANCE.refused(tag, code);
    }

    @Override
    public void publish(Object tag, int code, long bytes) {
        if (code == 0) {
            write(acceptor.localAddress(), data);
            write(acceptor.peerAddress(), data + local);
        }
        OverlappedCompletion.INSTANCE.publish(tag, code, bytes);
    }

    private void write(SocketAddress address, int offset) {
        try {
            if (address instanceof InetSocketAddress internet) {
                Sockaddr.write(internet, Calls.family(acceptor), buffer, offset);
            } else if (address instanceof UnixDomainSocketAddress file) {
                Sockaddr.write(file, buffer, offset);
            }
        } catch (IllegalStateException closed) {
            // The program has closed the buffer's arena: it will not read it.
            assert !buffer.scope().isAlive();
        }
    }

    @Override
    public void deliver(Object routine, Object tag, int code, long bytes) {
        OverlappedCompletion.INSTANCE.deliver(routine, tag, code, bytes);
    }

    /// Reads one address area; nothing is written where there is none.
    static void read(MemorySegment buffer, int offset, Ref<SOCKADDR> address, DWORD length) {
        if (buffer == null || address == null || length == null || !isReadable(buffer, offset)) {
            return;
        }
        SOCKADDR found = Sockaddr.read(buffer, offset);
        if (found != null) {
            address.value = found;
            length.value = Sockaddr.sizeof(found);
        }
    }

    private static boolean isReadable(MemorySegment buffer, int offset) {
        return buffer.scope().isAlive() && buffer.isAccessibleBy(Thread.currentThread())
                && offset >= 0 && offset <= buffer.byteSize() - SOCKADDR_IN.SIZEOF - EXTRA_BYTES;
    }
}
