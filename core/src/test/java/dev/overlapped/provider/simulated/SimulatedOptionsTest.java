package dev.overlapped.provider.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class SimulatedOptionsTest {
    @Test
    void whatIsSaidToBeDifferentIsAndNothingElse() {
        SimulatedOptions calm = SimulatedOptions.calm(7);
        SimulatedOptions changed = calm.withBufferBytes(30).withDelayNanosMax(1000).withDescriptorsMax(9)
                .with(Chance.RESETS, 0.25).with(Chance.DELAYS, 1).with(Chance.RESETS, 0.5);
        assertThat(changed).isEqualTo(new SimulatedOptions(7, 30, 1000, 9,
                Map.of(Chance.RESETS, 0.5, Chance.DELAYS, 1.0)));
        assertThat(changed.probability(Chance.RESETS)).isEqualTo(0.5);
        assertThat(changed.probability(Chance.STALLS)).isZero();
        assertThat(calm.chances()).isEmpty();
    }

    @Test
    void aStormIsTheSameEachTimeAndAnotherForAnotherSeed() {
        assertThat(SimulatedOptions.stormy(3)).isEqualTo(SimulatedOptions.stormy(3));
        assertThat(SimulatedOptions.stormy(3).chances()).isNotEqualTo(SimulatedOptions.stormy(4).chances());
    }

    @Test
    void everythingHappensInSomeStormAndNothingInAll() {
        for (Chance chance : Chance.values()) {
            int storms = 0;
            for (long seed = 0; seed < 100; seed++) {
                double probability = SimulatedOptions.stormy(seed).probability(chance);
                assertThat(probability).as(chance.name()).isBetween(0.0, chance.stormyMax);
                storms += probability > 0 ? 1 : 0;
            }
            assertThat(storms).as(chance.name()).isBetween(40, 99);
        }
    }

    @Test
    void whatCannotBeIsRefused() {
        SimulatedOptions calm = SimulatedOptions.calm(1);
        assertThatThrownBy(() -> calm.withBufferBytes(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> calm.withDelayNanosMax(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> calm.withDescriptorsMax(-1)).isInstanceOf(IllegalArgumentException.class);
        for (double wrong : new double[] {-0.1, 1.1, Double.NaN}) {
            assertThatThrownBy(() -> calm.with(Chance.DELAYS, wrong))
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("DELAYS");
        }
    }
}
