package dev.overlapped.trust.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.stream.Stream;

/// One sequence of calls, decided by bytes: a byte that says on what kind of thread it runs, then as many for
/// each call. It runs on a thread of its own, which ends with it. Whoever runs it watches it: a call that
/// waits is rescued, and one that goes on waiting has hung.
final class Sequence {
    /// Bytes that decide one call.
    static final int CALL_BYTES = 48;
    /// Calls in one sequence.
    static final int CALLS_MAX = 50;

    /// One sequence in so many runs on a virtual thread.
    private static final int VIRTUAL_ONE_IN = 4;
    /// How long a call may wait for something before it is rescued.
    private static final long RESCUE_MS = 5;
    /// Rescues of one call after which it has hung.
    private static final int RESCUES_MAX = 4_000;
    private static final int COLLECTIONS_MAX = 20;

    private final byte[] bytes;
    private final World world;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final List<String> trace = new ArrayList<>();
    /// Written by the thread of the sequence; changes are what its watcher looks for.
    private final AtomicInteger progress = new AtomicInteger();
    private volatile Throwable failure;
    private final ReentrantLock rescuing = new ReentrantLock();
    /// Guarded by `rescuing`.
    private boolean mayBeRescued;
    private int position = 1;
    private int depth;

    private Sequence(byte[] bytes, Function<Sequence, World> api) {
        this.bytes = bytes;
        this.world = api.apply(this);
    }

    /// Runs the sequence that `bytes` decide.
    ///
    /// @throws AssertionError if a call ended in a way that is not documented, or hung, if a descriptor is
    /// lost, or if the API does not work afterwards; its message has the calls
    static void run(byte[] bytes, Function<Sequence, World> api) {
        int before = sockets();
        Sequence sequence = new Sequence(bytes, api);
        Thread thread = sequence.isVirtual() ? Thread.ofVirtual().unstarted(sequence::run)
                : Thread.ofPlatform().name("sequence").unstarted(sequence::run);
        thread.setUncaughtExceptionHandler((_, thrown) -> sequence.uncaught(thrown));
        thread.start();
        sequence.watch(thread);
        if (sequence.failure != null) {
            throw new AssertionError(sequence.failure.getMessage() + sequence.calls(), sequence.failure);
        }
        for (int i = 0; i < COLLECTIONS_MAX && sockets() > before; i++) {
            // A socket of the idiomatic API that nobody refers to is closed by the collector.
            System.gc();
        }
        if (sockets() > before) {
            throw new AssertionError(sockets() - before + " sockets are left" + sequence.calls());
        }
    }

    /// Sockets that this process has open.
    private static int sockets() {
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            return (int) descriptors.filter(Sequence::isSocket).count();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean isSocket(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
        } catch (NoSuchFileException _) {
            // The one that listed the others.
            return false;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private boolean isVirtual() {
        return new Choices(bytes, 0, 1).oneIn(VIRTUAL_ONE_IN);
    }

    private String calls() {
        synchronized (trace) {
            return "\n  " + String.join("\n  ", trace);
        }
    }

    // ---- the thread of the sequence ----

    private void run() {
        try {
            world.open();
            letRescue(true);
            while (goesOn()) {
                next();
            }
            // What opens and closes the world is not to be rescued: a rescue that is under way goes first.
            letRescue(false);
            world.close();
        } catch (Throwable thrown) {
            fail(thrown);
        } finally {
            ended.countDown();
        }
    }

    private void letRescue(boolean may) {
        rescuing.lock();
        try {
            mayBeRescued = may;
        } finally {
            rescuing.unlock();
        }
    }

    private boolean goesOn() {
        return failure == null && position < bytes.length && position <= CALLS_MAX * CALL_BYTES;
    }

    /// Makes the next call, if there is one and not too many are under way: also what a routine does.
    void next() {
        if (!goesOn() || depth > 3) {
            return;
        }
        Choices choices = new Choices(bytes, position, position + CALL_BYTES);
        position += CALL_BYTES;
        depth++;
        try {
            String call = world.call(choices);
            synchronized (trace) {
                trace.add(". ".repeat(depth - 1) + call);
            }
        } catch (Throwable thrown) {
            fail(thrown);
        } finally {
            depth--;
            progress.incrementAndGet();
        }
    }

    /// Whether a routine makes the calls at this moment.
    boolean isNested() {
        return depth > 1;
    }

    /// The first failure counts. Inside a routine it would be taken for the routine's.
    void fail(Throwable thrown) {
        if (failure == null) {
            failure = thrown;
        }
    }

    private void uncaught(Throwable thrown) {
        if (!(thrown instanceof Thrown)) {
            fail(new AssertionError("reported to the thread's handler: " + thrown, thrown));
        }
    }

    /// What routines throw: it is to end in the handler of uncaught exceptions.
    static final class Thrown extends RuntimeException {
        private static final long serialVersionUID = 1;

        Thrown() {
            super("thrown by a routine");
        }
    }

    // ---- who watches ----

    private void watch(Thread thread) {
        int rescues = 0;
        int seen = -1;
        try {
            while (!ended.await(RESCUE_MS, TimeUnit.MILLISECONDS)) {
                int now = progress.get();
                rescues = now == seen ? rescues + 1 : 0;
                seen = now;
                if (rescues > RESCUES_MAX) {
                    fail(new AssertionError("hangs:\n" + stacks(thread)));
                    return;
                }
                if (rescues > 0) {
                    rescue();
                }
            }
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private void rescue() {
        if (!rescuing.tryLock()) {
            return;
        }
        try {
            if (mayBeRescued) {
                world.rescue();
            }
        } finally {
            rescuing.unlock();
        }
    }

    private static String stacks(Thread virtual) {
        StringBuilder stacks = new StringBuilder();
        stacks.append(virtual).append(' ').append(Arrays.toString(virtual.getStackTrace())).append('\n');
        for (Map.Entry<Thread, StackTraceElement[]> each : Thread.getAllStackTraces().entrySet()) {
            stacks.append(each.getKey()).append(' ').append(Arrays.toString(each.getValue())).append('\n');
        }
        return stacks.toString();
    }

    // ---- making a failure smaller ----

    /// The shortest sequence that still fails of those that lack calls of `bytes`, one after another.
    static byte[] shrunk(byte[] bytes, Function<Sequence, World> api) {
        byte[] shortest = bytes;
        for (int at = 1; at < shortest.length;) {
            byte[] shorter = without(shortest, at);
            if (fails(shorter, api)) {
                shortest = shorter;
            } else {
                at += CALL_BYTES;
            }
        }
        return shortest;
    }

    private static byte[] without(byte[] bytes, int at) {
        int after = Math.min(bytes.length, at + CALL_BYTES);
        byte[] shorter = Arrays.copyOf(bytes, bytes.length - (after - at));
        System.arraycopy(bytes, after, shorter, at, bytes.length - after);
        return shorter;
    }

    private static boolean fails(byte[] bytes, Function<Sequence, World> api) {
        try {
            run(bytes, api);
            return false;
        } catch (AssertionError _) {
            return true;
        }
    }
}
