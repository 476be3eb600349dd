package dev.overlapped.winsock2.types;

/// What `WSAStartup` tells about the implementation. `WSAStartup` writes it, on the calling thread; nothing
/// reads it.
public final class WSADATA {
    /// The version of Winsock that the program is expected to use: the major number in the low byte, the
    /// minor number in the high byte, as `MAKEWORD(major, minor)`.
    public int wVersion;

    /// The highest version that is supported, in the same form; 0x0202 here as on Windows.
    public int wHighVersion;

    /// The most sockets a program can open, for programs that ask for version 1; 0 for version 2.
    public int iMaxSockets;

    /// The largest datagram in bytes, for programs that ask for version 1; 0 for version 2.
    public int iMaxUdpDg;

    /// Names the implementation.
    public String szDescription;

    /// The state of the implementation.
    public String szSystemStatus;

    /// For vendors' own use; version 2 ignores it and `WSAStartup` leaves it alone.
    public String lpVendorInfo;

    /// A zeroed structure.
    public WSADATA() {
    }
}
