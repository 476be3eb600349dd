package dev.overlapped.provider;

/// Why a connection timed out.
public enum ConnectionEnd {
    /// Keep-alive probes went unanswered.
    KEEP_ALIVE,
    /// Data was sent again and again, and never acknowledged.
    RETRANSMISSION,
    /// The provider cannot tell.
    UNKNOWN
}
