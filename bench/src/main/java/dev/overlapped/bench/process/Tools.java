package dev.overlapped.bench.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/// Programs of the system, which may or may not be there, and its limits.
public final class Tools {
    private Tools() {
    }

    /// Where the program of that name is.
    public static Optional<Path> find(String name) {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("/usr/bin:/bin");
        return Arrays.stream(path.split(":", -1)).map(directory -> Path.of(directory, name))
            .filter(Files::isExecutable).findFirst();
    }

    /// The last CPU that this process may use.
    public static String lastCpu() throws IOException {
        String allowed = field(Path.of("/proc/self/status"), "Cpus_allowed_list:");
        String[] parts = allowed.split("[,-]", -1);
        return parts[parts.length - 1];
    }

    /// How many files a process may have open, once it has asked for all it can get.
    public static long mostOpenFiles() throws IOException {
        String[] limits = field(Path.of("/proc/self/limits"), "Max open files").split(" +", -1);
        return limits[1].equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(limits[1]);
    }

    private static String field(Path file, String name) throws IOException {
        return Files.readAllLines(file).stream().filter(line -> line.startsWith(name)).findFirst()
            .orElseThrow(() -> new IOException(file + " has no " + name)).substring(name.length()).strip();
    }
}
