package dev.overlapped;

import static dev.overlapped.Streams.bytes;
import static dev.overlapped.Streams.room;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.overlapped.winsock2.Crew;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Waits for any or all of events and requests.
class WaitableEventTest {
    private static final Duration SHORT = Duration.ofMillis(20);

    @Test
    void anAutomaticEventEndsOneWait() throws InterruptedException {
        WaitableEvent event = WaitableEvent.autoReset();
        assertThat(event.isSet()).isFalse();
        event.set();
        assertThat(event.isSet()).isTrue();
        event.await();
        assertThat(event.isSet()).isFalse();
        assertThat(event.await(SHORT)).isFalse();
    }

    @Test
    void aManualEventEndsAllWaitsUntilItIsReset() throws InterruptedException {
        WaitableEvent event = WaitableEvent.manualReset();
        event.set();
        event.await();
        assertThat(event.await(SHORT)).isTrue();
        event.reset();
        assertThat(event.await(SHORT)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void threadsWakeEachOther(boolean virtual) throws InterruptedException {
        WaitableEvent ping = WaitableEvent.autoReset();
        WaitableEvent pong = WaitableEvent.autoReset();
        try (Crew crew = new Crew()) {
            Crew.Task answering = () -> {
                for (int i = 0; i < 100; i++) {
                    ping.await();
                    pong.set();
                }
            };
            Thread thread = virtual ? crew.virtual(answering) : crew.platform(answering);
            for (int i = 0; i < 100; i++) {
                ping.set();
                pong.await();
            }
            thread.join();
        }
        assertThat(pong.isSet()).isFalse();
    }

    @Test
    void anyAndAllOfRequestsAndEvents() throws IOException, InterruptedException {
        try (Streams streams = new Streams()) {
            SocketChannel peer = streams.peer();
            OverlappedSocket socket = streams.accepted();
            Overlapped<Long> first = socket.receive(room(1));
            Overlapped<Long> second = socket.receive(room(1));
            WaitableEvent event = WaitableEvent.autoReset();
            assertThat(WaitableEvent.awaitAny(SHORT, first, second, event)).isEqualTo(-1);
            peer.write(bytes(1));
            assertThat(WaitableEvent.awaitAny(second, first, event)).isOne();
            assertThat(WaitableEvent.awaitAll(SHORT, first, second, event)).isFalse();
            event.set();
            assertThat(WaitableEvent.awaitAll(SHORT, first, second, event)).isFalse();
            assertThat(event.isSet()).as("taken by a wait that failed").isTrue();
            peer.write(bytes(2));
            WaitableEvent.awaitAll(event, second, first);
            assertThat(event.isSet()).isFalse();
        }
    }

    @Test
    void aWaitIsForOneToSixtyFour() throws InterruptedException {
        Waitable[] events = new Waitable[WaitableEvent.WAITABLES_MAX];
        Arrays.setAll(events, _ -> WaitableEvent.manualReset());
        ((WaitableEvent) events[63]).set();
        assertThat(WaitableEvent.awaitAny(events)).isEqualTo(63);
        assertThatThrownBy(() -> WaitableEvent.awaitAny(Arrays.copyOf(events, 65)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(WaitableEvent::awaitAny).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> WaitableEvent.awaitAll(events[0], events[1], events[0]))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
