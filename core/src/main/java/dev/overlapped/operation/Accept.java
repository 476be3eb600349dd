package dev.overlapped.operation;

import dev.overlapped.provider.PeerAddress;
import dev.overlapped.provider.TransportProvider;
import java.net.SocketAddress;

/// Takes one connection from a listener. Whoever learns that it has succeeded owns the descriptor.
public final class Accept implements Operation {
    private final PeerAddress peer = new PeerAddress();
    private int accepted = -1;
    private int errno;

    @Override
    public Kind kind() {
        return Kind.ACCEPT;
    }

    @Override
    public long attempt(TransportProvider provider, int descriptor, long bytesMax) {
        return provider.accept(descriptor, peer);
    }

    @Override
    public boolean advance(long result) {
        if (result < 0) {
            errno = (int) -result;
        } else {
            accepted = (int) result;
        }
        return true;
    }

    /// The new connection's descriptor, -1 without one.
    public int accepted() {
        return accepted;
    }

    /// The address of the other side.
    public SocketAddress peer() {
        return peer.value;
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
