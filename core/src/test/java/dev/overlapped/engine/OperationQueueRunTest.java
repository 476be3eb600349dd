package dev.overlapped.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.error.WinsockErrors;
import dev.overlapped.provider.Errno;
import dev.overlapped.provider.Interest;
import dev.overlapped.provider.simulated.SimulatedOptions;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// How requests that wait are driven, and how they end.
@Timeout(value = PromptedNetwork.SECONDS_MAX, threadMode = Timeout.ThreadMode.SAME_THREAD)
class OperationQueueRunTest {
    private static final int BUFFER_BYTES = 1024;
    private static final int SOL_SOCKET = 0xffff;
    private static final int SO_OOBINLINE = 0x100;
    private static final long PENDING = -WinsockErrors.WSA_IO_PENDING;

    private final PromptedNetwork network =
            new PromptedNetwork(SimulatedOptions.calm(1).withBufferBytes(BUFFER_BYTES));
    private final Engine engine = network.engine;
    private final Caller caller = network.caller;
    private final MemorySegment memory = Arena.ofAuto().allocate(BUFFER_BYTES);
    /// Both ends of a connection.
    private final Socket[] pair = network.sockets.connection();
    private final Socket socket = pair[0];

    private long send(Socket on, long bytes, String tag) {
        return network.start(network.send(on, bytes), tag);
    }

    /// `count` receives of one byte each, and as many bytes.
    private void receives(int count) {
        for (int i = 0; i < count; i++) {
            network.receiveLater(socket, 1, "receive");
        }
        assertThat(send(pair[1], count, "send")).isEqualTo(count);
        network.calls.clear();
        network.told.clear();
    }

    // ---- taking turns ----

    @Test
    void othersHaveTheirTurnAfterSoManyAttempts() {
        receives(3 * OperationQueue.ROUNDS_MAX);
        socket.ready(Interest.READ, caller);
        // The report itself is worth an attempt.
        assertThat(network.told).hasSize(1 + OperationQueue.ROUNDS_MAX);
        caller.waiter().runDeferred();
        assertThat(network.told).hasSize(1 + 2 * OperationQueue.ROUNDS_MAX);
        caller.waiter().runDeferred();
        assertThat(network.told).hasSize(3 * OperationQueue.ROUNDS_MAX);
        caller.waiter().runDeferred();
        assertThat(network.count("receive")).isEqualTo(3 * OperationQueue.ROUNDS_MAX);
        assertThat(caller.waiter().hasPending()).isFalse();
    }

    @Test
    void nobodyTakesATurnWhereNothingIsLeft() {
        receives(1 + OperationQueue.ROUNDS_MAX);
        socket.ready(Interest.READ, caller);
        assertThat(network.told).hasSize(1 + OperationQueue.ROUNDS_MAX);
        assertThat(socket.receives.isEmpty()).isTrue();
    }

    // ---- what the network has said ----

    @Test
    void aShortReceiveShowsThatNothingElseIsThere() {
        network.receiveLater(socket, 8, "first");
        network.receiveLater(socket, 8, "second");
        send(pair[1], 4, "send");
        network.calls.clear();
        network.poll();
        assertThat(network.told).endsWith("first=0/4");
        network.receiveLater(socket, 8, "third");
        assertThat(network.count("receive")).isOne();
    }

    @Test
    void aFullReceiveShowsThatMoreMayBeThere() {
        network.receiveLater(socket, 4, "first");
        network.receiveLater(socket, 4, "second");
        send(pair[1], 4, "send");
        network.calls.clear();
        network.poll();
        assertThat(network.count("receive")).isEqualTo(2);
    }

    @Test
    void behindAnEndThatWasReportedAShortReceiveShowsNothing() {
        network.receiveLater(socket, 8, "first");
        network.receiveLater(socket, 8, "second");
        send(pair[1], 4, "send");
        pair[1].shutdown(false, true);
        network.poll();
        assertThat(network.told).endsWith("first=0/4", "second=0/0");
    }

    @Test
    void withUrgentDataInLineAShortReceiveShowsNothing() {
        assertThat(socket.setOption(SOL_SOCKET, SO_OOBINLINE, MemorySegment.ofArray(new int[] {1}), 4))
                .isZero();
        network.receiveLater(socket, 8, "first");
        network.receiveLater(socket, 8, "second");
        send(pair[1], 4, "send");
        network.calls.clear();
        network.poll();
        assertThat(network.count("receive")).isEqualTo(2);
        assertThat(network.told).endsWith("first=0/4");
    }

    @Test
    void aShortSendShowsThatThereIsNoRoomWhateverElseWasReported() {
        network.fill(socket);
        assertThat(send(socket, 8, "first")).isEqualTo(PENDING);
        network.answer("send", 4);
        network.calls.clear();
        socket.ready(Interest.WRITE | Interest.SPECIAL, caller);
        assertThat(network.count("send")).isOne();
        network.drain(pair[1]);
        network.poll();
        assertThat(network.told).endsWith("first=0/8");
    }

    @Test
    void aDatagramIsLookedForAsOftenAsOneIsReported() {
        Socket datagrams = network.sockets.datagrams();
        network.receiveLater(datagrams, 8, "first");
        network.receiveLater(datagrams, 8, "second");
        Socket sender = network.sockets.datagrams();
        network.start(network.sendTo(sender, 3, datagrams), "send");
        network.calls.clear();
        network.poll();
        assertThat(network.count("receiveFrom")).isOne();
        assertThat(network.told).endsWith("first=0/3");
        network.start(network.sendTo(sender, 4, datagrams), "send");
        network.poll();
        assertThat(network.told).endsWith("second=0/4");
    }

    @Test
    void datagramsThatNobodyWantsAreNotReportedAgainAndAgain() {
        Socket datagrams = network.sockets.datagrams();
        network.receiveLater(datagrams, 8, "receive");
        network.calls.clear();
        datagrams.ready(Interest.READ, caller);
        assertThat(network.count("unwatch")).as("one is wanted").isZero();
        datagrams.cancel(null, null, caller);
        datagrams.ready(Interest.READ, caller);
        assertThat(network.last("unwatch")).containsExactly(datagrams.descriptor());
    }

    @Test
    void aSocketIsWatchedForRoomOnlyWhileSomethingWaits() {
        network.fill(socket);
        assertThat(send(socket, 8, "send")).isEqualTo(PENDING);
        assertThat(network.count("watch")).isOne();
        assertThat(network.count("unwatch")).isZero();
        network.drain(pair[1]);
        network.poll();
        assertThat(network.told).endsWith("send=0/8");
        assertThat(network.count("unwatch")).isOne();
    }

    @Test
    void sendsThatCannotBeWatchedAnyMoreEnd() {
        network.fill(socket);
        assertThat(send(socket, 8, "first")).isEqualTo(PENDING);
        assertThat(send(socket, 8, "second")).isEqualTo(PENDING);
        network.answer("send", -Errno.EAGAIN);
        network.answer("rewatch", -Errno.ENOMEM);
        network.answer("watch", -Errno.ENOMEM);
        socket.ready(Interest.WRITE, caller);
        assertThat(network.told).endsWith("first=10055/0", "second=10055/0");
        assertThat(caller.waiter().hasPending()).isFalse();
    }

    // ---- how they end ----

    @Test
    void bytesInHandOutliveAFailure() {
        Request whole = caller.receive(socket, 0, true);
        assertThat(whole.add(memory, 8, true)).isTrue();
        assertThat(network.start(whole, "receive")).isEqualTo(PENDING);
        network.answer("receive", 3, -Errno.ECONNRESET);
        socket.ready(Interest.READ | Interest.SPECIAL, caller);
        assertThat(network.told).endsWith("receive=0/3");
    }

    @Test
    void aFailedSendTellsNoCountAndACancelledOneDoes() {
        network.fill(socket);
        network.answer("send", 3);
        assertThat(send(socket, 8, "cancelled")).isEqualTo(PENDING);
        assertThat(socket.cancel("cancelled", null, caller)).isOne();
        assertThat(network.told).endsWith("cancelled=995/3");
        assertThat(send(socket, 8, "failed")).isEqualTo(PENDING);
        network.answer("send", 2, -Errno.ECONNRESET);
        socket.ready(Interest.WRITE, caller);
        socket.ready(Interest.WRITE, caller);
        assertThat(network.told).endsWith("failed=10054/0");
    }

    @Test
    void anEventKnowsOnlyOfThoseThatWait() {
        EventObject event = EventObject.unnamed(true);
        network.start(network.receive(socket, 4), "first", null, event);
        Request second = network.receive(socket, 4);
        network.start(second, "second", null, event);
        assertThat(second.eventNext).isNotNull();
        socket.cancel("first", null, caller);
        assertThat(second.eventNext).isNull();
        assertThat(event.isSignalled()).isTrue();
        event.reset();
        Caller other = network.another();
        send(pair[1], 4, "send");
        EventObject.Wait wait = other.eventWait(false);
        wait.add(event);
        assertThat(other.await(wait, -1, false)).as("it drives what another thread has started").isZero();
        assertThat(network.told).endsWith("second=0/4");
    }

    @Test
    void whoWaitsForWhatHasEndedTakesNothingOver() {
        Caller other = network.another();
        OperationQueue datagrams = network.sockets.datagrams().receives;
        DuringWait.of(other, EventObject.unnamed(true), () -> {
            network.calls.clear();
            datagrams.takeOver(other);
            datagrams.goHome(caller);
            datagrams.retry(caller);
            assertThat(network.calls).isEmpty();
        });
    }

    @Test
    void whatIsPassedOnBehindAnothersRequestStaysWhereItIs() {
        network.receiveLater(socket, 4, "mine");
        network.receiveLater(socket, 4, "entrusted");
        network.calls.clear();
        socket.receives.passOn(each -> each.isOf("entrusted"), caller, caller);
        assertThat(network.count("watch")).isZero();
        socket.receives.passOn(each -> each.isOf("none"), caller, caller);
        assertThat(network.count("watch")).isZero();
        socket.receives.passOn(each -> each.isOf("mine"), caller, caller);
        assertThat(network.count("watch")).isOne();
        assertThat(caller.waiter().hasPending()).isFalse();
        send(pair[1], 8, "send");
        engine.adoption().turn();
        assertThat(network.told).endsWith("mine=0/4", "entrusted=0/4");
    }

    @Test
    void whatComesNextWaitsWhereItsOwnThreadPolls() {
        Caller other = network.another();
        network.receiveLater(socket, 4, "first");
        network.receiveLater(socket, 4, "second");
        Request others = other.receive(socket, 0, false);
        assertThat(others.add(memory, 4, true)).isTrue();
        network.start(others, "others");
        network.calls.clear();
        socket.cancel("first", null, caller);
        assertThat(network.count("watch")).isZero();
        socket.cancel("second", null, caller);
        assertThat(network.count("watch")).isOne();
        send(pair[1], 4, "send");
        other.sleep(0, false);
        assertThat(network.told).endsWith("others=0/4");
    }

    @Test
    void aClosedDirectionAdoptsNothing() {
        Request accept = network.receive(socket, 4);
        engine.close(socket.handle(), caller);
        assertThat(socket.adopt(accept, caller)).isEqualTo(WinsockErrors.WSA_OPERATION_ABORTED);
    }

    // ---- the lock ----

    /// What holds the lock of a direction.
    enum Held {
        START, REPORT, RUN, CANCEL, PASS_ON, COMPLETE;

        void on(Socket socket, Caller driver) {
            switch (this) {
                case START -> socket.start(driver.receive(socket, 0, false), driver);
                case REPORT -> socket.receives.ready(0, driver);
                case RUN -> socket.receives.run(driver);
                case CANCEL -> socket.cancel("none", null, driver);
                case PASS_ON -> socket.receives.passOn(each -> false, driver, driver);
                case COMPLETE -> socket.complete(driver.control(socket), 0, driver);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void whoIsToBeWokenIsWokenWhenTheLockIsFree(Held held) {
        EventObject event = EventObject.unnamed(true);
        Caller other = network.another();
        network.onNext("wakeUp", () -> {
            assertThat(Thread.holdsLock(socket.receives)).isFalse();
            return 0;
        });
        DuringWait.of(other, event, () -> {
            caller.wakeLater(other);
            assertThat(other.waiter().isWaiting()).isTrue();
            held.on(socket, caller);
            assertThat(other.waiter().isWaiting()).isFalse();
        });
        assertThat(network.count("wakeUp")).isOne();
    }
}
