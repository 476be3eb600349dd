package dev.overlapped.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.overlapped.error.WinsockErrors;
import dev.overlapped.provider.simulated.Chance;
import dev.overlapped.provider.simulated.SimulatedOptions;
import dev.overlapped.provider.simulated.SimulatedProvider;
import dev.overlapped.provider.simulated.SimulatedThreads;
import dev.overlapped.provider.simulated.ThreadOptions;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/// What needs several threads, on a simulated network: adoption, wake-ups, the ends of threads. The seed says
/// who runs when.
class SimulatedThreadsTest implements Completion {
    private static final int SEEDS = 50;
    private static final long MILLI = 1_000_000;
    private static final long LONG_NANOS = 10_000 * MILLI;

    private final MemorySegment buffer = Arena.ofAuto().allocate(16);
    /// Grows in the turns of the simulation's threads, one at a time.
    private final List<String> told = new ArrayList<>();
    private SeveralThreads several;
    private SimulatedProvider provider;
    private SimulatedThreads threads;
    private Engine engine;
    private Socket client;
    private Socket server;

    @Override
    public void begun(Object tag) {
    }

    @Override
    public void publish(Object tag, int code, long bytes) {
        told.add(tag + "=" + code);
    }

    @Override
    public void deliver(Object routine, Object tag, int code, long bytes) {
        told.add("routine of " + tag);
    }

    private void begin(long seed, boolean watchesEnds) {
        begin(SimulatedOptions.calm(seed), new ThreadOptions(0.5, watchesEnds), new SplittableRandom(seed));
    }

    private void begin(SimulatedOptions network, ThreadOptions options, RandomGenerator choices) {
        told.clear();
        several = new SeveralThreads(network, options, choices, true);
        provider = several.provider;
        threads = several.threads;
        engine = several.engine;
        Socket[] pair = new TestSockets(engine, Caller.ofThisThread(engine)).connection();
        client = pair[0];
        server = pair[1];
    }

    private Thread start(String name, boolean virtual, Runnable body) {
        return several.start(name, virtual, _ -> body.run());
    }

    private void send(String tag) {
        Caller caller = Caller.current();
        Request send = caller.send(client, 0, true);
        assertThat(send.add(buffer, buffer.byteSize(), true)).isTrue();
        send.indicate(this, tag, null, null);
        assertThat(client.start(send, caller)).isEqualTo(buffer.byteSize());
    }

    private void receive(String tag, boolean hasRoutine, EventObject event) {
        Caller caller = Caller.current();
        Request receive = caller.receive(server, 0, false);
        assertThat(receive.add(buffer, buffer.byteSize(), true)).isTrue();
        receive.indicate(this, tag, hasRoutine ? this : null, event);
        long result = server.start(receive, caller);
        told.add(result == -WinsockErrors.WSA_IO_PENDING ? "pending" : result < 0 ? "refused" : "at once");
    }

    private static int await(EventObject event) {
        Caller caller = Caller.current();
        EventObject.Wait wait = caller.eventWait(false);
        wait.add(event);
        return caller.await(wait, LONG_NANOS, false);
    }

    @Test
    void aWaitEndsWithWhatAnotherThreadSendsWhoeverRunsWhen() {
        Set<List<String>> runs = new HashSet<>();
        for (long seed = 0; seed < SEEDS; seed++) {
            begin(seed, true);
            start("receiver", seed % 2 == 0, () -> {
                EventObject event = EventObject.unnamed(true);
                receive("receive", false, event);
                told.add("waited: " + await(event));
            });
            start("sender", seed % 3 == 0, () -> send("send"));
            several.run();
            assertThat(told).as("seed " + seed).endsWith("waited: 0");
            runs.add(List.copyOf(told));
        }
        assertThat(runs).as("orders of things").hasSizeGreaterThan(1);
    }

    @Test
    void theEngineThreadLooksAfterAThreadThatComputes() {
        for (long seed = 0; seed < SEEDS; seed++) {
            begin(seed, true);
            start("receiver", false, () -> {
                receive("receive", false, null);
                threads.sleep(LONG_NANOS);
                told.add("awake");
            });
            start("sender", false, () -> {
                threads.sleep(LONG_NANOS / 2);
                send("send");
            });
            several.run();
            assertThat(told).as("seed " + seed)
                    .containsSubsequence("pending", "send=0", "receive=0", "awake");
            assertThat(engine.instruments().adopted()).as("seed " + seed).isPositive();
        }
    }

    @Test
    void requestsEndWithTheirThreadWatchedOrNot() {
        for (long seed = 0; seed < SEEDS; seed++) {
            begin(seed, seed % 2 == 0);
            Thread ending = start("ending", seed % 3 == 0, () -> receive("receive", true, null));
            start("other", false, () -> {
                threads.awaitUntil(() -> told.contains("receive=995"), "for the receive's end");
                assertThat(ending.isAlive()).isFalse();
            });
            several.run();
            assertThat(told).as("seed " + seed).containsExactly("pending", "receive=995");
        }
    }

    @Test
    void requestsEndWithTheirThreadAlsoWhereThereIsNoMemoryToWatchIt() {
        for (long seed = 0; seed < SEEDS; seed++) {
            SimulatedOptions scarce = SimulatedOptions.calm(seed).with(Chance.NO_MEMORY_TO_WATCH, 0.5);
            begin(scarce, new ThreadOptions(0.5, true), new SplittableRandom(seed));
            start("ending", false, () -> {
                while (!told.contains("pending")) {
                    receive("receive", false, null);
                }
                // It is adopted meanwhile, and watched from then on.
                threads.sleep(LONG_NANOS);
            });
            start("other", false,
                    () -> threads.awaitUntil(() -> told.contains("receive=995"), "for the receive's end"));
            several.run();
            assertThat(provider.openDescriptors()).as("seed " + seed + ": sockets and a timer").isEqualTo(4);
        }
    }

    @Test
    void anInterruptEndsAWaitOfBothKindsOfThreads() {
        for (long seed = 0; seed < SEEDS; seed++) {
            begin(seed, true);
            Thread sleeper = start("sleeper", seed % 2 == 0,
                    () -> told.add("ended: " + Caller.current().sleepInterruptibly(-1, false)));
            start("other", false, () -> threads.interrupt(sleeper));
            several.run();
            assertThat(told).as("seed " + seed).containsExactly("ended: " + Caller.INTERRUPTED);
        }
    }

    @Test
    void thatNothingCanHappenAnyMoreIsToldWithWhatEachThreadWaitsFor() {
        begin(1, true);
        start("waiting", false, () -> Caller.current().sleep(-1, true));
        start("parked", true, () -> Caller.current().sleep(-1, true));
        assertThatThrownBy(several::run).isInstanceOf(AssertionError.class)
                .hasMessageContaining("nothing can happen any more")
                .hasMessageContaining("thread waiting: in a poll")
                .hasMessageContaining("thread parked: parked")
                .hasMessageContaining("seed 1");
    }

    @Test
    void aThreadThatThrowsFailsTheRunAndTheOthersEnd() {
        begin(2, true);
        Thread waiting = start("waiting", false, () -> Caller.current().sleep(-1, true));
        start("throwing", true, () -> {
            throw new IllegalStateException("meant");
        });
        assertThatThrownBy(several::run).hasMessageContaining("seed 2")
                .hasMessageContaining("thread throwing").hasRootCauseMessage("meant");
        assertThat(waiting.isAlive()).isFalse();
    }

    @Test
    void anotherSourceOfChoicesIsAskedInsteadOfTheSeed() {
        List<Integer> asked = new ArrayList<>();
        begin(SimulatedOptions.calm(3), new ThreadOptions(1, true), new RandomGenerator() {
            @Override
            public int nextInt(int bound) {
                asked.add(bound);
                return bound - 1;
            }

            @Override
            public long nextLong() {
                throw new AssertionError("only numbers below a bound are asked for");
            }
        });
        start("one", false, () -> told.add("one"));
        start("two", false, () -> told.add("two"));
        several.run();
        assertThat(told).as("the last of the candidates runs first").containsExactly("two", "one");
        assertThat(asked).isNotEmpty().allMatch(bound -> bound > 1);
    }
}
