package dev.overlapped.winsock2.types;

import java.lang.foreign.MemorySegment;

/// One piece of memory to send from or to receive into; an array of them is a gather or a scatter list, used
/// in array order.
///
/// A function reads both fields on the calling thread and keeps what it read: the array and its `WSABUF`
/// objects are the application's again as soon as the call returns. The *memory* belongs to the system from
/// the call until the request has completed. The application must not write memory that is being sent, nor
/// look at memory that is being received into, before it has learnt of the completion; learning of it in any
/// documented way (routine, event, [WSAOVERLAPPED#Internal]) makes the bytes visible.
///
/// What differs from Windows: a request with a WSAOVERLAPPED needs native memory that every thread may access
/// (`Arena.ofAuto()`, `Arena.ofShared()` or the global arena); heap segments and segments of a confined arena
/// are `WSAEFAULT` before a byte moves. Calls without a WSAOVERLAPPED accept these too. Closing an arena that
/// a pending request uses ends that request with `WSAEFAULT`; it never lets the system touch freed memory.
public final class WSABUF {
    /// How many bytes of [#buf] to use, from its start; unsigned. More than the segment has is `WSAEFAULT`.
    /// On Windows nothing would check it.
    public int len;

    /// The memory; `null` only where [#len] is 0.
    public MemorySegment buf;

    /// A buffer of no memory.
    public WSABUF() {
    }

    /// The first `len` bytes of `buf`.
    public WSABUF(MemorySegment buf, int len) {
        this.buf = buf;
        this.len = len;
    }
}
