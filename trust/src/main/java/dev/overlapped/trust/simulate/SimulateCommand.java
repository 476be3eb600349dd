package dev.overlapped.trust.simulate;

import dev.overlapped.engine.SimulatedProgram;
import dev.overlapped.engine.SmallSpace;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Random programs on the real engine and a simulated network.
@Command(name = "simulate",
    description = {
        "Run random programs on the real engine and a simulated network, in virtual time.",
        "A seed decides what the program does and what the network does to it: short sends and receives, "
            + "delays, resets, closes. All that the engine promises is checked at each step. The first seed "
            + "that breaks a promise ends the run; it is told with the end of its trace and the command that "
            + "repeats it step by step.",
        "With --plant the engine is compiled anew with a fault in it, one of faults/*.patch, and has to "
            + "fail. With --plant and a single seed that seed is repeated, and exit code 1 says it fails."
    })
public final class SimulateCommand implements Callable<Integer> {
    private static final String ALL = "all";
    private static final Path PLANTS = Path.of("target", "plants");
    private static final String SIMULATE = "./overlapped simulate";
    private static final long SEEDS = 1000;
    private static final long SEEDS_PLANTED = 2000;
    private static final int SEED_SECONDS = 20;
    /// A broken engine may hang on purpose, and a seed takes a few milliseconds.
    private static final int SEED_SECONDS_PLANTED = 10;
    private static final int THREADS_MAX = 1024;
    /// With more there is nothing left to do.
    private static final int SMALL_STEPS_MAX = 11;

    @Spec
    private CommandSpec spec;

    @Option(names = "--seeds", paramLabel = "N",
        description = "How many seeds to run (default: " + SEEDS + ", with --plant at most " + SEEDS_PLANTED
            + ").")
    private Long seeds;

    @Option(names = "--from", paramLabel = "S", defaultValue = "0",
        description = "The first seed (default: ${DEFAULT-VALUE}).")
    private long from;

    @Option(names = "--threads", paramLabel = "N",
        description = "How many seeds run at a time (default: as many as there are processors).")
    private Integer threads;

    @Option(names = "--seed-seconds", paramLabel = "S",
        description = "A seed that takes longer hangs, and has failed (default: " + SEED_SECONDS
            + ", with --plant " + SEED_SECONDS_PLANTED + ").")
    private Integer seedSeconds;

    @Option(names = "--keep-going", description = "Run all seeds, whatever fails.")
    private boolean keepGoing;

    @Option(names = "--trace", description = "Show each step of each seed, one seed at a time.")
    private boolean trace;

    @Option(names = "--plant", paramLabel = "NAME",
        description = "Find the planted fault NAME, or all: each has to be found, and to fail again.")
    private String plant;

    @Option(names = "--small", paramLabel = "STEPS",
        description = "In place of seeds run every program of so many steps that has two sends, a cancel, a "
            + "close and the end of a thread in it, on everything that the network may do. From 6 steps on "
            + "that takes a while.")
    private Integer smallSteps;

    /// The fault in the engine that this JVM has on its class path.
    @Option(names = "--planted", paramLabel = "NAME", hidden = true)
    private String planted;

    private SimulateCommand() {
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        check("--seeds", seeds, Long.MAX_VALUE);
        check("--threads", threads, THREADS_MAX);
        check("--seed-seconds", seedSeconds, Integer.MAX_VALUE);
        check("--small", smallSteps, SMALL_STEPS_MAX);
        int exitCode = plant != null ? findPlants() : smallSteps != null ? runSmall() : runSeeds();
        spec.commandLine().getOut().flush();
        return exitCode;
    }

    private void check(String option, Number value, long most) {
        if (value != null && (value.longValue() < 1 || value.longValue() > most)) {
            throw new ParameterException(spec.commandLine(),
                "Invalid value for option '" + option + "': " + value + " is not from 1 to " + most);
        }
    }

    // ---- on the engine as it is ----

    private int runSeeds() throws InterruptedException {
        long count = seeds == null ? SEEDS : seeds;
        int atATime = trace ? 1 : threads == null ? Runtime.getRuntime().availableProcessors() : threads;
        PrintWriter out = spec.commandLine().getOut();
        Simulation simulation = new Simulation(seed -> new SimulatedProgram(seed).run(), atATime,
            seedSeconds == null ? SEED_SECONDS : seedSeconds, keepGoing, this::passed);
        Progress progress = Progress.on(spec.commandLine().getErr(), count);
        Simulation.Result result = simulation.run(from, count, progress::reached);
        progress.end();
        print(result.failures(), out);
        out.printf("%d seeds, %d failures, %.1f s, %.0f seeds per second%n", result.seeds(),
            result.failures().size(), result.seconds(), result.seeds() / result.seconds());
        return result.failures().isEmpty() ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    /// The first in full.
    private void print(List<Failure> failures, PrintWriter out) {
        if (!failures.isEmpty()) {
            Failure first = failures.getFirst();
            String command = planted == null ? SIMULATE : SIMULATE + " --plant " + planted;
            first.print(out, command + " --from " + first.seed() + " --seeds 1", trace);
            failures.stream().skip(1).forEach(failure -> failure.printLine(out));
        }
    }

    private void passed(String steps, long seed) {
        if (trace) {
            spec.commandLine().getOut().println("seed " + seed + " passes:\n" + steps);
        }
    }

    private int runSmall() {
        PrintWriter out = spec.commandLine().getOut();
        long began = System.nanoTime();
        try {
            long programs = SmallSpace.enumerate(smallSteps);
            double seconds = (double) (System.nanoTime() - began) / TimeUnit.SECONDS.toNanos(1);
            out.printf("%d programs of %d steps, all that there are, 0 failures, %.1f s%n", programs,
                smallSteps, seconds);
            return ExitCode.OK;
        } catch (AssertionError e) {
            out.println(e.getMessage());
            return ExitCode.SOFTWARE;
        }
    }

    // ---- on a broken one ----

    private int findPlants() throws IOException, InterruptedException {
        // The launcher says where the checkout is.
        Path root = Path.of(System.getProperty("dev.overlapped.root", "")).toAbsolutePath();
        List<Plant> plants = Plant.all(root);
        PlantSearch search = new PlantSearch(root, root.resolve(PLANTS),
            spec.root().userObject().getClass().getName(), from, seeds == null ? SEEDS_PLANTED : seeds,
            childOptions(), SIMULATE);
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        if (plant.equals(ALL)) {
            return search.findAll(plants, out) ? ExitCode.OK : ExitCode.SOFTWARE;
        }
        Optional<Plant> named = plants.stream().filter(each -> each.name().equals(plant)).findFirst();
        Plant one = named.orElseThrow(() -> new ParameterException(spec.commandLine(),
            "Invalid value for option '--plant': '" + plant + "' is not one of " + ALL + ", "
                + plants.stream().map(Plant::name).collect(Collectors.joining(", "))));
        boolean repeats = seeds != null && seeds == 1;
        boolean isFine = repeats ? search.repeat(one, out, err) : search.find(one, out, err);
        return isFine ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private List<String> childOptions() {
        List<String> options = new ArrayList<>(List.of("--seed-seconds",
            Integer.toString(seedSeconds == null ? SEED_SECONDS_PLANTED : seedSeconds)));
        if (threads != null) {
            options.addAll(List.of("--threads", Integer.toString(threads)));
        }
        if (trace) {
            options.add("--trace");
        }
        return options;
    }
}
