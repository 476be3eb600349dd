package dev.overlapped.bench.server;

/// What a server does with each connection.
public enum Role {
    /// Sends back what it receives.
    ECHO,
    /// Sends messages until the client closes.
    SEND,
    /// Sends each datagram back to where it came from.
    DATAGRAM
}
