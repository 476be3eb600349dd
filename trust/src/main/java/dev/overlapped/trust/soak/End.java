package dev.overlapped.trust.soak;

import java.lang.foreign.MemorySegment;

/// One end of a connection, of either API. Any thread may use it.
interface End {
    Pending send(MemorySegment bytes, Way way);

    /// Ends with the first bytes; with none at the end of the stream.
    Pending receive(MemorySegment room, Way way);

    /// Sends no more; what is pending leaves first.
    void endOutput();

    /// Closes so that the peer is reset.
    void reset();

    /// A second time does nothing.
    void close();
}
