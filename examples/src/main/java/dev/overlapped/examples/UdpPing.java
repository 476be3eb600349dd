package dev.overlapped.examples;

import dev.overlapped.OverlappedDatagramSocket;
import dev.overlapped.WinsockException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;

/// Sends datagrams to a UDP echo service and tells how long each takes: `UdpPing HOST PORT COUNT`.
final class UdpPing {
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final double NANOS_PER_MS = 1e6;

    private UdpPing() {
    }

    public static void main(String... args) throws Exception {
        var there = new InetSocketAddress(args[0], Integer.parseInt(args[1]));
        try (OverlappedDatagramSocket socket = OverlappedDatagramSocket.connect(there)) {
            var question = ByteBuffer.allocateDirect(Integer.BYTES);
            var answer = ByteBuffer.allocateDirect(Integer.BYTES);
            for (int i = 0; i < Integer.parseInt(args[2]); i++) {
                long began = System.nanoTime();
                try {
                    socket.send(question.clear().putInt(i).flip()).await();
                    do {
                        // An answer that was given up on may still come.
                        socket.receive(answer.clear()).withTimeout(PATIENCE).await();
                    } while (answer.position() < Integer.BYTES || answer.getInt(0) != i);
                    System.out.printf("%d: %.3f ms%n", i, (System.nanoTime() - began) / NANOS_PER_MS);
                } catch (WinsockException e) {
                    // After a time-out the socket goes on as before.
                    System.out.printf("%d: %s%n", i, e.name());
                }
            }
        }
    }
}
