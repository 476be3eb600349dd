package dev.overlapped.provider.simulated;

import dev.overlapped.address.Endpoint;
import dev.overlapped.provider.NameQuery;
import dev.overlapped.provider.Resolution;
import dev.overlapped.provider.SocketKind;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// The names that a simulated network knows: literal addresses, `localhost`, and port numbers.
final class Names {
    private static final int IPV4_BYTES = 4;
    private static final int IPV6_BYTES = 16;
    private static final List<SocketKind.Type> TYPES =
            List.of(SocketKind.Type.STREAM, SocketKind.Type.DATAGRAM);
    private static final byte[] LOOPBACK_IPV4 = {127, 0, 0, 1};
    private static final byte[] LOOPBACK_IPV6 = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};

    private Names() {
    }

    static InetAddress loopback(SocketKind.Family family) {
        return ip(family == SocketKind.Family.IPV4 ? LOOPBACK_IPV4 : LOOPBACK_IPV6);
    }

    /// The address that stands for any.
    static InetAddress any(SocketKind.Family family) {
        return ip(new byte[family == SocketKind.Family.IPV4 ? IPV4_BYTES : IPV6_BYTES]);
    }

    /// Without a name, and of 16 bytes always an IPv6 address.
    private static InetAddress ip(byte[] bytes) {
        try {
            return bytes.length == IPV6_BYTES ? Inet6Address.getByAddress(null, bytes, -1)
                    : InetAddress.getByAddress(bytes);
        } catch (UnknownHostException impossible) {
            throw new AssertionError(impossible);
        }
    }

    /// An address that is known, without its interface: there is one only.
    static InetSocketAddress address(Endpoint endpoint) {
        ByteBuffer bytes = endpoint.isIpv6()
                ? ByteBuffer.allocate(IPV6_BYTES).putLong(endpoint.high()).putLong(endpoint.low())
                : ByteBuffer.allocate(IPV4_BYTES).putInt(endpoint.ipv4());
        return new InetSocketAddress(ip(bytes.array()), endpoint.port());
    }

    /// Leaves `address` in `endpoint`.
    static void tell(InetSocketAddress address, Endpoint endpoint) {
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress().getAddress());
        if (bytes.remaining() == IPV6_BYTES) {
            endpoint.setIpv6(bytes.getLong(), bytes.getLong(), 0, address.getPort());
        } else {
            endpoint.setIpv4(bytes.getInt(), address.getPort());
        }
    }

    static Resolution resolve(NameQuery query) {
        int port;
        List<InetAddress> found = new ArrayList<>();
        try {
            port = query.service() == null ? 0 : Integer.parseInt(query.service());
        } catch (NumberFormatException notANumber) {
            return new Resolution(Resolution.Status.NO_SUCH_SERVICE, List.of(), null);
        }
        if (query.node() == null || (query.node().equals("localhost") && !query.numericNode())) {
            boolean any = query.node() == null && query.passive();
            found.add(any ? InetAddress.ofLiteral("::") : loopback(SocketKind.Family.IPV6));
            found.add(any ? InetAddress.ofLiteral("0.0.0.0") : loopback(SocketKind.Family.IPV4));
        } else {
            try {
                found.add(InetAddress.ofLiteral(query.node()));
            } catch (IllegalArgumentException noLiteral) {
                return new Resolution(Resolution.Status.NO_SUCH_NAME, List.of(), null);
            }
        }
        List<Resolution.Answer> answers = new ArrayList<>();
        for (InetAddress ip : found) {
            SocketKind.Family family =
                    ip instanceof Inet4Address ? SocketKind.Family.IPV4 : SocketKind.Family.IPV6;
            for (SocketKind.Type type : TYPES) {
                if ((query.family() == null || query.family() == family)
                        && (query.type() == null || query.type() == type)) {
                    answers.add(new Resolution.Answer(new SocketKind(family, type),
                            new InetSocketAddress(ip, port)));
                }
            }
        }
        Resolution.Status status = answers.isEmpty() ? Resolution.Status.NO_SUCH_NAME : Resolution.Status.OK;
        return new Resolution(status, answers, query.canonical() ? query.node() : null);
    }
}
