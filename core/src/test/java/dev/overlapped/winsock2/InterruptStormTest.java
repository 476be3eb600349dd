package dev.overlapped.winsock2;

import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.Alertable;
import dev.overlapped.ListeningSocket;
import dev.overlapped.Overlapped;
import dev.overlapped.OverlappedSocket;
import dev.overlapped.WaitableEvent;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Threads are interrupted again and again, wherever they are: waits of Winsock's names go on, those of the
/// idiomatic API end and can be begun again, and no byte is lost or doubled.
class InterruptStormTest {
    /// Leaves the processor to those who are interrupted.
    private static final long PAUSE_NANOS = 20_000;
    private static final int ROUNDS = 4;
    private static final int INTERRUPTS_EACH = 20;
    private static final int PART = 10_000;
    private static final int PARTS = 300;
    private static final Duration LONG = Duration.ofMinutes(10);

    @ParameterizedTest(name = "virtual: {0}")
    @ValueSource(booleans = {false, true})
    void noWaitOfWinsockEndsByIt(boolean virtual) throws Exception {
        for (int i = 0; i < ROUNDS; i++) {
            try (Loopback loopback = new Loopback()) {
                everyWait(loopback, virtual);
            }
        }
    }

    private static void everyWait(Loopback loopback, boolean virtual) throws Exception {
        List<Waiting> waits = new ArrayList<>();
        for (Waiting.Kind kind : Waiting.Kind.values()) {
            waits.add(new Waiting(kind, loopback));
        }
        AtomicInteger ended = new AtomicInteger();
        CountDownLatch ready = new CountDownLatch(waits.size());
        AtomicBoolean over = new AtomicBoolean();
        try (Crew crew = new Crew(); Crew storm = new Crew()) {
            List<Thread> threads = new ArrayList<>();
            for (Waiting wait : waits) {
                Crew.Task task = () -> {
                    wait.await(ready::countDown);
                    ended.incrementAndGet();
                };
                threads.add(virtual ? crew.virtual(task) : crew.platform(task));
            }
            ready.await();
            AtomicLong blows = new AtomicLong();
            storm.platform(() -> blow(threads, over, blows));
            while (blows.get() < INTERRUPTS_EACH) {
                Thread.onSpinWait();
            }
            assertThat(ended).hasValue(0);
            for (Waiting wait : waits) {
                wait.letGo();
            }
            crew.join();
            over.set(true);
        }
        assertThat(ended).hasValue(waits.size());
        waits.forEach(Waiting::close);
    }

    private static void blow(List<Thread> threads, AtomicBoolean over, AtomicLong blows) {
        while (!over.get()) {
            threads.forEach(Thread::interrupt);
            blows.incrementAndGet();
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /// Waits of the idiomatic API, which end by an interrupt.
    private enum Wait { PLAIN, BOUNDED, ANY, ALERTABLE, ROUTINE }

    @ParameterizedTest(name = "virtual: {0}")
    @ValueSource(booleans = {false, true})
    void aWaitThatEndsByItCanBeBegunAgain(boolean virtual) throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        AtomicLong interrupted = new AtomicLong();
        try (StreamPattern pattern = new StreamPattern(new Random(11)); Crew crew = new Crew();
                Crew storm = new Crew();
                ListeningSocket listener = ListeningSocket.bind(
                        new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0))) {
            List<Thread> threads = new ArrayList<>();
            for (Wait wait : Wait.values()) {
                OverlappedSocket sender = OverlappedSocket.connect(listener.localAddress()).await();
                OverlappedSocket receiver = listener.accept().await();
                List<Crew.Task> tasks = List.of(() -> send(sender, pattern, wait, interrupted),
                        () -> receive(receiver, pattern, wait, interrupted));
                for (Crew.Task task : tasks) {
                    threads.add(virtual ? crew.virtual(task) : crew.platform(task));
                }
            }
            storm.platform(() -> blow(threads, over, new AtomicLong()));
            crew.join();
            over.set(true);
        }
        assertThat(interrupted.get()).isPositive();
    }

    private static void send(OverlappedSocket socket, StreamPattern pattern, Wait wait,
            AtomicLong interrupted) throws IOException {
        for (long at = 0; at < (long) PART * PARTS; at += PART) {
            Overlapped<Long> send = socket.send(pattern.at(at, PART));
            await(send, wait, interrupted);
            assertThat(send.result()).isEqualTo(PART);
        }
        socket.shutdownOutput();
    }

    private static void receive(OverlappedSocket socket, StreamPattern pattern, Wait wait,
            AtomicLong interrupted) throws IOException {
        ByteBuffer room = ByteBuffer.allocateDirect(PART);
        long at = 0;
        while (true) {
            Overlapped<Long> receive = socket.receive(room.clear());
            await(receive, wait, interrupted);
            if (receive.result() < 0) {
                break;
            }
            assertThat(pattern.isAt(at, MemorySegment.ofBuffer(room.flip()))).isTrue();
            at += receive.result();
        }
        assertThat(at).isEqualTo((long) PART * PARTS);
        socket.close();
    }

    private static void await(Overlapped<Long> request, Wait wait, AtomicLong interrupted) {
        AtomicInteger runs = new AtomicInteger();
        if (wait == Wait.ROUTINE) {
            request.onCompletion(_ -> runs.incrementAndGet());
        }
        while (true) {
            try {
                switch (wait) {
                    case PLAIN -> request.await();
                    case BOUNDED -> assertThat(request.await(LONG)).isTrue();
                    case ANY -> assertThat(WaitableEvent.awaitAny(LONG, request)).isZero();
                    case ALERTABLE -> Alertable.await(request);
                    case ROUTINE -> {
                        while (runs.get() == 0) {
                            Alertable.sleep(LONG);
                        }
                        assertThat(runs).hasValue(1);
                    }
                }
                assertThat(request.isDone()).isTrue();
                return;
            } catch (InterruptedException e) {
                // That is what the test is for: begin again.
                interrupted.incrementAndGet();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }

    /// One thread waits through a storm of its own, and another one works beside it.
    @Test
    void whoIsNotInterruptedIsNotDisturbed() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        try (Loopback loopback = new Loopback(); Crew crew = new Crew(); Crew storm = new Crew()) {
            long[] stormy = loopback.pair();
            long[] calm = loopback.pair();
            Posted stormyReceive = Posted.receive(stormy[1], 1).isPending();
            Thread victim = crew.platform(() -> stormyReceive.await().succeeded(1));
            storm.platform(() -> blow(List.of(victim), over, new AtomicLong()));
            for (int i = 0; i < PARTS; i++) {
                Posted receive = Posted.receive(calm[1], 1).isPending();
                assertThat(Winsock2.send(calm[0], Requests.room(1), 1, 0)).isOne();
                receive.await().succeeded(1);
                receive.close();
                assertThat(Thread.currentThread().isInterrupted()).isFalse();
            }
            assertThat(stormyReceive.hasCompleted()).isFalse();
            assertThat(Winsock2.send(stormy[0], Requests.room(1), 1, 0)).isOne();
            crew.join();
            over.set(true);
            stormyReceive.close();
        }
    }
}
