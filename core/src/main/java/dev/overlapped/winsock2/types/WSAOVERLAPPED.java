package dev.overlapped.winsock2.types;

/// What the system and the application share about one overlapped request: the application makes it, passes
/// it with the call, and finds the outcome in it.
///
/// The class is not final: where C code puts the structure first in its own and comes back with
/// `CONTAINING_RECORD`, Java code extends the class and casts what the completion routine receives.
///
/// **Ownership.** The application fills [#hEvent] before the call. From the call until completion the object
/// belongs to the system: one object serves one request at a time. If two pending requests share one
/// nevertheless, both complete, once each, and the fields hold the outcome of the later one. After completion
/// it can be used again, also from within its own completion routine, without being zeroed. A call that fails
/// at once completes nothing; what the fields hold then is no outcome, and not that of a pending request.
///
/// **Publication.** The thread that starts the request writes `Internal` = `STATUS_PENDING` (0x103) before
/// the request can complete. Whichever thread completes it writes [#InternalHigh] first and [#Internal] last,
/// the latter with release semantics; a read of the volatile field acquires. So a reader that sees anything
/// but `STATUS_PENDING` in `Internal` may read `InternalHigh`, and the bytes received, with plain reads; a
/// reader that sees `STATUS_PENDING` may read neither. `HasOverlappedIoCompleted` and
/// `WSAGetOverlappedResult` read in this way. The event is set, or the routine queued, only after both fields
/// are written.
///
/// On Windows the kernel writes the structure, at any moment and seen by all processors; here a thread of the
/// program does, inside a wait of its own or on behalf of a thread that is busy elsewhere. What can be
/// observed is the same.
public class WSAOVERLAPPED {
    /// The status of the request, written by the system last of all fields: 0x103 (`STATUS_PENDING`) from the
    /// call on; at completion an NTSTATUS as an unsigned 32-bit number: below 0x80000000 for success, else a
    /// warning or an error such as 0xC0000120 (`STATUS_CANCELLED`). Portable code asks
    /// `HasOverlappedIoCompleted` and `WSAGetOverlappedResult`, which turns it into a Winsock code. A few
    /// Winsock codes have no NTSTATUS on Windows; such a request holds 0xE0070000 plus the code here.
    public volatile long Internal;

    /// The number of bytes transferred, written by the system at completion, before [#Internal]; untouched
    /// while the request is pending. A request that fails may have moved bytes too: a send cancelled half-way
    /// holds how many left, a truncated datagram how many were stored.
    public long InternalHigh;

    /// Reserved for file positions; socket requests neither read nor write it.
    public int Offset;

    /// Reserved for file positions; socket requests neither read nor write it.
    public int OffsetHigh;

    /// An event object that the system resets at the call and sets at completion, or 0 (`NULL`) for none. The
    /// application writes it, the system reads it once, during the call. With a completion routine it is
    /// ignored, and can carry whatever the application likes to its routine. The lowest bit of a handle is
    /// free and is ignored when the event is set; on a socket tied to a completion port, an event with that
    /// bit set keeps the request's packet out of the port.
    public long hEvent;

    /// A zeroed structure.
    public WSAOVERLAPPED() {
    }
}
