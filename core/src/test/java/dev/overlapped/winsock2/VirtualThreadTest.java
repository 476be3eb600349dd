package dev.overlapped.winsock2;

import static dev.overlapped.winsock2.Processthreadsapi.GetCurrentThread;
import static dev.overlapped.winsock2.Processthreadsapi.QueueUserAPC;
import static dev.overlapped.winsock2.Synchapi.INFINITE;
import static dev.overlapped.winsock2.Synchapi.SleepEx;
import static dev.overlapped.winsock2.Synchapi.WAIT_IO_COMPLETION;
import static dev.overlapped.winsock2.Winsock2.WSASetLastError;
import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.conformance.Clause;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Virtual threads wait without holding a carrier, and are threads of their own to everything else.
class VirtualThreadTest {
    private static final int HUNDRED = 100;
    private static final int ERRANDS = 2000;

    private Loopback loopback;

    @BeforeEach
    void open() {
        loopback = new Loopback();
    }

    @AfterEach
    void close() {
        loopback.close();
    }

    @Test
    void aHundredInEveryKindOfWaitDoNotHoldTheOnlyCarrier() {
        assertThat(ChildJvm.run(VirtualThreadTest.class, "-Djdk.virtualThreadScheduler.parallelism=1",
                "-Djdk.virtualThreadScheduler.maxPoolSize=1"))
                .contains(HUNDRED + " waited, another ran " + ERRANDS + " errands, all ended");
    }

    /// In a JVM that has one carrier.
    public static void main(String... args) throws Exception {
        VirtualThreadTest test = new VirtualThreadTest();
        test.open();
        test.runErrandsWhileAHundredWait();
        test.close();
    }

    private void runErrandsWhileAHundredWait() throws Exception {
        List<Waiting> waits = new ArrayList<>();
        List<Waiting.Kind> kinds = List.of(Waiting.Kind.values());
        for (int i = 0; i < HUNDRED; i++) {
            waits.add(new Waiting(kinds.get(i % kinds.size()), loopback));
        }
        CountDownLatch ready = new CountDownLatch(HUNDRED);
        AtomicInteger ended = new AtomicInteger();
        try (Crew crew = new Crew()) {
            List<Thread> threads = waits.stream().map(wait -> crew.virtual(() -> {
                wait.await(ready::countDown);
                ended.incrementAndGet();
            })).toList();
            ready.await();
            for (Thread thread : threads) {
                while (thread.getState() != Thread.State.WAITING) {
                    LockSupport.parkNanos(1_000_000);
                }
            }
            int errands = runErrands();
            assertThat(ended).hasValue(0);
            for (Waiting wait : waits) {
                wait.letGo();
            }
            crew.join();
            assertThat(ended).hasValue(HUNDRED);
            System.out.println(HUNDRED + " waited, another ran " + errands + " errands, all ended");
        }
        waits.forEach(Waiting::close);
    }

    /// A virtual thread answers the calling thread, which is not virtual, again and again.
    private static int runErrands() throws InterruptedException {
        SynchronousQueue<Integer> questions = new SynchronousQueue<>();
        SynchronousQueue<Integer> answers = new SynchronousQueue<>();
        int sum = 0;
        try (Crew crew = new Crew()) {
            crew.virtual(() -> {
                for (int i = 0; i < ERRANDS; i++) {
                    answers.put(questions.take() + 1);
                }
            });
            for (int i = 0; i < ERRANDS; i++) {
                questions.put(sum);
                sum = answers.take();
            }
        }
        return sum;
    }

    @Test
    @Clause("OVERLAPPED-21")
    void completionRoutinesRunOnTheVirtualThreadThatAsked() throws IOException {
        int threads = 20;
        Map<Thread, Thread> ranOn = new ConcurrentHashMap<>();
        CountDownLatch posted = new CountDownLatch(threads);
        List<SocketChannel> peers = new ArrayList<>();
        try (Crew crew = new Crew()) {
            for (int i = 0; i < threads; i++) {
                peers.add(loopback.peer());
                long socket = loopback.accepted();
                crew.virtual(() -> {
                    Thread asked = Thread.currentThread();
                    try (Posted receive = Posted.receive(socket, 1, (error, bytes, overlapped, flags) -> {
                        assertThat(error).isZero();
                        assertThat(bytes).isOne();
                        assertThat(flags).isZero();
                        ranOn.put(asked, Thread.currentThread());
                    }).isPending()) {
                        posted.countDown();
                        WSASetLastError(Posted.POISON);
                        assertThat(SleepEx(INFINITE, true)).isEqualTo(WAIT_IO_COMPLETION);
                        assertThat(Winsock2.WSAGetLastError()).isEqualTo(Posted.POISON);
                        assertThat(ranOn).containsKey(asked);
                        receive.succeeded(1);
                        assertThat(receive.isSignalled()).isFalse();
                    }
                });
            }
            posted.await();
            for (SocketChannel peer : peers) {
                peer.write(ByteBuffer.wrap(new byte[1]));
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        assertThat(ranOn).hasSize(threads).allSatisfy((asked, ran) -> assertThat(ran).isSameAs(asked));
    }

    @Test
    void aRoutineOfAnImmediateCompletionWaitsForTheNextAlertableWait() throws IOException {
        SocketChannel peer = loopback.peer();
        long socket = loopback.accepted();
        peer.write(ByteBuffer.wrap(new byte[3]));
        AtomicInteger routines = new AtomicInteger();
        try (Crew crew = new Crew()) {
            crew.virtual(() -> {
                try (Posted first = Posted.receive(socket, 1)) {
                    first.await().succeeded(1);
                }
                try (Posted receive = Posted.receive(socket, 2,
                        (error, bytes, overlapped, flags) -> routines.incrementAndGet())) {
                    receive.succeeded(2);
                    assertThat(SleepEx(0, false)).isZero();
                    assertThat(routines).hasValue(0);
                    assertThat(SleepEx(0, true)).isEqualTo(WAIT_IO_COMPLETION);
                    assertThat(routines).hasValue(1);
                    assertThat(SleepEx(0, true)).isZero();
                }
            });
        }
    }

    @Test
    void anApcThatItQueuesToItselfRunsInItsSleep() {
        List<Long> ran = new ArrayList<>();
        try (Crew crew = new Crew()) {
            crew.virtual(() -> {
                assertThat(QueueUserAPC(ran::add, GetCurrentThread(), 0x100000002L)).isOne();
                assertThat(ran).isEmpty();
                assertThat(SleepEx(INFINITE, true)).isEqualTo(WAIT_IO_COMPLETION);
                assertThat(ran).containsExactly(0x100000002L);
            });
        }
    }
}
