package dev.overlapped.bench.check;

import static dev.overlapped.bench.run.Peer.BLOCKING;
import static dev.overlapped.bench.run.Peer.C_BLOCKING;
import static dev.overlapped.bench.run.Peer.C_EPOLL;
import static dev.overlapped.bench.run.Peer.EVENT;
import static dev.overlapped.bench.run.Peer.NETTY_EPOLL;
import static dev.overlapped.bench.run.Peer.NETTY_EPOLL_FC;
import static dev.overlapped.bench.run.Peer.NETTY_URING;
import static dev.overlapped.bench.run.Peer.NETTY_URING_FC;
import static dev.overlapped.bench.run.Peer.NIO2;
import static dev.overlapped.bench.run.Peer.ROUTINE;
import static dev.overlapped.bench.run.Peer.SELECTOR;
import static dev.overlapped.bench.run.Peer.VIRTUAL;

import dev.overlapped.bench.measure.Metric;
import dev.overlapped.bench.run.Peer;
import dev.overlapped.bench.run.Plan;
import dev.overlapped.bench.run.Results;
import dev.overlapped.bench.run.Spread;
import dev.overlapped.bench.run.Workload;
import dev.overlapped.bench.run.Workloads;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.BiPredicate;

/// The bars that whole servers are held against; those of single calls are [CallBars].
///
/// A ratio is that of two figures of the same round, and the bar is for the median of the rounds.
public final class Bars {
    private static final String ECHO = "b-64x64";
    private static final String CROWD = "b-2000x64";
    private static final String PAGE = "c-1";
    private static final String SMALL = "d";
    private static final String IDLE = "g";
    /// A compiled C program that needs more than this times the selector's CPU was disturbed.
    private static final double PLAUSIBLE = 1.03;
    private static final int IDLE_BYTES = 2048;
    private static final int WAKE_UPS_RECEIVING = 100;
    private static final int WAKE_UPS_EVER = 1100;

    private final Results results;

    /// The bars against what was measured.
    public Bars(Results results) {
        this.results = results;
    }

    /// The runs that all bars together need. C epoll with many connections has no bar: it shows what is left
    /// to be had there.
    public static List<Map.Entry<Workload, Set<Peer>>> entries() {
        return List.of(
            entry("a-1", EnumSet.of(ROUTINE, BLOCKING)),
            entry("a-1k", EnumSet.of(ROUTINE, BLOCKING)),
            entry(ECHO, EnumSet.of(ROUTINE, C_EPOLL, NETTY_URING, NIO2, SELECTOR)),
            entry(CROWD,
                EnumSet.of(ROUTINE, C_EPOLL, SELECTOR, NIO2, VIRTUAL, NETTY_EPOLL, NETTY_URING)),
            entry(PAGE, EnumSet.of(EVENT, C_BLOCKING)),
            entry(SMALL, EnumSet.of(ROUTINE, SELECTOR, NIO2, VIRTUAL, NETTY_EPOLL_FC, NETTY_URING_FC)),
            entry(IDLE, EnumSet.of(ROUTINE)));
    }

    private static Map.Entry<Workload, Set<Peer>> entry(String workload, Set<Peer> peers) {
        return Plan.entry(Workloads.named(workload), peers);
    }

    /// All of them, judged.
    public List<Verdict> verdicts() {
        List<Verdict> all = new ArrayList<>();
        all.add(cpu(ECHO, C_EPOLL, 1.08));
        all.add(cpu(ECHO, NETTY_URING, 0.80));
        all.add(cpu(ECHO, NIO2, 0.78));
        all.add(cpu(ECHO, SELECTOR, 1.02));
        all.add(Verdict.atMost("b-2000x64, CPU per message, over Netty's better one", 0.85,
            overBest(CROWD, ROUTINE, Metric.CPU, NETTY_EPOLL, NETTY_URING)));
        all.add(cpu(CROWD, SELECTOR, 1.05));
        Peer[] javaPeers = {SELECTOR, NIO2, VIRTUAL, NETTY_EPOLL, NETTY_URING};
        all.add(Verdict.atMost("b-2000x64, p99, over the best Java peer's", 1.10,
            overBest(CROWD, ROUTINE, Metric.P99, javaPeers)));
        all.add(Verdict.atMost("b-2000x64, p99, over the best Java peer's that starves nobody", 1.10,
            overBest(CROWD, ROUTINE, Metric.P99, this::servesAll, javaPeers)));
        all.add(Verdict.atMost("b-2000x64, starved connections", 0,
            results.spread(CROWD, ROUTINE, Metric.STARVED)));
        all.add(Verdict.atMost("c-1, the page's loop, CPU per send, over C blocking", 1.12,
            results.ratio(PAGE, EVENT, C_BLOCKING, Metric.CPU)));
        for (Peer peer : List.of(SELECTOR, NIO2, VIRTUAL)) {
            all.add(Verdict.atLeast("d, sends per second, over " + peer.label(), 2,
                results.ratio(SMALL, ROUTINE, peer, Metric.RATE)));
        }
        all.add(Verdict.atLeast("d, sends per second, over Netty's better one with flush consolidation", 1.2,
            overBest(SMALL, ROUTINE, Metric.RATE, NETTY_EPOLL_FC, NETTY_URING_FC)));
        all.add(Verdict.atMost("b-64x64, system calls per message, over C epoll", 1.03,
            results.ratio(ECHO, ROUTINE, C_EPOLL, Metric.CALLS)));
        for (String workload : List.of("a-1", "a-1k")) {
            all.add(Verdict.atMost(workload + ", p50, over JDK platform threads", 1.12,
                results.ratio(workload, ROUTINE, BLOCKING, Metric.P50)));
        }
        all.add(Verdict.atMost("g, bytes of heap and native memory for a connection", IDLE_BYTES,
            results.over(this::idleBytes)));
        all.add(Verdict.atMost("g, wake-ups of the engine thread per second", 0,
            results.spread(IDLE, ROUTINE, Metric.ENGINE_WAKE_UPS)));
        all.add(Verdict.atMost("b-64x64, wake-ups of the engine thread per second", WAKE_UPS_RECEIVING,
            results.spread(ECHO, ROUTINE, Metric.ENGINE_WAKE_UPS)));
        all.add(Verdict.atMost("wake-ups of the engine thread per second, the most in any workload",
            WAKE_UPS_EVER, results.over(this::mostWakeUps)));
        return all;
    }

    /// Why the whole comparison tells nothing, if so.
    public Optional<String> invalid(List<Verdict> verdicts) {
        if (results.absent().containsKey(C_EPOLL) || results.absent().containsKey(C_BLOCKING)) {
            return Optional.of(results.absent().getOrDefault(C_EPOLL, results.absent().get(C_BLOCKING)));
        }
        Optional<Spread> plausible = results.ratio(ECHO, C_EPOLL, SELECTOR, Metric.CPU);
        if (plausible.isEmpty()) {
            return Optional.of("C epoll and the selector were not measured");
        }
        Optional<Verdict> unmeasured = verdicts.stream()
            .filter(verdict -> verdict.state() == Verdict.State.UNMEASURED).findFirst();
        if (unmeasured.isPresent()) {
            return Optional.of("not everything could be measured: " + unmeasured.get().what());
        }
        return plausible.filter(spread -> spread.median() > PLAUSIBLE)
            .map(spread -> String.format("C epoll took %.3f of the selector's CPU, and should not be over "
                + "%.2f: something disturbed the runs", spread.median(), PLAUSIBLE));
    }

    private Verdict cpu(String workload, Peer peer, double most) {
        return Verdict.atMost(workload + ", CPU per message, over " + peer.label(), most,
            results.ratio(workload, ROUTINE, peer, Metric.CPU));
    }

    /// Whether `peer` starved no connection in that round: the percentiles of one that did are those of the
    /// connections that it served.
    private boolean servesAll(Peer peer, int round) {
        return results.value(CROWD, peer, Metric.STARVED, round).orElse(0) == 0;
    }

    /// Over the best of `peers` in the same round.
    private Optional<Spread> overBest(String workload, Peer ours, Metric metric, Peer... peers) {
        return overBest(workload, ours, metric, (_, _) -> true, peers);
    }

    private Optional<Spread> overBest(String workload, Peer ours, Metric metric,
            BiPredicate<Peer, Integer> counts, Peer... peers) {
        return results.over(round -> {
            OptionalDouble own = results.value(workload, ours, metric, round);
            OptionalDouble best = OptionalDouble.empty();
            for (Peer peer : peers) {
                OptionalDouble value = results.value(workload, peer, metric, round);
                if (counts.test(peer, round) && value.isPresent() && (best.isEmpty()
                    || metric.isMoreBetter() == value.getAsDouble() > best.getAsDouble())) {
                    best = value;
                }
            }
            return own.isPresent() && best.isPresent()
                ? OptionalDouble.of(own.getAsDouble() / best.getAsDouble()) : OptionalDouble.empty();
        });
    }

    private OptionalDouble idleBytes(int round) {
        OptionalDouble heap = results.value(IDLE, ROUTINE, Metric.HEAP_PER_CONNECTION, round);
        OptionalDouble other = results.value(IDLE, ROUTINE, Metric.NATIVE_PER_CONNECTION, round);
        return heap.isPresent() && other.isPresent()
            ? OptionalDouble.of(heap.getAsDouble() + other.getAsDouble()) : OptionalDouble.empty();
    }

    private OptionalDouble mostWakeUps(int round) {
        OptionalDouble most = OptionalDouble.empty();
        for (Workload workload : results.runs().keySet()) {
            for (Peer peer : EnumSet.of(ROUTINE, EVENT)) {
                OptionalDouble seen = results.value(workload.id(), peer, Metric.ENGINE_WAKE_UPS, round);
                if (seen.isPresent() && (most.isEmpty() || seen.getAsDouble() > most.getAsDouble())) {
                    most = seen;
                }
            }
        }
        return most;
    }
}
