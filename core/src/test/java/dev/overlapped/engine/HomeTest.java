package dev.overlapped.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.provider.Errno;
import org.junit.jupiter.api.Test;

/// Where a direction waits, and who drives it. The first thread's reactor is poller 1, the second one's is 2.
class HomeTest {
    private OverheardEngine overheard;
    private Socket socket;
    private Caller first;
    private Caller second;
    private Home reading;
    private Home writing;

    /// Two threads with something pending, which are elsewhere.
    private void begin() {
        overheard = new OverheardEngine();
        begin(overheard.sockets().stream());
    }

    private void begin(Socket on) {
        socket = on;
        first = overheard.pending();
        second = overheard.pending();
        reading = new Home(socket.receives, socket.registration(), false);
        writing = new Home(socket.sends, socket.registration(), true);
    }

    private void beginWithDatagrams() {
        overheard = new OverheardEngine();
        begin(overheard.sockets().datagrams());
    }

    private Request receive(Caller by, EventObject event) {
        Request request = by.receive(socket, 0, false);
        request.indicate(new Untold(), this, null, event);
        return request;
    }

    private Request receive(Caller by) {
        return receive(by, null);
    }

    /// The receives wait where the first thread does.
    private void beginReading() {
        assertThat(reading.begin(receive(first), false, first)).isZero();
        assertThat(overheard.heard()).containsExactly("1 watches READ");
    }

    private static boolean hasRunnable(Caller caller) {
        return caller.waiter().heldReactor().hasRunnable();
    }

    // ---- the beginning and the end ----

    @Test
    void aDirectionWaitsWhereTheCallerOfItsFirstRequestDoes() {
        begin();
        assertThat(reading.begin(receive(second), false, first)).isZero();
        assertThat(overheard.heard()).containsExactly("2 watches READ");
        assertThat(hasRunnable(first)).isFalse();
        assertThat(hasRunnable(second)).isFalse();
    }

    @Test
    void whatIsReadyIsAttemptedAtOnce() {
        begin();
        assertThat(reading.begin(receive(first), true, first)).isZero();
        assertThat(overheard.heard()).containsExactly("1 watches READ");
        assertThat(hasRunnable(first)).isTrue();
    }

    @Test
    void whatIsReadyToBeWrittenIsNotWatchedUntilItHasNoRoom() {
        begin();
        assertThat(writing.begin(receive(first), true, first)).isZero();
        assertThat(overheard.heard()).isEmpty();
        assertThat(hasRunnable(first)).isTrue();
        assertThat(writing.arm()).isZero();
        assertThat(overheard.heard()).containsExactly("1 watches WRITE");
        assertThat(writing.arm()).isZero();
        assertThat(overheard.heard()).containsExactly("1 rewatches WRITE");
    }

    @Test
    void whereNothingCanBeWatchedItCannotBegin() {
        begin();
        overheard.refuseWatches(Errno.ENOMEM);
        assertThat(reading.begin(receive(first), false, first)).isEqualTo(-Errno.ENOMEM);
        assertThat(writing.begin(receive(first), false, first)).isEqualTo(-Errno.ENOMEM);
        assertThat(writing.arm()).isEqualTo(-Errno.ENOMEM);
    }

    @Test
    void itIsListedOnceUntilItIsTakenOut() {
        begin();
        assertThat(reading.begin(receive(first), true, first)).isZero();
        Reactor at = first.waiter().heldReactor();
        at.run(first);
        assertThat(at.hasRunnable()).isFalse();
        reading.makeRunnable(first);
        assertThat(at.hasRunnable()).isFalse();
        reading.unlisted();
        reading.makeRunnable(first);
        assertThat(at.hasRunnable()).isTrue();
    }

    @Test
    void writingIsWatchedOnlyWhileSomethingWaitsAndReadingGoesOn() {
        begin();
        beginReading();
        assertThat(writing.begin(receive(first), false, first)).isZero();
        assertThat(overheard.heard()).containsExactly("1 rewatches READ WRITE");
        writing.leave();
        assertThat(overheard.heard()).containsExactly("1 rewatches READ");
        reading.leave();
        assertThat(reading.begin(receive(first), false, first)).isZero();
        assertThat(overheard.heard()).isEmpty();
    }

    // ---- datagrams ----

    @Test
    void datagramsAreReportedAgainUntilNothingWaitsForThem() {
        beginWithDatagrams();
        assertThat(reading.reportsAgain()).isTrue();
        assertThat(writing.reportsAgain()).isFalse();
        assertThat(reading.begin(receive(first), false, first)).isZero();
        assertThat(overheard.heard()).containsExactly("1 watches READ LEVEL");
        reading.reported(true);
        assertThat(overheard.heard()).isEmpty();
        reading.reported(false);
        assertThat(overheard.heard()).containsExactly("1 unwatches");
    }

    @Test
    void aStreamIsReportedOnceAndStaysWatched() {
        begin();
        beginReading();
        assertThat(reading.reportsAgain()).isFalse();
        reading.reported(false);
        assertThat(overheard.heard()).isEmpty();
    }

    // ---- the next request is somebody else's ----

    @Test
    void itStaysWithTheSameCaller() {
        begin();
        beginReading();
        assertThat(reading.follow(receive(first), false, first)).isFalse();
        assertThat(reading.follow(receive(first), true, first)).isTrue();
        assertThat(overheard.heard()).isEmpty();
        assertThat(hasRunnable(first)).isFalse();
    }

    @Test
    void itGoesToTheCallerOfTheNextRequest() {
        begin();
        beginReading();
        assertThat(reading.follow(receive(second), false, first)).isFalse();
        assertThat(overheard.heard()).containsExactly("1 unwatches", "2 watches READ");
        assertThat(hasRunnable(second)).isFalse();
    }

    @Test
    void itIsAttemptedWhereItHasGoneIfItIsReady() {
        begin();
        beginReading();
        reading.makeRunnable(first);
        assertThat(reading.follow(receive(second), true, first)).isTrue();
        assertThat(hasRunnable(second)).isTrue();
    }

    @Test
    void itIsAttemptedWhereItHasGoneIfItCannotBeWatchedThere() {
        begin();
        beginReading();
        overheard.refuseWatches(Errno.ENOMEM);
        assertThat(reading.follow(receive(second), false, first)).isTrue();
        assertThat(hasRunnable(second)).isTrue();
    }

    // ---- a thread that waits for the event of a request ----

    @Test
    void whoeverSitsWaitingForTheEventDrivesWhatAnotherThreadHasStarted() {
        begin();
        EventObject event = EventObject.unnamed(true);
        DuringWait.of(second, event, () -> {
            assertThat(reading.begin(receive(first, event), false, first)).isZero();
            assertThat(overheard.heard()).containsExactly("2 watches READ");
        });
    }

    @Test
    void whoeverHasStartedItDrivesItIfHeWaitsToo() {
        begin();
        EventObject event = EventObject.unnamed(true);
        DuringWait.of(second, event, () -> DuringWait.of(first, () -> {
            assertThat(reading.begin(receive(first, event), false, first)).isZero();
            assertThat(overheard.heard()).containsExactly("1 watches READ");
        }));
    }

    @Test
    void whoeverWaitsForSomethingElseDoesNotDriveIt() {
        begin();
        DuringWait.of(second, EventObject.unnamed(true), () -> {
            assertThat(reading.begin(receive(first, EventObject.unnamed(true)), false, first)).isZero();
            assertThat(overheard.heard()).containsExactly("1 watches READ");
        });
    }

    @Test
    void whoeverIsAboutToWaitForTheEventOrHasNoReactorDoesNotDriveIt() {
        begin();
        for (Caller waiter : new Caller[] {second, overheard.caller()}) {
            EventObject event = EventObject.unnamed(true);
            EventObject.Wait wait = new EventObject.Wait();
            wait.add(event);
            wait.begin(waiter);
            assertThat(reading.begin(receive(first, event), false, first)).isZero();
            assertThat(overheard.heard()).doesNotContain("2 watches READ");
        }
    }

    // ---- lent to a waiter, and back ----

    private void assertStaysAsItIs(Caller waiter) {
        assertThat(reading.lendTo(waiter, false)).isFalse();
        assertThat(reading.lendTo(waiter, true)).isTrue();
        assertThat(overheard.heard()).isEmpty();
    }

    @Test
    void aWaiterTakesItOverFromAThreadThatIsElsewhere() {
        begin();
        beginReading();
        DuringWait.of(second, () -> {
            assertThat(reading.lendTo(second, false)).isFalse();
            assertThat(overheard.heard()).containsExactly("1 unwatches", "2 watches READ");
            assertStaysAsItIs(second);
        });
    }

    @Test
    void aWaiterAttemptsAtOnceWhatIsReady() {
        begin();
        beginReading();
        DuringWait.of(second, () -> {
            assertThat(reading.lendTo(second, true)).isTrue();
            assertThat(hasRunnable(second)).isTrue();
        });
    }

    @Test
    void aWaiterLeavesItToAThreadThatDrivesItAlready() {
        begin();
        beginReading();
        DuringWait.of(second, () -> DuringWait.of(first, () -> assertStaysAsItIs(second)));
    }

    @Test
    void noneIsLentToWhoeverCannotDriveIt() {
        begin();
        beginReading();
        Caller virtual = new Caller(overheard.engine(), Thread.ofVirtual().unstarted(() -> { }), 0);
        assertThat(virtual.waiter().pend(false)).isTrue();
        assertStaysAsItIs(virtual);
        assertStaysAsItIs(overheard.caller());
        // It has a reactor, but does not sit in a wait.
        assertStaysAsItIs(second);
    }

    @Test
    void whenTheWaiterGoesItReturnsToItsCallerWhoIsExpected() {
        begin();
        beginReading();
        DuringWait.of(second, () -> {
            assertThat(reading.lendTo(second, false)).isFalse();
            assertThat(overheard.heard()).hasSize(2);
            assertThat(reading.returnFrom(second, receive(first), false)).isFalse();
            assertThat(overheard.heard()).containsExactly("2 unwatches", "1 watches READ", "timer 16 ms");
            assertThat(hasRunnable(first)).isFalse();
        });
    }

    @Test
    void whatIsReadyWhenTheWaiterGoesIsAttemptedByItsCaller() {
        begin();
        beginReading();
        DuringWait.of(second, () -> {
            assertThat(reading.lendTo(second, false)).isFalse();
            assertThat(reading.returnFrom(second, receive(first), true)).isTrue();
            assertThat(hasRunnable(first)).isTrue();
        });
    }

    @Test
    void whatIsNotTheWaitersToReturnStaysWhereItIs() {
        begin();
        beginReading();
        for (boolean ready : new boolean[] {true, false}) {
            assertThat(reading.returnFrom(second, receive(first), ready)).isEqualTo(ready);
            assertThat(reading.returnFrom(first, receive(first), ready)).isEqualTo(ready);
        }
        assertThat(overheard.heard()).isEmpty();
    }
}
