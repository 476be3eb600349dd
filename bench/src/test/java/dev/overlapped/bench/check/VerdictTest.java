package dev.overlapped.bench.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.bench.run.Spread;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class VerdictTest {
    @Test
    void aBarAboveIsMetOpenOrMissed() {
        assertThat(Verdict.atMost("x", 1.00, value(1.00)).state()).isEqualTo(Verdict.State.MET);
        assertThat(Verdict.atMost("x", 1.00, value(1.029)).state()).isEqualTo(Verdict.State.OPEN);
        assertThat(Verdict.atMost("x", 1.00, value(1.031)).state()).isEqualTo(Verdict.State.MISSED);
    }

    @Test
    void aBarBelowIsMetOpenOrMissed() {
        assertThat(Verdict.atLeast("x", 2.00, value(2.00)).state()).isEqualTo(Verdict.State.MET);
        assertThat(Verdict.atLeast("x", 2.00, value(1.95)).state()).isEqualTo(Verdict.State.OPEN);
        assertThat(Verdict.atLeast("x", 2.00, value(1.93)).state()).isEqualTo(Verdict.State.MISSED);
    }

    @Test
    void whatNobodyMeasuredIsNeitherMetNorMissed() {
        assertThat(Verdict.atMost("x", 1, Optional.empty()).state()).isEqualTo(Verdict.State.UNMEASURED);
    }

    @Test
    void theMedianCountsNotTheWorstRound() {
        assertThat(Verdict.atMost("x", 1.00, Optional.of(Spread.of(List.of(0.9, 5.0, 0.8)))).state())
            .isEqualTo(Verdict.State.MET);
    }

    private static Optional<Spread> value(double value) {
        return Optional.of(Spread.of(List.of(value)));
    }
}
