package dev.overlapped.bench.report;

import dev.overlapped.bench.check.Verdict;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// The bars on the terminal.
public final class CheckTable {
    private CheckTable() {
    }

    /// Prints each bar with what was measured, and what makes the check invalid.
    public static void print(List<Verdict> verdicts, Optional<String> invalid, PrintWriter out) {
        List<List<String>> lines = new ArrayList<>();
        lines.add(List.of("check", "bar", "measured", "(min..max)", ""));
        for (Verdict verdict : verdicts) {
            String[] measured = verdict.measuredText().split(" ", 2);
            lines.add(List.of(verdict.what(), verdict.bar(), measured[0],
                measured.length == 2 ? measured[1] : "", verdict.state().name().toLowerCase(Locale.ROOT)));
        }
        out.println();
        TextTable.print(lines, out);
        invalid.ifPresent(why -> out.println("INVALID: " + why));
        out.flush();
    }
}
