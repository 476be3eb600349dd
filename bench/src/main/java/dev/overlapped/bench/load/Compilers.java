package dev.overlapped.bench.load;

import dev.overlapped.bench.measure.ProcessSample;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/// Whether the compilers of a server's VM, and of this one, have come to rest. A server that is still being
/// compiled is not the one that will run for the next hours, and its compilers take the CPU from it. A server
/// in C has none, and is at rest.
final class Compilers {
    private static final long STRETCH_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    /// What is called once for many messages comes late to the compilers, after they have paused.
    private static final int STRETCHES_AT_REST = 4;
    /// Of one CPU, in a stretch.
    private static final double RESTING_SHARE = 0.05;

    private final long process;
    private long stretchFrom = System.nanoTime();
    private long used;
    private int stretchesAtRest;

    /// Those of this VM and of `process`, from now on.
    Compilers(long process) throws IOException {
        this.process = process;
        this.used = nanos();
    }

    private long nanos() throws IOException {
        return ProcessSample.compilerNanos(process)
            + ProcessSample.compilerNanos(ProcessHandle.current().pid());
    }

    /// Whether they did next to nothing in each of the last four whole stretches.
    boolean isAtRest() throws IOException {
        long now = System.nanoTime();
        if (now - stretchFrom >= STRETCH_NANOS) {
            long usedNow = nanos();
            // A compiler thread without work ends, and its time is then missing.
            long usedSince = usedNow - used;
            boolean rests = usedSince >= 0 && usedSince < RESTING_SHARE * (now - stretchFrom);
            stretchesAtRest = rests ? stretchesAtRest + 1 : 0;
            used = usedNow;
            stretchFrom = now;
        }
        return stretchesAtRest >= STRETCHES_AT_REST;
    }
}
