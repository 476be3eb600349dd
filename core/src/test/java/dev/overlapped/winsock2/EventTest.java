package dev.overlapped.winsock2;

import static dev.overlapped.winsock2.Handleapi.CloseHandle;
import static dev.overlapped.winsock2.Moves.NOTHING_COMES_MS;
import static dev.overlapped.winsock2.Moves.UNTOUCHED;
import static dev.overlapped.winsock2.Processthreadsapi.GetCurrentThread;
import static dev.overlapped.winsock2.Processthreadsapi.QueueUserAPC;
import static dev.overlapped.winsock2.Synchapi.CreateEventA;
import static dev.overlapped.winsock2.Winsock2.WSACloseEvent;
import static dev.overlapped.winsock2.Winsock2.WSACreateEvent;
import static dev.overlapped.winsock2.Winsock2.WSAGetLastError;
import static dev.overlapped.winsock2.Winsock2.WSAResetEvent;
import static dev.overlapped.winsock2.Winsock2.WSASetEvent;
import static dev.overlapped.winsock2.Winsock2.WSASetLastError;
import static dev.overlapped.winsock2.Winsock2.WSAWaitForMultipleEvents;
import static dev.overlapped.winsock2.Winsock2.WSA_INFINITE;
import static dev.overlapped.winsock2.Winsock2.WSA_INVALID_EVENT;
import static dev.overlapped.winsock2.Winsock2.WSA_MAXIMUM_WAIT_EVENTS;
import static dev.overlapped.winsock2.Winsock2.WSA_WAIT_FAILED;
import static dev.overlapped.winsock2.Winsock2.WSA_WAIT_IO_COMPLETION;
import static dev.overlapped.winsock2.Winsock2.WSA_WAIT_TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.conformance.Clause;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Events of both kinds, and waiting for one of them or for all.
class EventTest {
    private static final boolean ALL = true;
    private static final boolean ANY = false;

    private Loopback loopback;
    private final ArrayDeque<Long> events = new ArrayDeque<>();

    @BeforeEach
    void start() {
        loopback = new Loopback();
    }

    @AfterEach
    void closeAll() {
        events.forEach(Winsock2::WSACloseEvent);
        loopback.close();
    }

    private long keep(long event) {
        assertThat(event).isNotEqualTo(WSA_INVALID_EVENT);
        events.add(event);
        return event;
    }

    private long manual(boolean signalled) {
        return keep(CreateEventA(null, true, signalled, null));
    }

    private long auto(boolean signalled) {
        return keep(CreateEventA(null, false, signalled, null));
    }

    private static int poll(boolean all, long... handles) {
        return WSAWaitForMultipleEvents(handles.length, handles, all, 0, false);
    }

    private static void assertRefused(int code, int count, long[] handles, boolean all) {
        WSASetLastError(UNTOUCHED);
        assertThat(WSAWaitForMultipleEvents(count, handles, all, 0, false)).isEqualTo(WSA_WAIT_FAILED);
        assertThat(WSAGetLastError()).isEqualTo(code);
    }

    // ---- one event ----

    @Test
    void anEventOfWinsockIsNotSignalledAndStaysSignalledUntilItIsReset() {
        long event = keep(WSACreateEvent());
        assertThat(WSAGetLastError()).isZero();
        assertThat(poll(ANY, event)).isEqualTo(WSA_WAIT_TIMEOUT);
        assertThat(WSASetEvent(event)).isTrue();
        assertThat(poll(ANY, event)).isZero();
        assertThat(poll(ALL, event)).isZero();
        assertThat(WSAResetEvent(event)).isTrue();
        assertThat(poll(ANY, event)).isEqualTo(WSA_WAIT_TIMEOUT);
    }

    @Test
    void anAutoResetEventEndsOneWait() {
        long event = auto(true);
        assertThat(poll(ANY, event)).isZero();
        assertThat(poll(ANY, event)).isEqualTo(WSA_WAIT_TIMEOUT);
        WSASetEvent(event);
        WSASetEvent(event);
        assertThat(poll(ALL, event)).isZero();
        assertThat(poll(ALL, event)).isEqualTo(WSA_WAIT_TIMEOUT);
    }

    @Test
    void aClosedEventIsAnInvalidHandle() {
        long event = WSACreateEvent();
        assertThat(WSACloseEvent(event)).isTrue();
        for (long handle : new long[] {event, 0, -1, 8}) {
            WSASetLastError(UNTOUCHED);
            assertThat(WSACloseEvent(handle)).isFalse();
            assertThat(WSAGetLastError()).isEqualTo(Winerror.WSA_INVALID_HANDLE);
            WSASetLastError(UNTOUCHED);
            assertThat(WSASetEvent(handle)).isFalse();
            assertThat(WSAGetLastError()).isEqualTo(Winerror.WSA_INVALID_HANDLE);
            WSASetLastError(UNTOUCHED);
            assertThat(WSAResetEvent(handle)).isFalse();
            assertThat(WSAGetLastError()).isEqualTo(Winerror.WSA_INVALID_HANDLE);
            assertRefused(Winerror.WSA_INVALID_HANDLE, 1, new long[] {handle}, ANY);
            assertRefused(Winerror.WSA_INVALID_HANDLE, 2, new long[] {manual(true), handle}, ANY);
        }
        assertThat(WSACreateEvent()).isNotEqualTo(event).satisfies(this::keep);
        assertThat(CloseHandle(manual(true))).isTrue();
    }

    @Test
    void namesAndSecurityOfEventsAreRefused() {
        assertThat(CreateEventA(null, true, true, "name")).isZero();
        assertThat(WSAGetLastError()).isEqualTo(Winerror.WSA_INVALID_PARAMETER);
        assertThat(CreateEventA(new Object(), true, true, null)).isZero();
        assertThat(WSAGetLastError()).isEqualTo(Winerror.WSA_INVALID_PARAMETER);
    }

    // ---- which waits are refused ----

    @Test
    void fromOneToSixtyFourEvents() {
        long[] many = new long[WSA_MAXIMUM_WAIT_EVENTS + 1];
        Arrays.setAll(many, i -> auto(false));
        assertRefused(Winerror.WSA_INVALID_PARAMETER, 0, many, ANY);
        assertRefused(Winerror.WSA_INVALID_PARAMETER, -1, many, ANY);
        assertRefused(Winerror.WSA_INVALID_PARAMETER, 65, many, ANY);
        assertRefused(Winerror.WSA_INVALID_PARAMETER, 65, many, ALL);
        assertRefused(Winerror.WSAEFAULT, 1, null, ANY);
        assertThat(WSAWaitForMultipleEvents(64, many, ANY, 0, false)).isEqualTo(WSA_WAIT_TIMEOUT);
        WSASetEvent(many[63]);
        assertThat(WSAWaitForMultipleEvents(64, many, ALL, 0, false)).isEqualTo(WSA_WAIT_TIMEOUT);
        assertThat(WSAWaitForMultipleEvents(64, many, ANY, WSA_INFINITE, false)).isEqualTo(63);
        for (int i = 0; i < 64; i++) {
            assertThat(WSAWaitForMultipleEvents(64, many, ALL, 0, false)).isEqualTo(WSA_WAIT_TIMEOUT);
            WSASetEvent(many[i]);
        }
        assertThat(WSAWaitForMultipleEvents(64, many, ALL, WSA_INFINITE, false)).isZero();
        assertThat(WSAWaitForMultipleEvents(64, many, ANY, 0, false)).as("all are taken")
                .isEqualTo(WSA_WAIT_TIMEOUT);
    }

    @Test
    void anEventNamedTwiceCannotBeWaitedForWithAll() {
        long event = auto(true);
        long other = auto(true);
        assertRefused(Winerror.WSA_INVALID_PARAMETER, 3, new long[] {event, other, event}, ALL);
        assertThat(poll(ANY, event)).as("nothing was taken").isZero();
        WSASetEvent(event);
        assertThat(poll(ANY, other, event, event)).isZero();
        assertThat(poll(ANY, other, event, event)).isOne();
        assertThat(poll(ANY, other, event, event)).isEqualTo(WSA_WAIT_TIMEOUT);
    }

    // ---- any and all ----

    @Test
    void aWaitForAnyTellsTheLowestAndTakesNoOther() {
        long none = auto(false);
        long first = auto(true);
        long second = auto(true);
        long always = manual(true);
        assertThat(poll(ANY, none, first, second, always)).isEqualTo(1);
        assertThat(poll(ANY, none, first, second, always)).isEqualTo(2);
        assertThat(poll(ANY, none, first, second, always)).isEqualTo(3);
        assertThat(poll(ANY, none, first, second, always)).isEqualTo(3);
        WSASetEvent(second);
        assertThat(poll(ANY, always, second)).isZero();
        assertThat(poll(ANY, second)).as("not taken").isZero();
    }

    @Test
    void aWaitForAllTakesAllOrNone() {
        long one = auto(true);
        long two = auto(false);
        long always = manual(true);
        assertThat(poll(ALL, one, two, always)).isEqualTo(WSA_WAIT_TIMEOUT);
        assertThat(WSAWaitForMultipleEvents(3, new long[] {two, always, one}, ALL, 1, false))
                .isEqualTo(WSA_WAIT_TIMEOUT);
        assertThat(poll(ANY, one)).as("not taken").isZero();
        WSASetEvent(one);
        WSASetEvent(two);
        assertThat(poll(ALL, two, always, one)).isZero();
        assertThat(poll(ANY, one, two, always)).as("both are taken").isEqualTo(2);
    }

    @Test
    void aWaitForAllEndsWhenTheLastIsSignalledByAnotherThread() throws Exception {
        long[] all = {auto(false), manual(false), auto(false)};
        FutureTask<Integer> waiting =
                Moves.elsewhere(() -> WSAWaitForMultipleEvents(3, all, ALL, WSA_INFINITE, false));
        WSASetEvent(all[2]);
        WSASetEvent(all[0]);
        assertThat(WSAWaitForMultipleEvents(1, new long[] {manual(false)}, ANY, NOTHING_COMES_MS, false))
                .isEqualTo(WSA_WAIT_TIMEOUT);
        assertThat(waiting.isDone()).isFalse();
        WSASetEvent(all[1]);
        assertThat(waiting.get()).isZero();
        assertThat(poll(ANY, all)).as("the manual one is left").isEqualTo(1);
    }

    @Test
    void anAutoResetEventEndsTheWaitOfOneThreadEach() throws Exception {
        long event = auto(false);
        List<FutureTask<Integer>> waiting = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            waiting.add(Moves.elsewhere(() -> Moves.await(event, WSA_INFINITE)));
        }
        for (int ended = 1; ended <= 4; ended++) {
            WSASetEvent(event);
            int wanted = ended;
            while (waiting.stream().filter(FutureTask::isDone).count() < wanted) {
                Thread.onSpinWait();
            }
            assertThat(Moves.await(event, 10)).as("it was taken").isEqualTo(WSA_WAIT_TIMEOUT);
            assertThat(waiting.stream().filter(FutureTask::isDone).count()).isEqualTo(ended);
        }
    }

    /// Each round two threads want both events, in opposite order, and both events are signalled: one of
    /// them gets both, and the other one both of the next.
    @Test
    void waitsForAllInOppositeOrderNeitherBlockEachOtherNorTakeHalf() throws Exception {
        assertOppositeWaitsEnd(auto(true), auto(true));
    }

    private static void assertOppositeWaitsEnd(long one, long two) throws Exception {
        int rounds = 5_000;
        FutureTask<Integer> there = Moves.elsewhere(() -> takeAndGiveBack(rounds, one, two));
        FutureTask<Integer> back = Moves.elsewhere(() -> takeAndGiveBack(rounds, two, one));
        assertThat(there.get()).isEqualTo(rounds);
        assertThat(back.get()).isEqualTo(rounds);
        assertThat(poll(ALL, one, two)).isZero();
        assertThat(poll(ANY, one, two)).isEqualTo(WSA_WAIT_TIMEOUT);
    }

    private static int takeAndGiveBack(int rounds, long... both) {
        int well = 0;
        for (int i = 0; i < rounds; i++) {
            if (WSAWaitForMultipleEvents(2, both, ALL, WSA_INFINITE, false) == 0
                    && poll(ANY, both) == WSA_WAIT_TIMEOUT) {
                well++;
            }
            WSASetEvent(both[0]);
            WSASetEvent(both[1]);
        }
        return well;
    }

    @Test
    void waitsForTheSameSignalledEventsInOppositeOrderDoNotBlockEachOther() throws Exception {
        long[] many = new long[WSA_MAXIMUM_WAIT_EVENTS];
        Arrays.setAll(many, i -> manual(true));
        assertOppositePollsEnd(many);
    }

    /// Sockets have a signal too.
    @Test
    void waitsForTheSameSignalledSocketsInOppositeOrderDoNotBlockEachOther() throws Exception {
        long[] many = new long[20];
        for (int i = 0; i < many.length; i += 2) {
            System.arraycopy(loopback.pair(), 0, many, i, 2);
        }
        for (long socket : many) {
            assertThat(Moves.send(socket, Moves.text("x"), Moves.overlapped(0), null)).isZero();
        }
        assertOppositePollsEnd(many);
    }

    private static void assertOppositePollsEnd(long[] many) throws Exception {
        long[] reversed = new long[many.length];
        Arrays.setAll(reversed, i -> many[many.length - 1 - i]);
        FutureTask<Integer> there = Moves.elsewhere(() -> polls(5_000, many));
        FutureTask<Integer> back = Moves.elsewhere(() -> polls(5_000, reversed));
        assertThat(there.get()).isEqualTo(5_000);
        assertThat(back.get()).isEqualTo(5_000);
    }

    private static int polls(int rounds, long[] many) {
        int well = 0;
        for (int i = 0; i < rounds; i++) {
            well += poll(ALL, many) == 0 ? 1 : 0;
        }
        return well;
    }

    // ---- time and routines ----

    @Test
    void aWaitThatEndsLeavesTheLastErrorAlone() {
        long event = Synchapi.CreateEventA(null, true, true, null);
        WSASetLastError(4711);
        assertThat(WSAWaitForMultipleEvents(1, new long[] {event}, true, 0, true)).isZero();
        assertThat(WSAGetLastError()).isEqualTo(4711);
        assertThat(WSACloseEvent(event)).isTrue();
    }

    @Test
    void aWaitEndsWithItsTime() {
        long event = auto(false);
        WSASetLastError(UNTOUCHED);
        assertThat(Moves.await(event, 0)).isEqualTo(WSA_WAIT_TIMEOUT);
        assertThat(Moves.await(event, 20)).isEqualTo(WSA_WAIT_TIMEOUT);
        assertThat(WSAGetLastError()).isEqualTo(UNTOUCHED);
    }

    @Test
    @Clause("OVERLAPPED-22")
    void anAlertableWaitEndsWithRoutinesAndTakesNoEvent() throws Exception {
        List<Long> ran = new ArrayList<>();
        long event = auto(false);
        long[] handles = {event};
        QueueUserAPC(ran::add, GetCurrentThread(), 1);
        QueueUserAPC(parameter -> {
            ran.add(parameter);
            WSASetEvent(event);
        }, GetCurrentThread(), 2);
        assertThat(WSAWaitForMultipleEvents(1, handles, ANY, 20, false)).isEqualTo(WSA_WAIT_TIMEOUT);
        assertThat(ran).isEmpty();
        assertThat(WSAWaitForMultipleEvents(1, handles, ANY, WSA_INFINITE, true))
                .isEqualTo(WSA_WAIT_IO_COMPLETION);
        assertThat(ran).containsExactly(1L, 2L);
        assertThat(WSAWaitForMultipleEvents(1, handles, ANY, WSA_INFINITE, true)).isZero();
    }
}
