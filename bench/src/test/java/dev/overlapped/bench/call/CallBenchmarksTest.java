package dev.overlapped.bench.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

/// Every benchmark checks the results of its own calls; here each of them runs for a moment.
class CallBenchmarksTest {
    @Test
    void everyBenchmarkDoesWhatItMeasures() throws Exception {
        CallResults results = CallBenchmarks.runOnce(new PrintWriter(new StringWriter()));
        assertThat(results.benchmarks()).contains("SendImmediate.bare", "SendImmediate.wsaSend",
            "SendPending.wsaSendsThenRoutines", "ReceivePending.wsaRecvThenEvent", "Handle.lookUp");
        assertThat(results.benchmarks()).allSatisfy(
            name -> assertThat(results.nanos(name).median()).isPositive());
        assertThat(results.overBareSend()).isPresent();
    }
}
