package dev.overlapped.winsock2.types;

/// An IPv4 address.
public final class IN_ADDR {
    /// The address in network byte order: the `int` whose bytes in the memory of Windows are the four parts
    /// of the address in the order in which they are written. 127.0.0.1 is `htonl(0x7f000001)`, which is
    /// 0x0100007f.
    public int s_addr;

    /// The address 0.0.0.0.
    public IN_ADDR() {
    }
}
