package dev.overlapped.address;

/// An IP address and a port as plain numbers, in an object that is used again: where a datagram goes to, or
/// came from.
///
/// The JDK's address objects cannot be changed, so each datagram would make new ones. Whoever owns an
/// endpoint (an operation, for most of them) fills it and reads it under the same lock, or on the same
/// thread.
public final class Endpoint {
    private boolean known;
    private boolean ipv6;
    private long high;
    private long low;
    private int scope;
    private int port;

    /// Forgets the address.
    public void clear() {
        known = false;
    }

    /// Sets an IPv4 address, the highest byte of which is its first.
    public void setIpv4(int address, int newPort) {
        known = true;
        ipv6 = false;
        high = 0;
        low = Integer.toUnsignedLong(address);
        scope = 0;
        port = newPort;
    }

    /// Sets an IPv6 address, 16 bytes as two numbers, the highest byte of `newHigh` being its first.
    /// `newScope` is the index of an interface, or 0.
    public void setIpv6(long newHigh, long newLow, int newScope, int newPort) {
        known = true;
        ipv6 = true;
        high = newHigh;
        low = newLow;
        scope = newScope;
        port = newPort;
    }

    /// Whether there is an address.
    public boolean isKnown() {
        return known;
    }

    /// IPv6 rather than IPv4.
    public boolean isIpv6() {
        return ipv6;
    }

    /// Whether it is the address that stands for any.
    public boolean isWildcard() {
        return high == 0 && low == 0;
    }

    /// The IPv4 address, the highest byte of which is its first.
    public int ipv4() {
        return (int) low;
    }

    /// The first eight bytes of the IPv6 address.
    public long high() {
        return high;
    }

    /// The last eight bytes of the IPv6 address.
    public long low() {
        return low;
    }

    /// The index of the interface that the IPv6 address belongs to; 0: none.
    public int scope() {
        return scope;
    }

    /// 0 to 65535.
    public int port() {
        return port;
    }

    @Override
    public String toString() {
        if (!known) {
            return "no address";
        }
        return ipv6 ? String.format("[%016x%016x%%%d]:%d", high, low, scope, port)
                : String.format("%d.%d.%d.%d:%d", low >> 24, low >> 16 & 255, low >> 8 & 255, low & 255,
                        port);
    }
}
