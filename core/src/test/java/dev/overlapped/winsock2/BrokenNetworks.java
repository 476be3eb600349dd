package dev.overlapped.winsock2;

import static dev.overlapped.winsock2.Winsock2.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.winsock2.types.DWORD;
import dev.overlapped.winsock2.types.SOCKADDR_IN;
import dev.overlapped.winsock2.types.WSADATA;
import dev.overlapped.winsock2.types.WSAOVERLAPPED;
import java.lang.foreign.MemorySegment;

/// What a program sees when its network breaks. A JVM in a network namespace of its own runs one of these, by
/// its name.
final class BrokenNetworks {
    private static final int BIG = 8 << 20;
    private static final String OUR_ADDRESS = "10.77.0.1";
    private static final int OUR_NUMBER = 0x0a4d0001;
    /// Addresses that nobody has: what is sent there is lost in silence. Next door, and behind the router.
    private static final int NEAR_NUMBER = 0x0a4d0003;
    private static final int FAR_NUMBER = 0x0a4e0003;

    private BrokenNetworks() {
    }

    public static void main(String[] arguments) {
        assertThat(WSAStartup(Minwindef.MAKEWORD(2, 2), new WSADATA())).isZero();
        try (Neighbour neighbour = new Neighbour()) {
            neighbour.link("ours", OUR_ADDRESS + "/24", "theirs", "10.77.0.2/24");
            Neighbour.here("ip neigh add 10.77.0.3 lladdr 02:00:00:00:00:03 dev ours");
            switch (arguments[0]) {
                case "peersLinkGoesDown" -> peersLinkGoesDown(neighbour);
                case "idlePeersLinkGoesDown" -> idlePeersLinkGoesDown(neighbour);
                case "ownLinkGoesDown" -> ownLinkGoesDown(neighbour);
                case "ownQueueIsFull" -> ownQueueIsFull();
                case "aRouterIsInBetween" -> aRouterIsInBetween(neighbour);
                default -> throw new IllegalArgumentException(arguments[0]);
            }
        } finally {
            assertThat(WSACleanup()).isZero();
        }
    }

    private static void peersLinkGoesDown(Neighbour neighbour) {
        long socket = connected(neighbour);
        givesUpSoon(socket);
        neighbour.does("ip link set theirs down");
        assertSendEndsWith(socket, Winerror.WSAECONNABORTED);
    }

    /// One connection has bytes under way then, and one has none; the kernel has a different number for each.
    private static void ownLinkGoesDown(Neighbour neighbour) {
        long busy = connected(neighbour);
        long idle = connected(neighbour);
        givesUpSoon(busy);
        givesUpSoon(idle);
        long datagrams = datagramsTo(NEAR_NUMBER);
        assertThat(sendTo(datagrams, 0)).isZero();
        neighbour.does("ip link set theirs down");
        WSAOVERLAPPED send = Requests.withEvent();
        assertThat(Requests.send(busy, send, null, Requests.room(BIG))).isEqualTo(997);
        Neighbour.here("ip link set ours down");
        assertThat(sendTo(datagrams, 0)).isEqualTo(Winerror.WSAENETDOWN);
        assertSendEndsWith(idle, Winerror.WSAENETDOWN);
        assertThat(Requests.await(send)).isEqualTo(Winerror.WSAENETDOWN);
        assertEverySendFailsWith(busy, Winerror.WSAENETDOWN);
        neighbour.does("ip link set theirs up");
        Neighbour.here("ip link set ours up");
        Requests.until("datagrams leave again", () -> sendTo(datagrams, 0) == 0);
    }

    /// A link that lets a kilobyte a second out, and keeps three.
    private static void ownQueueIsFull() {
        Neighbour.here("tc qdisc add dev ours root tbf rate 8kbit burst 1600 limit 3000");
        long datagrams = datagramsTo(NEAR_NUMBER);
        int sent = 0;
        int code = 0;
        while (code == 0 && sent < 100) {
            code = sendTo(datagrams, 0);
            sent++;
        }
        assertThat(code).isEqualTo(Winerror.WSAENOBUFS);
        assertThat(sent).isGreaterThan(1);
        Neighbour.here("tc qdisc del dev ours root");
        assertThat(sendTo(datagrams, 0)).isZero();
    }

    private static void aRouterIsInBetween(Neighbour router) {
        try (Neighbour far = new Neighbour()) {
            router.link(far, "near", "10.78.0.1/24", "far", "10.78.0.2/24");
            router.does("echo 1 > /proc/sys/net/ipv4/ip_forward");
            router.does("ip neigh add 10.78.0.3 lladdr 02:00:00:00:00:03 dev near");
            Neighbour.here("ip route add 10.78.0.0/24 via 10.77.0.2");
            aTimeToLiveExpires();
            someDataIsNotToBeRouted();
        }
    }

    /// The router says so, and the next send tells it. The one after that does not.
    private static void aTimeToLiveExpires() {
        long datagrams = datagramsTo(FAR_NUMBER);
        set(datagrams, IPPROTO_IP, Ws2tcpip.IP_TTL, 1);
        int[] code = new int[1];
        Requests.until("a send fails", () -> (code[0] = sendTo(datagrams, 0)) != 0);
        assertThat(code[0]).isEqualTo(Winerror.WSAENETRESET);
        set(datagrams, IPPROTO_IP, Ws2tcpip.IP_TTL, 64);
        // What was sent meanwhile may have expired as well.
        Requests.until("sends succeed", () -> sendTo(datagrams, 0) == 0);
    }

    /// By the flag for one call, by the option for all.
    private static void someDataIsNotToBeRouted() {
        long near = datagramsTo(NEAR_NUMBER);
        long far = datagramsTo(FAR_NUMBER);
        assertThat(sendTo(near, MSG_DONTROUTE)).isZero();
        assertThat(sendTo(far, MSG_DONTROUTE)).isEqualTo(Winerror.WSAENETUNREACH);
        assertThat(sendTo(far, 0)).isZero();
        set(far, SOL_SOCKET, SO_DONTROUTE, 1);
        assertThat(sendTo(far, 0)).isEqualTo(Winerror.WSAENETUNREACH);
        set(far, SOL_SOCKET, SO_DONTROUTE, 0);
        assertThat(sendTo(far, 0)).isZero();
    }

    /// A datagram socket of our address whose peer is `number`.
    private static long datagramsTo(int number) {
        long socket = socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP);
        SOCKADDR_IN peer = address(number);
        peer.sin_port = htons(9);
        assertThat(bind(socket, address(OUR_NUMBER), SOCKADDR_IN.SIZEOF)).isZero();
        assertThat(connect(socket, peer, SOCKADDR_IN.SIZEOF)).isZero();
        return socket;
    }

    private static SOCKADDR_IN address(int number) {
        SOCKADDR_IN name = new SOCKADDR_IN();
        name.sin_family = AF_INET;
        name.sin_addr.s_addr = htonl(number);
        return name;
    }

    /// Sends one datagram; 0 or the error.
    private static int sendTo(long datagrams, int flags) {
        DWORD sent = new DWORD(Requests.POISON);
        int result = WSASend(datagrams, Requests.buffers(Requests.room(1000)), 1, sent, flags, null, null);
        assertThat(sent.value).isEqualTo(result == 0 ? 1000 : Requests.POISON);
        return result == 0 ? 0 : WSAGetLastError();
    }

    private static void idlePeersLinkGoesDown(Neighbour neighbour) {
        long socket = connected(neighbour);
        set(socket, IPPROTO_TCP, Ws2tcpip.TCP_KEEPIDLE, 1);
        set(socket, IPPROTO_TCP, Ws2tcpip.TCP_KEEPINTVL, 1);
        set(socket, IPPROTO_TCP, Ws2tcpip.TCP_KEEPCNT, 1);
        set(socket, SOL_SOCKET, SO_KEEPALIVE, 1);
        neighbour.does("ip link set theirs down");
        WSAOVERLAPPED receive = Requests.withEvent();
        assertThat(Requests.receive(socket, receive, null, Requests.room(1))).isEqualTo(997);
        assertThat(Requests.await(receive)).isEqualTo(Winerror.WSAENETRESET);
        assertEverySendFailsWith(socket, Winerror.WSAENETRESET);
    }

    /// A connection that the neighbour has made, and holds open.
    private static long connected(Neighbour neighbour) {
        long listener = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
        SOCKADDR_IN name = address(OUR_NUMBER);
        assertThat(bind(listener, name, SOCKADDR_IN.SIZEOF)).as("error %d", WSAGetLastError()).isZero();
        assertThat(listen(listener, 1)).isZero();
        assertThat(getsockname(listener, name, new DWORD(SOCKADDR_IN.SIZEOF))).isZero();
        neighbour.does("exec {connection}<>/dev/tcp/" + OUR_ADDRESS + "/" + ntohs(name.sin_port));
        long socket = accept(listener, null, null);
        assertThat(socket).isNotEqualTo(INVALID_SOCKET);
        Requests.smallSendBuffer(socket);
        return socket;
    }

    /// The kernel does not try for longer than a second to get something acknowledged.
    private static void givesUpSoon(long socket) {
        set(socket, IPPROTO_TCP, Ws2tcpip.TCP_MAXRT, 1);
    }

    private static void set(long socket, int level, int name, int value) {
        assertThat(setsockopt(socket, level, name, MemorySegment.ofArray(new int[] {value}), 4)).isZero();
    }

    private static void assertSendEndsWith(long socket, int code) {
        WSAOVERLAPPED send = Requests.withEvent();
        assertThat(Requests.send(socket, send, null, Requests.room(BIG))).isEqualTo(997);
        assertThat(Requests.await(send)).isEqualTo(code);
        assertEverySendFailsWith(socket, code);
    }

    private static void assertEverySendFailsWith(long socket, int code) {
        for (int i = 0; i < 2; i++) {
            WSAOVERLAPPED send = Requests.poisoned();
            assertThat(Requests.send(socket, send, null, Requests.room(1))).isEqualTo(code);
            assertThat(send(socket, Requests.room(1), 1, 0)).isEqualTo(SOCKET_ERROR);
            assertThat(WSAGetLastError()).isEqualTo(code);
        }
    }
}
