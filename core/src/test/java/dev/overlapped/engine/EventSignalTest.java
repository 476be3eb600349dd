package dev.overlapped.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.winsock2.Crew;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What signals an event, what takes its signal, and the routine that it may have.
class EventSignalTest {
    private final List<String> told = new ArrayList<>();

    private void tell() {
        told.add("routine");
    }

    @Test
    void aSignalStaysUntilTheEventIsReset() {
        OneThread one = new OneThread();
        EventObject event = EventObject.unnamed(true);
        assertThat(event.isSignalled()).isFalse();
        assertThat(event.take()).isFalse();
        event.signal(one.caller);
        assertThat(event.take()).isTrue();
        assertThat(event.take()).isTrue();
        assertThat(event.isSignalled()).isTrue();
        event.reset();
        assertThat(event.isSignalled()).isFalse();
        assertThat(event.take()).isFalse();
    }

    @Test
    void theSignalOfAnAutoResetEventIsTakenOnce() {
        OneThread one = new OneThread();
        EventObject event = EventObject.unnamed(false);
        event.signal(one.caller);
        event.signal(one.caller);
        assertThat(event.isSignalled()).isTrue();
        assertThat(event.take()).isTrue();
        assertThat(event.take()).isFalse();
    }

    /// The other thread has seen the signal by the time it waits for the monitor.
    @Test
    void aSignalThatIsGoneBeforeItIsTakenIsNotTaken() {
        EventObject event = new EventObject(false, true);
        List<Boolean> taken = new ArrayList<>();
        try (Crew crew = new Crew()) {
            synchronized (event) {
                Thread taker = crew.platform(() -> taken.add(event.take()));
                while (taker.isAlive() && taker.getState() != Thread.State.BLOCKED) {
                    Thread.onSpinWait();
                }
                event.reset();
            }
        }
        assertThat(taken).containsExactly(false);
    }

    @Test
    void itsRoutineIsQueuedWhenItIsSet() {
        OneThread one = new OneThread();
        EventObject event = EventObject.unnamed(true);
        assertThat(event.hasRoutine()).isFalse();
        assertThat(event.onSet(null, this::tell, one.caller)).isTrue();
        assertThat(event.hasRoutine()).isTrue();
        assertThat(one.caller.sleep(0, true)).isEqualTo(Caller.TIMEOUT);
        event.signal(one.caller);
        assertThat(told).isEmpty();
        assertThat(one.caller.sleep(0, true)).isEqualTo(Caller.IO_COMPLETION);
        assertThat(told).containsExactly("routine");
    }

    @Test
    void theRoutineOfOneThatIsSetAlreadyIsQueuedAtOnce() {
        OneThread one = new OneThread();
        EventObject event = EventObject.unnamed(true);
        event.signal(one.caller);
        assertThat(event.onSet(null, this::tell, one.caller)).isTrue();
        assertThat(one.caller.sleep(0, true)).isEqualTo(Caller.IO_COMPLETION);
        assertThat(told).containsExactly("routine");
    }

    @Test
    void itHasNoSecondRoutine() {
        OneThread one = new OneThread();
        EventObject event = EventObject.unnamed(true);
        assertThat(event.onSet(null, this::tell, one.caller)).isTrue();
        assertThat(event.onSet(null, () -> told.add("second"), one.caller)).isFalse();
        event.signal(one.caller);
        one.caller.sleep(0, true);
        assertThat(told).containsExactly("routine");
    }

    @Test
    void itsRoutineCountsAsOneOfItsSocket() {
        OneThread one = new OneThread();
        Socket socket = one.sockets.stream();
        EventObject event = EventObject.unnamed(true);
        event.onSet(socket, this::tell, one.caller);
        one.queue(socket, one.caller, () -> {
            event.signal(one.caller);
            one.caller.sleep(0, true);
            told.add("the routine before");
        });
        one.caller.sleep(0, true);
        assertThat(told).containsExactly("the routine before", "routine");
    }
}
