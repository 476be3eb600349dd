package dev.overlapped.bench.call;

import dev.overlapped.bench.run.Commands;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
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

    /// Those whose names contain a match of `chosen`. A VM warms up three times for `millis`, and measures
    /// three times for as long. Without any such benchmark the results are empty.
    public static CallResults run(Pattern chosen, int rounds, int millis, PrintWriter progress)
            throws RunnerException {
        CallResults results = new CallResults();
        Options options = options(chosen, millis).forks(1).build();
        for (int round = 1; round <= rounds; round++) {
            round(options, "[round " + round + '/' + rounds + "] ", results, progress);
        }
        return results;
    }

    /// Each of them for a moment within this VM, which shows that it works and nothing else.
    static CallResults runOnce(PrintWriter progress) throws RunnerException {
        CallResults results = new CallResults();
        Options options = options(Pattern.compile(""), 1).forks(0)
            .warmupIterations(0).measurementIterations(1).build();
        round(options, "", results, progress);
        return results;
    }

    private static ChainedOptionsBuilder options(Pattern chosen, int millis) {
        TimeValue time = TimeValue.milliseconds(Math.max(1, millis));
        return new OptionsBuilder()
            .include('^' + Pattern.quote(PACKAGE) + ".*(?:" + chosen.pattern() + ')')
            .mode(Mode.AverageTime).timeUnit(TimeUnit.NANOSECONDS)
            .warmupIterations(STRETCHES).warmupTime(time)
            .measurementIterations(STRETCHES).measurementTime(time)
            .jvmArgs(Commands.JAVA_OPTIONS.toArray(String[]::new))
            .addProfiler(AllocationProfiler.class)
            .shouldFailOnError(true)
            .verbosity(VerboseMode.SILENT);
    }

    private static void round(Options options, String prefix, CallResults results, PrintWriter progress)
            throws RunnerException {
        for (RunResult result : new Runner(options).run()) {
            String name = result.getParams().getBenchmark().substring(PACKAGE.length());
            CallResults.Figure figure = new CallResults.Figure(result.getPrimaryResult().getScore(),
                result.getSecondaryResults().get(AllocationProfiler.LABEL).getStatistics().getPercentile(50));
            results.add(name, figure);
            progress.println(prefix + name + ": "
                + String.format(Locale.ROOT, "%,.1f ns, %.3f B", figure.nanos(), figure.bytes()));
            progress.flush();
        }
    }
}
