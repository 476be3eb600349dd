package dev.overlapped.bench.process;

import java.io.Serial;

/// One run could not be carried out, or showed something wrong; the others may be in order.
public final class RunFailedException extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    private final boolean started;

    /// What went wrong, in one line.
    public RunFailedException(String message) {
        this(message, true);
    }

    /// With `started` false, the server could not even be started.
    public RunFailedException(String message, boolean started) {
        super(message);
        this.started = started;
    }

    /// Whether there was a server.
    public boolean isStarted() {
        return started;
    }
}
