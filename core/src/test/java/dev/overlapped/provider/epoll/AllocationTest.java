package dev.overlapped.provider.epoll;

import static dev.overlapped.provider.epoll.Loopback.PROVIDER;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.overlapped.provider.BufferList;
import dev.overlapped.provider.Interest;
import dev.overlapped.provider.Poller;
import dev.overlapped.provider.ReadyEvents;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/// The steady state allocates nothing. When it has come depends on the compiler of the JVM and on what else
/// the machine does: so calls are measured in rounds until one is free of allocations, which one that
/// allocates each time never is.
class AllocationTest {
    private static final int ROUNDS_MAX = 100;
    private static final int CALLS_PER_ROUND = 10_000;
    /// One object a call would be at least sixteen times the calls. The rest is for the measuring itself.
    private static final long SLACK_BYTES = 4 * 1024;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private static void assertAllocatesNothing(Runnable call) {
        long least = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS_MAX && least > SLACK_BYTES; round++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < CALLS_PER_ROUND; i++) {
                call.run();
            }
            least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
        }
        assertThat(least).isLessThanOrEqualTo(SLACK_BYTES);
    }

    private static void assertTransferAllocatesNothing(BufferList from, BufferList to) {
        try (Loopback loopback = new Loopback()) {
            assertAllocatesNothing(() -> {
                PROVIDER.send(loopback.client, from, Long.MAX_VALUE, 0);
                PROVIDER.receive(loopback.server, to, 0);
            });
        }
    }

    @Test
    void sendingAndReceivingOneBufferAllocatesNothing() {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment bytes = arena.allocate(64);
            assertTransferAllocatesNothing(Loopback.list(bytes), Loopback.list(bytes));
        }
    }

    @Test
    void gatheringAndScatteringAllocatesNothing() {
        try (Arena one = Arena.ofShared(); Arena two = Arena.ofConfined()) {
            BufferList list = Loopback.list(one.allocate(8), two.allocate(8), Arena.global().allocate(8));
            assertTransferAllocatesNothing(list, list);
        }
    }

    @Test
    void copyingHeapMemoryAllocatesNothing() {
        BufferList list = Loopback.list(MemorySegment.ofArray(new byte[64]));
        assertTransferAllocatesNothing(list, list);
    }

    @Test
    void pollingAllocatesNothing() {
        try (Loopback loopback = new Loopback()) {
            Poller poller = PROVIDER.openPoller();
            ReadyEvents events = new ReadyEvents();
            poller.watch(loopback.client, 1, Interest.READ);
            assertAllocatesNothing(() -> {
                poller.wakeUp();
                poller.rewatch(loopback.client, 1, Interest.READ | Interest.WRITE);
                poller.poll(events, 0);
            });
            poller.close();
        }
    }
}
