package dev.overlapped.trust.soak;

import dev.overlapped.Overlapped;
import dev.overlapped.WaitableEvent;
import dev.overlapped.winsock2.Synchapi;

/// Waits of the soak's threads, which go on when they are interrupted.
final class Waits {
    private Waits() {
    }

    /// In the request's own way.
    static void untilTold(Pending request, Tally tally) {
        while (true) {
            try {
                request.await();
                return;
            } catch (InterruptedException e) {
                tally.interrupts.increment();
            }
        }
    }

    /// For what another thread has started, whose ways are gone.
    static void untilDone(Pending request) {
        while (!request.isDone()) {
            Synchapi.SleepEx(1, false);
        }
    }

    /// For a request of this thread, whatever its outcome.
    static void untilDone(Overlapped<?> request) {
        while (!request.isDone()) {
            try {
                WaitableEvent.awaitAny(request);
            } catch (InterruptedException e) {
                // It is begun again, which is all that is wanted of it.
                Thread.onSpinWait();
            }
        }
    }

    /// Does nothing for a while.
    static void stall(int milliseconds, Tally tally) {
        try {
            Thread.sleep(milliseconds);
        } catch (InterruptedException e) {
            tally.interrupts.increment();
        }
    }
}
