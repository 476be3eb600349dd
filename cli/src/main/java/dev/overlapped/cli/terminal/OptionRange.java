package dev.overlapped.cli.terminal;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/// What the number given with an option may be. A number outside is a mistake in the usage, not a failed run.
public final class OptionRange {
    private OptionRange() {
    }

    /// Refuses `value` unless it is from `least` to `most`.
    public static void check(CommandSpec command, String option, long value, long least, long most) {
        if (value < least || value > most) {
            throw new ParameterException(command.commandLine(),
                "Invalid value for option '" + option + "': " + value + " is not from " + least
                    + " to " + most);
        }
    }
}
