package dev.overlapped.winsock2;

import static dev.overlapped.winsock2.Synchapi.SleepEx;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Windows has no `Thread.interrupt`: it ends no wait, and is not lost either.
class InterruptTest {
    private Loopback loopback;

    @BeforeEach
    void open() {
        loopback = new Loopback();
    }

    @AfterEach
    void close() {
        loopback.close();
    }

    @ParameterizedTest(name = "virtual: {0}, before the wait: {1}")
    @CsvSource({"false, false", "false, true", "true, false", "true, true"})
    void anInterruptEndsNoWaitAndTheFlagIsKept(boolean virtual, boolean before)
            throws IOException, InterruptedException {
        List<Waiting> waits = new ArrayList<>();
        for (Waiting.Kind kind : Waiting.Kind.values()) {
            waits.add(new Waiting(kind, loopback));
        }
        CountDownLatch ready = new CountDownLatch(waits.size());
        AtomicInteger ended = new AtomicInteger();
        try (Crew crew = new Crew()) {
            List<Thread> threads = new ArrayList<>();
            for (Waiting wait : waits) {
                Crew.Task task = () -> {
                    wait.await(() -> {
                        if (before) {
                            Thread.currentThread().interrupt();
                        }
                        ready.countDown();
                    });
                    ended.incrementAndGet();
                    assertThat(Thread.interrupted()).isTrue();
                };
                threads.add(virtual ? crew.virtual(task) : crew.platform(task));
            }
            ready.await();
            // Twice, so that one of them finds the thread in its wait.
            for (int i = 0; i < 2 && !before; i++) {
                threads.forEach(Thread::interrupt);
                assertThat(SleepEx(50, true)).isZero();
            }
            assertThat(SleepEx(100, true)).isZero();
            assertThat(ended).hasValue(0);
            for (Waiting wait : waits) {
                wait.letGo();
            }
            crew.join();
        }
        assertThat(ended).hasValue(waits.size());
        waits.forEach(Waiting::close);
    }
}
