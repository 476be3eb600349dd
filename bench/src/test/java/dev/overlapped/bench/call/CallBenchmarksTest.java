package dev.overlapped.bench.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.bench.run.Spread;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Every benchmark checks the results of its own calls; here each of them runs for a moment.
class CallBenchmarksTest {
    @Test
    void everyBenchmarkDoesWhatItMeasures() {
        CallResults results = CallBenchmarks.runOnce(new PrintWriter(new StringWriter()));
        assertThat(results.failures()).isEmpty();
        assertThat(results.benchmarks()).contains("SendImmediate.bare", "SendImmediate.wsaSend",
            "SendPending.wsaSendsThenRoutines", "ReceivePending.wsaRecvThenEvent", "Handle.lookUp");
        assertThat(results.benchmarks()).allSatisfy(
            name -> assertThat(results.nanos(name).median()).isPositive());
        assertThat(results.overBareSend()).isPresent();
    }

    @Test
    void aFailureIsNamedAndLeavesTheOthersAlone() {
        CallResults results = CallBenchmarks.run(Pattern.compile("Handle.lookUp$"), 1, 1, 1,
            List.of("-XX:NoSuchOption=1"), new PrintWriter(new StringWriter()));
        assertThat(results.failures()).containsOnlyKeys("Handle.lookUp");
        assertThat(results.failures().get("Handle.lookUp")).startsWith("round 1: ").contains("exit code");
        assertThat(results.isComplete("Handle.lookUp")).isFalse();
    }

    @Test
    void roundsArePairedAlsoWhereOneFailed() {
        CallResults results = new CallResults();
        for (int round = 1; round <= 3; round++) {
            results.add(CallResults.BARE_SEND, round, new CallResults.Figure(1000 * round, 0));
        }
        results.failed(CallResults.WSA_SEND, 1, "it fell over");
        results.add(CallResults.WSA_SEND, 2, new CallResults.Figure(2100, 0));
        results.add(CallResults.WSA_SEND, 3, new CallResults.Figure(3100, 0));
        assertThat(results.overBareSend()).contains(Spread.of(List.of(100.0, 100.0)));
    }
}
