package dev.overlapped.trust;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import org.openjdk.jcstress.JCStress;
import org.openjdk.jcstress.Options;
import org.openjdk.jcstress.infra.Status;
import org.openjdk.jcstress.infra.collectors.DiskReadCollector;
import org.openjdk.jcstress.infra.collectors.InProcessCollector;
import org.openjdk.jcstress.infra.collectors.TestResult;
import org.openjdk.jcstress.infra.runners.TestList;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `./overlapped races`: the places where threads meet, each of them tried very often. jcstress runs them,
/// each in a JVM of its own, and says what came out and what should not have.
@Command(name = "races",
    description = {
        "Runs what is done where threads meet, very often, and looks at what comes out (jcstress).",
        "A report in HTML is left in trust/target/races."})
public final class RacesCommand implements Callable<Integer> {
    /// How often jcstress runs a race in the long form, each time with other options of the JIT compiler.
    private static final long CONFIGURATIONS = 4;
    private static final long MS_PER_MINUTE = 60_000;
    /// Of a JVM, before its race begins.
    private static final long START_MS = 1000;
    private static final long TIME_MIN_MS = 100;

    @Option(names = "--minutes", paramLabel = "M", defaultValue = "10",
        description = "How long it takes, roughly; ${DEFAULT-VALUE} unless given.")
    private long minutes;

    @Parameters(paramLabel = "OPTION", arity = "0..*",
        description = {
            "Options of jcstress behind --, which decide instead, as in -- -m tough -t LeaseRace.",
            "Those of jcstress are shown by -- -h."})
    private List<String> options = new ArrayList<>();

    @Override
    public Integer call() throws Exception {
        Path folder = Path.of(System.getProperty("dev.overlapped.root", ""), "trust", "target", "races");
        if (options.isEmpty()) {
            long ms = minutes * MS_PER_MINUTE / (TestList.tests().size() * CONFIGURATIONS) - START_MS;
            options = List.of("-f", "1", "-fsm", "1", "-iters", "1", "-sc", "false",
                    "-time", Long.toString(Math.max(ms, TIME_MIN_MS)));
        }
        Collection<TestResult> results = run(folder, options);
        boolean held = !results.isEmpty() && results.stream().allMatch(RacesCommand::held);
        return held ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    /// Runs what `options` of jcstress say, and prints what they say; reports go to `folder`. Empty: they say
    /// that nothing is to be run, or are not understood.
    static Collection<TestResult> run(Path folder, List<String> options) throws Exception {
        Files.createDirectories(folder);
        List<String> all = new ArrayList<>(List.of("-r", folder.toString()));
        all.addAll(options);
        Options parsed = new Options(all.toArray(String[]::new));
        if (!parsed.parse()) {
            return List.of();
        }
        new JCStress(parsed).run();
        return read(Path.of(parsed.getResultFile()));
    }

    /// The results that jcstress has left in the working directory, where nobody else wants them.
    private static Collection<TestResult> read(Path file) throws IOException, ClassNotFoundException {
        InProcessCollector results = new InProcessCollector();
        DiskReadCollector reader = new DiskReadCollector(file.toString(), results);
        reader.dump();
        reader.close();
        Files.delete(file);
        return results.getTestResults();
    }

    /// Whether a race ran to its end, and nothing came out that should not.
    static boolean held(TestResult race) {
        return race.status() == Status.NORMAL && race.grading().isPassed;
    }
}
