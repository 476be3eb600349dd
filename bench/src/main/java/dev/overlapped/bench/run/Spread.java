package dev.overlapped.bench.run;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;

/// The middle of several runs, and how far they lie apart.
public record Spread(double median, double min, double max) {
    /// Of at least one value.
    public static Spread of(List<Double> values) {
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        double median = sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(median, sorted[0], sorted[sorted.length - 1]);
    }

    /// `a` over `b`, if both are there and `b` is not nothing.
    static OptionalDouble ratio(OptionalDouble a, OptionalDouble b) {
        return a.isPresent() && b.isPresent() && b.getAsDouble() != 0
            ? OptionalDouble.of(a.getAsDouble() / b.getAsDouble()) : OptionalDouble.empty();
    }
}
