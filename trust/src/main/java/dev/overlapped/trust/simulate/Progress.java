package dev.overlapped.trust.simulate;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/// How far a long run is: a line on standard error if that is a terminal, and nothing at all if it is not.
final class Progress {
    private static final long REDRAW_NANOS = 200_000_000;

    private final PrintWriter terminal;
    private final long total;
    private final boolean shown;
    private final long began = System.nanoTime();
    private long drawnAt = began;
    private int drawnCharacters;

    private Progress(PrintWriter terminal, long total, boolean shown) {
        this.terminal = terminal;
        this.total = total;
        this.shown = shown;
    }

    /// Of a run of so many seeds.
    static Progress on(PrintWriter standardError, long total) {
        return new Progress(standardError, total, isTerminal());
    }

    /// That many seeds are done.
    void reached(long done) {
        long now = System.nanoTime();
        if (shown && now - drawnAt >= REDRAW_NANOS) {
            drawnAt = now;
            draw(line(done, total, now - began));
        }
    }

    /// Takes the line away, so that what is printed next has it for itself.
    void end() {
        if (drawnCharacters > 0) {
            draw("");
            terminal.print('\r');
            terminal.flush();
        }
    }

    private void draw(String line) {
        terminal.print("\r" + line + " ".repeat(Math.max(0, drawnCharacters - line.length())));
        terminal.flush();
        drawnCharacters = line.length();
    }

    static String line(long done, long total, long nanos) {
        return String.format(Locale.ROOT, "%d of %d seeds, %.0f per second", done, total,
            (double) done * TimeUnit.SECONDS.toNanos(1) / Math.max(1, nanos));
    }

    /// `System.console()` answers for standard input and output together, but the result of a run is often
    /// piped away while somebody watches: what counts is where descriptor 2 leads.
    private static boolean isTerminal() {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty")
                || target.equals("/dev/console");
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }
}
