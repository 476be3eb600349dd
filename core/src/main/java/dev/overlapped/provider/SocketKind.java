package dev.overlapped.provider;

/// What a socket was opened as.
public record SocketKind(Family family, Type type) {
    /// The address families.
    public enum Family { IPV4, IPV6 }

    /// Stream or datagram.
    public enum Type { STREAM, DATAGRAM }
}
