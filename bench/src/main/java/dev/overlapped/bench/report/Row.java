package dev.overlapped.bench.report;

import dev.overlapped.bench.measure.Metric;
import dev.overlapped.bench.run.Peer;
import dev.overlapped.bench.run.Results;
import dev.overlapped.bench.run.Spread;
import dev.overlapped.bench.run.Workload;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// One line of a workload's table, with the words of its columns.
record Row(Peer peer, List<String> words) {
    private static final String NOTHING = "-";

    /// What the peers of a workload are compared with; the other one of ours if that did not take part.
    static Optional<Peer> reference(Results results, Workload workload) {
        Set<Peer> peers = results.runs().get(workload).keySet();
        return peers.contains(workload.reference()) ? Optional.of(workload.reference())
            : peers.stream().filter(Peer::isOurs).findFirst();
    }

    /// The figures that the runs of a workload have shown, the leading one first.
    static List<Metric> metrics(Results results, Workload workload) {
        Set<Metric> shown = EnumSet.noneOf(Metric.class);
        results.runs().get(workload).values().forEach(rounds ->
            rounds.values().forEach(figures -> shown.addAll(figures.all().keySet())));
        List<Metric> metrics = new ArrayList<>(shown);
        metrics.remove(workload.lead());
        metrics.addFirst(workload.lead());
        return metrics;
    }

    /// The heads of the columns.
    static List<String> heads(List<Metric> metrics) {
        String lead = metrics.getFirst().label();
        List<String> heads = new ArrayList<>(List.of("peer", lead, "min..max", "x ours"));
        metrics.stream().skip(1).map(Metric::label).forEach(heads::add);
        return heads;
    }

    /// A line for each peer, the best one first.
    static List<Row> all(Results results, Workload workload, List<Metric> metrics) {
        Metric lead = metrics.getFirst();
        List<Peer> peers = new ArrayList<>(results.runs().get(workload).keySet());
        peers.sort((a, b) -> {
            double first = results.spread(workload.id(), a, lead).map(Spread::median).orElse(0.0);
            double second = results.spread(workload.id(), b, lead).map(Spread::median).orElse(0.0);
            return lead.isMoreBetter() ? Double.compare(second, first) : Double.compare(first, second);
        });
        return peers.stream().map(peer -> of(results, workload, metrics, peer)).toList();
    }

    private static Row of(Results results, Workload workload, List<Metric> metrics, Peer peer) {
        List<String> words = new ArrayList<>();
        words.add(peer.label());
        Metric lead = metrics.getFirst();
        Optional<Spread> spread = results.spread(workload.id(), peer, lead);
        words.add(spread.map(s -> lead.text(s.median())).orElse(NOTHING));
        words.add(spread.map(s -> lead.text(s.min()) + ".." + lead.text(s.max())).orElse(NOTHING));
        words.add(reference(results, workload)
            .flatMap(ours -> results.ratio(workload.id(), peer, ours, lead))
            .map(s -> String.format(Locale.ROOT, "%.2f", s.median())).orElse(NOTHING));
        for (Metric metric : metrics.subList(1, metrics.size())) {
            words.add(results.spread(workload.id(), peer, metric).map(s -> metric.text(s.median()))
                .orElse(NOTHING));
        }
        return new Row(peer, words);
    }
}
