package dev.overlapped.bench;

import java.io.PrintWriter;
import java.util.Locale;
import picocli.CommandLine;

/// Where `./overlapped bench` begins.
public final class Main {
    private Main() {
    }

    /// Runs the command and ends the process with its exit code.
    public static void main(String[] args) {
        Locale.setDefault(Locale.ROOT);
        System.setProperty("java.awt.headless", "true");
        System.exit(commandLine().execute(args));
    }

    /// The command; a mistake of the user's is told in one line.
    static CommandLine commandLine() {
        return new CommandLine(new BenchCommand())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setParameterExceptionHandler((mistake, _) -> {
                PrintWriter err = mistake.getCommandLine().getErr();
                err.println("overlapped bench: " + mistake.getMessage() + " (see 'overlapped bench --help')");
                err.flush();
                return CommandLine.ExitCode.USAGE;
            });
    }
}
