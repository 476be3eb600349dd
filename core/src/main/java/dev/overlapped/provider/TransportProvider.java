package dev.overlapped.provider;

import dev.overlapped.address.Endpoint;
import java.lang.foreign.MemorySegment;
import java.net.SocketAddress;

/// What the engine needs of a network, call by call. No call waits (but [#resolve]). A result is a count, a
/// descriptor or 0; a failure is `-errno` ([Errno]); `-EAGAIN` says that it would have had to wait.
///
/// A descriptor is an `int` that the provider chose. The engine guarantees that it closes a descriptor once
/// and uses it in no call afterwards, and that at most one call per descriptor and direction runs at a time.
public interface TransportProvider {
    /// Pieces of native memory that one call surely uses; of more, or of heap memory, perhaps not all.
    int PIECES_USED_MIN = 16;

    /// Opens a socket. Family, type and protocol are in the words of [SocketKind].
    int open(SocketKind kind);

    /// Binds. An address that only connections which wait out their time still hold is free; one that a live
    /// socket is bound to is not (`-EADDRINUSE`).
    int bind(int descriptor, SocketKind kind, SocketAddress address);

    /// Listens, with at most `backlog` connections waiting.
    int listen(int descriptor, int backlog);

    /// Takes one waiting connection; returns its descriptor, leaves its address in `peer`.
    int accept(int descriptor, PeerAddress peer);

    /// Begins to connect, or asks how it is going: 0 connected, `-EAGAIN` under way, or why it failed. A
    /// datagram socket is connected at once, and may be again; `to` null ends that, and keeps the port.
    int connect(int descriptor, SocketKind kind, SocketAddress to);

    /// Sends from the cursor of `buffers`, at most `bytesMax`, and returns how many bytes were taken. A
    /// buffer whose memory has been closed gives `-EFAULT`, and no byte of this call has been taken then.
    long send(int descriptor, BufferList buffers, long bytesMax, int flags);

    /// Receives into `buffers` from its cursor; 0 is the end of the stream. Errors as for [#send]. Where no
    /// urgent data is there to be received apart, that is `-EAGAIN` until the stream ends.
    long receive(int descriptor, BufferList buffers, int flags);

    /// Sends one datagram, all that `buffers` have left, and returns its length; to the peer that the socket
    /// is connected to where `to` is not known. A socket without an address gets one.
    ///
    /// What the network has answered to earlier datagrams is told here or by [#receiveFrom], once, and then
    /// this one has not been sent: `-ECONNRESET`, nobody has that port; `-ENETRESET`, the time to live was
    /// over; `-EMSGSIZE`, too large on the way. Errors otherwise as for [#send].
    long sendTo(int descriptor, BufferList buffers, int flags, Endpoint to);

    /// Receives one datagram into `buffers` from their cursor, and returns its whole length, which is more
    /// than there was room for if its end is lost. Leaves its sender in `from`, where that is not null.
    long receiveFrom(int descriptor, BufferList buffers, int flags, Endpoint from);

    /// Ends the sending side of a connection: what is in the kernel still leaves, then the peer sees the end.
    int shutdownSending(int descriptor);

    /// Closes. The number may be given out again from here on. `forgiving` lets a later bind to the same
    /// address succeed while this connection waits out its time.
    int close(int descriptor, boolean forgiving);

    /// The address this socket is bound to, or null if the kernel will not tell.
    SocketAddress localAddress(int descriptor);

    /// The address of the other side, or null when there is none.
    SocketAddress peerAddress(int descriptor);

    /// Sets an option to the bytes of `value`.
    int setOption(int descriptor, SocketOptionName option, MemorySegment value);

    /// Reads an option into `value`; returns the bytes written.
    int option(int descriptor, SocketOptionName option, MemorySegment value);

    /// Bytes that can be received without waiting.
    int available(int descriptor);

    /// 0 while urgent data that has come is unread, else 1. In line with the stream, 1 also where it is the
    /// next byte.
    int atMark(int descriptor);

    /// How the connection ended, in the words of [ConnectionEnd]; asked after `-ETIMEDOUT` and
    /// `-ENETUNREACH`.
    ConnectionEnd connectionEnd(int descriptor);

    /// Opens a poller, or null when descriptors or memory are used up.
    Poller openPoller();

    /// Opens a timer: a descriptor that becomes readable when it is due. Watched edge-triggered, never read.
    int openTimer();

    /// Makes the timer due in `nanos` from now, once.
    int setTimer(int timer, long nanos);

    /// What the engine does with threads.
    Threads threads();

    /// Opens a descriptor that becomes readable when the thread of that [Threads#id] ends; `-errno` when it
    /// is gone or there is no way.
    int openThreadWatch(int threadId);

    /// Asks the system's resolver; this call may wait, as the C library's does.
    Resolution resolve(NameQuery query);

    /// A clock that only ever goes forward, in nanoseconds.
    long nanoTime();
}
