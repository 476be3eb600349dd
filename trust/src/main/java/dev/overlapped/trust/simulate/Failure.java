package dev.overlapped.trust.simulate;

import java.io.PrintWriter;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A seed that broke a promise, or took for ever.
///
/// @param seed  repeats it
/// @param said  what is wrong, in one line
/// @param trace what led to it: the steps of the program, or of a seed that hangs where its thread is
/// @param where the engine or the program noticed it
record Failure(long seed, String said, List<String> trace, List<String> where) {
    private static final int TRACE_LINES_MAX = 30;
    private static final int FRAMES_MAX = 8;
    private static final Pattern LINE = Pattern.compile("seed (-?\\d+) fails: (.*)");

    /// Of what a program of that seed has thrown: its message begins with the seed and ends with the trace.
    static Failure of(long seed, Throwable thrown) {
        String prefix = "seed " + seed + ": ";
        List<String> lines = String.valueOf(thrown.getMessage()).lines().toList();
        String first = lines.isEmpty() ? "" : lines.getFirst();
        boolean saysItself = first.startsWith(prefix);
        Throwable cause = thrown.getCause() == null ? thrown : thrown.getCause();
        return new Failure(seed, saysItself ? first.substring(prefix.length()) : thrown.toString(),
            saysItself ? lines.subList(1, lines.size()) : List.of(), frames(cause.getStackTrace()));
    }

    /// Of a seed that has not ended in time, and whose thread stands there.
    static Failure hang(long seed, long seconds, StackTraceElement[] there) {
        return new Failure(seed, "has not ended after " + seconds + " s", List.of(), frames(there));
    }

    private static List<String> frames(StackTraceElement[] stack) {
        return List.of(stack).stream().limit(FRAMES_MAX).map(frame -> "    at " + frame).toList();
    }

    /// Tells it in one line, which [#read] finds in the output of another process.
    void printLine(PrintWriter out) {
        out.println("seed " + seed + " fails: " + said);
    }

    /// The first failure that is told in `output`, or null. Its trace stays there.
    static Failure read(List<String> output) {
        return output.stream().map(LINE::matcher).filter(Matcher::matches).findFirst()
            .map(found -> new Failure(Long.parseLong(found.group(1)), found.group(2), List.of(), List.of()))
            .orElse(null);
    }

    /// Tells it in full; of the trace the end, unless `whole`.
    void print(PrintWriter out, String replay, boolean whole) {
        printLine(out);
        where.forEach(out::println);
        int skipped = whole ? 0 : Math.max(0, trace.size() - TRACE_LINES_MAX);
        if (skipped > 0) {
            out.println("(" + skipped + " lines of the trace before; --trace shows them)");
        }
        trace.stream().skip(skipped).forEach(out::println);
        out.println("replay: " + replay);
        out.flush();
    }
}
