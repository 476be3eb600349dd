package dev.overlapped.cli.load;

import dev.overlapped.cli.tcp.HostPort;
import dev.overlapped.cli.terminal.JsonLine;
import dev.overlapped.cli.terminal.OptionRange;
import dev.overlapped.cli.terminal.RunFailedException;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Load for an echo server, made with the JDK's own sockets.
@Command(name = "load",
    description = {
        "Put load on an echo server, and check every byte that comes back.",
        "Each connection has one message in flight: when it is back, the next one is sent. The client"
            + " is made with the JDK's own sockets. The last line on standard output is a JSON object: "
            + "messages, messages per second, errors, wrong bytes, and the round-trip time in microseconds "
            + "that half and 99 %% of the messages took at most. The exit code is 1 if there was any error "
            + "or wrong byte."
    })
public final class LoadCommand implements Callable<Integer> {
    private static final int LARGEST_SIZE_BYTES = 64 << 20;
    private static final int LARGEST_CONNECTIONS = 1_000_000;
    private static final double LONGEST_SECONDS = 86_400;
    private static final double MEDIAN_PERCENTILE = 50;
    private static final double TAIL_PERCENTILE = 99;

    @Spec
    private CommandSpec spec;

    @Option(names = "--connect", required = true, paramLabel = "HOST:PORT",
        converter = HostPort.Converter.class,
        description = "The echo server. A refused connection is tried again for 10 seconds.")
    private HostPort server;

    @Option(names = "--connections", required = true, paramLabel = "COUNT",
        description = "How many connections.")
    private int connections;

    @Option(names = "--size", required = true, paramLabel = "SIZE",
        description = "How many bytes a message has.")
    private int size;

    @Option(names = "--seconds", required = true, paramLabel = "SECONDS",
        description = "How long to measure.")
    private double seconds;

    @Option(names = "--warmup", paramLabel = "SECONDS", defaultValue = "1",
        description = "How long to send before measuring (default: ${DEFAULT-VALUE}).")
    private double warmupSeconds;

    private LoadCommand() {
    }

    @Override
    public Integer call() {
        OptionRange.check(spec, "--connections", connections, 1, LARGEST_CONNECTIONS);
        OptionRange.check(spec, "--size", size, 1, LARGEST_SIZE_BYTES);
        // Written so that no number at all (NaN) is refused as well.
        if (!(seconds > 0 && seconds <= LONGEST_SECONDS)) {
            throw new ParameterException(spec.commandLine(),
                "--seconds must be above 0 and at most a day");
        }
        if (!(warmupSeconds >= 0 && warmupSeconds <= LONGEST_SECONDS)) {
            throw new ParameterException(spec.commandLine(),
                "--warmup must be 0 or above, and at most a day");
        }
        LoadResult result;
        try (LoadClient client = new LoadClient(connections, size)) {
            result = client.run(server, warmupSeconds, seconds);
        } catch (IOException e) {
            throw new RunFailedException(e.getMessage());
        }
        return report(result);
    }

    private int report(LoadResult result) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(new JsonLine()
            .add("messages", result.messages())
            .add("per_s", result.messages() / seconds, 1)
            .add("errors", result.errors())
            .add("wrong_bytes", result.wrongBytes())
            .add("p50_us", result.microsAtPercentile(MEDIAN_PERCENTILE), 1)
            .add("p99_us", result.microsAtPercentile(TAIL_PERCENTILE), 1));
        out.flush();
        if (result.errors() > 0) {
            throw new RunFailedException(result.errors() + " errors, the first: " + result.firstError());
        }
        if (result.wrongBytes() > 0) {
            throw new RunFailedException(result.wrongBytes() + " bytes came back wrong");
        }
        return ExitCode.OK;
    }
}
