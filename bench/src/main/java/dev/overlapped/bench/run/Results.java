package dev.overlapped.bench.run;

import dev.overlapped.bench.measure.Figures;
import dev.overlapped.bench.measure.Metric;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntFunction;

/// What came of the runs.
public final class Results {
    private final Map<Workload, Map<Peer, SortedMap<Integer, Figures>>> runs = new LinkedHashMap<>();
    private final Map<Peer, String> absent = new EnumMap<>(Peer.class);
    private final List<String> failures = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private int rounds;

    /// Adds what one run has shown.
    public void add(Workload workload, Peer peer, int round, Figures figures) {
        runs.computeIfAbsent(workload, _ -> new EnumMap<>(Peer.class))
            .computeIfAbsent(peer, _ -> new TreeMap<>()).put(round, figures);
        rounds = Math.max(rounds, round + 1);
    }

    /// That peer could not be started.
    public void absent(Peer peer, String why) {
        absent.put(peer, why);
    }

    /// Something went wrong.
    public void failed(String what) {
        failures.add(what);
    }

    void note(String what) {
        notes.add(what);
    }

    /// The workloads that were run, each with who took part, round by round.
    public Map<Workload, Map<Peer, SortedMap<Integer, Figures>>> runs() {
        return runs;
    }

    /// Peers that could not be started here, and why.
    public Map<Peer, String> absent() {
        return absent;
    }

    /// Runs that went wrong.
    public List<String> failures() {
        return failures;
    }

    /// What a reader has to know besides.
    public List<String> notes() {
        return notes;
    }

    /// That figure of a peer in one round.
    public OptionalDouble value(String workload, Peer peer, Metric metric, int round) {
        for (Map.Entry<Workload, Map<Peer, SortedMap<Integer, Figures>>> entry : runs.entrySet()) {
            if (entry.getKey().id().equals(workload)) {
                SortedMap<Integer, Figures> all = entry.getValue().get(peer);
                return all == null || !all.containsKey(round)
                    ? OptionalDouble.empty() : all.get(round).value(metric);
            }
        }
        return OptionalDouble.empty();
    }

    /// That figure of a peer over all rounds.
    public Optional<Spread> spread(String workload, Peer peer, Metric metric) {
        return over(round -> value(workload, peer, metric, round));
    }

    /// That figure of `a` over `b`'s, in pairs of the same round.
    public Optional<Spread> ratio(String workload, Peer a, Peer b, Metric metric) {
        return over(round -> Spread.ratio(value(workload, a, metric, round),
            value(workload, b, metric, round)));
    }

    /// Any value that a round has.
    public Optional<Spread> over(IntFunction<OptionalDouble> value) {
        List<Double> values = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            value.apply(round).ifPresent(values::add);
        }
        return values.isEmpty() ? Optional.empty() : Optional.of(Spread.of(values));
    }
}
