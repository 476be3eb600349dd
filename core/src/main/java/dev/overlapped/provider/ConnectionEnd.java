package dev.overlapped.provider;

/// Why a connection timed out, or found no way to its network.
public enum ConnectionEnd {
    /// Keep-alive probes went unanswered.
    KEEP_ALIVE,
    /// Data was sent again and again, and never acknowledged.
    RETRANSMISSION,
    /// The interface of the local address is down, or gone.
    NETWORK_DOWN,
    /// The provider cannot tell.
    UNKNOWN
}
