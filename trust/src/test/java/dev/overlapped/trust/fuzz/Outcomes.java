package dev.overlapped.trust.fuzz;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/// How often each entry point has ended in which way, over all sequences of this process: so that a test can
/// see that calls get somewhere.
final class Outcomes {
    static final String SUCCESS = "success";

    private static final Map<String, LongAdder> COUNTS = new ConcurrentHashMap<>();

    private Outcomes() {
    }

    static void count(String entryPoint, String outcome) {
        COUNTS.computeIfAbsent(entryPoint + " " + outcome, _ -> new LongAdder()).increment();
    }

    /// All calls.
    static long calls() {
        return COUNTS.values().stream().mapToLong(LongAdder::sum).sum();
    }

    /// Entry points that have succeeded at least once.
    static Set<String> succeeded() {
        Set<String> names = new TreeSet<>();
        COUNTS.keySet().stream().filter(each -> each.endsWith(" " + SUCCESS))
                .forEach(each -> names.add(each.substring(0, each.indexOf(' '))));
        return names;
    }

    /// Each entry point and end, and how often, in lines.
    static String table() {
        StringBuilder table = new StringBuilder();
        for (String each : new TreeSet<>(COUNTS.keySet())) {
            table.append(each).append(' ').append(COUNTS.get(each)).append('\n');
        }
        return table.toString();
    }
}
