package dev.overlapped.provider.epoll;

import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.linux.Sockaddr;
import dev.overlapped.provider.Errno;
import dev.overlapped.provider.SocketKind.Family;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteOrder;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class SocketAddressesTest {
    private final MemorySegment memory = Arena.ofAuto().allocate(128);

    private static InetSocketAddress address(String literal, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(literal), port);
    }

    private String hex(int length) {
        return HexFormat.of().formatHex(memory.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE));
    }

    /// The family is in the order of the host, and both architectures are little-endian.
    @Test
    void anIpv4AddressIsWrittenInTheOrderOfTheNetwork() {
        assertThat(ByteOrder.nativeOrder()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
        memory.fill((byte) 0xff);
        assertThat(SocketAddresses.encode(address("1.2.3.4", 0xABCD), Family.IPV4, memory))
                .isEqualTo(Sockaddr.In.SIZE);
        assertThat(hex(Sockaddr.In.SIZE)).isEqualTo("0200abcd010203040000000000000000");
    }

    @Test
    void anIpv6AddressKeepsItsScope() throws Exception {
        byte[] linkLocal = InetAddress.ofLiteral("fe80::1").getAddress();
        InetSocketAddress scoped = new InetSocketAddress(Inet6Address.getByAddress(null, linkLocal, 3), 80);
        assertThat(SocketAddresses.encode(scoped, Family.IPV6, memory)).isEqualTo(Sockaddr.In6.SIZE);
        assertThat(hex(Sockaddr.In6.SIZE))
                .isEqualTo("0a000050" + "00000000" + "fe800000000000000000000000000001" + "03000000");
        InetSocketAddress back = (InetSocketAddress) SocketAddresses.decode(memory, Sockaddr.In6.SIZE);
        assertThat(back).isEqualTo(scoped);
        assertThat(((Inet6Address) back.getAddress()).getScopeId()).isEqualTo(3);
    }

    @Test
    void anAddressWithoutScopeComesBackWithout() {
        InetSocketAddress plain = address("2001:db8::1", 65_535);
        assertThat(SocketAddresses.encode(plain, Family.IPV6, memory)).isEqualTo(Sockaddr.In6.SIZE);
        InetSocketAddress back = (InetSocketAddress) SocketAddresses.decode(memory, Sockaddr.In6.SIZE);
        assertThat(back).hasToString(plain.toString());
    }

    @Test
    void anIpv4AddressIsMappedForAnIpv6SocketAndComesBackAsItself() {
        InetSocketAddress ipv4 = address("1.2.3.4", 80);
        assertThat(SocketAddresses.encode(ipv4, Family.IPV6, memory)).isEqualTo(Sockaddr.In6.SIZE);
        assertThat(hex(Sockaddr.In6.SIZE))
                .isEqualTo("0a000050" + "00000000" + "00000000000000000000ffff01020304" + "00000000");
        InetSocketAddress back = (InetSocketAddress) SocketAddresses.decode(memory, Sockaddr.In6.SIZE);
        assertThat(back).isEqualTo(ipv4);
        assertThat(back.getAddress()).isInstanceOf(Inet4Address.class);
    }

    @Test
    void whatIsNoAddressForASocketIsRefused() {
        assertThat(SocketAddresses.encode(address("::1", 80), Family.IPV4, memory))
                .isEqualTo(-Errno.EAFNOSUPPORT);
        assertThat(SocketAddresses.encode(UnixDomainSocketAddress.of("x"), Family.IPV4, memory))
                .isEqualTo(-Errno.EAFNOSUPPORT);
        assertThat(SocketAddresses.encode(InetSocketAddress.createUnresolved("x", 1), Family.IPV6, memory))
                .isEqualTo(-Errno.EAFNOSUPPORT);
        assertThat(SocketAddresses.encode(null, Family.IPV6, memory)).isEqualTo(-Errno.EAFNOSUPPORT);
    }

    @Test
    void whatTheKernelDidNotTellIsNull() {
        assertThat(SocketAddresses.decode(memory, 0)).isNull();
        assertThat(SocketAddresses.decode(memory, Sockaddr.In.SIZE)).isNull();
        SocketAddresses.encode(address("::1", 80), Family.IPV6, memory);
        assertThat(SocketAddresses.decode(memory, Sockaddr.In.SIZE)).isNull();
    }
}
