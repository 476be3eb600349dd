package dev.overlapped.trust;

import dev.overlapped.trust.simulate.SimulateCommand;
import dev.overlapped.trust.soak.SoakCommand;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/// Where the commands begin that try to break the engine. The launcher passes their names on.
@Command(name = "overlapped",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    description = "Tries to break the engine.",
    subcommands = {SimulateCommand.class, SoakCommand.class, RacesCommand.class},
    footer = {"", "Exit codes: 0 nothing broke, 1 something did, 2 the command was not understood."})
public final class Main implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    private Main() {
    }

    /// Runs the command and ends the process with its exit code.
    public static void main(String[] args) {
        Locale.setDefault(Locale.ROOT);
        System.exit(commandLine().execute(args));
    }

    /// The command, ready to execute; a mistake of the user's is told in one line.
    static CommandLine commandLine() {
        return new CommandLine(new Main())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setParameterExceptionHandler((mistake, _) -> {
                PrintWriter err = mistake.getCommandLine().getErr();
                String name = mistake.getCommandLine().getCommandSpec().qualifiedName();
                err.println(name + ": " + mistake.getMessage() + " (see '" + name + " --help')");
                err.flush();
                return ExitCode.USAGE;
            });
    }

    /// Without a command there is nothing to do but to say which there are.
    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return ExitCode.USAGE;
    }
}
