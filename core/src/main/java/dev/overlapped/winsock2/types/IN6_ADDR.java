package dev.overlapped.winsock2.types;

/// An IPv6 address.
public final class IN6_ADDR {
    /// The 16 bytes of the address in the order in which it is written, which is network byte order. The
    /// array is part of the object and cannot be replaced; write its elements.
    public final byte[] s6_addr = new byte[16];

    /// The address `::`.
    public IN6_ADDR() {
    }
}
