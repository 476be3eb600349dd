package dev.overlapped.winsock2.types;

/// An IPv6 address and port.
public final class SOCKADDR_IN6 extends SOCKADDR {
    /// Its size in bytes as a C structure: what `sizeof(SOCKADDR_IN6)` is as `namelen`.
    public static final int SIZEOF = 28;

    /// The family, `AF_INET6` (23, as on Windows, not Linux' 10), in host byte order.
    public short sin6_family;

    /// The port in network byte order: `htons(port)`.
    public short sin6_port;

    /// Flow label and traffic class. They are not passed on to Linux, and are 0 in an address that a function
    /// returns.
    public int sin6_flowinfo;

    /// The address. The object is part of this one, as in C, and cannot be replaced.
    public final IN6_ADDR sin6_addr = new IN6_ADDR();

    /// The interface of a link-local address, in host byte order; 0 for none. It is the interface's index on
    /// Linux.
    public int sin6_scope_id;

    /// A zeroed address.
    public SOCKADDR_IN6() {
    }
}
