package dev.overlapped.cli.terminal;

import java.io.Serial;

/// A command could not do what it was asked to: its message is the one line that the user reads, and the exit
/// code is 1. It is about the world (a port that is taken, a peer that went away), so it carries no stack
/// trace.
public final class RunFailedException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    /// A failure that `message` tells the user about.
    public RunFailedException(String message) {
        super(message, null, false, false);
    }
}
