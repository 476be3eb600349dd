package dev.overlapped.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.provider.simulated.Chance;
import dev.overlapped.provider.simulated.SimulatedOptions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// One thread's waits: what ends them, and when; what it has pending, and the reactor it has for that. A
/// virtual thread waits without a reactor.
class WaiterTest {
    private static final long NANOS = OneThread.MILLI_NANOS;

    /// Never there; does something at the moment when a thread is about to wait in earnest.
    private record Never(Runnable atBegin) implements Waiter.Condition {
        @Override
        public boolean isSatisfied(Caller caller) {
            return false;
        }

        @Override
        public void begin(Caller caller) {
            atBegin.run();
        }
    }

    /// There at one look only. Notes at each look whether others see the thread waiting.
    private static final class AtLook implements Waiter.Condition {
        private final int which;
        private final List<Boolean> waits = new ArrayList<>();

        AtLook(int which) {
            this.which = which;
        }

        @Override
        public boolean isSatisfied(Caller caller) {
            waits.add(caller.waiter().isWaiting());
            return waits.size() == which;
        }
    }

    /// No reactor can be made from here on.
    private static void useUpDescriptors(OneThread one) {
        one.provider.limitDescriptors(one.provider.openDescriptors() + 2 * one.provider.openPollers());
    }

    private static Caller caller(OneThread one, boolean virtual) {
        return virtual ? one.virtual() : one.caller;
    }

    // ---- what is pending ----

    @Test
    void whatIsPendingIsCountedSendsApart() {
        Waiter waiter = new OneThread().caller.waiter();
        assertThat(waiter.hasPending()).isFalse();
        assertThat(waiter.pend(true)).isTrue();
        assertThat(waiter.pend(false)).isTrue();
        assertThat(waiter.hasPendingSends()).isTrue();
        waiter.unpend(true);
        assertThat(waiter.hasPendingSends()).isFalse();
        assertThat(waiter.hasPending()).isTrue();
        waiter.unpend(false);
        assertThat(waiter.hasPending()).isFalse();
    }

    @Test
    void severalRequestsGoOverAtATime() {
        Waiter waiter = new OneThread().caller.waiter();
        waiter.count(2, true);
        assertThat(waiter.hasPendingSends()).isTrue();
        waiter.unpend(true);
        assertThat(waiter.hasPendingSends()).isTrue();
        waiter.count(-1, true);
        assertThat(waiter.hasPending()).isFalse();
        waiter.count(1, false);
        assertThat(waiter.hasPending()).isTrue();
        assertThat(waiter.hasPendingSends()).isFalse();
    }

    @Test
    void aRequestForWhichThereIsNoReactorIsNotPending() {
        OneThread one = new OneThread();
        useUpDescriptors(one);
        Waiter waiter = one.caller.waiter();
        assertThat(waiter.pend(true)).isFalse();
        assertThat(waiter.hasPending()).isFalse();
        assertThat(waiter.hasPendingSends()).isFalse();
        one.provider.limitDescriptors(Integer.MAX_VALUE);
        assertThat(waiter.pend(true)).isTrue();
        assertThat(waiter.heldReactor().owner()).isSameAs(one.caller);
    }

    @Test
    void aThreadHasOneReactorUntilTheEngineTakesItBack() {
        OneThread one = new OneThread();
        Waiter waiter = one.caller.waiter();
        assertThat(waiter.pend(false)).isTrue();
        Reactor first = waiter.heldReactor();
        waiter.unpend(false);
        assertThat(waiter.pend(false)).isTrue();
        assertThat(waiter.heldReactor()).isSameAs(first);
        assertThat(first.reclaim()).isFalse();
        waiter.unpend(false);
        assertThat(first.reclaim()).isTrue();
        assertThat(waiter.pend(false)).isTrue();
        assertThat(waiter.heldReactor()).isNotSameAs(first);
        assertThat(waiter.heldReactor().owner()).isSameAs(one.caller);
    }

    @Test
    void theRequestsOfAVirtualThreadAreTheEngineThreads() {
        OneThread one = new OneThread();
        Caller virtual = one.virtual();
        assertThat(virtual.waiter().pend(false)).isTrue();
        assertThat(virtual.waiter().hasPending()).isTrue();
        assertThat(virtual.waiter().heldReactor()).isSameAs(one.engine.adoption().reactor());
    }

    // ---- the reactor of a thread that waits ----

    @Test
    void afterAWaitTheReactorIsInThePool() {
        OneThread one = new OneThread();
        assertThat(one.caller.sleep(0, false)).isEqualTo(Caller.TIMEOUT);
        Reactor reactor = one.caller.waiter().heldReactor();
        assertThat(reactor.owner()).isNull();
        assertThat(one.engine.takeReactor(one.another())).isSameAs(reactor);
    }

    @Test
    void withARequestPendingTheThreadKeepsItAndIsSeenToBeElsewhere() {
        OneThread one = new OneThread();
        one.startReceive(one.sockets.connection()[1], one.caller, "receive", null);
        assertThat(one.caller.sleep(0, false)).isEqualTo(Caller.TIMEOUT);
        Reactor reactor = one.caller.waiter().heldReactor();
        assertThat(reactor.owner()).isSameAs(one.caller);
        assertThat(reactor.isDriven()).isFalse();
    }

    @Test
    void aThreadThatHasWaitedOftenKeepsIt() {
        OneThread one = new OneThread();
        for (int waits = 1; waits < Waiter.LEASES_BEFORE_KEPT; waits++) {
            one.caller.sleep(0, false);
            assertThat(one.caller.waiter().heldReactor().owner()).as("after %d waits", waits).isNull();
        }
        one.caller.sleep(0, false);
        Reactor kept = one.caller.waiter().heldReactor();
        assertThat(kept.owner()).isSameAs(one.caller);
        one.caller.sleep(0, false);
        assertThat(one.caller.waiter().heldReactor()).isSameAs(kept);
        assertThat(kept.owner()).isSameAs(one.caller);
    }

    @Test
    void whereNoDescriptorIsLeftAThreadParks() {
        OneThread one = new OneThread();
        useUpDescriptors(one);
        assertThat(one.caller.sleep(NANOS, false)).isEqualTo(Caller.TIMEOUT);
        assertThat(one.provider.nanoTime()).isEqualTo(NANOS);
        assertThat(one.caller.waiter().heldReactor()).isNull();
    }

    // ---- looks at the network ----

    @Test
    void aWaitForWhatIsThereLooksAtTheNetworkAllTheSame() {
        OneThread one = new OneThread();
        Socket[] pair = one.sockets.connection();
        one.startReceive(pair[1], one.caller, "receive", null);
        one.write(pair[0]);
        one.told.clear();
        assertThat(one.caller.waiter().await(new AtLook(1), -1, false)).isEqualTo(Caller.SATISFIED);
        assertThat(one.told).containsExactly("receive=0");
        assertThat(one.caller.waiter().heldReactor().isDriven()).isFalse();
    }

    @Test
    void aWaitForWhatIsThereLooksAtNothingWhereNothingIsPending() {
        OneThread one = new OneThread();
        one.sockets.connection();
        int turns = one.turns;
        assertThat(one.caller.waiter().await(new AtLook(1), -1, false)).isEqualTo(Caller.SATISFIED);
        assertThat(one.turns).isEqualTo(turns);
    }

    @Test
    void sendsThatARoutineHasLeftToBeGatheredLeaveBeforeItWaits() {
        OneThread one = new OneThread();
        Socket socket = one.sockets.connection()[0];
        one.queue(null, one.caller, () -> {
            one.startSend(socket, one.caller, "first");
            one.startSend(socket, one.caller, "second");
            one.queue(null, one.caller, () -> one.told.add("inner routine"));
            one.told.add("waits");
            one.caller.sleep(0, true);
        });
        one.caller.sleep(0, true);
        assertThat(one.told).containsExactly("first=0", "waits", "second=0", "inner routine");
    }

    // ---- what ends a wait ----

    @ParameterizedTest
    @CsvSource({"1, false", "2, false", "3, false", "1, true", "2, true", "3, true"})
    void whatIsThereAtAnyOfItsLooksEndsAWait(int look, boolean virtual) {
        Caller caller = caller(new OneThread(), virtual);
        AtLook condition = new AtLook(look);
        assertThat(caller.waiter().await(condition, NANOS, false)).isEqualTo(Caller.SATISFIED);
        assertThat(condition.waits).isEqualTo(List.of(false, true, false).subList(0, look));
        assertThat(caller.waiter().isWaiting()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aWaitEndsWhenItsTimeIsOver(boolean virtual) {
        OneThread one = new OneThread();
        Caller caller = caller(one, virtual);
        for (int i = 1; i <= 2; i++) {
            assertThat(caller.sleep(NANOS, true)).isEqualTo(Caller.TIMEOUT);
            assertThat(one.provider.nanoTime()).isEqualTo(i * NANOS);
        }
        assertThat(caller.sleep(0, true)).isEqualTo(Caller.TIMEOUT);
        assertThat(one.provider.nanoTime()).isEqualTo(2 * NANOS);
    }

    @Test
    void aPollThatReturnsEarlyDoesNotMakeAWaitLonger() {
        OneThread one = new OneThread(SimulatedOptions.calm(1).with(Chance.INTERRUPTED_POLLS, 1));
        for (int i = 1; i <= 3; i++) {
            assertThat(one.caller.sleep(NANOS, false)).isEqualTo(Caller.TIMEOUT);
            assertThat(one.provider.nanoTime()).isEqualTo(i * NANOS);
        }
    }

    @Test
    void whatIsThereComesBeforeRoutinesAndInterrupts() {
        OneThread one = new OneThread();
        one.queue(null, one.caller, () -> one.told.add("routine"));
        Thread.currentThread().interrupt();
        assertThat(one.caller.waiter().awaitInterruptibly(new AtLook(1), -1, true))
                .isEqualTo(Caller.SATISFIED);
        assertThat(one.told).isEmpty();
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void anInterruptComesBeforeRoutinesAndTakesTheFlagAway() {
        OneThread one = new OneThread();
        one.queue(null, one.caller, () -> one.told.add("routine"));
        Thread.currentThread().interrupt();
        assertThat(one.caller.sleepInterruptibly(-1, true)).isEqualTo(Caller.INTERRUPTED);
        assertThat(one.told).isEmpty();
        assertThat(Thread.interrupted()).isFalse();
        assertThat(one.caller.sleepInterruptibly(-1, true)).isEqualTo(Caller.IO_COMPLETION);
        assertThat(one.told).containsExactly("routine");
    }

    @Test
    void aWaitThatIsNotAlertableRunsNoRoutines() {
        OneThread one = new OneThread();
        one.queue(null, one.caller, () -> one.told.add("routine"));
        assertThat(one.caller.sleep(NANOS, false)).isEqualTo(Caller.TIMEOUT);
        assertThat(one.provider.nanoTime()).isEqualTo(NANOS);
        assertThat(one.told).isEmpty();
    }

    // ---- what comes when a thread has looked and does not wait yet ----

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aRoutineThatComesThenIsNotSleptThrough(boolean virtual) {
        OneThread one = new OneThread();
        Caller caller = caller(one, virtual);
        Caller other = one.another();
        Never condition = new Never(() ->
                caller.deliverLater(OneThread.apc(null, () -> one.told.add("routine")), other));
        assertThat(caller.waiter().await(condition, OneThread.LONG_NANOS, true))
                .isEqualTo(Caller.IO_COMPLETION);
        assertThat(one.told).containsExactly("routine");
        assertThat(one.provider.nanoTime()).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aRoutineThatComesThenStaysForAWaitThatIsAlertable(boolean virtual) {
        OneThread one = new OneThread();
        Caller caller = caller(one, virtual);
        Caller other = one.another();
        Never condition = new Never(() ->
                caller.deliverLater(OneThread.apc(null, () -> one.told.add("routine")), other));
        assertThat(caller.waiter().await(condition, NANOS, false)).isEqualTo(Caller.TIMEOUT);
        assertThat(one.provider.nanoTime()).isEqualTo(NANOS);
        assertThat(one.told).isEmpty();
    }

    @Test
    void anInterruptThatComesThenIsNotSleptThrough() {
        OneThread one = new OneThread();
        Never condition = new Never(() -> Thread.currentThread().interrupt());
        assertThat(one.caller.waiter().awaitInterruptibly(condition, OneThread.LONG_NANOS, false))
                .isEqualTo(Caller.INTERRUPTED);
        assertThat(one.provider.nanoTime()).isZero();
    }

    /// Nobody reports that it can go on: there is room all the time.
    @Test
    void aSendThatIsToBeGatheredThenLeavesAtOnce() {
        OneThread one = new OneThread();
        Socket socket = one.sockets.connection()[0];
        Waiter.Condition bothSent = new Waiter.Condition() {
            @Override
            public boolean isSatisfied(Caller caller) {
                return one.told.contains("second=0");
            }

            @Override
            public void begin(Caller caller) {
                one.startSend(socket, caller, "first");
                one.startSend(socket, caller, "second");
                assertThat(one.told).containsExactly("first=0");
            }
        };
        List<Integer> ended = new ArrayList<>();
        one.queue(null, one.caller,
                () -> ended.add(one.caller.waiter().await(bothSent, OneThread.LONG_NANOS, false)));
        one.caller.sleep(0, true);
        assertThat(ended).containsExactly(Caller.SATISFIED);
        assertThat(one.provider.nanoTime()).isZero();
    }
}
