package dev.overlapped.trust.soak;

import dev.overlapped.Overlapped;
import dev.overlapped.OverlappedDatagramSocket;
import dev.overlapped.OverlappedDatagramSocket.Received;
import dev.overlapped.WinsockException;
import dev.overlapped.winsock2.Winerror;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Random;

/// Datagrams with their numbers, from one socket to another: some are lost, none comes twice, in another's
/// place, or changed. In the end the receiver is closed under what is pending.
final class Datagrams {
    private static final int DATAGRAMS_MAX = 400;
    private static final int PENDING_MAX = 16;
    private static final int BYTES_MAX = 1400;

    private record Receive(Overlapped<Received> request, ByteBuffer room) {
    }

    private final Tally tally;
    private final Pattern pattern;
    private final Random random;
    private final ArrayDeque<Receive> pending = new ArrayDeque<>();
    private long last = -1;

    Datagrams(Random random, Soak.Shared shared) {
        this.tally = shared.tally();
        this.pattern = shared.pattern();
        this.random = random;
    }

    void run() {
        InetSocketAddress any = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
        try (OverlappedDatagramSocket receiver = OverlappedDatagramSocket.bind(any);
                OverlappedDatagramSocket sender = OverlappedDatagramSocket.connect(receiver.localAddress())) {
            int datagrams = random.nextInt(DATAGRAMS_MAX);
            for (int number = 0; number < datagrams; number++) {
                if (pending.size() < PENDING_MAX) {
                    receive(receiver);
                }
                send(sender, number);
                while (!pending.isEmpty() && pending.peek().request().isDone()) {
                    finish(pending.poll(), false);
                }
                if (random.nextInt(100) == 0) {
                    tally.cancels.add(receiver.cancelAll());
                    finishAll(true);
                }
            }
        } catch (WinsockException e) {
            if (!tally.isRefusal(e.code())) {
                tally.violation("datagrams: " + e);
            }
        }
        // The receiver has closed.
        finishAll(true);
    }

    private void receive(OverlappedDatagramSocket receiver) {
        ByteBuffer room = random.nextBoolean() ? ByteBuffer.allocate(2 * BYTES_MAX)
                : ByteBuffer.allocateDirect(2 * BYTES_MAX);
        tally.started.increment();
        pending.add(new Receive(receiver.receiveFrom(room), room));
    }

    private void send(OverlappedDatagramSocket sender, int number) throws WinsockException {
        ByteBuffer bytes = ByteBuffer.allocateDirect(Integer.BYTES + random.nextInt(BYTES_MAX));
        MemorySegment content = pattern.at(number, bytes.capacity() - Integer.BYTES);
        bytes.putInt(number).put(content.asByteBuffer()).flip();
        tally.started.increment();
        Overlapped<Long> send = sender.send(bytes);
        Waits.untilDone(send);
        tally.ended.increment();
        if (send.failure() != null) {
            throw send.failure();
        }
        tally.datagrams.increment();
        tally.bytes.add(send.bytes());
    }

    private void finishAll(boolean stopped) {
        while (!pending.isEmpty()) {
            finish(pending.poll(), stopped);
        }
    }

    private void finish(Receive receive, boolean stopped) {
        Waits.untilDone(receive.request());
        tally.ended.increment();
        WinsockException failure = receive.request().failure();
        if (failure != null) {
            boolean isStop = stopped && failure.code() == Winerror.WSA_OPERATION_ABORTED;
            if (!isStop && !tally.isRefusal(failure.code())) {
                tally.violation("a datagram's receive: " + failure);
            }
            return;
        }
        MemorySegment bytes = MemorySegment.ofBuffer(receive.room().flip());
        tally.bytes.add(bytes.byteSize());
        int number = receive.room().getInt(0);
        if (number <= last) {
            tally.violation("datagram " + number + " after " + last);
        }
        last = number;
        MemorySegment content = bytes.asSlice(Integer.BYTES);
        if (!pattern.isAt(number, content)) {
            tally.violation("datagram " + number + " of " + bytes.byteSize() + " bytes is changed");
        }
    }
}
