package dev.overlapped.bench.load;

/// What a load generator does.
public enum LoadKind {
    /// Sends a message on each connection, and the next one when it is back.
    ECHO,
    /// Sends messages at fixed moments, whatever becomes of those before.
    FIXED_RATE,
    /// Receives what the server sends.
    SINK,
    /// Connects, sends one message, closes when it is back, and begins again.
    CONNECT,
    /// Opens connections, uses each once, and leaves them alone.
    IDLE,
    /// Sends a datagram from each socket, and the next one when it is back or given up.
    DATAGRAM
}
