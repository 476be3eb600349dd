package dev.overlapped;

import static dev.overlapped.Streams.bytes;
import static dev.overlapped.Streams.room;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.overlapped.winsock2.Crew;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// One request: how its end can be waited for, brought about and told.
class OverlappedTest {
    private static final Duration SHORT = Duration.ofMillis(50);

    private Streams streams;
    private SocketChannel peer;
    private OverlappedSocket socket;

    @BeforeEach
    void open() throws IOException, InterruptedException {
        streams = new Streams();
        peer = streams.peer();
        socket = streams.accepted();
    }

    @AfterEach
    void close() {
        streams.close();
    }

    private void feed(int... values) throws IOException {
        peer.write(bytes(values));
    }

    private static <T> T on(boolean virtual, Callable<T> task) {
        AtomicReference<T> result = new AtomicReference<>();
        try (Crew crew = new Crew()) {
            Crew.Task keeping = () -> result.set(task.call());
            Thread thread = virtual ? crew.virtual(keeping) : crew.platform(keeping);
            crew.join();
            assertThat(thread.isAlive()).isFalse();
        }
        return result.get();
    }

    // ---- waiting ----

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aBoundedWaitLeavesTheRequestPending(boolean virtual) throws IOException, InterruptedException {
        ByteBuffer target = room(10);
        Overlapped<Long> receive = on(virtual, () -> {
            Overlapped<Long> started = socket.receive(target);
            assertThat(started.await(Duration.ZERO)).isFalse();
            assertThat(started.await(SHORT)).isFalse();
            assertThat(started.isDone()).isFalse();
            assertThatThrownBy(started::result).isInstanceOf(IllegalStateException.class);
            return started;
        });
        feed(1, 2);
        assertThat(receive.await(Duration.ofDays(1_000_000))).isTrue();
        assertThat(receive.result()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({"false, false", "false, true", "true, false", "true, true"})
    void anInterruptEndsTheWaitAndNotTheRequest(boolean virtual, boolean before)
            throws IOException, InterruptedException {
        Overlapped<Long> receive = socket.receive(room(10));
        try (Crew crew = new Crew()) {
            CountDownLatch started = new CountDownLatch(1);
            Crew.Task waiting = () -> {
                if (before) {
                    Thread.currentThread().interrupt();
                }
                started.countDown();
                assertThatThrownBy(receive::await).isInstanceOf(InterruptedException.class);
                assertThat(Thread.currentThread().isInterrupted()).isFalse();
                assertThat(receive.isDone()).isFalse();
                assertThat(receive.await(SHORT)).isFalse();
            };
            Thread waiter = virtual ? crew.virtual(waiting) : crew.platform(waiting);
            started.await();
            if (!before) {
                // Whether it waits by now cannot be seen; by then it most likely does.
                assertThat(receive.await(SHORT)).isFalse();
                waiter.interrupt();
            }
        }
        feed(1);
        assertThat(receive.await()).isOne();
    }

    @Test
    void anInterruptIsKeptWhereNothingHasToBeWaitedFor() throws IOException, InterruptedException {
        feed(1);
        Overlapped<Long> receive = socket.receive(room(1));
        receive.await();
        Thread.currentThread().interrupt();
        assertThat(receive.await()).isOne();
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void manyThreadsMayWaitForOneRequest() throws IOException {
        Overlapped<Long> receive = socket.receive(room(10));
        List<Long> results = new ArrayList<>();
        try (Crew crew = new Crew()) {
            for (int i = 0; i < 6; i++) {
                Crew.Task waiting = () -> {
                    long result = receive.await();
                    synchronized (results) {
                        results.add(result);
                    }
                };
                if (i % 2 == 0) {
                    crew.platform(waiting);
                } else {
                    crew.virtual(waiting);
                }
            }
            feed(1, 2, 3);
        }
        assertThat(results).hasSize(6).containsOnly(3L);
    }

    // ---- ending early ----

    @Test
    void aCancelledRequestLeavesTheSocketUsable() throws IOException, InterruptedException {
        ByteBuffer target = room(10);
        Overlapped<Long> receive = socket.receive(target);
        assertThat(receive.cancel()).isTrue();
        assertThat(receive.cancel()).isFalse();
        assertThatThrownBy(receive::await).hasMessageContaining("WSA_OPERATION_ABORTED");
        feed(1, 2);
        assertThat(socket.receive(target).await()).isEqualTo(2);
        assertThat(target.position()).isEqualTo(2);
    }

    @Test
    void aCancelledSendSaysHowMuchWasTaken() throws IOException, InterruptedException {
        ByteBuffer source = room(32 << 20);
        Overlapped<Long> send = socket.send(source);
        assertThat(send.cancel()).isTrue();
        assertThat(send.failure().name()).isEqualTo("WSA_OPERATION_ABORTED");
        assertThat(send.bytes()).isBetween(1L, (32L << 20) - 1);
        assertThat(source.position()).isZero();
        Overlapped<Long> next = socket.send(bytes(1));
        ByteBuffer sink = room(1 << 16);
        for (long left = send.bytes() + 1; left > 0; left -= peer.read(sink.clear())) {
            assertThat(left).isPositive();
        }
        assertThat(next.await()).isOne();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aTimeoutLeavesTheSocketUsable(boolean virtual) throws IOException, InterruptedException {
        ByteBuffer target = room(10);
        on(virtual, () -> {
            Overlapped<Long> receive = socket.receive(target).withTimeout(SHORT);
            assertThatThrownBy(receive::await).isInstanceOf(WinsockException.class)
                    .hasMessageContaining("WSAETIMEDOUT");
            return null;
        });
        Overlapped<Long> next = socket.receive(target).withTimeout(Duration.ofHours(1));
        feed(1, 2);
        assertThat(next.await()).isEqualTo(2);
        assertThat(target.position()).isEqualTo(2);
    }

    // ---- threads that end ----

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aRequestOutlivesItsThread(boolean virtual) throws IOException, InterruptedException {
        Overlapped<Long> first = on(virtual, () -> socket.receive(room(1)));
        Overlapped<Long> doomed = on(virtual, () -> socket.receive(room(1)).onCompletion(_ -> { }));
        Overlapped<Long> second = on(virtual, () -> socket.receive(room(1)));
        // The engine has looked for ended threads when the one with a routine has ended.
        assertThatThrownBy(doomed::await).hasMessageContaining("WSA_OPERATION_ABORTED");
        assertThat(first.isDone()).isFalse();
        assertThat(second.isDone()).isFalse();
        feed(1);
        assertThat(first.await()).isOne();
        feed(2);
        assertThat(second.await()).isOne();
    }

    @Test
    void aVirtualThreadWaitsForWhatABusyThreadHasStarted() throws IOException, InterruptedException {
        Overlapped<Long> receive = socket.receive(room(1));
        try (Crew crew = new Crew()) {
            crew.virtual(() -> assertThat(receive.await()).isOne());
            feed(1);
        }
        // So does one that does not know of the library.
        CompletableFuture<Long> next = socket.receive(room(1)).toCompletableFuture();
        feed(2);
        assertThat(next.join()).isOne();
    }

    // ---- routines ----

    @Test
    void aRoutineRunsOnItsThreadInAnAlertableWaitOnly() throws IOException, InterruptedException {
        List<Object> told = new ArrayList<>();
        Overlapped<Long> receive = socket.receive(room(10));
        receive.onCompletion(request -> {
            told.add(Thread.currentThread());
            told.add(request.bytes());
        });
        feed(1, 2);
        assertThat(receive.await()).isEqualTo(2);
        assertThat(told).isEmpty();
        assertThat(Alertable.sleep(Duration.ofHours(1))).isTrue();
        assertThat(told).containsExactly(Thread.currentThread(), 2L);
        assertThat(Alertable.sleep(Duration.ZERO)).isFalse();
    }

    @Test
    void aRoutineMayBeGivenToARequestThatHasEnded() throws IOException, InterruptedException {
        feed(1);
        Overlapped<Long> receive = socket.receive(room(10));
        receive.await();
        List<Long> told = new ArrayList<>();
        receive.onCompletion(request -> told.add(request.result()));
        assertThat(told).isEmpty();
        assertThat(Alertable.sleep(Duration.ZERO)).isTrue();
        assertThat(told).containsExactly(1L);
        assertThatThrownBy(() -> receive.onCompletion(_ -> { })).isInstanceOf(IllegalStateException.class);
        Overlapped<Long> other = on(false, () -> socket.receive(room(1)));
        assertThatThrownBy(() -> other.onCompletion(_ -> { })).isInstanceOf(IllegalStateException.class);
    }

    // ---- futures ----

    @Test
    void aFutureIsToldOfTheEnd() throws Exception {
        ByteBuffer target = room(10);
        Overlapped<Long> receive = socket.receive(target);
        CompletableFuture<Long> future = receive.toCompletableFuture();
        assertThat(receive.toCompletableFuture()).isSameAs(future);
        CompletableFuture<Integer> position = future.thenApply(_ -> target.position());
        feed(1, 2, 3);
        assertThat(future.get()).isEqualTo(3);
        assertThat(position.get()).isEqualTo(3);
        feed(4);
        Overlapped<Long> ended = socket.receive(target);
        ended.await();
        assertThat(ended.toCompletableFuture()).isCompletedWithValue(1L);
    }

    @Test
    void aFutureFailsWithTheExceptionItself() {
        CompletableFuture<Long> future = socket.receive(room(1)).toCompletableFuture();
        socket.close();
        assertThatThrownBy(future::get).isInstanceOf(ExecutionException.class).cause()
                .isInstanceOf(WinsockException.class).hasMessageContaining("WSAECONNABORTED");
    }

    @Test
    void aCancelledFutureCancelsItsRequest() throws IOException, InterruptedException {
        Overlapped<Long> receive = socket.receive(room(1));
        assertThat(receive.toCompletableFuture().cancel(false)).isTrue();
        assertThat(receive.failure().name()).isEqualTo("WSA_OPERATION_ABORTED");
        feed(1);
        assertThat(socket.receive(room(1)).await()).isOne();
    }
}
