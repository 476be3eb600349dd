package dev.overlapped.bench.run;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What is to be run.
///
/// @param entries who takes part in which workload
/// @param rounds how often each of them is run
/// @param warmMillis how long a run goes on before it measures
/// @param settleMillis how much longer at most, while the server's VM still compiles
/// @param windowMillis how long it measures
/// @param traceMillis how long its system calls are counted; 0 for not at all
/// @param javaOptions further options of every VM
public record Plan(List<Map.Entry<Workload, Set<Peer>>> entries, int rounds, int warmMillis, int settleMillis,
        int windowMillis, int traceMillis, List<String> javaOptions) {
    /// One workload and those of `peers` that can do it.
    public static Map.Entry<Workload, Set<Peer>> entry(Workload workload, Set<Peer> peers) {
        Set<Peer> able = EnumSet.copyOf(workload.peers());
        able.retainAll(peers);
        return Map.entry(workload, able);
    }

    /// How many runs there are.
    public int runs() {
        return rounds * entries.stream().mapToInt(entry -> entry.getValue().size()).sum();
    }

    /// How long all of it takes, roughly: a server also has to start, to settle, to be counted and to end.
    public Duration estimate() {
        long overhead = 900L + Math.min(settleMillis, 1150);
        long run = overhead + warmMillis + windowMillis;
        long traces = rounds == 0 ? 0 : (long) runs() / rounds * (traceMillis == 0 ? 0 : traceMillis + 500);
        return Duration.ofMillis(runs() * run + traces);
    }
}
