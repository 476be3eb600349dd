package dev.overlapped.linux;

/// The structures that `struct sockaddr` stands for.
public final class Sockaddr {
    private Sockaddr() {
    }

    /// ```c
    /// struct sockaddr_in {
    ///     sa_family_t    sin_family;   // in the order of the host
    ///     in_port_t      sin_port;     // in the order of the network
    ///     struct in_addr sin_addr;     // 4 bytes in the order of the network
    ///     unsigned char  sin_zero[8];
    /// };
    /// ```
    public static final class In {
        public static final long SIN_FAMILY = 0;
        public static final long SIN_PORT = 2;
        public static final long SIN_ADDR = 4;
        public static final long SIN_ZERO = 8;
        public static final int SIZE = 16;

        private In() {
        }
    }

    /// ```c
    /// struct sockaddr_in6 {
    ///     sa_family_t     sin6_family;    // in the order of the host
    ///     in_port_t       sin6_port;      // in the order of the network
    ///     uint32_t        sin6_flowinfo;  // in the order of the network
    ///     struct in6_addr sin6_addr;      // 16 bytes in the order of the network
    ///     uint32_t        sin6_scope_id;  // in the order of the host
    /// };
    /// ```
    public static final class In6 {
        public static final long SIN6_FAMILY = 0;
        public static final long SIN6_PORT = 2;
        public static final long SIN6_FLOWINFO = 4;
        public static final long SIN6_ADDR = 8;
        public static final long SIN6_SCOPE_ID = 24;
        public static final int SIZE = 28;

        private In6() {
        }
    }

    /// ```c
    /// struct sockaddr_un {
    ///     sa_family_t sun_family;     // in the order of the host
    ///     char        sun_path[108];  // ends at its first zero, or at the end
    /// };
    /// ```
    public static final class Un {
        public static final long SUN_FAMILY = 0;
        public static final long SUN_PATH = 2;
        public static final int SIZE = 110;

        private Un() {
        }
    }
}
