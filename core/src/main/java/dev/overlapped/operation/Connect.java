package dev.overlapped.operation;

import dev.overlapped.provider.SocketKind;
import dev.overlapped.provider.TransportProvider;
import java.net.SocketAddress;

/// Connects; to no address: ends what names the peer of a datagram socket. Each attempt asks the provider
/// again: the first one begins, a later one learns how it went.
public final class Connect implements Operation {
    private final SocketKind kind;
    private final SocketAddress address;
    private int errno;

    public Connect(SocketKind kind, SocketAddress address) {
        this.kind = kind;
        this.address = address;
    }

    /// Whether it ends a connection rather than beginning one.
    public boolean dissolves() {
        return address == null;
    }

    @Override
    public Kind kind() {
        return Kind.CONNECT;
    }

    @Override
    public long attempt(TransportProvider provider, int descriptor, long bytesMax) {
        return provider.connect(descriptor, kind, address);
    }

    @Override
    public boolean advance(long result) {
        errno = (int) -Math.min(result, 0);
        return true;
    }

    @Override
    public boolean cameShort() {
        return false;
    }

    @Override
    public long transferred() {
        return 0;
    }

    @Override
    public int errno() {
        return errno;
    }
}
