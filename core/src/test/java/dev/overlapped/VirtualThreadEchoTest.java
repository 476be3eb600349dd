package dev.overlapped;

import static dev.overlapped.Streams.room;
import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.winsock2.Crew;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/// One virtual thread for each connection: nothing but sends and receives that are waited for.
class VirtualThreadEchoTest {
    private static final int CONNECTIONS = 200;
    private static final int MESSAGES = 20;
    private static final int MESSAGE_BYTES = 1_000;

    @Test
    void everyConnectionGetsItsOwnBytesBack() {
        try (Streams streams = new Streams(); Crew crew = new Crew()) {
            crew.virtual(() -> serve(streams));
            for (int i = 0; i < CONNECTIONS; i++) {
                int seed = i;
                crew.virtual(() -> converse(streams, seed));
            }
            crew.join();
        }
    }

    private static void serve(Streams streams) throws Exception {
        try (Crew served = new Crew()) {
            for (int i = 0; i < CONNECTIONS; i++) {
                OverlappedSocket connection = streams.listener().accept().await();
                served.virtual(() -> echo(connection));
            }
        }
    }

    private static void echo(OverlappedSocket connection) throws IOException, InterruptedException {
        try (connection) {
            ByteBuffer buffer = room(MESSAGE_BYTES);
            while (connection.receive(buffer.clear()).await() >= 0) {
                connection.send(buffer.flip()).await();
            }
        }
    }

    private static void converse(Streams streams, int seed) throws IOException, InterruptedException {
        try (OverlappedSocket socket = OverlappedSocket.connect(streams.address()).await()) {
            ByteBuffer question = room(MESSAGE_BYTES);
            ByteBuffer answer = room(MESSAGE_BYTES);
            for (int message = 0; message < MESSAGES; message++) {
                question.clear();
                while (question.hasRemaining()) {
                    question.put((byte) (seed + message + question.position() / 7));
                }
                socket.send(question.flip()).await();
                socket.receiveFully(answer.clear()).await();
                assertThat(answer.flip()).as("connection %d, message %d", seed, message)
                        .isEqualTo(question.flip());
            }
        }
    }
}
