package dev.overlapped.trust.simulate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.LongFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SimulationTest {
    private static final int THREADS = 3;
    private static final int SECONDS_MAX = 15;

    private final Set<Long> passed = ConcurrentHashMap.newKeySet();

    private Simulation.Result run(LongFunction<String> program, long seeds, int secondsMax,
            boolean keepsGoing) throws InterruptedException {
        return new Simulation(program, THREADS, secondsMax, keepsGoing, (_, seed) -> passed.add(seed))
            .run(100, seeds, _ -> { });
    }

    private static String failFrom(long first, long seed) {
        if (seed >= first) {
            throw new AssertionError("seed " + seed + ": a promise is broken\nfirst step\nsecond step");
        }
        return "a trace";
    }

    @Test
    void eachSeedRunsOnce() throws InterruptedException {
        Simulation.Result result = run(_ -> "a trace", 50, SECONDS_MAX, false);

        assertThat(result.seeds()).isEqualTo(50);
        assertThat(result.failures()).isEmpty();
        assertThat(passed).containsExactlyInAnyOrderElementsOf(LongStream.range(100, 150).boxed().toList());
    }

    @Test
    void theFirstFailureIsTheSameHoweverTheThreadsRun() throws InterruptedException {
        CountDownLatch secondFailed = new CountDownLatch(1);
        Simulation.Result result = run(seed -> {
            if (seed == 111) {
                secondFailed.countDown();
            } else if (seed == 110) {
                awaitUninterruptibly(secondFailed);
            }
            return failFrom(110, seed);
        }, 1000, SECONDS_MAX, false);

        Failure first = result.failures().getFirst();
        assertThat(first.seed()).isEqualTo(110);
        assertThat(first.said()).isEqualTo("a promise is broken");
        assertThat(first.trace()).containsExactly("first step", "second step");
        assertThat(result.seeds()).isLessThan(1000);
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError("nobody interrupts a seed", e);
        }
    }

    @Test
    void itGoesOnAfterAFailureIfThatIsWanted() throws InterruptedException {
        Simulation.Result result = run(seed -> failFrom(140, seed), 50, SECONDS_MAX, true);

        assertThat(result.seeds()).isEqualTo(50);
        assertThat(result.failures()).extracting(Failure::seed)
            .containsExactlyElementsOf(LongStream.range(140, 150).boxed().toList());
    }

    @Test
    void aSeedThatHangsHasFailedAndTheOthersHaveNot() throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        Simulation.Result result = run(seed -> {
            if (seed == 103) {
                awaitUninterruptibly(never);
            }
            return "a trace";
        }, 10, 1, true);
        never.countDown();

        assertThat(result.seeds()).isEqualTo(10);
        assertThat(result.failures()).singleElement().satisfies(failure -> {
            assertThat(failure.seed()).isEqualTo(103);
            assertThat(failure.said()).isEqualTo("has not ended after 1 s");
            assertThat(failure.where()).anyMatch(frame -> frame.contains("CountDownLatch"));
        });
    }

    @Test
    void whateverIsThrownIsAFailure() throws InterruptedException {
        Simulation.Result result = run(_ -> {
            throw new StackOverflowError();
        }, 1, SECONDS_MAX, false);

        assertThat(result.failures()).singleElement()
            .satisfies(failure -> assertThat(failure.said()).isEqualTo("java.lang.StackOverflowError"));
    }

    @Test
    void aFailureIsToldWithTheEndOfItsTraceAndCanBeReadAgain() {
        List<String> steps = IntStream.range(0, 100).mapToObj(step -> "step " + step).toList();
        StringWriter out = new StringWriter();
        Failure failure = new Failure(-5, "a promise is broken: x", steps, List.of());
        failure.print(new PrintWriter(out), "a command", false);
        List<String> lines = out.toString().lines().toList();

        assertThat(lines).contains("step 99", "replay: a command").doesNotContain("step 0");
        assertThat(Failure.read(lines)).satisfies(read -> {
            assertThat(read.seed()).isEqualTo(-5);
            assertThat(read.said()).isEqualTo("a promise is broken: x");
        });
        assertThat(Failure.read(steps)).isNull();
    }

    @Test
    void progressSaysHowFarItIsAndHowFast() {
        assertThat(Progress.line(50, 200, 2_000_000_000L)).isEqualTo("50 of 200 seeds, 25 per second");
    }
}
