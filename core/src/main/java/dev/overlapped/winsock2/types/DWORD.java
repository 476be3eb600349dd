package dev.overlapped.winsock2.types;

/// A place for a 32-bit number: what C code passes as `&dwBytes`. It stands for pointers to `DWORD`, `ULONG`
/// and `int` alike, as an out-parameter or as one that goes both ways.
///
/// The object belongs to the application. A function reads and writes it on the calling thread while the call
/// lasts, with plain accesses; nothing is written to it after the call returned, so one object serves any
/// number of calls, also while requests are pending.
public final class DWORD {
    /// The number; unsigned where the C parameter is.
    public int value;

    /// A place that holds 0.
    public DWORD() {
    }

    /// A place that holds `value`.
    public DWORD(int value) {
        this.value = value;
    }
}
