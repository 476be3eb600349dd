package dev.overlapped.cli.terminal;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/// How far a long run is, drawn on standard error if that is a terminal, and nothing at all if it is not.
///
/// [#reached] is made to be called for every block: it looks at the clock once in a thousand calls, and
/// allocates only when it draws, which is a few times a second and on a terminal alone.
public final class ProgressBar {
    private static final int WIDTH_CHARACTERS = 30;
    private static final int CALLS_PER_LOOK = 1024;
    private static final long REDRAW_NANOS = 200_000_000L;

    private final PrintWriter terminal;
    private final long total;
    private final boolean shown;
    private int calls;
    private long drawnAt = System.nanoTime();
    private boolean drawn;

    private ProgressBar(PrintWriter terminal, long total, boolean shown) {
        this.terminal = terminal;
        this.total = total;
        this.shown = shown;
    }

    /// A bar for a run of `total` steps, at least one.
    public static ProgressBar on(PrintWriter standardError, long total) {
        return new ProgressBar(standardError, total, isTerminal());
    }

    /// That many steps are done.
    public void reached(long done) {
        if (!shown || ++calls % CALLS_PER_LOOK != 0) {
            return;
        }
        long now = System.nanoTime();
        if (now - drawnAt >= REDRAW_NANOS) {
            drawnAt = now;
            drawn = true;
            terminal.print("\r" + line(done, total));
            terminal.flush();
        }
    }

    /// Takes the bar away, so that what is printed next has the line for itself.
    public void end() {
        if (drawn) {
            terminal.print("\r" + " ".repeat(line(total, total).length()) + "\r");
            terminal.flush();
            drawn = false;
        }
    }

    static String line(long done, long total) {
        double part = Math.min(1.0, (double) done / total);
        int filled = (int) (part * WIDTH_CHARACTERS);
        String bar = "#".repeat(filled) + "-".repeat(WIDTH_CHARACTERS - filled);
        return String.format(Locale.ROOT, "[%s] %5.1f %%", bar, part * 100);
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
