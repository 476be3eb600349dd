package dev.overlapped;

import static dev.overlapped.Streams.bytes;
import static dev.overlapped.Streams.room;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.overlapped.winsock2.Crew;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Threads that run routines.
class AlertableTest {
    private static final Duration LONG = Duration.ofHours(1);
    private static final int CALLS_MAX = 65_536;
    private static final int ROUTINES_MAX = 262_144;

    private Streams streams;

    @BeforeEach
    void open() {
        streams = new Streams();
    }

    @AfterEach
    void close() {
        streams.close();
    }

    private static Thread start(Crew crew, boolean virtual, Crew.Task task) {
        return virtual ? crew.virtual(task) : crew.platform(task);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void callsRunOnTheThreadTheyAreQueuedToInTheirOrder(boolean virtual) throws Exception {
        List<Object> told = new ArrayList<>();
        CompletableFuture<Alertable> ready = new CompletableFuture<>();
        try (Crew crew = new Crew()) {
            Thread thread = start(crew, virtual, () -> {
                ready.complete(Alertable.current());
                Alertable.runUntilStopped();
                told.add("stopped");
                // A stop that comes before its loop ends that one.
                Alertable.current().stop();
                Alertable.runUntilStopped();
            });
            Alertable loop = ready.get();
            thread.setUncaughtExceptionHandler((_, _) -> { });
            loop.execute(() -> told.add(Thread.currentThread().equals(thread)));
            loop.execute(() -> {
                throw new IllegalStateException("does not end the loop");
            });
            loop.execute(() -> told.add("second"));
            loop.execute(loop::stop);
        }
        assertThat(told).containsExactly(true, "second", "stopped");
        assertThatThrownBy(() -> ready.get().execute(() -> { }))
                .isInstanceOf(RejectedExecutionException.class);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anInterruptEndsTheLoop(boolean virtual) throws Exception {
        CompletableFuture<Void> ready = new CompletableFuture<>();
        try (Crew crew = new Crew()) {
            Thread thread = start(crew, virtual, () -> {
                Alertable.current().execute(() -> ready.complete(null));
                assertThatThrownBy(Alertable::runUntilStopped).isInstanceOf(InterruptedException.class);
                assertThat(Thread.currentThread().isInterrupted()).isFalse();
            });
            ready.get();
            thread.interrupt();
        }
    }

    @Test
    void anInterruptEndsALoopThatIsNeverIdle() throws Exception {
        CompletableFuture<Void> ready = new CompletableFuture<>();
        try (Crew crew = new Crew()) {
            Thread thread = crew.platform(() -> {
                Alertable self = Alertable.current();
                AtomicReference<Runnable> again = new AtomicReference<>();
                again.set(() -> {
                    ready.complete(null);
                    self.execute(again.get());
                });
                self.execute(again.get());
                assertThatThrownBy(Alertable::runUntilStopped).isInstanceOf(InterruptedException.class);
            });
            ready.get();
            thread.interrupt();
        }
    }

    @Test
    void anEchoLivesOnRoutinesWithAttachments() throws IOException, InterruptedException {
        SocketChannel peer = streams.peer();
        OverlappedSocket socket = streams.accepted();
        MemorySegment memory = MemorySegment.ofBuffer(room(100));
        AtomicReference<CompletionRoutine<OverlappedSocket>> received = new AtomicReference<>();
        CompletionRoutine<OverlappedSocket> sent = (_, _, of) -> of.receive(memory, of, received.get());
        received.set((error, bytes, of) -> {
            assertThat(error).isZero();
            if (bytes < 0) {
                of.close();
                Alertable.current().stop();
            } else {
                of.send(memory.asSlice(0, bytes), of, sent);
            }
        });
        socket.receive(memory, socket, received.get());
        peer.write(bytes(1, 2, 3));
        peer.shutdownOutput();
        Alertable.runUntilStopped();
        java.nio.ByteBuffer answer = room(10);
        while (peer.read(answer) >= 0) {
            assertThat(answer.position()).isPositive();
        }
        assertThat(answer.flip()).isEqualTo(bytes(1, 2, 3));
    }

    @Test
    void alertableWaitsRunRoutinesAndGoOn() throws IOException, InterruptedException {
        List<String> told = new ArrayList<>();
        SocketChannel peer = streams.peer();
        OverlappedSocket socket = streams.accepted();
        Overlapped<Long> receive = socket.receive(room(1));
        WaitableEvent event = WaitableEvent.manualReset();
        Alertable.current().execute(() -> told.add("first"));
        socket.send(bytes(1)).onCompletion(_ -> {
            told.add("second");
            peer.write(bytes(1));
            Alertable.current().execute(event::set);
        });
        Alertable.await(receive);
        assertThat(told).containsExactly("first", "second");
        assertThat(Alertable.awaitAny(LONG, WaitableEvent.autoReset(), event)).isOne();
        assertThat(Alertable.awaitAll(LONG, event, receive)).isTrue();
        assertThat(Alertable.awaitAll(Duration.ofMillis(20), event, WaitableEvent.autoReset())).isFalse();
        Alertable.current().execute(() -> Thread.currentThread().interrupt());
        assertThatThrownBy(() -> Alertable.await(WaitableEvent.autoReset()))
                .isInstanceOf(InterruptedException.class);
    }

    @Test
    void tooManyCallsAreRejectedAndAStopIsNot() throws InterruptedException {
        int[] ran = new int[1];
        Alertable self = Alertable.current();
        for (int i = 0; i < CALLS_MAX; i++) {
            self.execute(() -> ran[0]++);
        }
        assertThatThrownBy(() -> self.execute(() -> { })).isInstanceOf(RejectedExecutionException.class);
        self.stop();
        Alertable.runUntilStopped();
        runAll();
        assertThat(ran[0]).isEqualTo(CALLS_MAX);
        self.execute(() -> ran[0]++);
        runAll();
        assertThat(ran[0]).isEqualTo(CALLS_MAX + 1);
    }

    private static void runAll() throws InterruptedException {
        while (Alertable.sleep(Duration.ZERO)) {
            // What is left runs in the next wait.
        }
    }

    @Test
    void aThreadThatRunsNoRoutinesTakesNoMoreOfThemAtLast() throws Exception {
        OverlappedSocket[] pair = streams.pair();
        assertThat(pair[0].send(bytes(1)).await()).isOne();
        assertThat(pair[1].receive(room(0)).await()).isZero();
        int[] ran = new int[1];
        // Without room the byte stays, so that each of them has ended at once.
        for (int i = 0; i < ROUTINES_MAX; i++) {
            pair[1].receive(room(0)).onCompletion(_ -> ran[0]++);
        }
        Overlapped<Long> oneMore = pair[1].receive(room(0));
        assertThatThrownBy(() -> oneMore.onCompletion(_ -> ran[0]++))
                .isInstanceOf(RejectedExecutionException.class);
        assertThat(oneMore.result()).isZero();
        MemorySegment memory = MemorySegment.ofBuffer(room(1));
        assertThatThrownBy(() -> pair[1].receive(memory, null, (_, _, _) -> ran[0]++))
                .isInstanceOf(RejectedExecutionException.class);
        runAll();
        assertThat(ran[0]).isEqualTo(ROUTINES_MAX);
        oneMore.onCompletion(_ -> ran[0]++);
        runAll();
        assertThat(ran[0]).isEqualTo(ROUTINES_MAX + 1);
    }
}
