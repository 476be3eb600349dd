package dev.overlapped.winsock2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.conformance.Clause;
import dev.overlapped.winsock2.StreamEnds.Shape;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Every byte arrives once and in order, however many requests of whatever shape are outstanding, and they
/// end in the order they were started. Each run takes a new seed and tells it when it fails.
class StreamOrderTest {
    private static final int KIB = 1 << 10;
    private static final int MIB = 1 << 20;

    private Loopback loopback;

    @BeforeEach
    void start() {
        loopback = new Loopback();
    }

    @AfterEach
    void closeAll() {
        loopback.close();
    }

    private interface Run {
        void with(long seed) throws Exception;
    }

    private static void seeded(int times, Run run) {
        for (int i = 0; i < times; i++) {
            long seed = System.nanoTime();
            try {
                run.with(seed);
            } catch (Exception | AssertionError e) {
                throw new AssertionError("seed " + seed + "L: " + e.getMessage(), e);
            }
        }
    }

    /// Our sender, and a reader from outside that takes at most `readBytes` at a time.
    private void sendToOther(long seed, Shape shape, long total, int readBytes) throws Exception {
        Random random = new Random(seed);
        try (StreamPattern pattern = new StreamPattern(random)) {
            SocketChannel peer = loopback.peer();
            long socket = loopback.accepted();
            chooseSendBuffer(socket, random, total);
            FutureTask<Long> reader = Moves.elsewhere(() ->
                    readToEnd(peer, pattern, new Random(seed + 1), readBytes));
            StreamEnds.send(socket, pattern, random, shape, total);
            assertThat(reader.get()).isEqualTo(total);
        }
    }

    /// Half of the time the kernel's own choice.
    private static void chooseSendBuffer(long socket, Random random, long total) {
        if (random.nextBoolean()) {
            Moves.sendBuffer(socket, total <= MIB ? 1 : 64 * KIB);
        }
    }

    private static long readToEnd(SocketChannel peer, StreamPattern pattern, Random random, int readBytes)
            throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(readBytes);
        long position = 0;
        while (true) {
            buffer.clear().limit(1 + random.nextInt(readBytes));
            int read = peer.read(buffer);
            if (read < 0) {
                return position;
            }
            assertThat(pattern.isAt(position, MemorySegment.ofBuffer(buffer.flip())))
                    .as("bytes behind %d", position).isTrue();
            position += read;
        }
    }

    /// Our sender and our receiver.
    private void sendToOurs(long seed, Shape sending, Shape receiving, long total) throws Exception {
        Random random = new Random(seed);
        try (StreamPattern pattern = new StreamPattern(random)) {
            long[] pair = loopback.pair();
            chooseSendBuffer(pair[0], random, total);
            Callable<Long> receiver = () ->
                    StreamEnds.receive(pair[1], pattern, new Random(seed + 1), receiving);
            FutureTask<Long> received = Moves.elsewhere(receiver);
            StreamEnds.send(pair[0], pattern, random, sending, total);
            assertThat(received.get()).isEqualTo(total);
        }
    }

    @Test
    @Clause({"REMARKS-2", "OVERLAPPED-34", "OVERLAPPED-35"})
    void aThousandSmallSendsOutstanding() {
        seeded(2, seed -> sendToOther(seed, new Shape(1000, 4 * KIB, 8), 6 * MIB, 64 * KIB));
    }

    @Test
    @Clause({"OVERLAPPED-34", "OVERLAPPED-35"})
    void sendsOfUpToEightMebibytes() {
        seeded(2, seed -> sendToOther(seed, new Shape(6, 8 * MIB, 16), 40 * MIB, 256 * KIB));
    }

    @Test
    @Clause({"REMARKS-3", "OVERLAPPED-34"})
    void moreBuffersThanOneCallTakes() {
        seeded(2, seed -> sendToOther(seed, new Shape(20, 64 * KIB, 3000), 8 * MIB, 64 * KIB));
    }

    @Test
    @Clause({"OVERLAPPED-34", "OVERLAPPED-35"})
    void aTinySendBufferAndASlowReader() {
        seeded(4, seed -> sendToOther(seed, new Shape(100, 16 * KIB, 1024), 512 * KIB, 512));
    }

    @Test
    void oneSendAfterTheOther() {
        seeded(2, seed -> sendToOther(seed, new Shape(1, 64 * KIB, 64), 2 * MIB, 64 * KIB));
    }

    @Test
    void manyReceivesOutstandingFillInTheOrderTheyWereStarted() {
        seeded(2, seed -> sendToOurs(seed, new Shape(100, 16 * KIB, 4), new Shape(1000, 2 * KIB, 4),
                3 * MIB));
    }

    @Test
    void receivesScatterIntoManyBuffers() {
        seeded(3, seed -> sendToOurs(seed, new Shape(64, 64 * KIB, 4), new Shape(8, 32 * KIB, 1500),
                3 * MIB));
    }

    @Test
    void largeReceives() {
        seeded(2, seed -> sendToOurs(seed, new Shape(16, MIB, 4), new Shape(4, 8 * MIB, 4), 24 * MIB));
    }

    @Test
    void shapesAtRandom() {
        seeded(6, seed -> {
            Random random = new Random(~seed);
            Shape sending = shape(random);
            Shape receiving = shape(random);
            long total = Math.min(3 * MIB, 1000L * Math.min(sending.bytes(), receiving.bytes()));
            sendToOurs(seed, sending, receiving, total);
        });
    }

    private static Shape shape(Random random) {
        return new Shape(1 + random.nextInt(1 << random.nextInt(10)), 1 << (4 + random.nextInt(16)),
                1 + random.nextInt(1 << random.nextInt(9)));
    }
}
