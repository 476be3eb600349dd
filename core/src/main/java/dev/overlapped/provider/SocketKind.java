package dev.overlapped.provider;

/// What a socket was opened as.
public record SocketKind(Family family, Type type) {
    /// The address families.
    public enum Family { IPV4, IPV6, UNIX }

    /// SEQPACKET: messages with bounds, on a connection.
    public enum Type { STREAM, DATAGRAM, SEQPACKET }

    /// AF_INET6 rather than AF_INET.
    public boolean isIpv6() {
        return family == Family.IPV6;
    }

    /// Addresses are paths of files.
    public boolean isUnix() {
        return family == Family.UNIX;
    }

    /// A stream of the internet.
    public boolean isTcp() {
        return isStream() && !isUnix();
    }

    /// Messages that need no connection.
    public boolean isConnectionless() {
        return type == Type.DATAGRAM;
    }

    /// Bytes in order rather than messages.
    public boolean isStream() {
        return type == Type.STREAM;
    }
}
