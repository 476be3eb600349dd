package dev.overlapped.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Random and small programs, as few as a change of the engine can be judged by within seconds: for mutation
/// testing, which runs them once for each change that survives. In small portions, the first of which find
/// most. `SimulatedProgramTest` and `SmallSpaceTest` run many more, as part of the build.
class FewSeeds {
    private static final int SEEDS = 8;
    private static final int DEPTH = 2;

    @ParameterizedTest
    @ValueSource(longs = {0, 8, 16, 24, 32, 40, 48, 56, 64, 72, 80, 88})
    void whateverAProgramDoesTheEngineKeepsItsPromises(long first) {
        for (long seed = first; seed < first + SEEDS; seed++) {
            new SimulatedProgram(seed).run();
        }
    }

    @Test
    void inEveryOrderEachSendEndsOnceAndThePeerHasItsBytes() {
        assertThat(SmallSpace.enumerate(DEPTH)).isPositive();
    }
}
