package dev.overlapped.bench.run;

import dev.overlapped.bench.load.LoadKind;
import dev.overlapped.bench.measure.Figures;
import dev.overlapped.bench.measure.Metric;
import dev.overlapped.bench.process.Child;
import dev.overlapped.bench.process.RunFailedException;
import dev.overlapped.bench.process.Tools;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Stream;

/// Carries out a plan, one run after the other: in each round every peer has one, and each round begins with
/// another peer, so that what changes on the machine in the meantime meets all of them alike.
public final class Comparison {
    /// Descriptors that a process has open besides its connections.
    private static final int OTHER_FILES = 200;

    private final Plan plan;
    private final PrintWriter progress;
    private final Optional<Path> strace = Tools.find("strace");
    private final Results results = new Results();
    private Commands commands;
    private int done;

    /// Tells on `progress` how far it is.
    public Comparison(Plan plan, PrintWriter progress) {
        this.plan = plan;
        this.progress = progress;
    }

    /// Runs all of it. No process is left behind.
    public Results run() throws IOException, InterruptedException {
        if (strace.isEmpty() && plan.traceMillis() > 0) {
            results.note("System calls were not counted: there is no strace here.");
        }
        Path directory = Files.createTempDirectory("overlapped-bench");
        try {
            commands = new Commands(directory, plan.javaOptions());
            for (Map.Entry<Workload, Set<Peer>> entry : plan.entries()) {
                run(entry.getKey(), entry.getValue());
            }
        } finally {
            delete(directory);
        }
        return results;
    }

    private void run(Workload workload, Set<Peer> peers) throws IOException, InterruptedException {
        long files = Tools.mostOpenFiles();
        if (workload.connections() + OTHER_FILES > files) {
            results.note(workload + " was left out: it needs " + (workload.connections() + OTHER_FILES)
                + " open files, and the limit is " + files + '.');
            done += plan.rounds() * peers.size();
            return;
        }
        if (workload.pinned() && Tools.find("taskset").isEmpty()) {
            results.note(workload + " was run on all CPUs: there is no taskset here.");
        }
        double rate = workload.kind() == LoadKind.FIXED_RATE ? halfOfSlowest(workload, peers) : 0;
        try (Load load = new Load(workload)) {
            for (int round = 0; round < plan.rounds(); round++) {
                List<Peer> order = new ArrayList<>(peers);
                Collections.rotate(order, -round);
                for (Peer peer : order) {
                    runOne(workload, peer, round, rate, load);
                }
            }
        }
    }

    /// The rate that each server can easily keep up with, or 0 if none could be run.
    private double halfOfSlowest(Workload workload, Set<Peer> peers) throws IOException,
            InterruptedException {
        double slowest = Double.POSITIVE_INFINITY;
        try (Load load = new Load(workload)) {
            for (Peer peer : peers) {
                try (Run run = new Run(workload, peer, commands, load.child())) {
                    double rate = run.measure(LoadKind.ECHO, 0, plan)
                        .value(Metric.RATE).orElse(0);
                    tell(workload + ", how fast is " + peer, String.format("%,.0f ops/s", rate));
                    slowest = rate > 0 ? Math.min(slowest, rate) : slowest;
                } catch (RunFailedException e) {
                    failed(workload, peer, e);
                    load.renew();
                }
            }
        }
        double rate = Double.isInfinite(slowest) ? 0 : slowest / 2;
        results.note(String.format("%s was run at %,.0f messages/s.", workload, rate));
        return rate;
    }

    private void runOne(Workload workload, Peer peer, int round, double rate, Load load) throws IOException,
            InterruptedException {
        done++;
        boolean hasNoRate = workload.kind() == LoadKind.FIXED_RATE && rate == 0;
        if (results.absent().containsKey(peer) || hasNoRate) {
            return;
        }
        String what = String.format("[%d/%d] %s, round %d, %s", done, plan.runs(), workload, round + 1, peer);
        try (Run run = new Run(workload, peer, commands, load.child())) {
            Figures figures = run.measure(workload.kind(), rate, plan);
            results.add(workload, peer, round, figures);
            tell(what, told(workload, figures));
            if (round == plan.rounds() - 1 && isTraced(workload)) {
                trace(workload, peer, run, figures, load);
            }
        } catch (RunFailedException e) {
            tell(what, "failed: " + e.getMessage());
            failed(workload, peer, e);
            load.renew();
        }
    }

    private boolean isTraced(Workload workload) {
        return strace.isPresent() && plan.traceMillis() > 0 && workload.kind() != LoadKind.IDLE
            && workload.kind() != LoadKind.FIXED_RATE;
    }

    /// A server that cannot be traced has been measured nevertheless.
    private void trace(Workload workload, Peer peer, Run run, Figures figures, Load load) throws IOException,
            InterruptedException {
        try {
            OptionalDouble calls = run.callsPerOperation(strace.orElseThrow(),
                commands.file(workload + "." + peer + ".calls"), plan.traceMillis());
            calls.ifPresent(number -> figures.put(Metric.CALLS, number));
        } catch (RunFailedException e) {
            results.note(workload + ", " + peer + ": its system calls were not counted: " + e.getMessage());
            load.renew();
        }
    }

    private void failed(Workload workload, Peer peer, RunFailedException e) {
        if (!e.isStarted() && !peer.isOurs()) {
            results.absent(peer, e.getMessage());
        } else {
            results.failed(workload + ", " + peer + ": " + e.getMessage());
        }
    }

    private static String told(Workload workload, Figures figures) {
        StringBuilder text = new StringBuilder();
        for (Metric metric : List.of(Metric.RATE, Metric.CPU, Metric.P50, Metric.P99, workload.lead())) {
            if (figures.value(metric).isPresent() && text.indexOf(metric.label()) < 0) {
                String value = metric.text(figures.value(metric).getAsDouble());
                text.append(text.isEmpty() ? "" : ", ").append(value).append(' ').append(metric.label());
            }
        }
        return text.toString();
    }

    private void tell(String what, String line) {
        progress.println(what + ": " + line);
        progress.flush();
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Collections.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /// The load generator of a workload: the same process for all its runs, unless one of them goes wrong.
    private final class Load implements AutoCloseable {
        private final Workload workload;
        private Child child;

        Load(Workload workload) throws IOException {
            this.workload = workload;
            this.child = start();
        }

        private Child start() throws IOException {
            return new Child(commands.load(workload), commands.file(workload + ".load.err"));
        }

        Child child() {
            return child;
        }

        /// After a failure nobody knows which of its answers are still to come.
        void renew() throws IOException {
            child.close();
            child = start();
        }

        @Override
        public void close() {
            child.close();
        }
    }
}
