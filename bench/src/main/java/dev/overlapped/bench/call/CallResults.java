package dev.overlapped.bench.call;

import dev.overlapped.bench.run.Spread;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What came of the benchmarks, round by round.
public final class CallResults {
    /// What the others are held against.
    static final String BARE_SEND = "SendImmediate.bare";
    /// The same of ours.
    static final String WSA_SEND = "SendImmediate.wsaSend";

    private final Map<String, List<Figure>> all = new TreeMap<>();

    /// One benchmark in one round.
    ///
    /// @param nanos the time of an operation
    /// @param bytes what it allocates on the heap
    record Figure(double nanos, double bytes) {
    }

    void add(String benchmark, Figure figure) {
        all.computeIfAbsent(benchmark, _ -> new ArrayList<>()).add(figure);
    }

    /// The benchmarks that were run, by name.
    public List<String> benchmarks() {
        return List.copyOf(all.keySet());
    }

    /// The time of an operation.
    public Spread nanos(String benchmark) {
        return Spread.of(all.get(benchmark).stream().map(Figure::nanos).toList());
    }

    /// What an operation allocates on the heap, in bytes.
    public Spread bytes(String benchmark) {
        return Spread.of(all.get(benchmark).stream().map(Figure::bytes).toList());
    }

    /// What WSASend takes longer than a bare send of the same round, in nanoseconds.
    public Optional<Spread> overBareSend() {
        List<Figure> bare = all.getOrDefault(BARE_SEND, List.of());
        List<Figure> ours = all.getOrDefault(WSA_SEND, List.of());
        List<Double> differences = new ArrayList<>();
        for (int i = 0; i < Math.min(bare.size(), ours.size()); i++) {
            differences.add(ours.get(i).nanos - bare.get(i).nanos);
        }
        return differences.isEmpty() ? Optional.empty() : Optional.of(Spread.of(differences));
    }
}
