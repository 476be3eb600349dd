package dev.overlapped;

import static dev.overlapped.Streams.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.overlapped.winsock2.Crew;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Buffers that are used again.
class BufferPoolTest {
    @Test
    void thereAreAsManyAsWereAskedFor() throws InterruptedException {
        try (BufferPool pool = new BufferPool(2, 10)) {
            ByteBuffer first = pool.take();
            ByteBuffer second = pool.tryTake();
            assertThat(first.remaining()).isEqualTo(10);
            assertThat(first.isDirect()).isTrue();
            assertThat(pool.tryTake()).isNull();
            CompletableFuture<ByteBuffer> taken = new CompletableFuture<>();
            try (Crew crew = new Crew()) {
                crew.platform(() -> taken.complete(pool.take()));
                second.position(5);
                pool.release(second);
            }
            assertThat(taken.join()).isSameAs(second);
            assertThat(second.position()).isZero();
        }
    }

    @Test
    void whatIsNotThePoolsToTakeIsRefused() throws IOException, InterruptedException {
        try (Streams streams = new Streams(); BufferPool pool = new BufferPool(1, 10)) {
            OverlappedSocket socket = streams.pair()[0];
            ByteBuffer buffer = pool.take();
            Overlapped<Long> receive = socket.receive(buffer);
            assertThatThrownBy(() -> pool.release(buffer)).isInstanceOf(IllegalStateException.class);
            receive.cancel();
            assertThatThrownBy(() -> pool.release(buffer.duplicate()))
                    .isInstanceOf(IllegalArgumentException.class);
            pool.release(buffer);
            assertThatThrownBy(() -> pool.release(buffer)).isInstanceOf(IllegalStateException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void closingWaitsForWhatIsInFlight(boolean virtual) throws IOException, InterruptedException {
        try (Streams streams = new Streams()) {
            SocketChannel peer = streams.peer();
            OverlappedSocket socket = streams.accepted();
            BufferPool pool = new BufferPool(3, 10);
            ByteBuffer buffer = pool.take();
            Overlapped<Long> receive = socket.receive(buffer);
            try (Crew crew = new Crew()) {
                Crew.Task closing = () -> {
                    Thread.currentThread().interrupt();
                    pool.close();
                    assertThat(receive.isDone()).isTrue();
                    assertThat(Thread.interrupted()).isTrue();
                };
                Thread thread = virtual ? crew.virtual(closing) : crew.platform(closing);
                // From here on it closes, or waits.
                while (isOpen(pool) && thread.isAlive()) {
                    Thread.onSpinWait();
                }
                assertThat(receive.isDone()).isFalse();
                peer.write(bytes(1, 2));
            }
            assertThat(receive.await()).isEqualTo(2);
            assertThatThrownBy(() -> buffer.get(0)).isInstanceOf(IllegalStateException.class);
            assertThat(socket.send(buffer.duplicate()).failure().name()).isEqualTo("WSAEFAULT");
            pool.close();
        }
    }

    private static boolean isOpen(BufferPool pool) {
        try {
            ByteBuffer taken = pool.tryTake();
            if (taken != null) {
                pool.release(taken);
            }
            return true;
        } catch (IllegalStateException closed) {
            return false;
        }
    }
}
