package dev.overlapped.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.winsock2.Crew;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/// Events without anybody who waits.
class EventObjectTest {
    private static final int SIGNALS = 1000;

    /// One thread looks all the time, so that the other signals while it does.
    @Test
    void aSignalOfAnAutoResetEventIsTakenOnce() {
        EventObject event = EventObject.unnamed(false);
        AtomicBoolean allTaken = new AtomicBoolean();
        int[] signals = new int[1];
        try (Crew crew = new Crew()) {
            crew.platform(() -> {
                while (signals[0] < SIGNALS && !allTaken.get()) {
                    if (!event.isSignalled()) {
                        event.signal(Caller.current());
                        signals[0]++;
                    }
                }
            });
            for (int taken = 0; taken < SIGNALS; taken++) {
                while (!event.take()) {
                    Thread.onSpinWait();
                }
            }
            allTaken.set(true);
        }
        assertThat(signals[0]).isEqualTo(SIGNALS);
        assertThat(event.isSignalled()).isFalse();
    }
}
