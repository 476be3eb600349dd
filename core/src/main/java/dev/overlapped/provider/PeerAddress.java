package dev.overlapped.provider;

import java.net.SocketAddress;

/// Where a call leaves the address of the other side.
public final class PeerAddress {
    /// Written by the provider; null when the kernel told none.
    public SocketAddress value;
}
