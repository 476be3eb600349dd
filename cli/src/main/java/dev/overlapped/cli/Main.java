package dev.overlapped.cli;

import dev.overlapped.cli.doctor.DoctorCommand;
import dev.overlapped.cli.echo.EchoCommand;
import dev.overlapped.cli.errors.ErrorsCommand;
import dev.overlapped.cli.load.LoadCommand;
import dev.overlapped.cli.stream.DrainCommand;
import dev.overlapped.cli.stream.SendCommand;
import dev.overlapped.cli.terminal.OneLineErrors;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/// The `overlapped` command: finds the command the user named, and turns what comes of it into an exit code.
@Command(name = "overlapped",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    description = "Winsock 2's overlapped socket model on Linux: its example, and tools to watch it at work.",
    subcommands = {
        DemoCommand.class, ExampleCommand.class, SendCommand.class, DrainCommand.class, EchoCommand.class,
        LoadCommand.class, DoctorCommand.class, ErrorsCommand.class
    },
    versionProvider = Main.ModuleVersion.class,
    footer = {"", "Exit codes: 0 all went well, 1 the run failed, 2 the command was not understood."})
public final class Main implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    private Main() {
    }

    /// Runs the command and ends the process with its exit code.
    public static void main(String[] args) {
        // Numbers are written for scripts as much as for people, and the page's program knows no locales.
        Locale.setDefault(Locale.ROOT);
        System.exit(commandLine().execute(args));
    }

    /// The command, ready to execute; tests give it writers of their own.
    static CommandLine commandLine() {
        OneLineErrors errors = new OneLineErrors();
        return new CommandLine(new Main())
            .setParameterExceptionHandler(errors)
            .setExecutionExceptionHandler(errors);
    }

    /// Without a command there is nothing to do but to say which there are.
    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return ExitCode.USAGE;
    }

    /// The version that the build recorded in the module's declaration.
    static final class ModuleVersion implements IVersionProvider {
        private ModuleVersion() {
        }

        @Override
        public String[] getVersion() {
            var descriptor = Main.class.getModule().getDescriptor();
            String version = descriptor == null ? "" : descriptor.rawVersion().orElse("");
            return new String[] {"overlapped " + (version.isEmpty() ? "(unpackaged build)" : version)};
        }
    }
}
