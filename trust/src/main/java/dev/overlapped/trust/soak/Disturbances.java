package dev.overlapped.trust.soak;

import static dev.overlapped.winsock2.Winsock2.*;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/// What disturbs all the others while they work: interrupts, garbage, and a shortage of descriptors. One
/// thread, which goes on until it is told to end.
final class Disturbances implements Runnable {
    private static final int PAUSE_MS_MAX = 20;
    private static final int GARBAGE_BYTES = 8 << 20;
    /// Where the limit of the process is higher it is approached, not reached.
    private static final int SOCKETS_MAX = 30_000;
    /// Between two shortages.
    private static final long PLENTY_NANOS = Duration.ofSeconds(10).toNanos();
    private static final long SCARCE_MS = 100;

    private final Tally tally;
    private final List<Thread> live;
    private final Random random;
    private volatile boolean ended;
    /// Garbage that lives for a moment.
    private byte[] garbage;

    Disturbances(Random random, Soak.Shared shared) {
        this.tally = shared.tally();
        this.live = shared.live();
        this.random = random;
    }

    void end() {
        ended = true;
    }

    @Override
    public void run() {
        long scarceAt = System.nanoTime() + PLENTY_NANOS / 4;
        while (!ended) {
            Waits.stall(random.nextInt(PAUSE_MS_MAX), tally);
            switch (random.nextInt(10)) {
                case 0 -> garbage = new byte[GARBAGE_BYTES];
                case 1 -> {
                    if (garbage != null && random.nextInt(20) == 0) {
                        garbage = null;
                        System.gc();
                    }
                }
                default -> interruptSomebody();
            }
            if (System.nanoTime() > scarceAt) {
                useDescriptorsUp();
                scarceAt = System.nanoTime() + PLENTY_NANOS;
            }
        }
    }

    private void interruptSomebody() {
        Object[] now = live.toArray();
        if (now.length > 0) {
            ((Thread) now[random.nextInt(now.length)]).interrupt();
        }
    }

    /// Until there are none. What was refused meanwhile has its reason until whoever began then has noticed.
    private void useDescriptorsUp() {
        tally.descriptorsAreScarce(true);
        ArrayDeque<Long> all = new ArrayDeque<>();
        long socket = 0;
        while (all.size() < SOCKETS_MAX && socket >= 0) {
            socket = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
            if (socket >= 0) {
                all.add(socket);
            } else if (!tally.isRefusal(WSAGetLastError())) {
                tally.violation("the descriptors end with " + WSAGetLastError());
            }
        }
        Waits.stall((int) SCARCE_MS, tally);
        // Half of them first, so that it is scarce in other ways too.
        while (all.size() > SOCKETS_MAX / 2) {
            closesocket(all.poll());
        }
        Waits.stall((int) SCARCE_MS, tally);
        all.forEach(each -> closesocket(each));
        Waits.stall((int) TimeUnit.SECONDS.toMillis(1), tally);
        tally.descriptorsAreScarce(false);
    }
}
