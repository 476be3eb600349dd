package dev.overlapped.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Waits for one event or several, and what they see to meanwhile.
class EventWaitTest {
    private final EventObject.Wait wait = new EventObject.Wait();

    private static EventObject event(boolean manualReset, boolean signalled) {
        return new EventObject(manualReset, signalled);
    }

    private boolean isSatisfied() {
        return wait.isSatisfied(null);
    }

    // ---- what satisfies it ----

    @Test
    void aWaitForAnyTakesTheFirstThatIsSignalledAndNoOther() {
        EventObject first = event(false, false);
        EventObject second = event(false, true);
        EventObject third = event(false, true);
        for (EventObject each : List.of(first, second, third)) {
            assertThat(wait.add(each)).isTrue();
        }
        assertThat(isSatisfied()).isTrue();
        assertThat(wait.index()).isEqualTo(1);
        assertThat(second.isSignalled()).isFalse();
        assertThat(third.isSignalled()).isTrue();
        assertThat(isSatisfied()).isTrue();
        assertThat(wait.index()).isEqualTo(2);
        assertThat(isSatisfied()).isFalse();
    }

    @Test
    void aWaitForAnyMayBeGivenAnEventTwice() {
        EventObject event = event(false, true);
        assertThat(wait.add(event)).isTrue();
        assertThat(wait.add(event)).isTrue();
        assertThat(isSatisfied()).isTrue();
        assertThat(wait.index()).isZero();
    }

    @Test
    void aWaitForAllTakesAllOrNone() {
        EventObject autoReset = event(false, true);
        EventObject manualReset = event(true, true);
        EventObject late = event(false, false);
        wait.prepare(true);
        for (EventObject each : List.of(autoReset, manualReset, late)) {
            assertThat(wait.add(each)).isTrue();
        }
        assertThat(isSatisfied()).isFalse();
        assertThat(autoReset.isSignalled()).isTrue();
        late.signal(new OneThread().caller);
        assertThat(isSatisfied()).isTrue();
        assertThat(wait.index()).isZero();
        assertThat(autoReset.isSignalled()).isFalse();
        assertThat(late.isSignalled()).isFalse();
        assertThat(manualReset.isSignalled()).isTrue();
    }

    @Test
    void aWaitForAllRefusesAnEventThatIsThereInWhateverOrderTheyCame() {
        List<EventObject> events = new ArrayList<>();
        for (int handle = 4; handle <= 4 * EventObject.Wait.EVENTS_MAX; handle += 4) {
            EventObject event = event(true, true);
            event.named(handle);
            events.add(event);
        }
        Collections.rotate(events, events.size() / 2);
        wait.prepare(true);
        for (EventObject each : events.subList(1, events.size())) {
            assertThat(wait.add(each)).isTrue();
        }
        for (EventObject each : events.subList(1, events.size())) {
            assertThat(wait.add(each)).isFalse();
        }
        assertThat(wait.add(events.getFirst())).isTrue();
        assertThat(isSatisfied()).isTrue();
    }

    @Test
    void eventsWithoutAHandleAreToldApart() {
        EventObject first = event(true, true);
        EventObject second = event(true, true);
        wait.prepare(true);
        assertThat(wait.add(first)).isTrue();
        assertThat(wait.add(second)).isTrue();
        assertThat(wait.add(first)).isFalse();
        assertThat(wait.add(second)).isFalse();
        assertThat(first.handle()).isNegative().isNotEqualTo(second.handle());
        assertThat(second.handle()).isNegative();
    }

    @Test
    void oneThatIsUsedAgainKnowsNothingOfBefore() {
        wait.add(event(true, false));
        wait.add(event(true, true));
        assertThat(isSatisfied()).isTrue();
        assertThat(wait.index()).isOne();
        wait.prepare(true);
        assertThat(wait.index()).isZero();
        EventObject event = event(true, false);
        wait.add(event);
        assertThat(isSatisfied()).isFalse();
        wait.prepare(false);
        wait.add(event);
        assertThat(wait.add(event)).isTrue();
    }

    // ---- who waits ----

    @Test
    void anEventKnowsWhoWaitsForItWithAReactor() {
        OneThread one = new OneThread();
        EventObject event = event(true, false);
        wait.add(event);
        assertThat(event.waiting()).isNull();
        Caller virtual = one.virtual();
        wait.begin(virtual);
        assertThat(event.waiting()).isNull();
        Caller other = one.another();
        wait.begin(other);
        wait.begin(one.caller);
        assertThat(event.waiting()).isSameAs(other);
        wait.end(other);
        assertThat(event.waiting()).isSameAs(one.caller);
        wait.end(one.caller);
        wait.end(virtual);
        assertThat(event.waiting()).isNull();
    }

    @Test
    void nobodyWaitsForAnEventWhenTheWaitIsOver() {
        OneThread one = new OneThread();
        EventObject event = event(true, false);
        wait.add(event);
        assertThat(one.caller.await(wait, OneThread.MILLI_NANOS, false)).isEqualTo(Caller.TIMEOUT);
        assertThat(event.waiting()).isNull();
    }

    // ---- requests that will signal it ----

    /// Of three requests of another caller, who does nothing for them, one is cancelled; the wait brings the
    /// others on.
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void whoWaitsForAnEventBringsOnWhateverIsPendingOnIt(int cancelled) {
        OneThread one = new OneThread();
        EventObject event = event(false, false);
        wait.add(event);
        List<Socket[]> pairs = new ArrayList<>();
        List<String> tags = List.of("a", "b", "c");
        for (String tag : tags) {
            pairs.add(one.sockets.connection());
            one.startReceive(pairs.getLast()[1], one.caller, tag, event);
        }
        assertThat(pairs.remove(cancelled)[1].cancel(tags.get(cancelled), null, one.caller)).isOne();
        assertThat(event.take()).isTrue();
        one.told.clear();
        Caller waiting = one.another();
        for (Socket[] pair : pairs) {
            one.write(pair[0]);
            assertThat(waiting.await(wait, OneThread.LONG_NANOS, false)).isEqualTo(Caller.SATISFIED);
        }
        assertThat(one.told).hasSize(2).doesNotContain(tags.get(cancelled) + "=0");
        assertThat(one.provider.nanoTime()).isZero();
    }

    @Test
    void afterTheWaitTheRequestsAreTheirCallersAgain() {
        OneThread one = new OneThread();
        EventObject event = event(false, false);
        wait.add(event);
        Socket[] pair = one.sockets.connection();
        one.startReceive(pair[1], one.caller, "receive", event);
        assertThat(one.another().await(wait, OneThread.MILLI_NANOS, false)).isEqualTo(Caller.TIMEOUT);
        one.write(pair[0]);
        one.told.clear();
        one.caller.sleep(0, false);
        assertThat(one.told).containsExactly("receive=0");
    }

    @Test
    void aWaitForSomethingElseLeavesThemAlone() {
        OneThread one = new OneThread();
        EventObject event = event(false, false);
        Socket[] pair = one.sockets.connection();
        one.startReceive(pair[1], one.caller, "receive", event);
        Caller waiting = one.another();
        wait.add(event);
        assertThat(waiting.await(wait, OneThread.MILLI_NANOS, false)).isEqualTo(Caller.TIMEOUT);
        wait.prepare(false);
        wait.add(event(true, false));
        one.write(pair[0]);
        one.told.clear();
        assertThat(waiting.await(wait, OneThread.MILLI_NANOS, false)).isEqualTo(Caller.TIMEOUT);
        assertThat(one.told).isEmpty();
    }

    // ---- a wait until something holds ----

    @Test
    void aWaitUntilSomethingHoldsBringsOnWhatIsPendingAndLeavesTheSignal() {
        OneThread one = new OneThread();
        EventObject event = event(false, false);
        Socket[] pair = one.sockets.connection();
        one.startReceive(pair[1], one.caller, "receive", event);
        one.write(pair[0]);
        one.told.clear();
        Caller waiting = one.another();
        List<Caller> waits = new ArrayList<>();
        event.awaitUntil(() -> {
            waits.add(event.waiting());
            return one.told.contains("receive=0");
        }, waiting);
        assertThat(waits).as("first without, then in earnest").startsWith(null, waiting);
        assertThat(event.waiting()).isNull();
        assertThat(event.isSignalled()).isTrue();
    }
}
