package dev.overlapped.bench.call;

import dev.overlapped.bench.run.Commands;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormat;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/// Runs the benchmarks of this package in rounds: in each round every one of them has a VM of its own, so
/// that what changes on the machine, and what the compiler makes of it, meets all of them alike.
public final class CallBenchmarks {
    private static final String PACKAGE = CallBenchmarks.class.getPackageName() + '.';
    /// A VM measures so many stretches. Its time is their mean; the bytes are those of the middle one, since
    /// a method that is compiled once more can spoil another.
    private static final int STRETCHES = 3;

    private CallBenchmarks() {
    }

    /// Those whose names contain a match of `chosen`, in VMs with `javaOptions` besides the usual ones. A VM
    /// warms up three times for `warmMillis`, and measures three times for `millis`. A VM in which a thing
    /// goes wrong is a failure of that benchmark, and the others go on. Without any such benchmark there are
    /// no results.
    public static CallResults run(Pattern chosen, int rounds, int warmMillis, int millis,
            List<String> javaOptions, PrintWriter progress) {
        CallResults results = new CallResults();
        SortedSet<String> benchmarks = named(chosen);
        for (int round = 1; round <= rounds; round++) {
            String prefix = "[round " + round + '/' + rounds + "] ";
            for (String benchmark : benchmarks) {
                Options options = options(benchmark).forks(1)
                    .jvmArgsAppend(javaOptions.toArray(String[]::new))
                    .warmupIterations(STRETCHES).warmupTime(TimeValue.milliseconds(Math.max(1, warmMillis)))
                    .measurementIterations(STRETCHES)
                    .measurementTime(TimeValue.milliseconds(Math.max(1, millis))).build();
                runOne(benchmark, options, round, prefix, results, progress);
            }
        }
        return results;
    }

    /// Each of them for a moment within this VM, which shows that it works and nothing else.
    static CallResults runOnce(PrintWriter progress) {
        CallResults results = new CallResults();
        for (String benchmark : named(Pattern.compile(""))) {
            Options options = options(benchmark).forks(0).warmupIterations(0).measurementIterations(1)
                .measurementTime(TimeValue.milliseconds(1)).build();
            runOne(benchmark, options, 1, "", results, progress);
        }
        return results;
    }

    /// Their full names.
    private static SortedSet<String> named(Pattern chosen) {
        OutputFormat silent = OutputFormatFactory.createFormatInstance(
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8),
            VerboseMode.SILENT);
        String included = '^' + Pattern.quote(PACKAGE) + ".*(?:" + chosen.pattern() + ')';
        return BenchmarkList.defaultList().find(silent, List.of(included), List.of()).stream()
            .map(BenchmarkListEntry::getUsername).collect(Collectors.toCollection(TreeSet::new));
    }

    private static ChainedOptionsBuilder options(String benchmark) {
        return new OptionsBuilder()
            .include('^' + Pattern.quote(benchmark) + '$')
            .mode(Mode.AverageTime).timeUnit(TimeUnit.NANOSECONDS)
            .jvmArgs(Commands.JAVA_OPTIONS.toArray(String[]::new))
            .addProfiler(AllocationProfiler.class)
            .shouldFailOnError(true)
            .verbosity(VerboseMode.SILENT);
    }

    private static void runOne(String benchmark, Options options, int round, String prefix,
            CallResults results, PrintWriter progress) {
        String name = benchmark.substring(PACKAGE.length());
        try {
            RunResult result = new Runner(options).runSingle();
            CallResults.Figure figure = new CallResults.Figure(result.getPrimaryResult().getScore(),
                result.getSecondaryResults().get(AllocationProfiler.LABEL).getStatistics().getPercentile(50));
            results.add(name, round, figure);
            progress.println(prefix + name + ": "
                + String.format(Locale.ROOT, "%,.1f ns, %.3f B", figure.nanos(), figure.bytes()));
        } catch (RunnerException e) {
            results.failed(name, round, why(e));
            progress.println(prefix + name + ": failed: " + why(e));
        }
        progress.flush();
    }

    /// What happened in the VM lies within what JMH says of it.
    private static String why(RunnerException failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        return String.valueOf(cause.getSuppressed().length == 0 ? cause : cause.getSuppressed()[0])
            .lines().findFirst().orElse("it said nothing");
    }
}
