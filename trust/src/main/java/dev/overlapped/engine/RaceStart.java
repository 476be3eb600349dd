package dev.overlapped.engine;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/// Where the two actors of a race wait for each other. What they do takes so long, and is made in so large a
/// state, that they would seldom be there at the same time by chance.
public final class RaceStart {
    private static final int ACTORS = 2;
    private static final int SPINS_BEFORE_YIELD = 1000;
    /// The longest head start of one of them, as a power of two spins: some microseconds.
    private static final int HEAD_START_BITS = 8;

    private final AtomicInteger arrived = new AtomicInteger();

    /// Returns when the other one is there too. One of them goes a little ahead then, most often very little,
    /// so that each step of the one meets each step of the other.
    void meet() {
        arrived.incrementAndGet();
        long began = System.nanoTime();
        for (int looks = 0; arrived.get() < ACTORS; looks++) {
            pause(looks);
            if (looks > SPINS_BEFORE_YIELD && System.nanoTime() - began > RaceNetwork.PATIENCE_NANOS) {
                throw new AssertionError("the other actor does not come: what it did before has thrown");
            }
        }
        ThreadLocalRandom random = ThreadLocalRandom.current();
        for (int left = random.nextInt(1 << random.nextInt(HEAD_START_BITS)); left > 0; left--) {
            Thread.onSpinWait();
        }
    }

    /// Between two of `looks` at what the other actor is about to do. That one may have no processor, and
    /// gets this one after a while.
    @SuppressWarnings("ThreadPriorityCheck")
    public static void pause(int looks) {
        if (looks < SPINS_BEFORE_YIELD) {
            Thread.onSpinWait();
        } else {
            Thread.yield();
        }
    }
}
