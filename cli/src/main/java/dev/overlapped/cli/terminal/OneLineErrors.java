package dev.overlapped.cli.terminal;

import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/// What a user sees of a mistake or of a failed run: one line on standard error, and the exit code.
/// Anything else that escapes a command is a mistake of ours, and is shown with its stack trace.
public final class OneLineErrors implements IParameterExceptionHandler, IExecutionExceptionHandler {
    /// The one way to tell.
    public OneLineErrors() {
    }

    @Override
    public int handleParseException(ParameterException mistake, String[] args) {
        CommandLine command = mistake.getCommandLine();
        tell(command, mistake.getMessage()
            + " (see '" + command.getCommandSpec().qualifiedName() + " --help')");
        return ExitCode.USAGE;
    }

    @Override
    public int handleExecutionException(Exception failure, CommandLine command, ParseResult parsed)
        throws Exception {
        if (!(failure instanceof RunFailedException)) {
            throw failure;
        }
        tell(command, failure.getMessage());
        return ExitCode.SOFTWARE;
    }

    private static void tell(CommandLine command, String message) {
        String line = message.strip().replaceAll("\\s*\\R\\s*", " ");
        command.getErr().println(command.getCommandSpec().qualifiedName() + ": " + line);
        command.getErr().flush();
    }
}
