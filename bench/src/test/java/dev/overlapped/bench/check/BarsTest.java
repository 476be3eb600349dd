package dev.overlapped.bench.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.bench.measure.Figures;
import dev.overlapped.bench.measure.Metric;
import dev.overlapped.bench.run.Peer;
import dev.overlapped.bench.run.Results;
import dev.overlapped.bench.run.Workloads;
import org.junit.jupiter.api.Test;

class BarsTest {
    private final Results results = new Results();

    /// What a round with 2,000 connections has shown.
    private void crowd(Peer peer, double cpu, double p99, double starved) {
        results.add(Workloads.named("b-2000x64"), peer, 0, new Figures().put(Metric.CPU, cpu)
            .put(Metric.P99, p99).put(Metric.STARVED, starved));
    }

    private double measured(String bar) {
        return new Bars(results).verdicts().stream().filter(verdict -> verdict.what().equals(bar)).findFirst()
            .orElseThrow().measured().orElseThrow().median();
    }

    @Test
    void whoStarvesConnectionsIsLeftOutOfOneBarAlone() {
        crowd(Peer.ROUTINE, 12, 30, 0);
        crowd(Peer.SELECTOR, 12, 20, 0);
        crowd(Peer.VIRTUAL, 24, 10, 1000);
        assertThat(measured("b-2000x64, p99, over the best Java peer's")).isEqualTo(3);
        assertThat(measured("b-2000x64, p99, over the best Java peer's that starves nobody")).isEqualTo(1.5);
    }

    @Test
    void itsCpuCountsAllTheSame() {
        crowd(Peer.ROUTINE, 12, 30, 0);
        crowd(Peer.NETTY_EPOLL, 6, 20, 500);
        crowd(Peer.NETTY_URING, 8, 20, 0);
        assertThat(measured("b-2000x64, CPU per message, over Netty's better one")).isEqualTo(2);
    }

    @Test
    void connectionsThatWeStarveAreAMiss() {
        crowd(Peer.ROUTINE, 12, 30, 1);
        assertThat(new Bars(results).verdicts()).filteredOn(Verdict::what, "b-2000x64, starved connections")
            .extracting(Verdict::state).containsExactly(Verdict.State.MISSED);
    }
}
