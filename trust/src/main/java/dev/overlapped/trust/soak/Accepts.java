package dev.overlapped.trust.soak;

import dev.overlapped.ListeningSocket;
import dev.overlapped.Overlapped;
import dev.overlapped.OverlappedSocket;
import dev.overlapped.WinsockException;
import dev.overlapped.winsock2.Winerror;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Connections that come and go: a listener with accepts pending, peers that say their number or are reset
/// before they are accepted, and in the end a listener that is closed under what is pending.
final class Accepts {
    private static final int PEERS_MAX = 40;
    private static final int PENDING_MAX = 8;

    private final Tally tally;
    private final Random random;
    private final ArrayDeque<Overlapped<OverlappedSocket>> pending = new ArrayDeque<>();
    private final List<OverlappedSocket> peers = new ArrayList<>();
    private int last = -1;

    Accepts(Random random, Soak.Shared shared) {
        this.tally = shared.tally();
        this.random = random;
    }

    void run() {
        InetSocketAddress any = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
        try (ListeningSocket listener = ListeningSocket.bind(any)) {
            int coming = random.nextInt(PEERS_MAX);
            for (int number = 0; number < coming; number++) {
                while (pending.size() < random.nextInt(PENDING_MAX)) {
                    tally.started.increment();
                    pending.add(listener.accept());
                }
                knock(listener, number);
                while (!pending.isEmpty() && pending.peek().isDone()) {
                    finish(pending.poll());
                }
            }
        } catch (IOException e) {
            tell(e);
        }
        finishAll();
        peers.forEach(OverlappedSocket::close);
    }

    /// After the listener has closed.
    private void finishAll() {
        while (!pending.isEmpty()) {
            try {
                finish(pending.poll());
            } catch (IOException e) {
                tell(e);
            }
        }
    }

    private void tell(IOException e) {
        if (!(e instanceof WinsockException known && tally.isRefusal(known.code()))) {
            tally.violation("accepts: " + e);
        }
    }

    private void knock(ListeningSocket listener, int number) throws IOException {
        Overlapped<OverlappedSocket> connect = OverlappedSocket.connect(listener.localAddress());
        tally.started.increment();
        Waits.untilDone(connect);
        tally.ended.increment();
        OverlappedSocket peer = connect.result();
        peers.add(peer);
        tally.connections.increment();
        peer.option(StandardSocketOptions.SO_LINGER, 0);
        tally.started.increment();
        Overlapped<Long> send = peer.send(ByteBuffer.allocateDirect(Integer.BYTES).putInt(number).flip());
        Waits.untilDone(send);
        tally.ended.increment();
        if (send.failure() != null) {
            throw send.failure();
        }
        if (random.nextInt(4) == 0) {
            tally.resets.increment();
            peer.close();
        }
    }

    private void finish(Overlapped<OverlappedSocket> accept) throws IOException {
        Waits.untilDone(accept);
        tally.ended.increment();
        if (accept.failure() != null) {
            if (accept.failure().code() != Winerror.WSA_OPERATION_ABORTED) {
                throw accept.failure();
            }
            return;
        }
        try (OverlappedSocket connection = accept.result()) {
            ByteBuffer number = ByteBuffer.allocateDirect(Integer.BYTES);
            tally.started.increment();
            Overlapped<Long> receive = connection.receiveFully(number);
            Waits.untilDone(receive);
            tally.ended.increment();
            if (receive.failure() == null) {
                check(number);
            } else if (receive.failure().code() != Winerror.WSAECONNRESET) {
                throw receive.failure();
            }
        }
    }

    /// In the order in which they have come.
    private void check(ByteBuffer number) {
        if (number.position() != Integer.BYTES || number.getInt(0) <= last) {
            tally.violation("peer " + number.getInt(0) + ", " + number.position() + " bytes, after " + last);
        }
        last = number.getInt(0);
    }
}
