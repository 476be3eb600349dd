package dev.overlapped.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.overlapped.error.WinsockErrors;
import dev.overlapped.provider.Errno;
import dev.overlapped.provider.simulated.SimulatedThreads;
import java.lang.foreign.Arena;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/// How the engine thread learns of the ends of others, and what it does for virtual ones. The first reactor
/// is poller 1, the engine thread's 0.
class WatchedThreadsTest {
    private static final long PENDING = -WinsockErrors.WSA_IO_PENDING;
    /// Longer than the engine thread is ever patient.
    private static final long LONG_NANOS = 10_000_000_000L;

    private OverheardEngine overheard;
    private Engine engine;
    private Adoption adoption;

    private void begin() {
        begin(new OverheardEngine());
    }

    private void begin(OverheardEngine on) {
        overheard = on;
        engine = on.engine();
        adoption = engine.adoption();
    }

    private void turn() {
        assertThat(adoption.turn()).isTrue();
    }

    private void assertHeard(String... expected) {
        assertThat(overheard.heard()).containsExactly(expected);
    }

    /// A thread with something pending that is adopted.
    private Caller adopted() {
        Caller caller = overheard.pending();
        adoption.expect(caller);
        turn();
        turn();
        assertThat(caller.waiter().heldReactor().isAdopted()).isTrue();
        overheard.heard();
        return caller;
    }

    /// A thread that has ended, by its provider's number.
    private Caller endedMember() {
        int[] number = new int[1];
        Thread member = overheard.network().threads().newThread("ended", false,
                () -> number[0] = overheard.network().threads().id());
        member.start();
        overheard.network().threads().awaitAll();
        return new Caller(engine, member, number[0]);
    }

    @Test
    void whatAThreadHasPendingEndsWhenItIsFoundToHaveEnded() {
        begin();
        Socket socket = overheard.sockets().connection()[0];
        EventObject event = EventObject.unnamed(true);
        assertThat(overheard.receive(socket, endedMember(), event)).isEqualTo(PENDING);
        turn();
        assertThat(event.isSignalled()).isFalse();
        turn();
        assertThat(event.isSignalled()).isTrue();
        assertHeard("1 watches READ", "timer 16 ms", "timer 16 ms", "0 nests 1", "0 rests from 1");
    }

    @Test
    void anAcceptThatIsInNoQueueAtThatMomentIsLookedForAgain() {
        begin();
        Caller ended = endedMember();
        assertThat(ended.waiter().pend(false)).isTrue();
        adoption.expect(ended);
        turn();
        turn();
        Reactor held = ended.waiter().heldReactor();
        assertThat(held.owner()).isSameAs(ended);
        assertHeard("timer 16 ms", "timer 16 ms", "0 nests 1", "timer 1 ms");
        ended.waiter().unpend(false);
        turn();
        assertHeard("0 rests from 1");
        assertThat(engine.takeReactor(ended)).isSameAs(held);
    }

    /// A caller that lives, whose number is that of a thread that ends in between.
    private Caller adoptedWithTheNumberOfAnother(CountDownLatch end) {
        int[] number = new int[1];
        Thread member = overheard.network().threads().newThread("another", false, () -> {
            number[0] = overheard.network().threads().id();
            overheard.network().threads().awaitUntil(() -> end.getCount() == 0, "for the test");
        });
        member.start();
        overheard.network().threads().awaitUntil(() -> number[0] != 0, "for its number");
        Caller caller = new Caller(engine, Thread.currentThread(), number[0]);
        assertThat(caller.waiter().pend(false)).isTrue();
        adoption.expect(caller);
        turn();
        turn();
        return caller;
    }

    @Test
    void aWatchThatWasOfAnotherThreadIsForgottenAndTheThreadIsAskedInstead() {
        begin();
        CountDownLatch end = new CountDownLatch(1);
        Caller caller = adoptedWithTheNumberOfAnother(end);
        assertHeard("timer 16 ms", "timer 16 ms", "0 watches READ LEVEL", "0 nests 1");
        int descriptors = overheard.network().openDescriptors();
        end.countDown();
        overheard.network().threads().awaitAll();
        turn();
        assertHeard("0 unwatches", "timer 1 ms");
        assertThat(overheard.network().openDescriptors()).isEqualTo(descriptors - 1);
        turn();
        assertHeard("timer 100 ms");
        turn();
        assertHeard("timer 100 ms");
        assertThat(caller.waiter().heldReactor().isAdopted()).isTrue();
    }

    @Test
    void threadsAreAskedNowAndThenWhereTheirEndsCannotBeWatched() {
        begin(new OverheardEngine(false, false));
        Caller caller = adopted();
        turn();
        assertHeard("timer 100 ms");
        assertThat(caller.waiter().heldReactor().isAdopted()).isTrue();
    }

    @Test
    void threadsAreAskedNowAndThenWhereThereIsNoMemoryToWatchTheirEnds() {
        begin();
        Caller caller = overheard.pending();
        adoption.expect(caller);
        turn();
        overheard.heard();
        int descriptors = overheard.network().openDescriptors();
        overheard.refuseWatches(Errno.ENOMEM);
        turn();
        assertHeard("0 watches READ LEVEL", "0 nests 1", "timer 100 ms");
        assertThat(overheard.network().openDescriptors()).isEqualTo(descriptors);
    }

    @Test
    void aWatchOfNumberZeroIsAWatchLikeAnyOther() {
        begin();
        overheard.releaseNumberZero();
        Caller caller = overheard.pending();
        adoption.expect(caller);
        turn();
        overheard.heard();
        turn();
        assertHeard("0 watches READ LEVEL", "0 nests 1");
        assertThat(adoption.reclaimsLater(caller.waiter().heldReactor())).isFalse();
        turn();
        assertHeard("timer 1024 ms");
        caller.waiter().pollInPassing();
        turn();
        turn();
        assertHeard("0 rests from 1", "timer 16 ms", "timer 16 ms", "0 nests 1");
        caller.waiter().unpend(false);
        assertThat(caller.waiter().heldReactor().release(caller)).isTrue();
        assertHeard("0 rests from 1", "0 unwatches");
    }

    // ---- virtual threads ----

    private Caller virtual(Thread thread) {
        Caller caller = new Caller(engine, thread, 0);
        assertThat(caller.isVirtual()).isTrue();
        return caller;
    }

    /// As [#virtual], of one that lives until `end`.
    private Caller living(CountDownLatch end) {
        return virtual(Thread.ofVirtual().start(() -> OverheardEngine.await(end)));
    }

    @Test
    void whatAVirtualThreadHasPendingIsTheEngineThreads() {
        begin();
        CountDownLatch end = new CountDownLatch(1);
        Caller virtual = living(end);
        Socket[] connection = overheard.sockets().connection();
        EventObject event = EventObject.unnamed(true);
        assertThat(overheard.receive(connection[0], virtual, event)).isEqualTo(PENDING);
        assertHeard("0 watches READ", "timer 100 ms");
        turn();
        assertHeard("timer 100 ms");
        assertThat(overheard.send(connection[1], overheard.caller(), 1)).isOne();
        turn();
        assertThat(event.isSignalled()).isTrue();
        turn();
        assertHeard();
        end.countDown();
    }

    @Test
    void whatAVirtualThreadHasPendingEndsWithIt() {
        begin();
        Caller ended = virtual(Thread.ofVirtual().unstarted(() -> { }));
        EventObject event = EventObject.unnamed(true);
        assertThat(overheard.receive(overheard.sockets().connection()[0], ended, event)).isEqualTo(PENDING);
        turn();
        assertThat(event.isSignalled()).isTrue();
        assertHeard("0 watches READ", "timer 100 ms", "timer 100 ms");
        turn();
        assertHeard();
    }

    @Test
    void aVirtualThreadThatWaitsIsNotAskedUntilItHasWaited() {
        begin();
        CountDownLatch end = new CountDownLatch(1);
        Caller virtual = living(end);
        assertThat(overheard.receive(overheard.sockets().connection()[0], virtual, null)).isEqualTo(PENDING);
        assertHeard("0 watches READ", "timer 100 ms");
        DuringWait.of(virtual, () -> {
            turn();
            assertHeard();
        });
        assertHeard("timer 100 ms");
        end.countDown();
    }

    /// One whose only receive has ended.
    private WeakReference<Caller> done() {
        Caller virtual = virtual(Thread.ofVirtual().unstarted(() -> { }));
        assertThat(virtual.waiter().pend(false)).isTrue();
        adoption.expect(virtual);
        virtual.waiter().unpend(false);
        return new WeakReference<>(virtual);
    }

    @Test
    void aVirtualThreadWithNothingPendingIsNotKept() {
        begin();
        WeakReference<Caller> done = done();
        turn();
        try {
            while (done.get() != null) {
                System.gc();
            }
        } finally {
            Reference.reachabilityFence(adoption);
        }
    }

    // ---- the engine thread itself ----

    /// Throws where an outcome is told, and knows who was told.
    private static final class Throwing implements Completion {
        private Caller told;

        @Override
        public void begun(Object tag) {
        }

        @Override
        public void publish(Object tag, int code, long bytes) {
            told = Caller.current();
            throw new IllegalStateException("meant");
        }

        @Override
        public void deliver(Object routine, Object tag, int code, long bytes) {
            throw new AssertionError("there is no routine");
        }
    }

    @Test
    void whatTheEngineThreadMeetsIsReportedAsItsOwnAndItGoesOn() {
        begin(new OverheardEngine(true, true));
        SimulatedThreads threads = overheard.network().threads();
        Socket[] connection = overheard.sockets().connection();
        Caller caller = overheard.caller();
        Throwing throwing = new Throwing();
        Request receive = caller.receive(connection[0], 0, false);
        assertThat(receive.add(Arena.ofAuto().allocate(1), 1, true)).isTrue();
        receive.indicate(throwing, this, null, null);
        assertThat(connection[0].start(receive, caller)).isEqualTo(PENDING);
        threads.sleep(LONG_NANOS);
        assertThat(overheard.send(connection[1], overheard.caller(), 1)).isOne();
        assertThatThrownBy(() -> threads.sleep(LONG_NANOS)).hasRootCauseMessage("meant");
        assertThat(throwing.told).isSameAs(adoption.self());
        EventObject event = EventObject.unnamed(true);
        assertThat(overheard.receive(connection[0], caller, event)).isEqualTo(PENDING);
        assertThat(overheard.send(connection[1], overheard.caller(), 1)).isOne();
        threads.sleep(LONG_NANOS);
        assertThat(event.isSignalled()).isTrue();
        threads.end();
    }
}
