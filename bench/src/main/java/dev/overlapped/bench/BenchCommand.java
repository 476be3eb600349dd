package dev.overlapped.bench;

import dev.overlapped.bench.call.CallBenchmarks;
import dev.overlapped.bench.call.CallResults;
import dev.overlapped.bench.check.Bars;
import dev.overlapped.bench.check.CallBars;
import dev.overlapped.bench.check.Verdict;
import dev.overlapped.bench.report.CallTable;
import dev.overlapped.bench.report.CheckTable;
import dev.overlapped.bench.report.Report;
import dev.overlapped.bench.report.TextTable;
import dev.overlapped.bench.run.Comparison;
import dev.overlapped.bench.run.Machine;
import dev.overlapped.bench.run.Peer;
import dev.overlapped.bench.run.Plan;
import dev.overlapped.bench.run.Results;
import dev.overlapped.bench.run.Workload;
import dev.overlapped.bench.run.Workloads;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// The comparison with the peers.
@Command(name = "overlapped bench",
    mixinStandardHelpOptions = true,
    description = {
        "Measure this library's servers against what else there is, side by side on this machine.",
        "Each server is a process of its own with one I/O thread. All peers of a workload take turns, "
            + "round by round; a figure is the median of the rounds."
    },
    footer = {
        "",
        "Workloads: (a) ping-pong, (b) echo, (c) bulk, (d) 64 sends of 256 B outstanding, (e) gather, "
            + "(f) short connections, (g) idle connections, (h) datagrams, (i) fixed rate. --list names all "
            + "of them.",
        "",
        "Exit codes: 0 all went well; 1 a run failed, or --check found a bar missed; 2 the command was "
            + "not understood, or --check was INVALID."
    })
final class BenchCommand implements Callable<Integer> {
    /// What --quick runs.
    private static final List<String> QUICK = List.of("a-1", "b-64x64", "c-1", "d");
    private static final int QUICK_ROUNDS = 2;
    private static final int CHECK_ROUNDS = 7;
    private static final int FULL_ROUNDS = 5;
    /// How much longer than planned a warm-up may take.
    private static final int SETTLE_MILLIS = 5000;

    @Spec
    private CommandSpec spec;

    @Option(names = "--workload", split = ",", paramLabel = "NAME",
        description = "Only these workloads; a letter means all that begin with it.")
    private List<String> workloads = List.of();

    @Option(names = "--peer", split = ",", paramLabel = "NAME",
        description = "Only these peers; ours take part in any case, to compare with.")
    private List<String> peers = List.of();

    @Option(names = "--rounds", paramLabel = "N", description = "How often each server is run.")
    private Integer rounds;

    @Option(names = "--seconds", paramLabel = "S",
        description = "How long a run measures, after a warm-up of at least that time; it goes on until the "
            + "compilers rest, for up to 5 s more.")
    private Double seconds;

    @Option(names = "--quick", description = "Workloads a-1, b-64x64, c-1 and d, 2 short rounds.")
    private boolean quick;

    @Option(names = "--check", description = "Hold the library against its bars, 7 rounds.")
    private boolean check;

    @Option(names = "--jmh", paramLabel = "REGEX", arity = "0..1", fallbackValue = "",
        description = "Run the JMH benchmarks of single calls instead, or those with a match of REGEX in "
            + "their names. --rounds, --seconds and --quick have the same meaning.")
    private Pattern calls;

    @Option(names = "--report", paramLabel = "DIR",
        description = "Write report.html and results.json there.")
    private Path report;

    @Option(names = "--list", description = "Name the workloads and who takes part in them.")
    private boolean list;

    @Option(names = "--java-option", paramLabel = "OPTION", hidden = true)
    private List<String> javaOptions = List.of();

    @Option(names = "--most-connections", paramLabel = "N", hidden = true)
    private int mostConnections = Integer.MAX_VALUE;

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        if (list) {
            Workloads.all().forEach(w -> out.printf("%-10s %s: %s%n", w.id(), w.title(), w.peers()));
            out.flush();
            return ExitCode.OK;
        }
        if (calls != null) {
            return runCalls(out, err);
        }
        Plan plan = plan();
        Duration calls = check ? CallBars.estimate(rounds(), window()) : Duration.ZERO;
        err.printf("%d runs, about %d min%n", plan.runs(),
            plan.estimate().plus(calls).toSeconds() / 60 + 1);
        err.flush();
        // Described beforehand, so that the load is that of the others.
        Map<String, String> machine = Machine.description();
        Results results = new Comparison(plan, err).run();
        List<Verdict> verdicts = check ? judge(results, err) : List.of();
        Optional<String> invalid = check ? new Bars(results).invalid(verdicts) : Optional.empty();
        TextTable.print(results, out);
        if (check) {
            CheckTable.print(verdicts, invalid, out);
        }
        if (report != null) {
            List<String> lines = new ArrayList<>();
            invalid.ifPresent(why -> lines.add("INVALID: " + why));
            verdicts.forEach(verdict -> lines.add(verdict.line()));
            new Report(results, machine, lines).write(report);
            err.println("report: " + report.resolve("report.html"));
            err.flush();
        }
        return exitCode(results, verdicts, invalid);
    }

    /// Runs the benchmarks of single calls too. One that fails is a failure among the results.
    private List<Verdict> judge(Results results, PrintWriter err) {
        List<Verdict> verdicts = new ArrayList<>(new Bars(results).verdicts());
        CallBars calls = CallBars.measure(rounds(), window(), javaOptions, err);
        calls.failures().forEach(results::failed);
        verdicts.addAll(calls.verdicts());
        return verdicts;
    }

    private int runCalls(PrintWriter out, PrintWriter err) {
        if (check || report != null || !(workloads.isEmpty() && peers.isEmpty())) {
            throw mistake("--jmh runs single calls: no workloads, peers, checks or report");
        }
        int millis = (int) (window() * 1000);
        CallResults results = CallBenchmarks.run(calls, rounds(), millis, millis, javaOptions, err);
        if (results.benchmarks().isEmpty() && results.failures().isEmpty()) {
            throw mistake("no benchmark's name contains '" + calls + "'");
        }
        CallTable.print(results, out);
        return results.failures().isEmpty() ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    /// An invalid check tells neither that a bar was met nor that it was missed.
    static int exitCode(Results results, List<Verdict> verdicts, Optional<String> invalid) {
        if (invalid.isPresent()) {
            return ExitCode.USAGE;
        }
        boolean missed = verdicts.stream().anyMatch(v -> v.state() == Verdict.State.MISSED);
        return missed || !results.failures().isEmpty() ? ExitCode.SOFTWARE : ExitCode.OK;
    }

    private Plan plan() {
        if (quick && check) {
            throw mistake("--quick and --check are two things");
        }
        if (check && !(workloads.isEmpty() && peers.isEmpty())) {
            throw mistake("--check chooses workloads and peers itself");
        }
        double window = window();
        // As long as nobody asked for another time, it is what the servers in C need; the others have more.
        double warm = seconds == null && (quick || check) ? 0.8 : window;
        return new Plan(check ? Bars.entries() : chosen(), rounds(), (int) (warm * 1000), SETTLE_MILLIS,
            (int) (window * 1000), (int) Math.min(1000, window * 700), javaOptions);
    }

    private int rounds() {
        if (rounds != null && rounds < 1) {
            throw mistake("--rounds must be positive");
        }
        return rounds != null ? rounds : quick ? QUICK_ROUNDS : check ? CHECK_ROUNDS : FULL_ROUNDS;
    }

    /// How long a run measures, in seconds.
    private double window() {
        if (seconds != null && seconds <= 0) {
            throw mistake("--seconds must be positive");
        }
        return seconds != null ? seconds : quick ? 1 : check ? 1.2 : 2;
    }

    private List<Map.Entry<Workload, Set<Peer>>> chosen() {
        Set<Peer> able = chosenPeers();
        List<Map.Entry<Workload, Set<Peer>>> entries = new ArrayList<>();
        for (Workload workload : Workloads.all()) {
            boolean isChosen = workloads.isEmpty() ? !quick || QUICK.contains(workload.id())
                : workloads.stream().anyMatch(name -> isMeant(workload, name));
            if (isChosen) {
                entries.add(Plan.entry(workload.limitedTo(mostConnections), able));
            }
        }
        for (String name : workloads) {
            if (Workloads.all().stream().noneMatch(workload -> isMeant(workload, name))) {
                throw mistake("there is no workload '" + name + "' (--list names them)");
            }
        }
        return entries;
    }

    private static boolean isMeant(Workload workload, String name) {
        return name.length() == 1 ? workload.id().startsWith(name) : workload.id().equals(name);
    }

    private Set<Peer> chosenPeers() {
        if (peers.isEmpty()) {
            return EnumSet.allOf(Peer.class);
        }
        Set<Peer> chosen = EnumSet.of(Peer.ROUTINE, Peer.EVENT);
        for (String name : peers) {
            chosen.add(Arrays.stream(Peer.values()).filter(peer -> peer.id().equals(name)).findFirst()
                .orElseThrow(() -> mistake("there is no peer '" + name + "'; there are "
                    + Arrays.toString(Peer.values()))));
        }
        // With one of ours named, the other one is not wanted.
        if (peers.contains(Peer.ROUTINE.id()) != peers.contains(Peer.EVENT.id())) {
            chosen.remove(peers.contains(Peer.ROUTINE.id()) ? Peer.EVENT : Peer.ROUTINE);
        }
        return chosen;
    }

    private ParameterException mistake(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
