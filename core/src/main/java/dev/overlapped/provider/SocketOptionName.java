package dev.overlapped.provider;

/// The options that a provider knows, each with the kind of its value. Times, linger and buffer sizes that
/// Winsock defines otherwise than Linux are the business of the layers above.
public enum SocketOptionName {
    KEEP_ALIVE,
    BROADCAST,
    DONT_ROUTE,
    OOB_INLINE,
    /// Sockets that all have it may have one address, as long as none of them listens.
    REUSE_ADDRESS,
    SEND_BUFFER,
    RECEIVE_BUFFER,
    /// Two ints: on or off, and seconds.
    LINGER,
    NO_DELAY,
    IPV6_ONLY,
    /// Routers that a datagram of IPv4 may pass.
    TIME_TO_LIVE,
    /// Routers that a datagram of IPv6 may pass.
    HOPS,
    KEEP_ALIVE_IDLE_SECONDS,
    KEEP_ALIVE_INTERVAL_SECONDS,
    KEEP_ALIVE_COUNT,
    /// Milliseconds that sent data may stay unacknowledged.
    USER_TIMEOUT_MILLIS
}
