package dev.overlapped.conformance;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/// target/conformance.html: what the tests of one run have shown, clause by clause.
final class ConformancePage {
    private static final String BEGINNING = """
            <!DOCTYPE html>
            <html lang="en">
            <meta charset="utf-8">
            <title>Conformance of this run</title>
            <style>
            body { font: 15px/1.4 sans-serif; margin: 2em; }
            table { border-collapse: collapse; }
            td, th { border: 1px solid #bbb; padding: .3em .6em; text-align: left; vertical-align: top; }
            .proven { background: #cfc; } .failed { background: #f99; }
            .skipped, .open { background: #fd8; } .not-run { background: #eee; }
            </style>
            <h1>Conformance of this run</h1>
            """;
    private static final String HEADER =
            "<table>\n<tr><th>clause<th>result<th>asks<th>decision<th>tests and how they ended\n";

    private ConformancePage() {
    }

    static String of(ClauseTable table, Proofs proofs, RunResults results) {
        Function<ClauseRow, String> result = row -> result(row, proofs, results);
        Map<String, Long> counts = table.rows().collect(groupingBy(result, TreeMap::new, counting()));
        var page = new StringBuilder(BEGINNING).append("<p>")
                .append(counts.entrySet().stream().map(entry -> entry.getValue() + " " + entry.getKey())
                        .collect(joining(", ")))
                .append(". A clause is proven if all its tests succeeded; a skipped one proves nothing.\n");
        for (ClauseTable.Section section : table.sections()) {
            page.append("<h2>").append(escaped(section.title())).append("</h2>\n").append(HEADER);
            for (ClauseRow row : section.rows()) {
                String words = result.apply(row);
                page.append("<tr class=\"").append(words.replace(' ', '-')).append("\"><td>").append(row.id())
                        .append("<td>").append(words)
                        .append("<td>").append(escaped(row.asks()))
                        .append("<td>").append(escaped(row.decision()))
                        .append("<td>").append(proofs.of(row).stream()
                                .map(test -> escaped(test.toString()) + ": " + words(results.of(test)))
                                .collect(joining("<br>")))
                        .append('\n');
            }
            page.append("</table>\n");
        }
        return page.append("</html>\n").toString();
    }

    private static String result(ClauseRow row, Proofs proofs, RunResults results) {
        if (row.kind() == ClauseRow.Kind.NOTHING) {
            return row.kind().text();
        }
        RunResults.Outcome outcome = results.of(proofs.of(row));
        if (row.isOpen() && outcome != RunResults.Outcome.FAILED) {
            return "open";
        }
        return proofs.of(row).isEmpty() ? row.kind().text() : words(outcome);
    }

    private static String words(RunResults.Outcome outcome) {
        return outcome.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
