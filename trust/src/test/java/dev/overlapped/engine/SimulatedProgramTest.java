package dev.overlapped.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Random programs on the real engine and a simulated network. A failure says the seed, which repeats it step
/// by step: `new SimulatedProgram(seed).run()`.
class SimulatedProgramTest {
    private static final int SEEDS = 500;
    private static final int SEEDS_TWICE = 20;

    @ParameterizedTest
    @Timeout(value = 2, unit = TimeUnit.MINUTES)
    @ValueSource(longs = {0, 500, 1000, 1500})
    void whateverAProgramDoesTheEngineKeepsItsPromises(long first) {
        for (long seed = first; seed < first + SEEDS; seed++) {
            new SimulatedProgram(seed).run();
        }
    }

    @Test
    void aSeedIsTheSameRunEachTime() {
        for (long seed = 0; seed < SEEDS_TWICE; seed++) {
            String once = new SimulatedProgram(seed).run();
            assertThat(new SimulatedProgram(seed).run()).as("seed " + seed).isEqualTo(once);
        }
    }
}
