package dev.overlapped.bench.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// A process that is spoken to line by line. It ends when its standard input does: with this object, or with
/// the process that made it, however that ends.
public final class Child implements AutoCloseable {
    private static final String ENDED = "\u0000ended";
    private static final long END_SECONDS = 5;

    private final Process process;
    private final Path errors;
    private final Writer in;
    private final LinkedBlockingQueue<String> lines = new LinkedBlockingQueue<>();

    /// Starts `command`; what it says on its standard error goes to the file `errors`.
    public Child(List<String> command, Path errors) throws IOException {
        this.errors = errors;
        process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
        in = process.outputWriter(StandardCharsets.UTF_8);
        Thread.ofPlatform().daemon().name("lines").start(this::read);
    }

    private void read() {
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                lines.add(line);
            }
        } catch (IOException _) {
            // It is ending, which is what the next line says.
        }
        lines.add(ENDED);
    }

    /// Its number in the system.
    public long number() {
        return process.pid();
    }

    /// Writes a line to its standard input.
    public void say(String line) throws RunFailedException {
        try {
            in.write(line + '\n');
            in.flush();
        } catch (IOException _) {
            throw new RunFailedException("it has ended: " + lastError());
        }
    }

    /// The rest of the next line, which begins with `word`.
    public String expect(String word, long seconds) throws RunFailedException, InterruptedException {
        String line = lines.poll(seconds, TimeUnit.SECONDS);
        if (line == null) {
            throw new RunFailedException("'" + word + "' has not come in " + seconds + " s");
        }
        if (line.equals(ENDED)) {
            lines.add(ENDED);
            throw new RunFailedException("it has ended: " + lastError());
        }
        if (!line.startsWith(word)) {
            throw new RunFailedException(line);
        }
        return line.substring(word.length()).strip();
    }

    /// The line of its standard error that says most: the first that names an error, or the last.
    private String lastError() {
        try {
            List<String> said = Files.readAllLines(errors).stream().filter(line -> !line.isBlank()).toList();
            return said.stream().filter(line -> line.startsWith("Caused by:")).reduce((_, last) -> last)
                .or(() -> said.stream().filter(line -> line.contains("Exception") || line.contains("Error"))
                    .findFirst())
                .or(() -> said.reversed().stream().findFirst())
                .orElse("it said nothing");
        } catch (IOException e) {
            return e.toString();
        }
    }

    /// Ends it, by force if it does not end by itself.
    @Override
    public void close() {
        try {
            in.close();
        } catch (IOException _) {
            // It has ended.
        }
        try {
            if (process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
    }
}
