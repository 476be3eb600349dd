package dev.overlapped.conformance;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.mapping;

import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeMap;

/// docs/CONFORMANCE.md: the table and its proofs for people to read. The same table and tests make the same
/// text on every machine.
final class ConformanceDocument {
    /// From the folder of the document.
    private static final String TEST_SOURCES = "../core/src/test/java/";

    private ConformanceDocument() {
    }

    static String of(ClauseTable table, Proofs proofs) {
        var text = new StringBuilder("""
                # Conformance

                <!-- Written by the build from core/src/test/resources/conformance/clauses.txt and from the
                     tests that name its clauses; CONTRIBUTING.md says how to write it anew. -->

                The contract is the page of WSASend in the Windows documentation. Each of its sentences is a
                clause here: what it asks in our words, what the library does, and the tests that fail if it
                does something else. Where sources disagree, the last section says which one lost.

                """);
        text.append(summary(table));
        for (ClauseTable.Section section : table.sections()) {
            text.append("\n## ").append(section.title()).append("\n\n")
                    .append("| clause | asks | decision | proven by |\n|---|---|---|---|\n");
            for (ClauseRow row : section.rows()) {
                text.append("| ").append(row.id()).append(" | ").append(cell(row.asks())).append(" | ")
                        .append(cell(decision(row))).append(" | ").append(tests(row, proofs.of(row)))
                        .append(" |\n");
            }
        }
        return text.toString();
    }

    private static String summary(ClauseTable table) {
        List<ClauseRow> rows = table.rows().toList();
        long proven = rows.stream().filter(ClauseRow::needsProof).count();
        long open = rows.stream().filter(ClauseRow::isOpen).count();
        long nothing = rows.stream().filter(row -> row.kind() == ClauseRow.Kind.NOTHING).count();
        long cannot = rows.stream().filter(row -> row.kind() == ClauseRow.Kind.CANNOT_HAPPEN).count();
        return String.format(Locale.ROOT, """
                | clauses | proven by tests | open | cannot happen | no requirement |
                |---|---|---|---|---|
                | %d | %d | %d | %d | %d |
                """, rows.size(), proven, open, cannot, nothing);
    }

    private static String decision(ClauseRow row) {
        String label = switch (row.kind()) {
            case REQUIREMENT -> "";
            case NOTHING, CANNOT_HAPPEN -> "**" + capitalized(row.kind().text()) + ".** ";
        };
        return label + row.decision() + (row.loses().isEmpty() ? "" : " **Loses:** " + row.loses())
                + (row.isOpen() ? " **Open:** " + row.open() : "");
    }

    private static String tests(ClauseRow row, SortedSet<Proof> tests) {
        if (tests.isEmpty()) {
            return row.isOpen() ? "open" : "–";
        }
        var byClass = tests.stream().collect(groupingBy(test -> "[" + test.className() + "](" + TEST_SOURCES
                + test.sourceFile() + ")", TreeMap::new, mapping(Proof::method, joining(", "))));
        return byClass.entrySet().stream().map(entry -> entry.getKey() + ": " + entry.getValue())
                .collect(joining("<br>"));
    }

    private static String cell(String text) {
        return text.replace("|", "\\|");
    }

    private static String capitalized(String text) {
        return Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }
}
