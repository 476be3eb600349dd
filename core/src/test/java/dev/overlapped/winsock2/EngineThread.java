package dev.overlapped.winsock2;

import static dev.overlapped.winsock2.Ioapiset.CancelIo;
import static dev.overlapped.winsock2.Winsock2.closesocket;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/// What the kernel says of this process: the engine thread's share of the processor, and what is open.
final class EngineThread {
    /// The kernel keeps 15 characters of a thread's name.
    private static final String NAME = "overlapped-engi";
    /// More than are kept.
    private static final int REACTORS = 20;
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

    /// The same, once the engine thread has seen which threads have ended, and has taken back what such a
    /// thread kept: that takes a second or two. At once if there are no more than `expected`.
    static long descriptors(long expected) {
        return descriptors(expected, 400);
    }

    private static long descriptors(long expected, int patience) {
        long now = descriptors();
        for (int unchanged = 0; unchanged < patience && now > expected; unchanged++) {
            // Not in a wait of the library, for which this thread would keep two descriptors.
            LockSupport.parkNanos(10_000_000);
            long next = descriptors();
            unchanged = next == now ? unchanged : 0;
            now = next;
        }
        return now;
    }

    /// Makes the library keep as many reactors for the next threads as it ever keeps, two descriptors each:
    /// from here on their number does not depend on how many threads have waited at a time.
    static void fillPool(Loopback loopback) {
        CyclicBarrier all = new CyclicBarrier(REACTORS);
        List<long[]> pairs = Stream.generate(loopback::pair).limit(REACTORS).toList();
        try (Crew crew = new Crew()) {
            pairs.forEach(pair -> crew.platform(() -> {
                try (Posted receive = Posted.receive(pair[0], 1).isPending()) {
                    all.await();
                    assertThat(CancelIo(pair[0])).isTrue();
                    receive.await().wasAborted();
                }
            }));
        }
        pairs.stream().flatMapToLong(LongStream::of)
                .forEach(socket -> assertThat(closesocket(socket)).isZero());
        descriptors(-1, 20);
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
