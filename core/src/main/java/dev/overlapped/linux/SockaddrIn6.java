package dev.overlapped.linux;

/// ```c
/// struct sockaddr_in6 {
///     sa_family_t     sin6_family;    // in the order of the host
///     in_port_t       sin6_port;      // in the order of the network
///     uint32_t        sin6_flowinfo;  // in the order of the network
///     struct in6_addr sin6_addr;      // 16 bytes in the order of the network
///     uint32_t        sin6_scope_id;  // in the order of the host
/// };
/// ```
public final class SockaddrIn6 {
    public static final long SIN6_FAMILY = 0;
    public static final long SIN6_PORT = 2;
    public static final long SIN6_FLOWINFO = 4;
    public static final long SIN6_ADDR = 8;
    public static final long SIN6_SCOPE_ID = 24;
    public static final int SIZE = 28;

    private SockaddrIn6() {
    }
}
