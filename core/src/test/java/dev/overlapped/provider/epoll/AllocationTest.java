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

/// The steady state allocates nothing. A single object a call would be at least 16 bytes; what is allowed is
/// far less than one byte a call, and covers the measuring itself.
class AllocationTest {
    private static final int CALLS = 50_000;
    private static final long SLACK_BYTES = 32 * 1024;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private static void assertAllocatesNothing(Runnable call) {
        for (int i = 0; i < CALLS; i++) {
            call.run();
        }
        long before = THREADS.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < CALLS; i++) {
            call.run();
        }
        assertThat(THREADS.getCurrentThreadAllocatedBytes() - before).isLessThan(SLACK_BYTES);
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

    @Test
    void settingTheTimerAllocatesNothing() {
        int timer = PROVIDER.openTimer();
        assertAllocatesNothing(() -> PROVIDER.setTimer(timer, Integer.MAX_VALUE));
        PROVIDER.close(timer, false);
    }
}
