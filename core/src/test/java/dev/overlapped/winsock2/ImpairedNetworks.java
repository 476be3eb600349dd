package dev.overlapped.winsock2;

import static dev.overlapped.winsock2.Winsock2.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.winsock2.types.DWORD;
import dev.overlapped.winsock2.types.SOCKADDR_IN;
import dev.overlapped.winsock2.types.WSADATA;
import dev.overlapped.winsock2.types.WSAOVERLAPPED;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Random;

/// A stream to a neighbour and back, while something is wrong with the link. A JVM in a network namespace of
/// its own runs one of these, by its name.
final class ImpairedNetworks implements AutoCloseable {
    private static final String OUR_ADDRESS = "10.79.0.1";
    private static final int OUR_NUMBER = 0x0a4f0001;
    private static final int PART = 32 << 10;
    private static final String FILTER = "nft add table inet loss && nft add chain inet loss in"
            + " '{ type filter hook input priority 0; }' &&"
            + " nft add rule inet loss in iifname %s numgen random mod 100 '<' 5 drop";

    private final Neighbour neighbour = new Neighbour();
    private final StreamPattern pattern = new StreamPattern(new Random(9));
    private final MemorySegment room = Requests.room(PART);
    private final long socket;
    private long sent;
    private long received;

    private ImpairedNetworks() {
        neighbour.link("ours", OUR_ADDRESS + "/24", "theirs", "10.79.0.2/24");
        socket = connected();
    }

    public static void main(String[] arguments) {
        assertThat(WSAStartup(Minwindef.MAKEWORD(2, 2), new WSADATA())).isZero();
        try (ImpairedNetworks network = new ImpairedNetworks()) {
            switch (arguments[0]) {
                case "packetsAreLost" -> network.packetsAreLost();
                case "theLinkIsNarrow" -> network.theLinkIsNarrow();
                case "theLargestPacketChanges" -> network.theLargestPacketChanges();
                case "theLinkBreaksOff" -> network.theLinkBreaksOff();
                case "theLinkStaysAway" -> network.theLinkStaysAway();
                default -> throw new IllegalArgumentException(arguments[0]);
            }
        } finally {
            assertThat(WSACleanup()).isZero();
        }
    }

    /// A connection to a shell next door that sends back what it gets.
    private long connected() {
        long listener = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
        SOCKADDR_IN name = new SOCKADDR_IN();
        name.sin_family = AF_INET;
        name.sin_addr.s_addr = htonl(OUR_NUMBER);
        assertThat(bind(listener, name, SOCKADDR_IN.SIZEOF)).as("error %d", WSAGetLastError()).isZero();
        assertThat(listen(listener, 1)).isZero();
        assertThat(getsockname(listener, name, new DWORD(SOCKADDR_IN.SIZEOF))).isZero();
        neighbour.does("exec {echo}<>/dev/tcp/" + OUR_ADDRESS + "/" + ntohs(name.sin_port));
        neighbour.does("{ cat <&$echo >&$echo & }");
        long connection = accept(listener, null, null);
        Requests.smallSendBuffer(connection);
        return connection;
    }

    /// In both directions, acknowledgements included.
    private void packetsAreLost() {
        neighbour.does(FILTER.formatted("theirs"));
        Neighbour.here("bash", "-c", FILTER.formatted("ours"));
        goOn(1 << 20);
    }

    private void theLinkIsNarrow() {
        Neighbour.here("tc qdisc add dev ours root tbf rate 16mbit burst 3000 limit 12000");
        goOn(2 << 20);
    }

    /// While something is under way. What is too long for the other end is lost there without a word.
    private void theLargestPacketChanges() {
        for (int bytes : List.of(1280, 576, 9000, 1500)) {
            ArrayDeque<Posted> underWay = sends(1 << 20);
            Neighbour.here("ip link set ours mtu " + bytes);
            neighbour.does("ip link set theirs mtu " + bytes);
            finish(underWay);
        }
        goOn(1 << 20);
    }

    /// While something is under way both times, first the far end and then the own one.
    private void theLinkBreaksOff() {
        goOn(1 << 20);
        neighbour.does("ip link set theirs down");
        ArrayDeque<Posted> cut = sends(1 << 20);
        neighbour.does("ip link set theirs up");
        finish(cut);
        goOn(1 << 20);
        Neighbour.here("ip link set ours down");
        cut = sends(1 << 20);
        Neighbour.here("ip link set ours up");
        finish(cut);
        goOn(1 << 20);
    }

    private void theLinkStaysAway() {
        goOn(1 << 20);
        MemorySegment second = MemorySegment.ofArray(new int[] {1});
        assertThat(setsockopt(socket, IPPROTO_TCP, Ws2tcpip.TCP_MAXRT, second, 4)).isZero();
        neighbour.does("ip link set theirs down");
        ArrayDeque<Posted> cut = sends(1 << 20);
        Posted receive = Posted.receive(socket, PART);
        for (Posted each : cut) {
            int code = Requests.status(each.await().overlapped);
            // What the kernel had room for is sent, as far as anybody can tell here.
            assertThat(code).isIn(0, Winerror.WSAECONNABORTED);
        }
        assertThat(Requests.status(cut.getLast().overlapped)).isEqualTo(Winerror.WSAECONNABORTED);
        assertThat(Requests.status(receive.await().overlapped)).isEqualTo(Winerror.WSAECONNABORTED);
    }

    /// Sends so many bytes, with several sends pending, and gets them back.
    private void goOn(long bytes) {
        finish(sends(bytes));
    }

    private ArrayDeque<Posted> sends(long bytes) {
        ArrayDeque<Posted> sends = new ArrayDeque<>();
        for (long end = sent + bytes; sent < end; sent += PART) {
            sends.add(Posted.send(socket, pattern.at(sent, PART)));
        }
        return sends;
    }

    private void finish(ArrayDeque<Posted> sends) {
        while (received < sent) {
            WSAOVERLAPPED receive = Requests.withEvent();
            assertThat(Requests.receive(socket, receive, null, room)).isIn(0, 997);
            assertThat(Requests.await(receive)).isZero();
            assertThat(pattern.isAt(received, room.asSlice(0, receive.InternalHigh)))
                    .as("%d bytes from %d", receive.InternalHigh, received).isTrue();
            received += receive.InternalHigh;
            assertThat(WSACloseEvent(receive.hEvent)).isTrue();
        }
        for (Posted each : sends) {
            each.await().succeeded(PART);
            each.close();
        }
    }

    @Override
    public void close() {
        assertThat(closesocket(socket)).isZero();
        neighbour.close();
        pattern.close();
    }
}
