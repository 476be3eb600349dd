package dev.overlapped.provider.epoll;

import static dev.overlapped.provider.epoll.Loopback.PROVIDER;
import static dev.overlapped.provider.epoll.Loopback.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.overlapped.provider.BufferList;
import dev.overlapped.provider.Errno;
import dev.overlapped.provider.Interest;
import dev.overlapped.provider.MessageFlags;
import dev.overlapped.provider.Poller;
import dev.overlapped.provider.ReadyEvents;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EpollPollerTest {
    private static final long FOREVER = -1;
    private static final long KEY = 0x1234_5678_9abc_def0L;

    private final Loopback loopback = new Loopback();
    private final Poller poller = PROVIDER.openPoller();
    private final ReadyEvents events = new ReadyEvents();
    private final Arena auto = Arena.ofAuto();

    @AfterEach
    void close() {
        poller.close();
        loopback.close();
    }

    private void expect(long key, int readiness) {
        assertThat(poller.poll(events, FOREVER)).isEqualTo(1);
        assertThat(events.size()).isEqualTo(1);
        assertThat(events.key(0)).isEqualTo(key);
        assertThat(events.readiness(0)).isEqualTo(readiness);
    }

    private void expectNothing() {
        assertThat(poller.poll(events, 0)).isZero();
        assertThat(events.size()).isZero();
    }

    @Test
    void whatIsReadyIsReportedOnceUntilThereIsMore() {
        assertThat(poller.watch(loopback.server, KEY, Interest.READ)).isZero();
        expectNothing();
        loopback.send(text(auto, "a"));
        expect(KEY, Interest.READ);
        expectNothing();
        loopback.send(text(auto, "b"));
        expect(KEY, Interest.READ);
    }

    @Test
    void whatIsReadyBeforeTheWatchIsReported() {
        loopback.send(text(auto, "a"));
        assertThat(poller.watch(loopback.server, KEY, Interest.READ)).isZero();
        expect(KEY, Interest.READ);
    }

    @Test
    void rewatchingReportsAgainWhatIsReady() {
        assertThat(poller.watch(loopback.server, KEY, Interest.READ)).isZero();
        loopback.send(text(auto, "a"));
        expect(KEY, Interest.READ);
        expectNothing();
        assertThat(poller.rewatch(loopback.server, KEY + 1, Interest.READ | Interest.WRITE)).isZero();
        expect(KEY + 1, Interest.READ | Interest.WRITE);
        assertThat(poller.rewatch(loopback.server, KEY, Interest.READ)).isZero();
        expect(KEY, Interest.READ);
    }

    @Test
    void aLevelLastsAsLongAsItsCause() {
        assertThat(poller.watch(loopback.server, KEY, Interest.READ | Interest.LEVEL)).isZero();
        loopback.send(text(auto, "a"));
        expect(KEY, Interest.READ);
        expect(KEY, Interest.READ);
        loopback.arrived(1);
        expectNothing();
    }

    @Test
    void roomToSendIsReportedWhenItComesBack() {
        assertThat(poller.watch(loopback.client, KEY, Interest.WRITE)).isZero();
        expect(KEY, Interest.WRITE);
        MemorySegment large = auto.allocate(1 << 20);
        while (loopback.send(large) > 0) {
            expectNoReadinessButWriting();
        }
        BufferList sink = Loopback.list(large);
        do {
            while (PROVIDER.receive(loopback.server, sink, 0) > 0) {
                assertThat(sink.remaining()).isPositive();
            }
        } while (poller.poll(events, 0) == 0);
        assertThat(events.readiness(0)).isEqualTo(Interest.WRITE);
    }

    private void expectNoReadinessButWriting() {
        if (poller.poll(events, 0) > 0) {
            assertThat(events.readiness(0)).isEqualTo(Interest.WRITE);
        }
    }

    @Test
    void theEndOfThePeerIsSpecial() {
        assertThat(poller.watch(loopback.server, KEY, Interest.READ)).isZero();
        PROVIDER.shutdownSending(loopback.client);
        expect(KEY, Interest.READ | Interest.SPECIAL);
    }

    @Test
    void aResetIsReadyForEverything() {
        assertThat(poller.watch(loopback.server, KEY, Interest.READ)).isZero();
        int reset = PROVIDER.open(Loopback.TCP);
        // Connecting where nobody listens is answered with a reset.
        int listener = Loopback.listening();
        SocketAddress nobody = PROVIDER.localAddress(listener);
        PROVIDER.close(listener, false);
        assertThat(poller.watch(reset, KEY + 1, Interest.WRITE)).isZero();
        poller.poll(events, 0);
        assertThat(PROVIDER.connect(reset, Loopback.TCP, nobody)).isNegative();
        expect(KEY + 1, Interest.READ | Interest.WRITE | Interest.SPECIAL);
        PROVIDER.close(reset, false);
    }

    @Test
    void urgentDataIsSpecial() {
        assertThat(poller.watch(loopback.server, KEY, Interest.READ)).isZero();
        BufferList urgent = Loopback.list(text(auto, "!"));
        assertThat(PROVIDER.send(loopback.client, urgent, 1, MessageFlags.OUT_OF_BAND)).isEqualTo(1);
        expect(KEY, Interest.READ | Interest.SPECIAL);
    }

    @Test
    void unwatchedIsUnreported() {
        assertThat(poller.watch(loopback.server, KEY, Interest.READ)).isZero();
        assertThat(poller.watch(loopback.server, KEY, Interest.READ)).isEqualTo(-Errno.EEXIST);
        assertThat(poller.unwatch(loopback.server)).isZero();
        loopback.send(text(auto, "a"));
        expectNothing();
    }

    @Test
    void oneThreadsEventsAreBoundedAndTheOthersComeNext() {
        List<Poller> many = new ArrayList<>();
        for (int i = 0; i < ReadyEvents.EVENTS_MAX + 10; i++) {
            Poller inner = PROVIDER.openPoller();
            inner.wakeUp();
            assertThat(poller.nest(inner, i, true)).isZero();
            many.add(inner);
        }
        assertThat(poller.poll(events, FOREVER)).isEqualTo(ReadyEvents.EVENTS_MAX);
        many.forEach(Poller::close);
    }

    @Test
    void aWakeUpEndsThePollThatIsUnderWay() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        Thread thread = Thread.ofPlatform().start(() -> {
            begun.countDown();
            assertThat(poller.poll(new ReadyEvents(), FOREVER)).isZero();
        });
        begun.await();
        poller.wakeUp();
        thread.join();
    }

    @Test
    void everyWakeUpEndsTheNextPollAndIsSeenOnce() {
        for (int i = 0; i < 3; i++) {
            poller.wakeUp();
            assertThat(poller.poll(events, FOREVER)).isZero();
            expectNothing();
        }
        poller.wakeUp();
        poller.wakeUp();
        assertThat(poller.poll(events, FOREVER)).isZero();
    }

    @Test
    void aWakeUpIsNotHandedOutAmongOtherEvents() {
        assertThat(poller.watch(loopback.server, KEY, Interest.READ)).isZero();
        loopback.send(text(auto, "a"));
        poller.wakeUp();
        expect(KEY, Interest.READ);
    }

    @Test
    void aNestedPollerReportsWhileItIsOn() {
        Poller inner = PROVIDER.openPoller();
        assertThat(inner.watch(loopback.server, KEY, Interest.READ)).isZero();
        assertThat(poller.nest(inner, 7, true)).isZero();
        expectNothing();
        loopback.send(text(auto, "a"));
        expect(7, Interest.READ);
        expect(7, Interest.READ);
        assertThat(poller.nest(inner, 7, false)).isZero();
        expectNothing();
        assertThat(poller.nest(inner, 8, true)).isZero();
        expect(8, Interest.READ);
        assertThat(inner.poll(events, 0)).isEqualTo(1);
        assertThat(events.key(0)).isEqualTo(KEY);
        expectNothing();
        inner.wakeUp();
        expect(8, Interest.READ);
        assertThat(poller.unnest(inner)).isZero();
        expectNothing();
        inner.close();
    }

    @Test
    void aPollerThatIsNestedOffIsSilentFromTheStart() {
        Poller inner = PROVIDER.openPoller();
        inner.wakeUp();
        assertThat(poller.nest(inner, 7, false)).isZero();
        expectNothing();
        assertThat(poller.nest(inner, 7, true)).isZero();
        expect(7, Interest.READ);
        inner.close();
    }

    @Test
    void aTimerIsReportedEachTimeItIsDueThoughNobodyReadsIt() {
        int timer = PROVIDER.openTimer();
        assertThat(poller.watch(timer, KEY, Interest.READ)).isZero();
        expectNothing();
        for (long nanos : new long[] {1_000_000, 0, -5, 1}) {
            assertThat(PROVIDER.setTimer(timer, nanos)).isZero();
            expect(KEY, Interest.READ);
            expectNothing();
        }
        PROVIDER.close(timer, false);
    }

    @Test
    void aPollWithATimeoutEndsWithoutEvents() {
        assertThat(poller.poll(events, 1)).isZero();
        assertThat(poller.poll(events, 1_000_001)).isZero();
    }

    @Test
    void aThreadsEndIsReported() throws InterruptedException {
        CountDownLatch watched = new CountDownLatch(1);
        CompletableFuture<Integer> id = new CompletableFuture<>();
        Thread thread = Thread.ofPlatform().start(() -> {
            id.complete(PROVIDER.threads().id());
            awaitUninterrupted(watched);
        });
        int watch = PROVIDER.openThreadWatch(id.join());
        assumeTrue(watch >= 0, "this kernel cannot watch threads");
        assertThat(poller.watch(watch, KEY, Interest.READ | Interest.LEVEL)).isZero();
        expectNothing();
        watched.countDown();
        assertThat(poller.poll(events, FOREVER)).isEqualTo(1);
        assertThat(events.readiness(0) & Interest.READ).isEqualTo(Interest.READ);
        thread.join();
        PROVIDER.close(watch, false);
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException unexpected) {
            throw new AssertionError(unexpected);
        }
    }

    @Test
    void aThreadThatIsGoneCannotBeWatched() throws InterruptedException {
        int[] id = new int[1];
        Thread.ofPlatform().start(() -> id[0] = PROVIDER.threads().id()).join();
        int watch;
        do {
            // The JVM says that a thread has ended a moment before the kernel does.
            watch = PROVIDER.openThreadWatch(id[0]);
            if (watch >= 0) {
                PROVIDER.close(watch, false);
            }
        } while (watch >= 0);
        assertThat(watch).isNegative();
    }

    @Test
    void aClosedPollerIsNotTouched() {
        Poller closed = PROVIDER.openPoller();
        closed.close();
        assertThatThrownBy(closed::close).isInstanceOf(AssertionError.class);
        assertThatThrownBy(closed::wakeUp).isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> closed.poll(events, 0)).isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> closed.watch(0, 1, Interest.READ)).isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> poller.nest(closed, 1, true)).isInstanceOf(AssertionError.class);
    }

    @Test
    void theKeyOfTheWakeUpIsNobodyElses() {
        assertThatThrownBy(() -> poller.watch(loopback.server, EpollPoller.WAKE_UP_KEY, Interest.READ))
                .isInstanceOf(AssertionError.class);
    }
}
