package dev.overlapped.bench.measure;

import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalDouble;

/// What one run has shown. Not every run shows everything.
public final class Figures {
    private final EnumMap<Metric, Double> values = new EnumMap<>(Metric.class);

    /// Nothing yet.
    public Figures() {
    }

    /// Adds a number, or replaces one.
    public Figures put(Metric metric, double value) {
        values.put(metric, value);
        return this;
    }

    /// The number, if the run has shown it.
    public OptionalDouble value(Metric metric) {
        Double value = values.get(metric);
        return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
    }

    /// All there are.
    public Map<Metric, Double> all() {
        return Map.copyOf(values);
    }

    /// One line, which [#parse] understands.
    public String line() {
        StringBuilder line = new StringBuilder();
        values.forEach((metric, value) -> line.append(metric.name()).append('=').append(value).append(' '));
        return line.toString().strip();
    }

    /// What [#line] has written.
    public static Figures parse(String line) {
        Figures figures = new Figures();
        if (!line.isBlank()) {
            for (String word : line.strip().split(" ", -1)) {
                int equals = word.indexOf('=');
                figures.put(Metric.valueOf(word.substring(0, equals)),
                    Double.parseDouble(word.substring(equals + 1)));
            }
        }
        return figures;
    }
}
