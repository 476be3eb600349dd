package dev.overlapped.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.overlapped.error.WinsockErrors;
import dev.overlapped.provider.simulated.SimulatedOptions;
import dev.overlapped.provider.simulated.SimulatedProvider;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What the engine thread does, turn by turn: when it looks, and whom it stands in for. The first reactor is
/// poller 1, the engine thread's 0.
class AdoptionTest {
    private static final long PENDING = -WinsockErrors.WSA_IO_PENDING;

    private OverheardEngine overheard;
    private Engine engine;
    private Adoption adoption;

    private void begin() {
        overheard = new OverheardEngine();
        engine = overheard.engine();
        adoption = engine.adoption();
    }

    private void turn() {
        assertThat(adoption.turn()).isTrue();
    }

    private void assertHeard(String... expected) {
        assertThat(overheard.heard()).containsExactly(expected);
    }

    /// `caller` looks after its requests for a moment.
    private static void comeBack(Caller caller) {
        caller.waiter().pollInPassing();
    }

    // ---- how long it is patient ----

    @Test
    void withoutADescriptorForItsPollerThereIsNoEngine() {
        SimulatedProvider none = new SimulatedProvider(SimulatedOptions.calm(1).withDescriptorsMax(1));
        assertThatThrownBy(() -> new Engine(none, false)).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no descriptor is left");
    }

    @Test
    void aThreadWithAReceivePendingIsAdoptedIfItStaysAwayForTwoLooks() {
        begin();
        Caller caller = overheard.caller();
        Socket socket = overheard.sockets().connection()[0];
        assertThat(overheard.receive(socket, caller, null)).isEqualTo(PENDING);
        assertHeard("1 watches READ", "timer 16 ms");
        Reactor held = caller.waiter().heldReactor();
        turn();
        assertHeard("timer 16 ms");
        assertThat(held.isAdopted()).isFalse();
        turn();
        assertHeard("0 watches READ LEVEL", "0 nests 1");
        assertThat(held.isAdopted()).isTrue();
        assertThat(engine.instruments().adopted()).isOne();
        assertThat(engine.provider().nanoTime()).isEqualTo(32_000_000);
    }

    @Test
    void aThreadThatKeepsComingBackIsTrustedForLongerUpToASecond() {
        begin();
        Caller caller = overheard.pending();
        adoption.expect(caller);
        assertHeard("timer 16 ms");
        List<String> heard = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            turn();
            heard.addAll(overheard.heard());
            comeBack(caller);
        }
        assertThat(heard).containsExactly("timer 16 ms", "timer 16 ms", "timer 16 ms", "timer 16 ms",
                "timer 16 ms", "timer 32 ms", "timer 64 ms", "timer 128 ms", "timer 256 ms", "timer 512 ms",
                "timer 1024 ms", "timer 1024 ms");
    }

    @Test
    void aSendMayNotWaitForLongHoweverMuchItsThreadIsTrusted() {
        begin();
        Caller caller = overheard.caller();
        assertThat(caller.waiter().pend(true)).isTrue();
        adoption.expect(caller);
        assertHeard("timer 1 ms");
        List<String> heard = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            turn();
            heard.addAll(overheard.heard());
            comeBack(caller);
        }
        assertThat(heard).containsExactly("timer 1 ms", "timer 2 ms", "timer 4 ms", "timer 8 ms",
                "timer 16 ms", "timer 16 ms");
    }

    @Test
    void aNewOwnerStartsWithNoTrust() {
        begin();
        Caller trusted = overheard.pending();
        Reactor reactor = trusted.waiter().heldReactor();
        adoption.expect(trusted);
        for (int i = 0; i < 8; i++) {
            turn();
            comeBack(trusted);
        }
        assertThat(overheard.heard()).endsWith("timer 128 ms");
        trusted.waiter().unpend(false);
        assertThat(reactor.release(trusted)).isTrue();
        engine.putBack(reactor);
        Caller next = overheard.caller();
        assertThat(next.waiter().pend(true)).isTrue();
        assertThat(next.waiter().heldReactor()).isSameAs(reactor);
        adoption.expect(next);
        assertHeard("timer 1 ms");
        turn();
        assertHeard("timer 1 ms");
    }

    @Test
    void itLooksSoonerForWhoeverMayWaitForLess() {
        begin();
        Caller receiver = overheard.pending();
        adoption.expect(receiver);
        adoption.expect(receiver);
        assertHeard("timer 16 ms");
        Caller sender = overheard.caller();
        assertThat(sender.waiter().pend(true)).isTrue();
        adoption.expect(sender);
        adoption.expect(receiver);
        assertHeard("timer 1 ms");
        // Both are new. Then the sender is adopted, and the receiver has 15 milliseconds left.
        turn();
        assertHeard("timer 1 ms");
        turn();
        assertHeard("0 watches READ LEVEL", "0 nests 2", "timer 15 ms");
        turn();
        assertHeard("0 watches READ LEVEL", "0 nests 1");
        assertThat(receiver.waiter().heldReactor().isAdopted()).isTrue();
    }

    @Test
    void nobodyIsExpectedWhoNeedsNobody() {
        begin();
        adoption.expect(adoption.self());
        adoption.expect(overheard.caller());
        Caller adopted = overheard.pending();
        Reactor held = adopted.waiter().heldReactor();
        assertThat(held.adopt(held.idleWord())).isTrue();
        adoption.expect(adopted);
        assertHeard();
    }

    @Test
    void aThreadThatWaitsIsNotLookedAfterAndTheTimerRests() {
        begin();
        Caller caller = overheard.pending();
        adoption.expect(caller);
        assertHeard("timer 16 ms");
        DuringWait.of(caller, () -> {
            turn();
            assertHeard();
        });
        assertThat(engine.instruments().adopted()).isZero();
    }

    @Test
    void beingWokenIsNoReasonToLookAround() {
        begin();
        adoption.expect(overheard.pending());
        turn();
        overheard.heard();
        adoption.reactor().wakeUp();
        turn();
        assertHeard("0 is woken");
    }

    @Test
    void itEndsWithItsNetwork() {
        begin();
        overheard.network().threads().end();
        assertThat(adoption.turn()).isFalse();
    }

    // ---- standing in ----

    /// A thread with a receive pending that is adopted, on the first socket of `connection`.
    private Caller adopted(Socket[] connection, EventObject event) {
        Caller caller = overheard.caller();
        assertThat(overheard.receive(connection[0], caller, event)).isEqualTo(PENDING);
        turn();
        turn();
        assertThat(caller.waiter().heldReactor().isAdopted()).isTrue();
        overheard.heard();
        return caller;
    }

    @Test
    void itCompletesWhatAnAdoptedThreadHasPendingAndTakesTheReactorBack() {
        begin();
        Socket[] connection = overheard.sockets().connection();
        EventObject event = EventObject.unnamed(true);
        Caller caller = adopted(connection, event);
        int descriptors = overheard.network().openDescriptors();
        assertThat(overheard.send(connection[1], overheard.caller(), 1)).isOne();
        turn();
        assertThat(event.isSignalled()).isTrue();
        assertHeard("0 rests from 1", "0 unwatches");
        assertThat(overheard.network().openDescriptors()).isEqualTo(descriptors - 1);
        Reactor reactor = caller.waiter().heldReactor();
        assertThat(reactor.owner()).isNull();
        assertThat(engine.takeReactor(caller)).isSameAs(reactor);
    }

    @Test
    void itKeepsAnAdoptedReactorWhileMoreIsPending() {
        begin();
        Socket[] connection = overheard.sockets().connection();
        Caller caller = adopted(connection, null);
        assertThat(overheard.receive(connection[0], caller, null)).isEqualTo(PENDING);
        assertThat(overheard.send(connection[1], overheard.caller(), 1)).isOne();
        turn();
        assertHeard();
        assertThat(caller.waiter().heldReactor().isAdopted()).isTrue();
    }

    @Test
    void whatIsListedAtAnAdoptedReactorTooIsTakenOut() {
        begin();
        Socket[] connection = overheard.sockets().connection();
        Caller caller = adopted(connection, null);
        assertThat(overheard.receive(connection[0], caller, null)).isEqualTo(PENDING);
        Reactor held = caller.waiter().heldReactor();
        held.makeRunnable(overheard.sockets().stream().receives, caller);
        turn();
        assertThat(adoption.reactor().hasRunnable()).isFalse();
        assertThat(overheard.send(connection[1], overheard.caller(), 1)).isOne();
        turn();
        assertThat(held.hasRunnable()).isFalse();
    }

    @Test
    void itAttemptsWhatAThreadHasListedAndStayedAwayFrom() {
        begin();
        Caller caller = overheard.pending();
        Reactor held = caller.waiter().heldReactor();
        held.makeRunnable(overheard.sockets().stream().receives, caller);
        adoption.expect(caller);
        turn();
        assertThat(held.hasRunnable()).isTrue();
        turn();
        assertThat(held.hasRunnable()).isFalse();
    }

    @Test
    void itAttemptsWhatIsListedAtItsOwnReactor() {
        begin();
        adoption.reactor().makeRunnable(overheard.sockets().stream().receives, overheard.caller());
        turn();
        assertThat(adoption.reactor().hasRunnable()).isFalse();
    }

    @Test
    void anAdoptedThreadThatComesBackIsWatchedOnAndNotTrusted() {
        begin();
        Socket[] connection = overheard.sockets().connection();
        Caller caller = adopted(connection, null);
        comeBack(caller);
        assertHeard("0 rests from 1", "timer 16 ms");
        turn();
        turn();
        assertHeard("timer 16 ms", "0 nests 1");
    }

    // ---- threads that keep a reactor without need ----

    @Test
    void aReactorThatIsKeptIsTakenBackIfItsThreadStaysAway() {
        begin();
        Caller caller = overheard.pending();
        Reactor kept = caller.waiter().heldReactor();
        caller.waiter().unpend(false);
        assertThat(adoption.reclaimsLater(kept)).isTrue();
        assertHeard("timer 1024 ms");
        turn();
        assertThat(kept.owner()).isSameAs(caller);
        turn();
        assertThat(kept.owner()).isNull();
        assertThat(engine.takeReactor(caller)).isSameAs(kept);
        assertThat(engine.instruments().adopted()).isZero();
    }

    @Test
    void aThreadThatIsWatchedDoesNotKeepItsReactor() {
        begin();
        Caller caller = adopted(overheard.sockets().connection(), null);
        assertThat(adoption.reclaimsLater(caller.waiter().heldReactor())).isFalse();
    }

    @Test
    void reactorsThatAreTooManyAreClosed() {
        begin();
        List<Caller> callers = new ArrayList<>();
        for (int i = 0; i <= Engine.REACTORS_KEPT_MAX; i++) {
            callers.add(overheard.pending());
        }
        for (Caller each : callers) {
            each.waiter().unpend(false);
            Reactor reactor = each.waiter().heldReactor();
            assertThat(reactor.release(each)).isTrue();
            engine.putBack(reactor);
        }
        assertHeard("0 lets go of 17", "17 is closed");
    }
}
