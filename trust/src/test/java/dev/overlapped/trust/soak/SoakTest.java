package dev.overlapped.trust.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The soak itself, for a moment, and that it sees what is wrong.
class SoakTest {
    @Test
    @Timeout(180)
    void aFewSecondsOfEverythingBreakNoPromise() throws Exception {
        StringWriter said = new StringWriter();
        boolean good = new Soak(new Random().nextLong(), new PrintWriter(said)).run(Duration.ofSeconds(3));
        assertThat(good).as("%s", said).isTrue();
        assertThat(said.toString()).startsWith("seed ").contains("0 violations").contains("no leak");
    }

    @Test
    void bytesThatAreSwappedLostOrDoubledAreSeen() {
        Pattern pattern = new Pattern(new Random(1));
        assertThat(pattern.isAt(1000, pattern.at(1000, 500))).isTrue();
        assertThat(pattern.isAt(1001, pattern.at(1000, 500))).isFalse();
        assertThat(pattern.isAt(1000, pattern.at(501_000, 500))).isFalse();
    }

    @Test
    void whatIsMoreThanAtTheStartIsALeak() {
        Footprint start = new Footprint(10, 5, 100_000, 1000);
        assertThat(start.leaksSince(start)).isEmpty();
        assertThat(new Footprint(11, 5, 100_000, 1000).leaksSince(start)).hasSize(1);
        assertThat(new Footprint(10, 6, 100_000, 1000).leaksSince(start)).hasSize(1);
        assertThat(new Footprint(10, 5, 500_000, 1000).leaksSince(start)).hasSize(1);
        assertThat(new Footprint(10, 5, 100_000, 9000).leaksSince(start)).hasSize(1);
    }

    @Test
    void aRefusalHasToHaveItsReason() {
        Tally tally = new Tally();
        assertThat(tally.isRefusal(10055)).isFalse();
        tally.descriptorsAreScarce(true);
        assertThat(tally.isRefusal(10055)).isTrue();
        assertThat(tally.isRefusal(10054)).isFalse();
    }
}
