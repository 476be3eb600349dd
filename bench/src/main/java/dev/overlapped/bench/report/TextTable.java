package dev.overlapped.bench.report;

import dev.overlapped.bench.measure.Metric;
import dev.overlapped.bench.run.Results;
import dev.overlapped.bench.run.Workload;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/// The tables on the terminal, one for each workload.
public final class TextTable {
    private TextTable() {
    }

    /// Prints all of it.
    public static void print(Results results, PrintWriter out) {
        for (Workload workload : results.runs().keySet()) {
            out.println();
            out.println(workload.id() + ": " + workload.title());
            List<Metric> metrics = Row.metrics(results, workload);
            List<List<String>> lines = new ArrayList<>();
            lines.add(Row.heads(metrics));
            Row.all(results, workload, metrics).forEach(row -> lines.add(row.words()));
            print(lines, out);
        }
        out.println();
        results.absent().forEach((peer, why) -> out.println(peer + " is not available here: " + why));
        results.notes().forEach(out::println);
        results.failures().forEach(failure -> out.println("FAILED " + failure));
        out.println("Medians; 'x ours' is the median of each round's value over that of Overlapped in the "
            + "same round.");
        out.flush();
    }

    /// In columns, the first one flush left and the others flush right.
    static void print(List<List<String>> lines, PrintWriter out) {
        int[] widths = new int[lines.getFirst().size()];
        for (List<String> line : lines) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], line.get(i).length());
            }
        }
        for (List<String> line : lines) {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                String blanks = " ".repeat(widths[i] - line.get(i).length());
                text.append(i == 0 ? line.get(i) + blanks : "  " + blanks + line.get(i));
            }
            out.println(text.toString().stripTrailing());
        }
    }
}
