package dev.overlapped.provider.simulated;

import dev.overlapped.provider.BufferList;
import dev.overlapped.provider.SocketKind;
import dev.overlapped.provider.SocketOptionName;
import dev.overlapped.provider.simulated.SimulatedPoller.Source;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.util.Map;

/// What sockets of both kinds have: an address, options, an end. Results are a count or `-errno`.
sealed interface SimulatedSocket permits StreamSocket, DatagramSocket {
    SocketKind kind();

    /// What a poller watches.
    Source source();

    /// Its address, or null.
    InetSocketAddress local();

    /// The address of the other side, or null.
    InetSocketAddress remote();

    /// Whether it holds the port of its address, rather than sharing that of a listener.
    boolean isBound();

    /// Gives it an address, which is free; `byNumber`: with a port that the program asked for.
    void bind(InetSocketAddress address, boolean byNumber);

    Map<SocketOptionName, byte[]> options();

    /// Bytes that can be received without waiting.
    int available();

    int shutdownSending();

    /// Bytes that have been sent to it and that nobody has taken.
    long bytesHeld();

    void close();

    /// Whether closing it resets its connection: an option of the program's.
    default boolean lingersForNothing() {
        byte[] linger = options().get(SocketOptionName.LINGER);
        if (linger == null || linger.length < 2 * Integer.BYTES) {
            return false;
        }
        MemorySegment numbers = MemorySegment.ofArray(linger);
        return numbers.get(ValueLayout.JAVA_INT_UNALIGNED, 0) != 0
                && numbers.get(ValueLayout.JAVA_INT_UNALIGNED, Integer.BYTES) == 0;
    }

    /// Whether the first `bytes` bytes of the program's memory can be used; looked at before any byte moves.
    /// Nothing can change in between, since everything runs on one thread at a time.
    static boolean isUsable(BufferList buffers, long bytes, boolean toWrite) {
        long left = bytes;
        for (int i = 0; left > 0; i++) {
            MemorySegment segment = buffers.segment(i);
            long length = Math.min(left, buffers.length(i));
            if (!segment.scope().isAlive() || !segment.isAccessibleBy(Thread.currentThread())
                    || (toWrite && segment.isReadOnly()) || length > segment.byteSize() - buffers.start(i)) {
                return false;
            }
            left -= length;
        }
        return true;
    }
}
