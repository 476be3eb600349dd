package dev.overlapped.bench.report;

import dev.overlapped.bench.measure.Figures;
import dev.overlapped.bench.measure.Metric;
import dev.overlapped.bench.run.Results;
import dev.overlapped.bench.run.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// A page that needs nothing besides itself, and the numbers that it was made from.
public final class Report {
    private static final String HEAD = """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <title>Overlapped, measured against its peers</title>
        <style>
        body { font: 15px/1.5 sans-serif; margin: 2em auto; max-width: 75em; padding: 0 1em; color: #1f2328 }
        table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: 13px }
        .wide { overflow-x: auto }
        th, td { padding: .2em .7em; text-align: right; white-space: nowrap }
        th, td { border-bottom: 1px solid #d1d9e0 }
        th:first-child, td:first-child { text-align: left }
        .ours { font-weight: bold; color: #0b5cd5 }
        img { max-width: 100% }
        </style>
        </head>
        <body>
        <h1>Overlapped, measured against its peers</h1>
        """;

    private final Results results;
    private final Map<String, String> machine;
    private final List<String> verdicts;

    /// A report of `results`, measured on `machine`; `verdicts` are the lines of a check, if there was one.
    public Report(Results results, Map<String, String> machine, List<String> verdicts) {
        this.results = results;
        this.machine = machine;
        this.verdicts = verdicts;
    }

    /// Writes `report.html` and `results.json` into `directory`, which is made if need be.
    public void write(Path directory) throws IOException {
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("results.json"), Json.text(raw()));
        Files.writeString(directory.resolve("report.html"), page());
    }

    private Map<String, Object> raw() {
        List<Object> workloads = new ArrayList<>();
        results.runs().forEach((workload, peers) -> {
            Map<String, Object> runs = new LinkedHashMap<>();
            peers.forEach((peer, rounds) -> runs.put(peer.id(), rounds(rounds)));
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("id", workload.id());
            one.put("title", workload.title());
            one.put("connections", workload.connections());
            one.put("message_bytes", workload.messageBytes());
            one.put("rounds_of", runs);
            workloads.add(one);
        });
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("machine", machine);
        all.put("workloads", workloads);
        Map<String, String> absent = new LinkedHashMap<>();
        results.absent().forEach((peer, why) -> absent.put(peer.id(), why));
        all.put("absent", absent);
        all.put("notes", results.notes());
        all.put("failures", results.failures());
        all.put("check", verdicts);
        return all;
    }

    private static List<Map<String, Double>> rounds(SortedMap<Integer, Figures> rounds) {
        return rounds.values().stream().map(figures -> {
            Map<String, Double> values = new TreeMap<>();
            figures.all().forEach((metric, value) -> values.put(metric.label(), value));
            return values;
        }).toList();
    }

    private String page() {
        StringBuilder page = new StringBuilder(HEAD);
        page.append("<table>");
        machine.forEach((name, value) -> page.append("<tr><td>").append(escaped(name)).append("</td><td>")
            .append(escaped(value)).append("</td></tr>\n"));
        page.append("</table>\n<p>Medians of all rounds. <b>x ours</b> is the median of each round's value "
            + "over that of Overlapped in the same round. Bars show medians, their lines the farthest "
            + "round.</p>\n");
        list(page, "Check", verdicts);
        for (Workload workload : results.runs().keySet()) {
            section(page, workload);
        }
        List<String> absent = new ArrayList<>();
        results.absent().forEach((peer, why) -> absent.add(peer + ": " + why));
        list(page, "Not available", absent);
        list(page, "Notes", results.notes());
        list(page, "Failures", results.failures());
        return page.append("</body>\n</html>\n").toString();
    }

    private void section(StringBuilder page, Workload workload) {
        List<Metric> metrics = Row.metrics(results, workload);
        page.append("<h2>").append(escaped(workload.id() + ": " + workload.title())).append("</h2>\n")
            .append("<div class=\"wide\"><table><tr>");
        Row.heads(metrics).forEach(head -> page.append("<th>").append(escaped(head)).append("</th>"));
        page.append("</tr>\n");
        for (Row row : Row.all(results, workload, metrics)) {
            page.append(row.peer().isOurs() ? "<tr class=\"ours\">" : "<tr>");
            row.words().forEach(word -> page.append("<td>").append(escaped(word)).append("</td>"));
            page.append("</tr>\n");
        }
        page.append("</table></div>\n");
        charts(page, workload, metrics);
    }

    /// The leading figure, and how much got done.
    private void charts(StringBuilder page, Workload workload, List<Metric> metrics) {
        List<Metric> charted = new ArrayList<>(List.of(workload.lead()));
        for (Metric metric : List.of(Metric.RATE, Metric.P99)) {
            if (metrics.contains(metric) && !charted.contains(metric)) {
                charted.add(metric);
            }
        }
        for (Metric metric : charted) {
            Optional<String> picture = Charts.picture(results, workload, metric);
            page.append(picture.map(address -> "<p><img alt=\"" + escaped(metric.label()) + "\" src=\""
                + address + "\"></p>\n").orElse("<p>No chart: this JDK has no fonts to draw with.</p>\n"));
        }
    }

    private static void list(StringBuilder page, String title, List<String> lines) {
        if (lines.isEmpty()) {
            return;
        }
        page.append("<h2>").append(title).append("</h2>\n<ul>\n");
        lines.forEach(line -> page.append("<li>").append(escaped(line)).append("</li>\n"));
        page.append("</ul>\n");
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
    }
}
