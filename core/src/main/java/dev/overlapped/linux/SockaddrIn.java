package dev.overlapped.linux;

/// ```c
/// struct sockaddr_in {
///     sa_family_t    sin_family;   // in the order of the host
///     in_port_t      sin_port;     // in the order of the network
///     struct in_addr sin_addr;     // 4 bytes in the order of the network
///     unsigned char  sin_zero[8];
/// };
/// ```
public final class SockaddrIn {
    public static final long SIN_FAMILY = 0;
    public static final long SIN_PORT = 2;
    public static final long SIN_ADDR = 4;
    public static final long SIN_ZERO = 8;
    public static final int SIZE = 16;

    private SockaddrIn() {
    }
}
