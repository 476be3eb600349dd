package dev.overlapped.winsock2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.ListeningSocket;
import dev.overlapped.Overlapped;
import dev.overlapped.OverlappedSocket;
import dev.overlapped.WinsockException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/// A server and its peers in a process that is short of descriptors: `main` of a JVM of its own. Each peer
/// says its number, so that one that is lost, doubled or out of its turn shows.
final class AcceptStorm {
    static final int DESCRIPTORS_MAX = 400;
    static final int PEERS = 100;
    /// Connections that there is room for at a time.
    private static final int ROOM = 10;
    /// What is started, those that fail included, and as much again for what is tried twice.
    static final int ACCEPTS_MAX = 2 * (PEERS + PEERS / ROOM);

    private final ListeningSocket listener =
            ListeningSocket.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
    private final List<SocketChannel> peers = new ArrayList<>();
    private final List<OverlappedSocket> accepted = new ArrayList<>();
    private int next;
    /// Accepts that failed because there was no descriptor.
    private int refused;

    private AcceptStorm() throws IOException {
    }

    public static void main(String[] arguments) throws Exception {
        // Loading a class takes a descriptor, so everything happens once while there are some.
        assertThat(closedListenersAccept().code()).isEqualTo(Winerror.WSAENOTSOCK);
        new AcceptStorm().run(ROOM, false);
        new AcceptStorm().run(PEERS, true);
    }

    private static WinsockException closedListenersAccept() throws Exception {
        AcceptStorm closed = new AcceptStorm();
        closed.listener.close();
        return closed.listener.accept().failure();
    }

    private void run(int knocking, boolean toTheLimit) throws Exception {
        for (int i = 0; i < knocking; i++) {
            peers.add(SocketChannel.open());
        }
        List<OverlappedSocket> fillers = new ArrayList<>();
        int opened = 0;
        while (open(fillers) && (toTheLimit || opened < 2 * ROOM)) {
            opened++;
        }
        // One that waits for its first peer, and one that is short of a descriptor when that has come.
        for (int i = 0; i < ROOM; i++) {
            fillers.removeLast().close();
        }
        Overlapped<OverlappedSocket> waiting = listener.accept();
        knock(0, knocking / 2);
        take(waiting);
        whileOthersKnock(knocking);
        while (next < knocking) {
            Overlapped<OverlappedSocket> accept = listener.accept();
            if (failsForWantOfADescriptor(accept)) {
                assertThat(accepted).isNotEmpty();
                giveBack();
            } else {
                take(accept);
            }
        }
        assertThat(refused).isGreaterThanOrEqualTo(toTheLimit ? PEERS / ROOM - 1 : 0);
        giveBack();
        listener.close();
        for (SocketChannel peer : peers) {
            peer.close();
        }
        fillers.forEach(OverlappedSocket::close);
    }

    private static boolean open(List<OverlappedSocket> fillers) {
        try {
            fillers.add(OverlappedSocket.open(StandardProtocolFamily.INET));
            return true;
        } catch (WinsockException e) {
            assertThat(e.code()).isEqualTo(Winerror.WSAEMFILE);
            return false;
        }
    }

    private void knock(int from, int to) throws IOException {
        for (int i = from; i < to; i++) {
            peers.get(i).connect(listener.localAddress());
            peers.get(i).write(ByteBuffer.wrap(new byte[] {(byte) i}));
        }
    }

    /// Waits at the limit for a byte that comes after many have knocked, to whom nobody opens.
    private void whileOthersKnock(int knocking) throws Exception {
        Overlapped<OverlappedSocket> accept = listener.accept();
        while (!failsForWantOfADescriptor(accept) && next < knocking / 2 - 1) {
            take(accept);
            accept = listener.accept();
        }
        if (accept.isDone() && accept.failure() == null) {
            take(accept);
        }
        Overlapped<Long> last = accepted.getFirst().receive(ByteBuffer.allocateDirect(1));
        try (Crew crew = new Crew()) {
            crew.platform(() -> {
                knock(knocking / 2, knocking);
                peers.getFirst().write(ByteBuffer.wrap(new byte[] {1}));
            });
            assertThat(last.await()).isOne();
        }
    }

    private boolean failsForWantOfADescriptor(Overlapped<OverlappedSocket> accept) throws Exception {
        try {
            accept.await();
            return false;
        } catch (WinsockException e) {
            assertThat(e.code()).isEqualTo(Winerror.WSAEMFILE);
            refused++;
            return true;
        }
    }

    private void take(Overlapped<OverlappedSocket> accept) throws Exception {
        OverlappedSocket connection = accept.await();
        accepted.add(connection);
        ByteBuffer number = ByteBuffer.allocateDirect(1);
        assertThat(connection.receive(number).await()).isOne();
        assertThat(number.get(0)).isEqualTo((byte) next);
        next++;
    }

    private void giveBack() {
        accepted.forEach(OverlappedSocket::close);
        accepted.clear();
    }
}
