package dev.overlapped.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// A command that runs on a thread of its own, as a user would start it, and what it has printed.
final class RunningCommand {
    private static final int PATIENCE_SECONDS = 15;
    private static final String ANNOUNCEMENT = "listening on ";

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final CompletableFuture<Integer> port = new CompletableFuture<>();
    private final CompletableFuture<Integer> exitCode = new CompletableFuture<>();

    private RunningCommand() {
    }

    /// Starts `overlapped` with these arguments.
    static RunningCommand start(String... args) {
        RunningCommand command = new RunningCommand();
        Thread.ofPlatform().name(args[0]).daemon().start(() -> {
            try (PrintWriter out = new PrintWriter(command.watched(command.out));
                    PrintWriter err = new PrintWriter(command.watched(command.err))) {
                command.exitCode.complete(Main.commandLine().setOut(out).setErr(err).execute(args));
            } catch (RuntimeException | Error e) {
                command.exitCode.completeExceptionally(e);
            }
        });
        return command;
    }

    /// Runs `overlapped` with these arguments to its end.
    static RunningCommand run(String... args) {
        RunningCommand command = start(args);
        command.exitCode();
        return command;
    }

    /// The port that the command has announced; waits until it has.
    int port() {
        return port.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }

    /// Waits for the end.
    int exitCode() {
        return exitCode.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    }

    /// The lines on standard output.
    List<String> out() {
        return lines(out);
    }

    /// The lines on standard error.
    List<String> err() {
        return lines(err);
    }

    /// The value of a member of the JSON object in the last line of standard output, as it is written.
    String json(String member) {
        assertThat(out()).isNotEmpty();
        String line = out().getLast();
        assertThat(line).startsWith("{").endsWith("}").contains("\"" + member + "\": ");
        String value = line.substring(line.indexOf("\"" + member + "\": ") + member.length() + 4);
        int end = value.indexOf(',') < 0 ? value.indexOf('}') : value.indexOf(',');
        return value.substring(0, end).replace("\"", "");
    }

    /// Everything goes to `text` at each flush; the port is taken from it as soon as it is there.
    private Writer watched(StringWriter text) {
        return new Writer() {
            @Override
            public void write(char[] characters, int offset, int length) {
                text.write(characters, offset, length);
            }

            @Override
            public void flush() {
                for (String line : lines(text)) {
                    if (line.startsWith(ANNOUNCEMENT)) {
                        port.complete(Integer.valueOf(line.substring(line.lastIndexOf(':') + 1)));
                    }
                }
            }

            @Override
            public void close() {
                flush();
            }
        };
    }

    private static List<String> lines(StringWriter text) {
        return text.toString().lines().toList();
    }
}
