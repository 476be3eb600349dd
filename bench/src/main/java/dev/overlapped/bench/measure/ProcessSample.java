package dev.overlapped.bench.measure;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/// What a process has used up to a moment, added up over the threads it has then, from `/proc`.
///
/// @param cpuNanos time on a CPU, of threads that do not compile
/// @param jitNanos time on a CPU, of the VM's compiler threads
/// @param waits times that a thread stopped by itself
/// @param preemptions times that a thread was stopped
/// @param engineWaits the waits of the engine thread of ours
/// @param residentBytes memory in use
public record ProcessSample(long cpuNanos, long jitNanos, long waits, long preemptions, long engineWaits,
        long residentBytes) {

    /// The sample of this moment. The times come first, since reading takes a while.
    public static ProcessSample of(long process) throws IOException {
        Path directory = Path.of("/proc", Long.toString(process));
        long cpu = 0;
        long jit = 0;
        long waits = 0;
        long preemptions = 0;
        long engineWaits = 0;
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(directory.resolve("task"))) {
            for (Path thread : threads) {
                String name;
                String times;
                String status;
                try {
                    times = Files.readString(thread.resolve("schedstat"));
                    name = Files.readString(thread.resolve("comm")).strip();
                    status = Files.readString(thread.resolve("status"));
                } catch (IOException _) {
                    // It has ended since the directory was read.
                    continue;
                }
                long nanos = cpuNanos(times);
                if (isCompiler(name)) {
                    jit += nanos;
                } else {
                    cpu += nanos;
                    waits += field(status, "voluntary_ctxt_switches:");
                    preemptions += field(status, "nonvoluntary_ctxt_switches:");
                }
                if (isEngine(name)) {
                    engineWaits += field(status, "voluntary_ctxt_switches:");
                }
            }
        }
        long resident = field(Files.readString(directory.resolve("status")), "VmRSS:") << 10;
        return new ProcessSample(cpu, jit, waits, preemptions, engineWaits, resident);
    }

    /// The time on a CPU of a VM's compiler threads; 0 for other programs.
    public static long compilerNanos(long process) throws IOException {
        long nanos = 0;
        Path tasks = Path.of("/proc", Long.toString(process), "task");
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(tasks)) {
            for (Path thread : threads) {
                try {
                    if (isCompiler(Files.readString(thread.resolve("comm")).strip())) {
                        nanos += cpuNanos(Files.readString(thread.resolve("schedstat")));
                    }
                } catch (IOException _) {
                    // It has ended since the directory was read.
                }
            }
        }
        return nanos;
    }

    private static long cpuNanos(String schedstat) {
        return Long.parseLong(schedstat.substring(0, schedstat.indexOf(' ')));
    }

    /// The time on a CPU of the thread that asks.
    public static long ownCpuNanos() throws IOException {
        return cpuNanos(Files.readString(Path.of("/proc/thread-self/schedstat")));
    }

    /// The VM shortens a name of more than 15 characters in the middle.
    private static boolean isCompiler(String name) {
        return name.startsWith("C1 Comp") || name.startsWith("C2 Comp") || name.startsWith("Sweeper");
    }

    private static boolean isEngine(String name) {
        return name.startsWith("overlap") && name.endsWith("engine");
    }

    private static long field(String status, String name) {
        int found = status.startsWith(name) ? 0 : status.indexOf("\n" + name) + 1;
        if (found == 0 && !status.startsWith(name)) {
            return 0;
        }
        int end = status.indexOf('\n', found);
        String value = status.substring(found + name.length(), end < 0 ? status.length() : end).strip();
        int blank = value.indexOf(' ');
        return Long.parseLong(blank < 0 ? value : value.substring(0, blank));
    }
}
