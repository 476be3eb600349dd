package dev.overlapped.bench.report;

import dev.overlapped.bench.call.CallResults;
import dev.overlapped.bench.run.Spread;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The benchmarks of single calls on the terminal.
public final class CallTable {
    private CallTable() {
    }

    /// Prints each benchmark, and what WSASend adds to a send.
    public static void print(CallResults results, PrintWriter out) {
        List<List<String>> lines = new ArrayList<>();
        lines.add(List.of("call", "ns/op", "(min..max)", "B/op"));
        for (String benchmark : results.benchmarks()) {
            Spread nanos = results.nanos(benchmark);
            lines.add(List.of(benchmark, nanos(nanos.median()), range(nanos),
                String.format(Locale.ROOT, "%.3f", results.bytes(benchmark).median())));
        }
        out.println();
        TextTable.print(lines, out);
        out.println();
        results.overBareSend().ifPresent(over -> out.println("WSASend immediate minus bare FFM send: "
            + nanos(over.median()) + " ns " + range(over)));
        results.failures().forEach((benchmark, why) -> out.println("FAILED " + benchmark + ", " + why));
        out.println("Medians of the rounds; a difference is that of two values of the same round.");
        out.flush();
    }

    private static String range(Spread spread) {
        return '(' + nanos(spread.min()) + ".." + nanos(spread.max()) + ')';
    }

    private static String nanos(double value) {
        return String.format(Locale.ROOT, "%,.1f", value);
    }
}
