package dev.overlapped.provider.simulated;

import dev.overlapped.provider.NameQuery;
import dev.overlapped.provider.Resolution;
import dev.overlapped.provider.SocketKind;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;

/// The names that a simulated network knows: literal addresses, `localhost`, and port numbers.
final class Names {
    private static final byte[] LOOPBACK_IPV4 = {127, 0, 0, 1};
    private static final byte[] LOOPBACK_IPV6 = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};

    private Names() {
    }

    static InetAddress loopback(SocketKind.Family family) {
        try {
            return InetAddress.getByAddress(family == SocketKind.Family.IPV4 ? LOOPBACK_IPV4 : LOOPBACK_IPV6);
        } catch (UnknownHostException impossible) {
            throw new AssertionError(impossible);
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
        boolean streams = query.type() == null || query.type() == SocketKind.Type.STREAM;
        List<Resolution.Answer> answers = new ArrayList<>();
        for (InetAddress ip : found) {
            SocketKind.Family family =
                    ip instanceof Inet4Address ? SocketKind.Family.IPV4 : SocketKind.Family.IPV6;
            if (streams && (query.family() == null || query.family() == family)) {
                answers.add(new Resolution.Answer(new SocketKind(family, SocketKind.Type.STREAM),
                        new InetSocketAddress(ip, port)));
            }
        }
        Resolution.Status status = answers.isEmpty() ? Resolution.Status.NO_SUCH_NAME : Resolution.Status.OK;
        return new Resolution(status, answers, query.canonical() ? query.node() : null);
    }
}
