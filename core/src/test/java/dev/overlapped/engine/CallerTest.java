package dev.overlapped.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.address.Endpoint;
import dev.overlapped.error.WinsockErrors;
import dev.overlapped.operation.Receive;
import dev.overlapped.operation.ReceiveFrom;
import dev.overlapped.operation.Send;
import dev.overlapped.operation.SendTo;
import dev.overlapped.winsock2.Crew;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A thread as the engine knows it: its calls, its routines, and what it puts off.
class CallerTest {
    private static final long NANOS = OneThread.MILLI_NANOS;

    /// A receive of as many bytes as `of` has, whatever they come in.
    private static Request receiveAll(OneThread one, Socket socket, MemorySegment of) {
        Request request = one.caller.receive(socket, 0, true);
        assertThat(request.add(of, of.byteSize(), false)).isTrue();
        return request;
    }

    // ---- requests ----

    @Test
    void aRequestIsOfTheKindThatItsSocketNeeds() {
        OneThread one = new OneThread();
        Socket stream = one.sockets.stream();
        Socket datagrams = one.sockets.datagrams();
        Caller caller = one.caller;
        assertThat(caller.send(stream, 0, true).operation()).isInstanceOf(Send.class);
        assertThat(caller.send(datagrams, 0, true).operation()).isInstanceOf(SendTo.class);
        assertThat(caller.receive(stream, 0, true).operation()).isInstanceOf(Receive.class);
        assertThat(caller.receive(datagrams, 0, true).operation()).isInstanceOf(ReceiveFrom.class);
        assertThat(caller.control(stream).operation()).isInstanceOf(Receive.class);
        Request request = caller.receive(stream, 0, true);
        assertThat(request.caller()).isSameAs(caller);
        assertThat(request.socket()).isSameAs(stream);
    }

    // ---- calls ----

    @Test
    void aCallThatHasEndedLeavesItsRequestForTheNext() {
        OneThread one = new OneThread();
        Socket[] pair = one.sockets.connection();
        Request send = one.send(pair[0], one.caller);
        assertThat(pair[0].call(send, one.caller)).isEqualTo(OneThread.BYTES);
        assertThat(one.caller.send(pair[0], 0, true)).isSameAs(send);
    }

    @Test
    void aCallWaitsForItsOutcome() {
        OneThread one = new OneThread();
        Socket[] pair = one.sockets.connection();
        one.queue(null, one.caller, () -> one.write(pair[0]));
        assertThat(pair[1].call(one.receive(pair[1], one.caller), one.caller)).isEqualTo(OneThread.BYTES);
    }

    @Test
    void aCallTellsWhereItsDatagramComesFrom() {
        OneThread one = new OneThread();
        Socket receiver = one.sockets.datagrams();
        Socket sender = one.sockets.datagrams();
        Request send = one.send(sender, one.caller);
        int port = ((InetSocketAddress) receiver.localAddress()).getPort();
        send.to().setIpv4(0x7F_00_00_01, port);
        assertThat(sender.call(send, one.caller)).isEqualTo(OneThread.BYTES);
        List<Object> received = new ArrayList<>();
        Request receive = one.receive(receiver, one.caller);
        receive.tellSender(new Completion() {
            @Override
            public void begun(Object tag) {
            }

            @Override
            public void publish(Object tag, int code, long bytes) {
            }

            @Override
            public void received(Endpoint from, Object into, Object length) {
                received.addAll(List.of(from.port(), into, length));
            }

            @Override
            public void deliver(Object routine, Object tag, int code, long bytes) {
                throw new AssertionError("a call has no routine");
            }
        }, "into", "length");
        assertThat(receiver.call(receive, one.caller)).isEqualTo(OneThread.BYTES);
        int from = ((InetSocketAddress) sender.localAddress()).getPort();
        assertThat(received).containsExactly(from, "into", "length");
    }

    @Test
    void aCallEndsWhenItsTimeIsOverWhateverRoutinesRunMeanwhile() {
        OneThread one = new OneThread();
        Socket socket = one.sockets.connection()[1];
        one.caller.sleep(NANOS, false);
        one.queue(null, one.caller, () -> one.caller.sleep(NANOS, false));
        assertThat(one.caller.call(one.receive(socket, one.caller), socket.receives, false, 3 * NANOS))
                .isEqualTo(-WinsockErrors.WSAETIMEDOUT);
        assertThat(one.provider.nanoTime()).isEqualTo(4 * NANOS);
        assertThat(socket.receives.isEmpty()).isTrue();
    }

    @Test
    void aCallThatIsGivenUpLeavesOtherRequestsOfItsDirectionAlone() {
        OneThread one = new OneThread();
        Socket[] pair = one.sockets.connection();
        one.startReceive(pair[1], one.caller, "receive", null);
        assertThat(one.caller.call(one.receive(pair[1], one.caller), pair[1].receives, false, NANOS))
                .isEqualTo(-WinsockErrors.WSAETIMEDOUT);
        assertThat(one.told).isEmpty();
        one.write(pair[0]);
        one.caller.sleep(0, false);
        assertThat(one.told).containsExactly("receive=0");
    }

    @Test
    void aCallWhoseTimeIsOverWithinARoutineEndsAtOnce() {
        OneThread one = new OneThread();
        Socket socket = one.sockets.connection()[1];
        one.queue(null, one.caller, () -> one.caller.sleep(2 * NANOS, false));
        assertThat(one.caller.call(one.receive(socket, one.caller), socket.receives, false, NANOS))
                .isEqualTo(-WinsockErrors.WSAETIMEDOUT);
        assertThat(one.provider.nanoTime()).isEqualTo(2 * NANOS);
    }

    @Test
    void whatAReceiveHasInHandWhenItsTimeIsOverIsItsOutcome() {
        OneThread one = new OneThread();
        Socket[] pair = one.sockets.connection();
        one.write(pair[0]);
        MemorySegment larger = Arena.ofAuto().allocate(2 * OneThread.BYTES);
        Request receive = receiveAll(one, pair[1], larger);
        assertThat(one.caller.call(receive, pair[1].receives, false, NANOS)).isEqualTo(OneThread.BYTES);
        assertThat(one.provider.nanoTime()).isEqualTo(NANOS);
    }

    @Test
    void aCallOfANonBlockingSocketDoesNotWait() {
        OneThread one = new OneThread();
        Socket socket = one.sockets.connection()[1];
        assertThat(one.caller.call(one.receive(socket, one.caller), socket.receives, true, -1))
                .isEqualTo(-WinsockErrors.WSAEWOULDBLOCK);
    }

    /// What a call does inside a routine that interrupted a call, and beneath a routine that did not.
    @Test
    void insideACallARoutineMustNotWaitForAnother() {
        OneThread one = new OneThread();
        Socket[] pair = one.sockets.connection();
        List<Long> results = new ArrayList<>();
        List<Boolean> inCall = new ArrayList<>();
        one.queue(null, one.caller, () -> {
            inCall.add(one.caller.isInCall());
            inCall.add(one.caller.mustNotBlock());
            Request receive = one.receive(pair[0], one.caller);
            results.add(one.caller.call(receive, pair[0].receives, false, -1));
            receive = one.receive(pair[0], one.caller);
            results.add(one.caller.call(receive, pair[0].receives, true, -1));
            one.write(pair[0]);
        });
        assertThat(pair[1].call(one.receive(pair[1], one.caller), one.caller)).isEqualTo(OneThread.BYTES);
        assertThat(results).containsExactly((long) -WinsockErrors.WSAEINPROGRESS,
                (long) -WinsockErrors.WSAEWOULDBLOCK);
        one.queue(null, one.caller, () -> {
            inCall.add(one.caller.isInCall());
            inCall.add(one.caller.mustNotBlock());
        });
        one.caller.sleep(0, true);
        assertThat(inCall).containsExactly(true, true, false, false);
        assertThat(one.caller.mustNotBlock()).isFalse();
    }

    @Test
    void aRoutineCanCancelTheCallThatItInterrupted() {
        OneThread one = new OneThread();
        Socket[] pair = one.sockets.connection();
        List<Boolean> cancels = new ArrayList<>();
        cancels.add(one.caller.cancelCall());
        one.queue(null, one.caller, () -> cancels.add(one.caller.cancelCall()));
        assertThat(pair[1].call(one.receive(pair[1], one.caller), one.caller))
                .isEqualTo(-WinsockErrors.WSAEINTR);
        assertThat(pair[1].receives.isEmpty()).isTrue();
        cancels.add(one.caller.cancelCall());
        assertThat(cancels).containsExactly(false, true, false);
        one.queue(null, one.caller, () -> one.write(pair[0]));
        assertThat(pair[1].call(one.receive(pair[1], one.caller), one.caller)).isEqualTo(OneThread.BYTES);
    }

    @Test
    void aCallThatHasEndedAllTheSameKeepsItsOutcome() {
        OneThread one = new OneThread();
        Socket[] pair = one.sockets.connection();
        one.queue(null, one.caller, () -> {
            one.write(pair[0]);
            one.caller.sleep(0, false);
            assertThat(one.caller.cancelCall()).isTrue();
        });
        assertThat(pair[1].call(one.receive(pair[1], one.caller), one.caller)).isEqualTo(OneThread.BYTES);
    }

    // ---- routines ----

    @Test
    void aCallThatHasRunMakesRoomForAnother() {
        OneThread one = new OneThread();
        for (int i = 0; i < ApcQueue.CALLS_MAX; i++) {
            assertThat(one.caller.queue(() -> { }, one.caller)).isEqualTo(Caller.Queueing.QUEUED);
        }
        assertThat(one.caller.queue(() -> { }, one.caller)).isEqualTo(Caller.Queueing.FULL);
        assertThat(one.caller.sleep(0, true)).isEqualTo(Caller.IO_COMPLETION);
        assertThat(one.caller.queue(() -> one.told.add("one more"), one.caller))
                .isEqualTo(Caller.Queueing.QUEUED);
        assertThat(one.caller.sleep(0, true)).isEqualTo(Caller.IO_COMPLETION);
        assertThat(one.told).containsExactly("one more");
    }

    @Test
    void aThreadThatHasEndedTakesNoCall() {
        OneThread one = new OneThread();
        Caller ended = new Caller(one.engine, new Thread(() -> { }), 0);
        assertThat(ended.hasEnded()).isTrue();
        assertThat(ended.queue(() -> { }, one.caller)).isEqualTo(Caller.Queueing.ENDED);
        assertThat(one.caller.hasEnded()).isFalse();
    }

    @Test
    void routinesGatherTheirSendsIfMoreOfThemAreLikely() {
        OneThread one = new OneThread();
        Socket socket = one.sockets.stream();
        Socket other = one.sockets.stream();
        for (Caller caller : List.of(one.caller, one.virtual())) {
            one.queue(socket, caller, () -> {
                boolean gathers = caller == one.caller;
                assertThat(caller.isInRoutine()).isTrue();
                assertThat(caller.gathersSends(other, true)).isEqualTo(gathers);
                assertThat(caller.gathersSends(socket, false)).isEqualTo(gathers);
                assertThat(caller.gathersSends(other, false)).isFalse();
                one.told.add("asked");
            });
            one.queue(socket, caller, () -> { });
            assertThat(caller.gathersSends(socket, true)).isFalse();
            assertThat(caller.isInRoutine()).isFalse();
            caller.sleep(0, true);
        }
        assertThat(one.told).containsExactly("asked", "asked");
    }

    @Test
    void eachPassOfRoutinesHasANumberOfItsOwn() {
        OneThread one = new OneThread();
        List<Long> passes = new ArrayList<>();
        for (Caller caller : List.of(one.caller, one.another())) {
            for (int i = 0; i < 2; i++) {
                one.queue(null, caller, () -> passes.add(caller.pass()));
                caller.sleep(0, true);
            }
        }
        assertThat(passes).hasSize(4).doesNotHaveDuplicates();
    }

    @Test
    void aHandlerThatThrowsIsToldOnTheErrorStream() {
        OneThread one = new OneThread();
        Thread thread = new Thread(() -> { });
        List<Throwable> reported = new ArrayList<>();
        thread.setUncaughtExceptionHandler((_, thrown) -> {
            reported.add(thrown);
            throw new IllegalStateException("the handler's", thrown);
        });
        IllegalStateException first = new IllegalStateException("the routine's");
        PrintStream errors = System.err;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
        try {
            new Caller(one.engine, thread, 0).report(first);
        } finally {
            System.setErr(errors);
        }
        assertThat(reported).containsExactly(first);
        assertThat(said.toString(StandardCharsets.UTF_8)).contains("the handler's");
    }

    @Test
    void whatRunsElsewhereRunsAsACallerOfTheSameEngine() {
        OneThread one = new OneThread();
        List<Engine> engines = new ArrayList<>();
        one.caller.runElsewhere(() -> engines.add(Caller.current().engine()));
        one.provider.threads().awaitAll();
        assertThat(engines).containsExactly(one.engine);
    }

    // ---- waits for events ----

    @Test
    void aWaitIsUsedAgainUnlessItIsInUse() {
        OneThread one = new OneThread();
        Caller caller = one.caller;
        EventObject.Wait wait = caller.eventWait(false);
        assertThat(caller.eventWait(false)).isSameAs(wait);
        wait.add(EventObject.unnamed(true));
        for (boolean interruptible : new boolean[] {false, true}) {
            List<EventObject.Wait> inner = new ArrayList<>();
            one.queue(null, caller, () -> inner.add(caller.eventWait(false)));
            int ended = interruptible ? caller.awaitInterruptibly(wait, -1, true)
                    : caller.await(wait, -1, true);
            assertThat(ended).isEqualTo(Caller.IO_COMPLETION);
            assertThat(inner).hasSize(1).doesNotContain(wait);
        }
        assertThat(caller.eventWait(false)).isSameAs(wait);
    }

    @Test
    void aWaitForAllIsOneForAll() {
        OneThread one = new OneThread();
        EventObject.Wait wait = one.caller.eventWait(true);
        wait.add(new EventObject(true, true));
        wait.add(new EventObject(true, false));
        assertThat(one.caller.await(wait, 0, false)).isEqualTo(Caller.TIMEOUT);
        assertThat(one.caller.awaitInterruptibly(wait, 0, false)).isEqualTo(Caller.TIMEOUT);
    }

    // ---- what it is ----

    @Test
    void callersAreNumbered() {
        OneThread one = new OneThread();
        int number = one.another().number();
        assertThat(one.another().number()).isEqualTo(number + 1);
    }

    @Test
    void aPlatformThreadHasANumberByWhichItCanBeWatched() {
        OneThread one = new OneThread();
        assertThat(one.caller.threadId()).isEqualTo(one.provider.threads().id());
        assertThat(one.caller.thread()).isSameAs(Thread.currentThread());
        assertThat(one.caller.isVirtual()).isFalse();
        assertThat(one.virtual().isVirtual()).isTrue();
    }

    @Test
    void aThreadIsIntroducedToOneEngineAtATime() {
        try (Crew crew = new Crew()) {
            crew.platform(() -> {
                for (OneThread one : List.of(new OneThread(), new OneThread())) {
                    Caller introduced = Caller.introduce(one.engine);
                    assertThat(introduced.engine()).isSameAs(one.engine);
                    assertThat(Caller.current()).isSameAs(introduced);
                }
            });
        }
    }

    @Test
    void itKeepsItsLastError() {
        Caller caller = new OneThread().caller;
        assertThat(caller.lastError()).isZero();
        caller.lastError(WinsockErrors.WSAEINTR);
        assertThat(caller.lastError()).isEqualTo(WinsockErrors.WSAEINTR);
    }
}
