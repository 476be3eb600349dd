package dev.overlapped.winsock2.types;

/// An IPv4 address and port.
public final class SOCKADDR_IN extends SOCKADDR {
    /// Its size in bytes as a C structure: what `sizeof(SOCKADDR_IN)` is as `namelen`.
    public static final int SIZEOF = 16;

    /// The family, `AF_INET` (2), in host byte order.
    public short sin_family;

    /// The port in network byte order: `htons(port)`.
    public short sin_port;

    /// The address. The object is part of this one, as in C, and cannot be replaced.
    public final IN_ADDR sin_addr = new IN_ADDR();

    /// A zeroed address.
    public SOCKADDR_IN() {
    }
}
