package dev.overlapped.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.provider.Errno;
import dev.overlapped.provider.Interest;
import dev.overlapped.provider.ReadyEvents;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/// Who looks after a reactor. The owner's is poller 1, the engine thread's 0.
class ReactorTest {
    private OverheardEngine overheard;
    private Caller owner;
    private Caller other;
    private Reactor reactor;

    /// A thread with something pending, which is elsewhere, and one without.
    private void begin() {
        overheard = new OverheardEngine();
        owner = overheard.pending();
        other = overheard.caller();
        reactor = owner.waiter().heldReactor();
    }

    private void ownerHasNothingPending() {
        owner.waiter().unpend(false);
    }

    private void adopt() {
        assertThat(reactor.adopt(reactor.idleWord())).isTrue();
    }

    private void assertIsIdle() {
        assertThat(reactor.idleWord()).isNotZero();
        assertThat(reactor.isDriven()).isFalse();
        assertThat(reactor.isAdopted()).isFalse();
    }

    private void assertIsFree() {
        assertThat(reactor.owner()).isNull();
        assertThat(reactor.idleWord()).isZero();
        assertThat(reactor.isDriven()).isFalse();
        assertThat(reactor.isAdopted()).isFalse();
    }

    // ---- lease ----

    @Test
    void oneThatIsLeasedIsItsThreadsWhichIsElsewhere() {
        begin();
        assertThat(reactor.owner()).isSameAs(owner);
        assertIsIdle();
    }

    @Test
    void theOwnerReleasesItOnceItHasNothingPending() {
        begin();
        assertThat(reactor.release(owner)).isFalse();
        ownerHasNothingPending();
        assertThat(reactor.release(other)).isFalse();
        assertIsIdle();
        assertThat(reactor.release(owner)).isTrue();
        assertIsFree();
        assertThat(overheard.heard()).isEmpty();
    }

    @Test
    void oneThatIsAdoptedIsGivenBackBeforeItIsReleased() {
        begin();
        adopt();
        ownerHasNothingPending();
        assertThat(reactor.release(owner)).isTrue();
        assertThat(overheard.heard()).containsExactly("0 rests from 1");
        assertIsFree();
    }

    @Test
    void theEngineTakesItBackFromWhoeverIsElsewhereWithNothingPending() {
        begin();
        assertThat(reactor.reclaim()).isFalse();
        ownerHasNothingPending();
        DuringWait.of(owner, () -> {
            assertThat(reactor.reclaim()).isFalse();
            assertThat(reactor.isDriven()).isTrue();
            assertThat(owner.waiter().pend(false)).isTrue();
        });
        ownerHasNothingPending();
        assertThat(reactor.reclaim()).isTrue();
        assertIsFree();
        assertThat(overheard.heard()).doesNotContain("0 rests from 1");
        assertThat(reactor.reclaim()).isFalse();
    }

    @Test
    void theEngineTakesBackWhatItHasAdopted() {
        begin();
        adopt();
        assertThat(reactor.reclaim()).isFalse();
        assertThat(overheard.heard()).isEmpty();
        ownerHasNothingPending();
        assertThat(reactor.reclaim()).isTrue();
        assertThat(overheard.heard()).containsExactly("0 rests from 1");
        assertIsFree();
    }

    /// The owner loses it by `end`, and another thread gets it.
    private void assertDoesNotEnterAgain(BooleanSupplier end) {
        int remembered = reactor.idleWord();
        ownerHasNothingPending();
        assertThat(end.getAsBoolean()).isTrue();
        assertThat(reactor.enter(owner, remembered)).isFalse();
        reactor.lease(other);
        assertThat(reactor.enter(owner, remembered)).isFalse();
        assertThat(reactor.owner()).isSameAs(other);
        assertIsIdle();
    }

    @Test
    void whoeverHasReleasedItDoesNotEnterItAgain() {
        begin();
        assertDoesNotEnterAgain(() -> reactor.release(owner));
    }

    @Test
    void whomeverTheEngineHasTakenItFromDoesNotEnterItAgain() {
        begin();
        assertDoesNotEnterAgain(reactor::reclaim);
    }

    @Test
    void aThreadThatHasSomethingPendingAgainKeepsItAndWasSeen() {
        begin();
        assertThat(reactor.renew(other)).isFalse();
        int before = reactor.idleWord();
        assertThat(reactor.renew(owner)).isTrue();
        assertIsIdle();
        assertThat(reactor.idleWord()).isNotEqualTo(before);
        assertThat(reactor.adopt(before)).isFalse();
        assertIsIdle();
    }

    @Test
    void whoeverLooksAfterItGoesOnWhenItsThreadHasSomethingPendingAgain() {
        begin();
        adopt();
        assertThat(reactor.renew(owner)).isTrue();
        assertThat(reactor.isAdopted()).isTrue();
        DuringWait.of(owner, () -> {
            assertThat(reactor.renew(owner)).isTrue();
            assertThat(reactor.isDriven()).isTrue();
        });
    }

    // ---- driving ----

    @Test
    void itIsDrivenWhileItsThreadWaitsWhichIsSeenAfterwards() {
        begin();
        int before = reactor.idleWord();
        DuringWait.of(owner, () -> {
            assertThat(reactor.isDriven()).isTrue();
            assertThat(reactor.isAdopted()).isFalse();
            assertThat(reactor.idleWord()).isZero();
        });
        assertIsIdle();
        assertThat(reactor.idleWord()).isNotEqualTo(before);
    }

    @Test
    void nobodyElseEntersIt() {
        begin();
        assertThat(reactor.enter(other, 0)).isFalse();
        assertIsIdle();
        assertThat(reactor.enter(owner, 0)).as("the owner has forgotten its word").isTrue();
        assertThat(reactor.isDriven()).isTrue();
    }

    /// The monitor is another thread's at that moment, so that a wait that took it would last for ever.
    private void waitWithoutTheMonitorOf(Reactor held) throws InterruptedException {
        CountDownLatch isHeld = new CountDownLatch(1);
        CountDownLatch isOver = new CountDownLatch(1);
        Thread holder = Thread.ofPlatform().start(() -> {
            synchronized (held) {
                isHeld.countDown();
                OverheardEngine.await(isOver);
            }
        });
        isHeld.await();
        try {
            DuringWait.of(owner, () -> assertThat(held.isDriven()).isTrue());
        } finally {
            isOver.countDown();
        }
        holder.join();
    }

    @Test
    void aThreadThatComesBackTakesNoMonitor() throws InterruptedException {
        begin();
        waitWithoutTheMonitorOf(reactor);
        waitWithoutTheMonitorOf(reactor);
        assertThat(reactor.renew(owner)).isTrue();
        waitWithoutTheMonitorOf(reactor);
    }

    @Test
    void theEnginesOwnIsDrivenForEver() {
        begin();
        Reactor engines = overheard.engine().adoption().reactor();
        Caller self = overheard.engine().adoption().self();
        assertThat(engines.owner()).isSameAs(self);
        assertThat(self.waiter().heldReactor()).isSameAs(engines);
        assertThat(engines.isDriven()).isTrue();
        assertThat(engines.follow(other)).isTrue();
    }

    // ---- adoption ----

    @Test
    void itIsAdoptedOnlyIfNothingHasHappenedSinceItWasSeen() {
        begin();
        int seen = reactor.idleWord();
        DuringWait.of(owner, () -> assertThat(reactor.adopt(seen)).isFalse());
        assertThat(reactor.adopt(seen)).isFalse();
        assertIsIdle();
        assertThat(reactor.adopt(reactor.idleWord())).isTrue();
        assertThat(reactor.isAdopted()).isTrue();
        assertThat(reactor.isDriven()).isFalse();
        assertThat(reactor.idleWord()).isZero();
        assertThat(reactor.owner()).isSameAs(owner);
    }

    @Test
    void anAdoptionEndsWhenItsThreadWaitsAgain() {
        begin();
        adopt();
        DuringWait.of(owner, () -> {
            assertThat(overheard.heard()).containsExactly("0 rests from 1");
            assertThat(reactor.isDriven()).isTrue();
        });
        overheard.heard();
        DuringWait.of(owner, () -> assertThat(overheard.heard()).isEmpty());
    }

    // ---- what is registered ----

    @Test
    void whatIsAskedOfItIsAskedOfThePoller() {
        begin();
        int descriptor = overheard.sockets().datagrams().descriptor();
        assertThat(reactor.watch(descriptor, 4, Interest.WRITE)).isZero();
        assertThat(reactor.rewatch(descriptor, 8, Interest.WRITE)).isZero();
        ReadyEvents events = new ReadyEvents();
        reactor.pollNow(events);
        assertThat(events.size()).isOne();
        assertThat(events.key(0)).isEqualTo(8);
        reactor.unwatch(descriptor);
        reactor.wakeUp();
        assertThat(overheard.heard())
                .containsExactly("1 watches WRITE", "1 rewatches WRITE", "1 unwatches", "1 is woken");
        overheard.refuseWatches(Errno.ENOMEM);
        assertThat(reactor.watch(descriptor, 4, Interest.WRITE)).isEqualTo(-Errno.ENOMEM);
        assertThat(reactor.rewatch(descriptor, 4, Interest.WRITE)).isEqualTo(-Errno.ENOMEM);
    }

    @Test
    void nothingIsAskedOfAPollerAfterItsClose() {
        begin();
        int descriptor = overheard.sockets().datagrams().descriptor();
        ReadyEvents events = new ReadyEvents();
        events.add(4, Interest.READ);
        reactor.close();
        assertThat(reactor.watch(descriptor, 4, Interest.WRITE)).isZero();
        assertThat(reactor.rewatch(descriptor, 4, Interest.WRITE)).isZero();
        reactor.unwatch(descriptor);
        reactor.wakeUp();
        reactor.pollNow(events);
        assertThat(events.size()).as("what was left of an older poll").isZero();
        assertThat(overheard.heard()).containsExactly("1 is closed");
        assertThat(overheard.network().openPollers()).isOne();
    }
}
