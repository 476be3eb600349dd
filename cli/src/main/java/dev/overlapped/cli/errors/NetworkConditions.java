package dev.overlapped.cli.errors;

import static dev.overlapped.winsock2.Winerror.*;
import static dev.overlapped.winsock2.Winsock2.IPPROTO_TCP;
import static dev.overlapped.winsock2.Winsock2.SOL_SOCKET;
import static dev.overlapped.winsock2.Winsock2.SO_KEEPALIVE;
import static dev.overlapped.winsock2.Winsock2.WSARecv;
import static dev.overlapped.winsock2.Ws2tcpip.TCP_KEEPCNT;
import static dev.overlapped.winsock2.Ws2tcpip.TCP_KEEPIDLE;
import static dev.overlapped.winsock2.Ws2tcpip.TCP_KEEPINTVL;
import static dev.overlapped.winsock2.Ws2tcpip.TCP_MAXRT;

import dev.overlapped.winsock2.types.DWORD;
import dev.overlapped.winsock2.types.WSABUF;
import dev.overlapped.winsock2.types.WSAOVERLAPPED;
import java.lang.foreign.Arena;

/// The codes of the page's table that a network makes when it fails.
final class NetworkConditions {
    private static final int SECONDS = 1;
    /// 10.77.0.1
    private static final int WIRE_NUMBER = 0x0a4d0001;
    private static final int DATAGRAM_BYTES = 1000;
    private static final int DATAGRAMS_MAX = 100;

    private NetworkConditions() {
    }

    /// The peer acknowledges, but lets nothing more in: that counts as well.
    static Condition timedOut() {
        return Condition.of(WSAECONNABORTED, "WSAECONNABORTED",
            "the peer takes nothing for the second that TCP_MAXRT allows", () -> {
                try (Scene scene = new Scene()) {
                    long sender = scene.connection()[0];
                    scene.option(sender, IPPROTO_TCP, TCP_MAXRT, SECONDS);
                    int code = Scene.outcome(sender, scene.pending(sender));
                    return code == WSAECONNABORTED ? scene.send(sender, 1) : code;
                }
            });
    }

    static Condition linkDown() {
        return Condition.ofNetwork(WSAENETDOWN, "WSAENETDOWN", "the link is down", () -> {
            OwnNetwork.does("ip link add wire type veth peer name other");
            try (Scene scene = new Scene()) {
                OwnNetwork.does("ip addr add 10.77.0.1/24 dev wire");
                OwnNetwork.does("ip link set wire up");
                long sender = scene.datagrams(WIRE_NUMBER, WIRE_NUMBER + 1);
                OwnNetwork.does("ip link set wire down");
                return scene.send(sender, 1);
            } finally {
                OwnNetwork.does("ip link del wire");
            }
        });
    }

    static Condition keepAlive() {
        return Condition.ofNetwork(WSAENETRESET, "WSAENETRESET",
            "the network swallows everything, and keep-alive finds out", () -> {
                try (Scene scene = new Scene(); Arena arena = Arena.ofShared()) {
                    long sender = scene.connection()[0];
                    scene.option(sender, IPPROTO_TCP, TCP_KEEPIDLE, SECONDS);
                    scene.option(sender, IPPROTO_TCP, TCP_KEEPINTVL, SECONDS);
                    scene.option(sender, IPPROTO_TCP, TCP_KEEPCNT, 1);
                    scene.option(sender, SOL_SOCKET, SO_KEEPALIVE, 1);
                    OwnNetwork.does("tc qdisc add dev lo root blackhole");
                    try {
                        // A send would be sent again and again, and end with WSAECONNABORTED.
                        WSAOVERLAPPED receive = new WSAOVERLAPPED();
                        WSABUF[] buffers = {new WSABUF(arena.allocate(1), 1)};
                        WSARecv(sender, buffers, 1, new DWORD(), new DWORD(), receive, null);
                        int code = Scene.outcome(sender, receive);
                        return code == WSAENETRESET ? scene.send(sender, 1) : code;
                    } finally {
                        OwnNetwork.does("tc qdisc del dev lo root");
                    }
                }
            });
    }

    static Condition queueFull() {
        return Condition.ofNetwork(WSAENOBUFS, "WSAENOBUFS",
            "the queue of a link that lets a kilobyte a second out is full", () -> {
                try (Scene scene = new Scene()) {
                    long sender = scene.datagrams();
                    OwnNetwork.does("tc qdisc add dev lo root tbf rate 8kbit burst 1600 limit 3000");
                    try {
                        int code = 0;
                        for (int i = 0; i < DATAGRAMS_MAX && code == 0; i++) {
                            code = scene.send(sender, DATAGRAM_BYTES);
                        }
                        return code;
                    } finally {
                        OwnNetwork.does("tc qdisc del dev lo root");
                    }
                }
            });
    }
}
