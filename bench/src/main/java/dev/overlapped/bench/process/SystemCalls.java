package dev.overlapped.bench.process;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Counts the system calls of a process by `strace`, from when it has been attached until [#count].
public final class SystemCalls implements AutoCloseable {
    private static final long END_SECONDS = 10;

    private final Process strace;
    private final Path summary;

    /// Attaches to all threads of `process`, and to those that it starts.
    public SystemCalls(Path program, long process, Path summary) throws IOException, RunFailedException {
        this.summary = summary;
        strace = new ProcessBuilder(program.toString(), "-f", "-c", "-o", summary.toString(), "-p",
            Long.toString(process)).redirectErrorStream(true).start();
        String said = awaitAttached();
        if (said != null) {
            detach();
            throw new RunFailedException("strace: " + said);
        }
    }

    /// Null when it is attached, otherwise why it is not. It says so of the first thread when it holds all.
    private String awaitAttached() throws IOException {
        BufferedReader out = strace.inputReader(StandardCharsets.UTF_8);
        String line = out.readLine();
        if (line == null || !line.contains("attached")) {
            return line == null ? "it ended at once" : line;
        }
        // What it says of threads is of no interest, but must not keep it from going on.
        Thread.ofPlatform().daemon().name("strace").start(() -> out.lines().forEach(_ -> { }));
        return null;
    }

    /// Detaches. Returns how many calls there were.
    public long count() throws IOException, RunFailedException, InterruptedException {
        detach();
        if (!strace.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
            throw new RunFailedException("strace does not end");
        }
        // "% time  seconds  usecs/call  calls  [errors]  syscall", the last line of which is the sum.
        Optional<String> total = Files.readAllLines(summary).stream()
            .filter(line -> line.endsWith(" total")).findFirst();
        if (total.isEmpty()) {
            throw new RunFailedException("strace has counted nothing");
        }
        return Long.parseLong(total.get().strip().split(" +", -1)[3]);
    }

    @Override
    public void close() {
        detach();
    }

    /// By the first signal it detaches, and leaves the process as it was. Its handle is asked, since the
    /// process object would close what is still being read.
    private void detach() {
        strace.toHandle().destroy();
    }
}
