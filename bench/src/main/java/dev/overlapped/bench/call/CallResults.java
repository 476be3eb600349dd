package dev.overlapped.bench.call;

import dev.overlapped.bench.run.Spread;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.Optional;
import java.util.TreeMap;

/// What came of the benchmarks, round by round.
public final class CallResults {
    /// What the others are held against.
    public static final String BARE_SEND = "SendImmediate.bare";
    /// The same of ours.
    public static final String WSA_SEND = "SendImmediate.wsaSend";

    private final Map<String, SortedMap<Integer, Figure>> all = new TreeMap<>();
    private final Map<String, String> failures = new TreeMap<>();

    /// One benchmark in one round.
    ///
    /// @param nanos the time of an operation
    /// @param bytes what it allocates on the heap
    record Figure(double nanos, double bytes) {
    }

    void add(String benchmark, int round, Figure figure) {
        all.computeIfAbsent(benchmark, _ -> new TreeMap<>()).put(round, figure);
    }

    void failed(String benchmark, int round, String why) {
        failures.put(benchmark, "round " + round + ": " + why);
    }

    /// The benchmarks that were run, by name.
    public List<String> benchmarks() {
        return List.copyOf(all.keySet());
    }

    /// The benchmarks that went wrong in a round, each with what was said in the last such round.
    public Map<String, String> failures() {
        return failures;
    }

    /// Whether it was run, and went well in every round.
    public boolean isComplete(String benchmark) {
        return all.containsKey(benchmark) && !failures.containsKey(benchmark);
    }

    /// The time of an operation.
    public Spread nanos(String benchmark) {
        return Spread.of(all.get(benchmark).values().stream().map(Figure::nanos).toList());
    }

    /// What an operation allocates on the heap, in bytes.
    public Spread bytes(String benchmark) {
        return Spread.of(all.get(benchmark).values().stream().map(Figure::bytes).toList());
    }

    /// What WSASend takes longer than a bare send of the same round, in nanoseconds.
    public Optional<Spread> overBareSend() {
        SortedMap<Integer, Figure> bare = all.getOrDefault(BARE_SEND, new TreeMap<>());
        SortedMap<Integer, Figure> ours = all.getOrDefault(WSA_SEND, new TreeMap<>());
        List<Double> differences = new ArrayList<>();
        ours.forEach((round, figure) -> {
            if (bare.containsKey(round)) {
                differences.add(figure.nanos - bare.get(round).nanos);
            }
        });
        return differences.isEmpty() ? Optional.empty() : Optional.of(Spread.of(differences));
    }
}
