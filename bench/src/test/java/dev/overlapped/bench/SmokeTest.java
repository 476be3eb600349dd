package dev.overlapped.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.overlapped.bench.measure.Metric;
import dev.overlapped.bench.process.CPrograms;
import dev.overlapped.bench.report.Report;
import dev.overlapped.bench.run.Comparison;
import dev.overlapped.bench.run.Machine;
import dev.overlapped.bench.run.Peer;
import dev.overlapped.bench.run.Plan;
import dev.overlapped.bench.run.Results;
import dev.overlapped.bench.run.Workload;
import dev.overlapped.bench.run.Workloads;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A comparison so small that it says nothing about speed, but in which every server and every kind of load
/// has to work: each byte that comes back is compared.
class SmokeTest {
    /// Nothing here runs long enough to be compiled to the full.
    private static final List<String> SMALL_VM =
        List.of("-XX:TieredStopAtLevel=1", "-XX:-UseG1GC", "-XX:+UseSerialGC", "-Xms64m");
    private static final int MOST_CONNECTIONS = 120;

    private static Results results;

    /// Each peer once, each kind of load at least once.
    @BeforeAll
    static void compare() throws Exception {
        results = new Comparison(new Plan(List.of(
            with("a-1", Peer.BLOCKING, Peer.C_BLOCKING),
            with("b-64x4k", Peer.SELECTOR, Peer.EVENT),
            with("c-1", Peer.NIO2, Peer.EVENT),
            with("d", Peer.NETTY_EPOLL_FC, Peer.ROUTINE),
            with("e", Peer.VIRTUAL),
            with("f", Peer.NETTY_URING),
            with("g", Peer.ROUTINE),
            with("h", Peer.SELECTOR, Peer.NETTY_EPOLL, Peer.NETTY_URING, Peer.C_BLOCKING, Peer.ROUTINE,
                Peer.EVENT),
            with("i", Peer.C_EPOLL)), 1, 60, 0, 100, 0, SMALL_VM), new PrintWriter(new StringWriter())).run();
    }

    private static Map.Entry<Workload, Set<Peer>> with(String workload,
            Peer... peers) {
        return Plan.entry(Workloads.named(workload).limitedTo(MOST_CONNECTIONS),
            EnumSet.copyOf(List.of(peers)));
    }

    @Test
    void everyByteComesBackRight() {
        assertThat(results.failures()).isEmpty();
        List<Peer> allowed = new ArrayList<>(List.of(Peer.NETTY_URING));
        if (!CPrograms.isCompilerThere()) {
            allowed.addAll(List.of(Peer.C_EPOLL, Peer.C_BLOCKING));
        }
        assertThat(allowed).as("peers that a machine may lack").containsAll(results.absent().keySet());
    }

    @Test
    void anEchoTellsHowManyConnectionsGotNoAnswer() {
        results.runs().forEach((workload, peers) -> peers.forEach((peer, rounds) -> {
            boolean echoes = workload.id().matches("[abi].*");
            assertThat(rounds.get(0).value(Metric.STARVED).isPresent()).as(workload + " " + peer)
                .isEqualTo(echoes);
        }));
    }

    @Test
    void everyRunTellsItsRateAndItsCpu() {
        results.runs().forEach((workload, peers) -> peers.forEach((peer, rounds) -> {
            if (!workload.id().equals("g")) {
                assertThat(rounds.get(0).value(Metric.RATE).orElse(0)).as(workload + " " + peer).isPositive();
                assertThat(rounds.get(0).value(Metric.CPU).orElse(0)).as(workload + " " + peer).isPositive();
            }
        }));
    }

    @Test
    void idleConnectionsTellTheirMemory() {
        assertThat(results.value("g", Peer.ROUTINE, Metric.HEAP_PER_CONNECTION, 0)).isPresent();
        assertThat(results.value("g", Peer.ROUTINE, Metric.NATIVE_PER_CONNECTION, 0)).isPresent();
    }

    @Test
    void aFixedRateIsKept() {
        assumeTrue(CPrograms.isCompilerThere(), "there is no C compiler");
        assertThat(results.value("i", Peer.C_EPOLL, Metric.P999, 0)).isPresent();
    }

    @Test
    void theReportNeedsNothingBesidesItself(@TempDir Path directory) throws Exception {
        new Report(results, Machine.description(), List.of()).write(directory);
        assertThat(Files.readString(directory.resolve("report.html")))
            .contains("Overlapped, routines").doesNotContain("<script").doesNotContain("src=\"http");
        assertThat(Files.readString(directory.resolve("results.json"))).contains("\"ops/s\": ");
    }
}
