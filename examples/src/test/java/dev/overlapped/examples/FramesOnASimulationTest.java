package dev.overlapped.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The simulation finds the mistake, says its seed, and the seed repeats it; the corrected reader has none.
class FramesOnASimulationTest {
    private static final int SEEDS = 200;

    private static List<Long> failing(FramesOnASimulation.Reader reader) {
        List<Long> failing = new ArrayList<>();
        for (long seed = 0; seed < SEEDS; seed++) {
            try {
                assertThat(new FramesOnASimulation(reader).run(seed)).contains("got 'the last'");
            } catch (AssertionError e) {
                assertThat(e).hasMessageStartingWith("seed " + seed + ",");
                failing.add(seed);
            }
        }
        return failing;
    }

    @Test
    void aReaderThatTakesOneReceiveForAMessageIsFoundAndItsSeedRepeatsThat() {
        List<Long> failing = failing(FramesOnASimulation::readAtOnce);
        assertThat(failing).isNotEmpty();
        var again = new FramesOnASimulation(FramesOnASimulation::readAtOnce);
        Throwable once = catchThrowable(() -> again.run(failing.getFirst()));
        assertThatThrownBy(() -> again.run(failing.getFirst())).hasMessage(once.getMessage());
    }

    @Test
    void aReaderThatWaitsForTheWholeMessageIsNot() {
        assertThat(failing(FramesOnASimulation::readWhole)).isEmpty();
    }
}
