package dev.overlapped.winsock2;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/// What the calling thread allocates. When a steady state has come depends on the compiler of the JVM and on
/// what else the machine does: so calls are measured in rounds until one is free of allocations, which one
/// that allocates each time never is.
final class Allocations {
    private static final int ROUNDS_MAX = 400;
    /// Half of the smallest object there is. Arming the engine's timer, once in some milliseconds, is so rare
    /// that the compiler is slow to free it of allocations.
    private static final long BYTES_PER_CALL_MAX = 8;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Allocations() {
    }

    static void assertNone(int calls, Runnable call) {
        long least = Long.MAX_VALUE;
        long slack = BYTES_PER_CALL_MAX * calls;
        for (int round = 0; round < ROUNDS_MAX && least > slack; round++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < calls; i++) {
                call.run();
            }
            least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
        }
        assertThat(least).as("bytes for %d calls", calls).isLessThanOrEqualTo(slack);
    }
}
