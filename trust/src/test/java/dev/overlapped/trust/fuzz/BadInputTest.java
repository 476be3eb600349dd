package dev.overlapped.trust.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Random sequences of calls with bad input, from fixed seeds and from a fresh one. A failure says the seed
/// and the calls of the shortest sequence that was found; to repeat it, put the number in.
// Sequences wait for each other's end, and for how long depends on the machine.
@Timeout(300)
class BadInputTest {
    private static final int SEEDS = 250;

    @Test
    void theFaithfulApiAnswersBadInputWithDocumentedCodesAlone() {
        run(WinsockWorld::new);
        assertThat(Outcomes.succeeded()).containsAll(withoutRare(WinsockCalls.DOCUMENTED));
    }

    @Test
    void theIdiomaticApiAnswersBadInputWithDocumentedExceptionsAlone() {
        run(SocketWorld::new);
        assertThat(Outcomes.succeeded()).containsAll(withoutRare(SocketCalls.DOCUMENTED));
    }

    /// What succeeds as soon as some of its arguments are good.
    private static Set<String> withoutRare(Documented api) {
        Set<String> names = new TreeSet<>(api.names());
        names.removeIf(each -> api.of(each).isRare());
        return names;
    }

    private static void run(Function<Sequence, World> api) {
        for (long seed = 0; seed < SEEDS; seed++) {
            run(seed, api);
        }
        long fresh = ThreadLocalRandom.current().nextLong();
        System.out.println("bad input: a fresh seed is " + fresh + "L, after " + Outcomes.calls() + " calls");
        run(fresh, api);
    }

    private static void run(long seed, Function<Sequence, World> api) {
        byte[] bytes = new byte[1 + Sequence.CALLS_MAX * Sequence.CALL_BYTES];
        new Random(seed).nextBytes(bytes);
        try {
            Sequence.run(bytes, api);
        } catch (AssertionError e) {
            throw shortest(seed, bytes, api, e);
        }
    }

    private static AssertionError shortest(long seed, byte[] bytes, Function<Sequence, World> api,
            AssertionError found) {
        byte[] shrunk = Sequence.shrunk(bytes, api);
        try {
            Sequence.run(shrunk, api);
            return new AssertionError("seed " + seed + "L, not each time: " + found.getMessage(), found);
        } catch (AssertionError e) {
            return new AssertionError("seed " + seed + "L: " + e.getMessage(), e);
        }
    }
}
