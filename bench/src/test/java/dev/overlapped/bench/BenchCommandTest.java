package dev.overlapped.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.bench.check.Bars;
import dev.overlapped.bench.check.Verdict;
import dev.overlapped.bench.measure.Figures;
import dev.overlapped.bench.measure.Metric;
import dev.overlapped.bench.run.Peer;
import dev.overlapped.bench.run.Results;
import dev.overlapped.bench.run.Workloads;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// How a check ends.
class BenchCommandTest {
    private static final Verdict MET = verdict(Verdict.State.MET);
    private static final Verdict OPEN = verdict(Verdict.State.OPEN);
    private static final Verdict MISSED = verdict(Verdict.State.MISSED);

    @Test
    void onlyAMissedBarFailsTheCheck() {
        Results results = cpu(1.00);
        assertThat(exitCode(results, MET, OPEN)).isZero();
        assertThat(exitCode(results, MET, OPEN, MISSED)).isEqualTo(1);
    }

    @Test
    void aDisturbedMachineMakesItInvalid() {
        assertThat(exitCode(cpu(1.03), MET)).isZero();
        assertThat(exitCode(cpu(1.04), MET)).isEqualTo(2);
        assertThat(exitCode(cpu(1.04), MISSED)).isEqualTo(2);
    }

    @Test
    void aMissingCompilerMakesItInvalid() {
        Results results = cpu(1.00);
        results.absent(Peer.C_BLOCKING, "no C compiler");
        assertThat(exitCode(results, MET)).isEqualTo(2);
    }

    @Test
    void whatCouldNotBeMeasuredMakesItInvalidByItsName() {
        assertThat(new Bars(cpu(1.00)).invalid(List.of(MET, verdict(Verdict.State.UNMEASURED))))
            .hasValueSatisfying(why -> assertThat(why).contains("the bar of a test"));
    }

    @Test
    void aFailureFailsTheCheck() {
        Results results = cpu(1.00);
        results.failed("something");
        assertThat(exitCode(results, MET)).isEqualTo(1);
    }

    private static int exitCode(Results results, Verdict... verdicts) {
        List<Verdict> all = List.of(verdicts);
        return BenchCommand.exitCode(results, all, new Bars(results).invalid(all));
    }

    /// C epoll's CPU is that many times the selector's.
    private static Results cpu(double times) {
        Results results = new Results();
        results.add(Workloads.named("b-64x64"), Peer.SELECTOR, 0, new Figures().put(Metric.CPU, 1000));
        results.add(Workloads.named("b-64x64"), Peer.C_EPOLL, 0, new Figures().put(Metric.CPU, 1000 * times));
        return results;
    }

    private static Verdict verdict(Verdict.State state) {
        return new Verdict("the bar of a test", "<= 1", Optional.empty(), state);
    }
}
