package dev.overlapped.trust.soak;

import java.time.Duration;
import java.util.Random;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `overlapped soak`.
@Command(name = "soak",
    description = {"Uses sockets in every way at once, lets everything go wrong that can, and looks for "
        + "broken promises and leaks.",
        "A line a minute says what has happened. The threads are the machine's, so a seed repeats what is "
            + "tried, not what comes of it."})
public final class SoakCommand implements Callable<Integer> {
    private static final double SECONDS_PER_MINUTE = 60;

    @Spec
    private CommandSpec spec;

    @Option(names = "--minutes", paramLabel = "M", defaultValue = "3",
        description = "How long, besides the pauses in which it looks for leaks; fractions will do. "
            + "Default: ${DEFAULT-VALUE}.")
    private double minutes;

    @Option(names = "--seed", paramLabel = "N",
        description = "What is tried. Default: something else each time.")
    private Long seed;

    private SoakCommand() {
    }

    @Override
    public Integer call() throws Exception {
        if (!(minutes > 0)) {
            throw new ParameterException(spec.commandLine(), "--minutes must be more than 0");
        }
        Duration length = Duration.ofMillis(Math.round(minutes * SECONDS_PER_MINUTE * 1000));
        long chosen = seed == null ? new Random().nextLong() : seed;
        return new Soak(chosen, spec.commandLine().getOut()).run(length) ? 0 : 1;
    }
}
