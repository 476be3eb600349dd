package dev.overlapped.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.error.WinsockErrors;
import dev.overlapped.provider.Errno;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What a reactor has listed: directions to attempt, threads that follow, guests. The owner's is poller 1,
/// the engine thread's 0.
class ReactorWakesTest {
    /// What has gone is let go of when so many are listed.
    private static final int LISTED = Reactor.LISTED_MIN;
    private static final long PENDING = -WinsockErrors.WSA_IO_PENDING;

    private OverheardEngine overheard;
    private Caller owner;
    private Caller other;
    private Reactor reactor;
    private OperationQueue queue;

    /// A thread with something pending, which is elsewhere, and one without.
    private void begin() {
        overheard = new OverheardEngine();
        owner = overheard.pending();
        other = overheard.caller();
        reactor = owner.waiter().heldReactor();
        queue = overheard.sockets().stream().receives;
    }

    private void adopt() {
        assertThat(reactor.adopt(reactor.idleWord())).isTrue();
    }

    // ---- directions that need no readiness ----

    private boolean isLeftToTheEngineThread() {
        return overheard.engine().adoption().reactor().hasRunnable();
    }

    @Test
    void whoeverDrivesItIsWokenForWhatCanBeAttempted() {
        begin();
        DuringWait.of(owner, () -> {
            reactor.makeRunnable(queue, other);
            assertThat(owner.waiter().isWaiting()).isTrue();
            other.afterUnlock();
            assertThat(owner.waiter().isWaiting()).isFalse();
            assertThat(overheard.heard()).containsExactly("1 is woken");
        });
        assertThat(isLeftToTheEngineThread()).isFalse();
    }

    @Test
    void whatCanBeAttemptedAtAnAdoptedOneIsLeftToTheEngineThread() {
        begin();
        adopt();
        reactor.makeRunnable(queue, owner);
        assertThat(reactor.isAdopted()).isTrue();
        assertThat(isLeftToTheEngineThread()).isTrue();
    }

    @Test
    void noWakeIsNeededForWhatIsListedWhereNobodyIs() {
        begin();
        owner.waiter().unpend(false);
        assertThat(reactor.release(owner)).isTrue();
        reactor.makeRunnable(queue, other);
        assertThat(reactor.hasRunnable()).isTrue();
        assertThat(isLeftToTheEngineThread()).isFalse();
    }

    /// Does `what` in a routine of `caller`, which is elsewhere before and after.
    private static void inRoutine(Caller caller, Runnable what) {
        assertThat(caller.queue(what, caller)).isEqualTo(Caller.Queueing.QUEUED);
        assertThat(caller.sleep(0, true)).isEqualTo(Caller.IO_COMPLETION);
    }

    @Test
    void whatARoutineListsForTheEndOfItsPassEndsTheAdoption() {
        begin();
        adopt();
        inRoutine(owner, () -> reactor.makeRunnable(queue, owner));
        assertThat(reactor.isAdopted()).isFalse();
        assertThat(reactor.idleWord()).isNotZero();
        assertThat(overheard.heard()).containsExactly("0 rests from 1");
        inRoutine(owner, () -> reactor.makeRunnable(queue, owner));
        assertThat(overheard.heard()).isEmpty();
        assertThat(isLeftToTheEngineThread()).isFalse();
    }

    @Test
    void whatARoutineOfAnotherThreadListsIsLeftToTheEngineThread() {
        begin();
        adopt();
        inRoutine(other, () -> reactor.makeRunnable(queue, other));
        assertThat(reactor.isAdopted()).isTrue();
        assertThat(isLeftToTheEngineThread()).isTrue();
    }

    @Test
    void whatIsListedIsAttemptedByWhoeverRunsIt() {
        begin();
        List<EventObject> events = List.of(EventObject.unnamed(true), EventObject.unnamed(true));
        TestSockets sockets = overheard.sockets();
        List<Socket[]> connections = List.of(sockets.connection(), sockets.connection());
        for (int i = 0; i < 2; i++) {
            assertThat(overheard.receive(connections.get(i)[0], other, events.get(i))).isEqualTo(PENDING);
        }
        // Nobody can watch them at the owner's, so they are listed when they come back.
        overheard.refuseWatches(Errno.ENOMEM);
        DuringWait.of(owner, () -> connections.forEach(each -> each[0].receives.takeOver(owner)));
        overheard.refuseWatches(0);
        connections.forEach(each -> assertThat(overheard.send(each[1], owner, 1)).isOne());
        Reactor at = other.waiter().heldReactor();
        assertThat(at.hasRunnable()).isTrue();
        assertThat(events).noneMatch(EventObject::isSignalled);
        at.run(owner);
        assertThat(events).allMatch(EventObject::isSignalled);
        assertThat(at.hasRunnable()).isFalse();
    }

    @Test
    void aDirectionThatHasMoreLeavesTheRestForTheNextTime() {
        begin();
        Socket[] connection = overheard.sockets().connection();
        List<EventObject> events = new ArrayList<>();
        for (int i = 0; i < 2 * OperationQueue.ROUNDS_MAX; i++) {
            events.add(EventObject.unnamed(true));
            assertThat(overheard.receive(connection[0], other, events.getLast())).isEqualTo(PENDING);
        }
        overheard.refuseWatches(Errno.ENOMEM);
        DuringWait.of(owner, () -> connection[0].receives.takeOver(owner));
        assertThat(overheard.send(connection[1], owner, events.size())).isEqualTo(events.size());
        other.waiter().heldReactor().run(owner);
        assertThat(events.stream().filter(EventObject::isSignalled)).hasSize(OperationQueue.ROUNDS_MAX);
        assertThat(other.waiter().heldReactor().hasRunnable()).isTrue();
    }

    // ---- followers ----

    @Test
    void aFollowerIsToldWhetherSomebodyDrives() {
        begin();
        assertThat(reactor.follow(other)).isFalse();
        DuringWait.of(owner, () -> assertThat(reactor.follow(other)).isTrue());
    }

    @Test
    void whenTheOwnerLeavesWhoeverFollowsIsWokenOnce() {
        begin();
        DuringWait.of(other, () -> {
            DuringWait.of(owner, () -> {
                assertThat(reactor.follow(other)).isTrue();
                assertThat(other.waiter().isWaiting()).isTrue();
            });
            assertThat(other.waiter().isWaiting()).isFalse();
        });
        DuringWait.of(other, () -> {
            DuringWait.of(owner, () -> assertThat(reactor.follow(overheard.caller())).isTrue());
            assertThat(other.waiter().isWaiting()).isTrue();
        });
    }

    /// Returns when all but one of them have been collected.
    private static void awaitCollected(List<? extends WeakReference<?>> comers) {
        assertThat(comers).hasSize(LISTED + 1);
        while (comers.stream().filter(each -> each.get() != null).count() > 1) {
            System.gc();
        }
    }

    @Test
    void followersThatHaveEndedAreNotKept() {
        begin();
        List<WeakReference<Caller>> comers = new ArrayList<>();
        for (int i = 0; i <= LISTED; i++) {
            Caller comer = overheard.ended();
            assertThat(reactor.follow(comer)).isFalse();
            comers.add(new WeakReference<>(comer));
        }
        try {
            awaitCollected(comers);
        } finally {
            Reference.reachabilityFence(reactor);
        }
    }

    @Test
    void followersThatLiveAreKeptHoweverManyEnd() {
        begin();
        DuringWait.of(other, () -> {
            DuringWait.of(owner, () -> {
                assertThat(reactor.follow(other)).isTrue();
                for (int i = 0; i < 2 * LISTED; i++) {
                    assertThat(reactor.follow(overheard.ended())).isTrue();
                }
            });
            assertThat(other.waiter().isWaiting()).isFalse();
        });
    }

    // ---- guests ----

    @Test
    void guestsAreTakenInWhileTheOwnerWaits() {
        begin();
        assertThat(reactor.addGuest(queue)).isFalse();
        DuringWait.of(owner, () -> assertThat(reactor.addGuest(queue)).isTrue());
        assertThat(reactor.addGuest(queue)).isFalse();
    }

    private OperationQueue closedQueue() {
        Socket stream = overheard.sockets().stream();
        OperationQueue closed = new OperationQueue(stream, overheard.engine().provider(), false);
        closed.closed = true;
        return closed;
    }

    @Test
    void guestsThatAreClosedAreNotKept() {
        begin();
        DuringWait.of(owner, () -> {
            List<WeakReference<OperationQueue>> comers = new ArrayList<>();
            for (int i = 0; i <= LISTED; i++) {
                OperationQueue comer = closedQueue();
                assertThat(reactor.addGuest(comer)).isTrue();
                comers.add(new WeakReference<>(comer));
            }
            awaitCollected(comers);
        });
    }

    @Test
    void guestsGoHomeWhenTheOwnersWaitIsOver() {
        begin();
        Socket socket = overheard.sockets().connection()[0];
        assertThat(overheard.receive(socket, other, null)).isEqualTo(PENDING);
        DuringWait.of(owner, () -> {
            socket.receives.takeOver(owner);
            for (int i = 0; i < 2 * LISTED; i++) {
                assertThat(reactor.addGuest(closedQueue())).isTrue();
            }
            overheard.heard();
        });
        assertThat(overheard.heard()).startsWith("1 unwatches", "2 watches READ");
    }

    @Test
    void aGuestThatCanBeAttemptedWakesItsCallerWhenItGoesHome() {
        begin();
        Socket socket = overheard.sockets().connection()[0];
        assertThat(overheard.receive(socket, other, null)).isEqualTo(PENDING);
        DuringWait.of(owner, () -> {
            overheard.refuseWatches(Errno.ENOMEM);
            socket.receives.takeOver(owner);
            overheard.refuseWatches(0);
            DuringWait.of(other, () -> {
                reactor.sendGuestsHome(owner);
                assertThat(other.waiter().isWaiting()).isFalse();
            });
        });
    }
}
