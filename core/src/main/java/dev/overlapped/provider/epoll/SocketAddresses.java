package dev.overlapped.provider.epoll;

import dev.overlapped.address.Endpoint;
import dev.overlapped.linux.Constants;
import dev.overlapped.linux.Libc;
import dev.overlapped.linux.Scratch;
import dev.overlapped.linux.Sockaddr;
import dev.overlapped.provider.Errno;
import dev.overlapped.provider.SocketKind.Family;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/// Socket addresses in the words of Java and of the kernel.
final class SocketAddresses {
    private static final ValueLayout.OfShort NETWORK_SHORT =
            ValueLayout.JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt NETWORK_INT =
            ValueLayout.JAVA_INT.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong NETWORK_LONG =
            ValueLayout.JAVA_LONG.withOrder(ByteOrder.BIG_ENDIAN);
    /// What the JDK writes the names of files in.
    private static final Charset FILE_NAMES =
            Charset.forName(System.getProperty("sun.jnu.encoding"), StandardCharsets.UTF_8);
    private static final int IPV4_BYTES = 4;
    private static final int IPV6_BYTES = 16;
    /// An IPv4 address within an IPv6 one: ten bytes 0, two bytes 255, and the four.
    private static final int MAPPED_ONES = 10;
    private static final int MAPPED_IPV4 = 12;

    private SocketAddresses() {
    }

    /// Writes an address for a socket of `family`, and returns its length, or `-errno` if it is none for it.
    static int encode(SocketAddress address, Family family, MemorySegment to) {
        if (address instanceof UnixDomainSocketAddress file && family == Family.UNIX) {
            return encode(file, to);
        }
        if (family == Family.UNIX || !(address instanceof InetSocketAddress inet) || inet.isUnresolved()) {
            return -Errno.EAFNOSUPPORT;
        }
        to.fill((byte) 0);
        short port = (short) inet.getPort();
        InetAddress ip = inet.getAddress();
        if (family == Family.IPV6) {
            to.set(ValueLayout.JAVA_SHORT, Sockaddr.In6.SIN6_FAMILY, (short) Constants.AF_INET6);
            to.set(NETWORK_SHORT, Sockaddr.In6.SIN6_PORT, port);
            encodeIpv6(ip, to);
            return Sockaddr.In6.SIZE;
        }
        if (!(ip instanceof Inet4Address)) {
            return -Errno.EAFNOSUPPORT;
        }
        to.set(ValueLayout.JAVA_SHORT, Sockaddr.In.SIN_FAMILY, (short) Constants.AF_INET);
        to.set(NETWORK_SHORT, Sockaddr.In.SIN_PORT, port);
        copy(ip.getAddress(), to, Sockaddr.In.SIN_ADDR);
        return Sockaddr.In.SIZE;
    }

    private static int encode(UnixDomainSocketAddress file, MemorySegment to) {
        byte[] path = file.getPath().toString().getBytes(FILE_NAMES);
        if (path.length == 0 || path.length >= Sockaddr.Un.SIZE - Sockaddr.Un.SUN_PATH) {
            return -Errno.EINVAL;
        }
        to.fill((byte) 0);
        to.set(ValueLayout.JAVA_SHORT, Sockaddr.Un.SUN_FAMILY, (short) Constants.AF_UNIX);
        copy(path, to, Sockaddr.Un.SUN_PATH);
        return Sockaddr.Un.SIZE;
    }

    /// Whoever has not bound has no path.
    private static UnixDomainSocketAddress decodePath(MemorySegment from, int length) {
        int end = (int) Sockaddr.Un.SUN_PATH;
        while (end < length && from.get(ValueLayout.JAVA_BYTE, end) != 0) {
            end++;
        }
        byte[] path = bytes(from, Sockaddr.Un.SUN_PATH, end - (int) Sockaddr.Un.SUN_PATH);
        return UnixDomainSocketAddress.of(new String(path, FILE_NAMES));
    }

    private static void encodeIpv6(InetAddress ip, MemorySegment to) {
        if (ip instanceof Inet6Address ipv6) {
            copy(ip.getAddress(), to, Sockaddr.In6.SIN6_ADDR);
            to.set(ValueLayout.JAVA_INT, Sockaddr.In6.SIN6_SCOPE_ID, ipv6.getScopeId());
            return;
        }
        to.set(ValueLayout.JAVA_SHORT_UNALIGNED, Sockaddr.In6.SIN6_ADDR + MAPPED_ONES, (short) -1);
        copy(ip.getAddress(), to, Sockaddr.In6.SIN6_ADDR + MAPPED_IPV4);
    }

    private static void copy(byte[] bytes, MemorySegment to, long offset) {
        MemorySegment.copy(bytes, 0, to, ValueLayout.JAVA_BYTE, offset, bytes.length);
    }

    /// Reads an address of `length` bytes; null if the kernel told none, or one of another kind.
    static SocketAddress decode(MemorySegment from, int length) {
        if (length < Short.BYTES) {
            return null;
        }
        int family = from.get(ValueLayout.JAVA_SHORT, Sockaddr.In.SIN_FAMILY);
        if (family == Constants.AF_INET && length >= Sockaddr.In.SIZE) {
            byte[] ip = bytes(from, Sockaddr.In.SIN_ADDR, IPV4_BYTES);
            return address(ip, 0, from.get(NETWORK_SHORT, Sockaddr.In.SIN_PORT));
        }
        if (family == Constants.AF_INET6 && length >= Sockaddr.In6.SIZE) {
            byte[] ip = bytes(from, Sockaddr.In6.SIN6_ADDR, IPV6_BYTES);
            int scope = from.get(ValueLayout.JAVA_INT, Sockaddr.In6.SIN6_SCOPE_ID);
            return address(ip, scope, from.get(NETWORK_SHORT, Sockaddr.In6.SIN6_PORT));
        }
        return family == Constants.AF_UNIX ? decodePath(from, length) : null;
    }

    /// Writes what stands for no address, and returns its length.
    static int encodeNone(MemorySegment to) {
        to.fill((byte) 0);
        to.set(ValueLayout.JAVA_SHORT, Sockaddr.In.SIN_FAMILY, (short) Constants.AF_UNSPEC);
        return Sockaddr.In.SIZE;
    }

    /// Writes an address that is known, and returns its length.
    static int encode(Endpoint from, MemorySegment to) {
        if (from.isIpv6()) {
            to.set(ValueLayout.JAVA_SHORT, Sockaddr.In6.SIN6_FAMILY, (short) Constants.AF_INET6);
            to.set(NETWORK_SHORT, Sockaddr.In6.SIN6_PORT, (short) from.port());
            to.set(ValueLayout.JAVA_INT, Sockaddr.In6.SIN6_FLOWINFO, 0);
            to.set(NETWORK_LONG, Sockaddr.In6.SIN6_ADDR, from.high());
            to.set(NETWORK_LONG, Sockaddr.In6.SIN6_ADDR + Long.BYTES, from.low());
            to.set(ValueLayout.JAVA_INT, Sockaddr.In6.SIN6_SCOPE_ID, from.scope());
            return Sockaddr.In6.SIZE;
        }
        to.set(ValueLayout.JAVA_SHORT, Sockaddr.In.SIN_FAMILY, (short) Constants.AF_INET);
        to.set(NETWORK_SHORT, Sockaddr.In.SIN_PORT, (short) from.port());
        to.set(NETWORK_INT, Sockaddr.In.SIN_ADDR, from.ipv4());
        to.set(NETWORK_LONG, Sockaddr.In.SIN_ZERO, 0);
        return Sockaddr.In.SIZE;
    }

    /// Reads an address of `length` bytes; without one that is of the internet, none is known afterwards.
    static void decode(MemorySegment from, int length, Endpoint to) {
        to.clear();
        int family = length < Short.BYTES ? Constants.AF_UNSPEC
                : from.get(ValueLayout.JAVA_SHORT, Sockaddr.In.SIN_FAMILY);
        if (family == Constants.AF_INET && length >= Sockaddr.In.SIZE) {
            to.setIpv4(from.get(NETWORK_INT, Sockaddr.In.SIN_ADDR),
                    Short.toUnsignedInt(from.get(NETWORK_SHORT, Sockaddr.In.SIN_PORT)));
        } else if (family == Constants.AF_INET6 && length >= Sockaddr.In6.SIZE) {
            to.setIpv6(from.get(NETWORK_LONG, Sockaddr.In6.SIN6_ADDR),
                    from.get(NETWORK_LONG, Sockaddr.In6.SIN6_ADDR + Long.BYTES),
                    from.get(ValueLayout.JAVA_INT, Sockaddr.In6.SIN6_SCOPE_ID),
                    Short.toUnsignedInt(from.get(NETWORK_SHORT, Sockaddr.In6.SIN6_PORT)));
        }
    }

    private static byte[] bytes(MemorySegment from, long offset, int count) {
        byte[] bytes = new byte[count];
        MemorySegment.copy(from, ValueLayout.JAVA_BYTE, offset, bytes, 0, count);
        return bytes;
    }

    /// The JDK makes an IPv4 address of a mapped one by itself. Scope 0 means none, which only the form
    /// without a scope can say.
    private static InetSocketAddress address(byte[] ip, int scope, short port) {
        try {
            InetAddress address = scope == 0 ? InetAddress.getByAddress(ip)
                    : Inet6Address.getByAddress(null, ip, scope);
            return new InetSocketAddress(address, Short.toUnsignedInt(port));
        } catch (UnknownHostException impossible) {
            throw new AssertionError("an address of " + ip.length + " bytes", impossible);
        }
    }

    /// Whether the interface of a socket's local address has been switched off, or is gone with the address.
    /// A cable that is pulled is not that: then nobody can say which end has failed.
    static boolean isOfLinkThatIsDown(int descriptor, InetAddress local) {
        if (local.isAnyLocalAddress()) {
            return false;
        }
        try {
            NetworkInterface link = NetworkInterface.getByInetAddress(local);
            return link == null || !isUp(descriptor, link.getName());
        } catch (SocketException _) {
            return false;
        }
    }

    /// `struct ifreq`: the name with its NUL, then the flags.
    private static boolean isUp(int descriptor, String name) {
        MemorySegment request = Scratch.current().option();
        request.setString(0, name.substring(0, Math.min(name.length(), Constants.IFNAMSIZ - 1)));
        int result = Libc.ioctl(descriptor, Constants.SIOCGIFFLAGS, request);
        short flags = request.get(ValueLayout.JAVA_SHORT, Constants.IFNAMSIZ);
        return result < 0 || (flags & Constants.IFF_UP) != 0;
    }
}
