package dev.overlapped.trust.soak;

import static dev.overlapped.winsock2.Winsock2.WSACleanup;
import static dev.overlapped.winsock2.Winsock2.WSAStartup;

import com.sun.management.HotSpotDiagnosticMXBean;
import dev.overlapped.OverlappedSocket;
import dev.overlapped.winsock2.Minwindef;
import dev.overlapped.winsock2.Winerror;
import dev.overlapped.winsock2.types.WSADATA;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// Slices of a minute at most: some workers do everything at once, then everything comes to rest, and what
/// the process has is compared with what it had at the start.
final class Soak {
    /// What all that takes part has in common.
    ///
    /// @param live the threads that may be interrupted
    /// @param open the conversations that have not ended
    record Shared(Tally tally, Pattern pattern, List<Thread> live, List<Conversation> open) {
    }

    private static final int WORKERS = 6;
    /// More than the library keeps reactors.
    private static final int POOL_FILLERS = 20;
    private static final Duration SLICE = Duration.ofMinutes(1);
    private static final Duration WARM_UP = Duration.ofSeconds(2);
    /// What ends at all ends within this.
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /// Between two looks at what is still there. The library's own thread gives back within seconds what
    /// threads have left.
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int UNCHANGED_MAX = 40;

    private final long seed;
    private final PrintWriter out;
    private final Shared shared;
    private final Random random;

    Soak(long seed, PrintWriter out) {
        this.seed = seed;
        this.out = out;
        this.random = new Random(seed);
        this.shared = new Shared(new Tally(), new Pattern(random), new CopyOnWriteArrayList<>(),
                new CopyOnWriteArrayList<>());
    }

    /// Whether no promise was broken and nothing leaked.
    boolean run(Duration length) throws InterruptedException, Doors.RefusedException {
        WSAStartup(Minwindef.MAKEWORD(2, 2), new WSADATA());
        say("seed %d", seed);
        if (Doors.refusal() != Winerror.WSAECONNREFUSED) {
            shared.tally().violation("a port where nobody listens does not refuse");
        }
        boolean rests = slice(WARM_UP);
        fillPool();
        Footprint start = settled(null);
        boolean leaked = false;
        Duration left = length;
        for (int minute = 1; rests && left.isPositive(); minute++) {
            Duration next = left.compareTo(SLICE) < 0 ? left : SLICE;
            rests = slice(next);
            left = left.minus(next);
            Footprint now = settled(start);
            // The heap has grown by then to what it needs, and what is called often is compiled.
            start = minute == 1 ? start.withMemoryOf(now) : start;
            List<String> leaks = new ArrayList<>(now.leaksSince(start));
            if (shared.tally().pending() != 0) {
                leaks.add("leak: " + shared.tally().pending() + " requests have not ended");
            }
            summarize(minute, now);
            leaks.forEach(each -> say("%s", each));
            leaked |= !leaks.isEmpty();
        }
        boolean good = rests && !leaked && shared.tally().violations() == 0;
        say(good ? "no violation, no leak" : "seed %d: %d violations", seed, shared.tally().violations());
        WSACleanup();
        return good;
    }

    private void say(String format, Object... arguments) {
        out.printf(format + "%n", arguments);
        out.flush();
    }

    private void summarize(int minute, Footprint now) {
        Tally tally = shared.tally();
        tally.news().forEach(each -> say("violation: %s", each));
        say("%d: %,d requests, %,d MB, %,d datagrams, %,d connections, %,d resets, %,d cancelled,"
                        + " %,d abandoned, %,d interrupts, %,d refused; %d violations; %d descriptors,"
                        + " %d threads, %d MB resident, %d KB native",
                minute, tally.ended.sum(), tally.bytes.sum() >> 20, tally.datagrams.sum(),
                tally.connections.sum(), tally.resets.sum(), tally.cancels.sum(), tally.abandoned.sum(),
                tally.interrupts.sum(), tally.refused.sum(), tally.violations(), now.descriptors(),
                now.threads(), now.residentKb() >> 10, now.nativeKb());
    }

    // ---- a slice ----

    /// Everything at once for so long, and then until all of it has ended. False: it does not.
    private boolean slice(Duration length) throws InterruptedException {
        long end = System.nanoTime() + length.toNanos();
        Disturbances disturbances = new Disturbances(new Random(random.nextLong()), shared);
        Thread disturbing = Thread.ofPlatform().daemon().name("disturbances").start(disturbances);
        List<Thread> workers = new ArrayList<>();
        for (int i = 0; i < WORKERS; i++) {
            Random own = new Random(random.nextLong());
            String name = "worker " + i;
            workers.add(Thread.ofPlatform().daemon().name(name).start(() -> work(name, own, end)));
        }
        boolean rest = true;
        for (Thread each : workers) {
            long patience = Math.max(0, end - System.nanoTime()) + PATIENCE.toNanos();
            rest &= each.join(Duration.ofNanos(patience));
        }
        if (!rest) {
            shared.tally().violation("not everything has ended");
            tellOfThreads();
        }
        disturbances.end();
        disturbing.join();
        return rest;
    }

    private void work(String name, Random random, long end) {
        try {
            Doors doors = null;
            for (int round = 0; System.nanoTime() < end; round++) {
                try {
                    doors = doors == null ? new Doors() : doors;
                    work(name + ", round " + round, random, doors);
                } catch (Doors.RefusedException e) {
                    if (!shared.tally().isRefusal(e.code)) {
                        shared.tally().violation(name + ": " + e);
                    }
                    if (doors != null) {
                        doors.close();
                    }
                    doors = null;
                }
            }
            if (doors != null) {
                doors.close();
            }
        } catch (Throwable e) {
            shared.tally().violation(name + ": " + e + " " + List.of(e.getStackTrace()));
        }
    }

    private void work(String name, Random random, Doors doors)
            throws Doors.RefusedException, InterruptedException {
        switch (random.nextInt(10)) {
            case 0 -> new Datagrams(random, shared).run();
            case 1 -> new Accepts(random, shared).run();
            default -> new Conversation(name, doors.open(random), random, shared).run();
        }
    }

    /// Which requests have not ended, and what all threads do, the virtual ones too.
    private void tellOfThreads() {
        shared.open().forEach(each -> say("%s", each));
        try {
            Path dump = Files.createTempDirectory("soak").resolve("threads.txt");
            ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                    .dumpThreads(dump.toString(), HotSpotDiagnosticMXBean.ThreadDumpFormat.TEXT_PLAIN);
            say("%s", Files.readString(dump));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    // ---- at rest ----

    /// Makes the library keep as much for the next threads as it ever keeps: from here on that does not
    /// depend on how many have waited at a time.
    private static void fillPool() throws InterruptedException {
        CyclicBarrier all = new CyclicBarrier(POOL_FILLERS);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < POOL_FILLERS; i++) {
            threads.add(Thread.ofPlatform().start(() -> {
                try (Doors doors = new Doors()) {
                    OverlappedSocket[] pair = doors.openIdiomatic();
                    var pending = pair[0].receive(ByteBuffer.allocateDirect(1));
                    pending.await(Duration.ofMillis(1));
                    all.await();
                    pair[0].close();
                    pair[1].close();
                    Waits.untilDone(pending);
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }));
        }
        for (Thread each : threads) {
            each.join();
        }
    }

    /// What the process has when nothing more comes back for a while, or when it is no more than at `start`.
    /// Buffers that nobody refers to are freed some time after a collection.
    private static Footprint settled(Footprint start) {
        Footprint now = Footprint.now();
        int unchanged = 0;
        while (unchanged < UNCHANGED_MAX && (start == null || !now.leaksSince(start).isEmpty())) {
            LockSupport.parkNanos(LOOK_NANOS);
            Footprint next = Footprint.now();
            unchanged = next.isLessThan(now) ? 0 : unchanged + 1;
            now = next;
        }
        return now;
    }
}
