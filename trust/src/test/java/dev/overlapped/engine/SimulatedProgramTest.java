package dev.overlapped.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// Random programs on the real engine and a simulated network. A failure says the seed, which repeats it step
/// by step: `new SimulatedProgram(seed).run()`.
class SimulatedProgramTest {
    private static final int SEEDS = 300;
    private static final int SEEDS_TWICE = 5;

    @Test
    void whateverAProgramDoesTheEngineKeepsItsPromises() {
        for (long seed = 0; seed < SEEDS; seed++) {
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
