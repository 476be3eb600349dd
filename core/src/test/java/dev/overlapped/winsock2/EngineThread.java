package dev.overlapped.winsock2;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// What the kernel says of this process: the engine thread's share of the processor, and what is open.
final class EngineThread {
    /// The kernel keeps 15 characters of a thread's name.
    private static final String NAME = "overlapped-engi";
    private static final Path TASKS = Path.of("/proc/self/task");
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    private EngineThread() {
    }

    /// How often the engine thread has been given the processor: each wake-up is one, each preemption too.
    static long switches() {
        List<Path> found = tasks().stream().filter(EngineThread::isEngine).toList();
        assertThat(found).as("engine threads").hasSize(1);
        return lines(found.getFirst().resolve("status")).stream()
                .filter(line -> line.contains("ctxt_switches"))
                .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(':') + 1).strip()))
                .sum();
    }

    /// Descriptors that this process has open.
    static long descriptors() {
        return list(DESCRIPTORS).size();
    }

    private static List<Path> tasks() {
        return list(TASKS);
    }

    private static boolean isEngine(Path task) {
        List<String> name = lines(task.resolve("comm"));
        return !name.isEmpty() && name.getFirst().equals(NAME);
    }

    private static List<Path> list(Path directory) {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// None if the thread has just ended.
    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            // ESRCH has no exception of its own.
            return List.of();
        }
    }
}
