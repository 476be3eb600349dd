package dev.overlapped.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.overlapped.error.WinsockErrors;
import dev.overlapped.operation.Receive;
import dev.overlapped.operation.ReceiveFrom;
import dev.overlapped.operation.Send;
import dev.overlapped.operation.SendTo;
import dev.overlapped.provider.MessageFlags;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A request from its start to its indication.
@Timeout(value = PromptedNetwork.SECONDS_MAX, threadMode = Timeout.ThreadMode.SAME_THREAD)
class RequestTest {
    private static final long BYTES = 8;

    private final PromptedNetwork network = new PromptedNetwork();
    private final Caller caller = network.caller;
    private final MemorySegment memory = Arena.ofAuto().allocate(BYTES);
    private final EventObject event = EventObject.unnamed(true);
    private final Object routine = new Object();
    /// Both ends of a connection.
    private final Socket[] pair = network.sockets.connection();
    private final Socket socket = pair[0];
    private final Socket datagrams = network.sockets.datagrams();

    private Request receive() {
        return caller.receive(socket, 0, false);
    }

    private Request send() {
        return caller.send(socket, 0, true);
    }

    private Request call(boolean mayWait) {
        Request call = receive();
        call.markAsCall(mayWait);
        return call;
    }

    private Request indicated(Object routineOrNull, EventObject eventOrNull) {
        Request request = receive();
        request.indicate(network, "request", routineOrNull, eventOrNull);
        return request;
    }

    // ---- its buffers ----

    @Test
    void buffersOfAllKindsAreAdded() {
        Request send = send();
        assertThat(send.add(memory, BYTES, true)).isTrue();
        assertThat(((Send) send.operation()).buffers().remaining()).isEqualTo(BYTES);
        Request receive = receive();
        assertThat(receive.add(memory, BYTES - 1, true)).isTrue();
        assertThat(((Receive) receive.operation()).buffers().remaining()).isEqualTo(BYTES - 1);
        Request sendTo = caller.send(datagrams, 0, true);
        assertThat(sendTo.add(memory, 1, true)).isTrue();
        assertThat(((SendTo) sendTo.operation()).buffers().remaining()).isOne();
        Request receiveFrom = caller.receive(datagrams, 0, false);
        assertThat(receiveFrom.add(memory, 2, true)).isTrue();
        assertThat(((ReceiveFrom) receiveFrom.operation()).buffers().remaining()).isEqualTo(2);
    }

    @Test
    void anEmptyBufferNeedsNoMemory() {
        assertThat(receive().add(null, 0, true)).isTrue();
        assertThat(receive().add(MemorySegment.NULL, 0, true)).isTrue();
    }

    @Test
    void memoryThatIsNotThereIsRefused() {
        assertThat(receive().add(null, 1, true)).isFalse();
        assertThat(receive().add(memory, -1, true)).isFalse();
        assertThat(receive().add(memory, BYTES + 1, true)).isFalse();
        MemorySegment closed;
        try (Arena arena = Arena.ofShared()) {
            closed = arena.allocate(1);
        }
        assertThat(receive().add(closed, 1, true)).isFalse();
        assertThat(receive().add(closed, 1, false)).isFalse();
    }

    @Test
    void onlyARequestThatEndsWithItsCallUsesMemoryOfOneThread() {
        MemorySegment heap = MemorySegment.ofArray(new byte[1]);
        assertThat(receive().add(heap, 1, true)).isFalse();
        assertThat(receive().add(heap, 1, false)).isTrue();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment own = arena.allocate(1);
            assertThat(receive().add(own, 1, true)).isFalse();
            assertThat(receive().add(own, 1, false)).isTrue();
            assertThat(network.another().receive(socket, 0, false).add(own, 1, false)).isFalse();
        }
    }

    @Test
    void onlySendsUseMemoryThatCannotBeWritten() {
        MemorySegment readOnly = memory.asReadOnly();
        assertThat(send().add(readOnly, 1, true)).isTrue();
        assertThat(caller.send(datagrams, 0, true).add(readOnly, 1, true)).isTrue();
        assertThat(receive().add(readOnly, 1, true)).isFalse();
        assertThat(caller.receive(datagrams, 0, false).add(readOnly, 1, true)).isFalse();
    }

    @Test
    void anAcceptTakesOnlyMemoryThatOutlivesItsCall() {
        Request accept = network.sockets.listener().handshake().acceptRequest(caller);
        assertThat(accept.acceptInto(socket, MemorySegment.ofArray(new byte[1]), 0)).isFalse();
        MemorySegment closed;
        try (Arena arena = Arena.ofShared()) {
            closed = arena.allocate(1);
        }
        assertThat(accept.acceptInto(socket, closed, 0)).isFalse();
        assertThat(accept.acceptor()).isNull();
        assertThat(accept.acceptInto(socket, memory, 0)).isTrue();
        assertThat(accept.acceptor()).isSameAs(socket);
        assertThat(accept.becomesReceive()).isFalse();
        assertThat(accept.acceptInto(socket, memory, BYTES)).isTrue();
        assertThat(accept.becomesReceive()).isTrue();
        assertThat(((Receive) accept.operation()).buffers().remaining()).isEqualTo(BYTES);
    }

    // ---- what it is ----

    @Test
    void aRoutineTakesThePlaceOfTheEvent() {
        Request both = indicated(routine, event);
        assertThat(both.hasRoutine()).isTrue();
        assertThat(both.event()).isNull();
        Request plain = indicated(null, event);
        assertThat(plain.hasRoutine()).isFalse();
        assertThat(plain.event()).isSameAs(event);
    }

    @Test
    void itIsOfTheSameTagNotOfAnEqualOne() {
        record Tag(int number) {
        }
        Tag tag = new Tag(1);
        Request request = receive();
        request.indicate(network, tag, null, null);
        assertThat(request.isOf(tag)).isTrue();
        assertThat(request.isOf(new Tag(1))).isFalse();
    }

    @Test
    void onlyWhatTheProgramStartedToCompleteLaterIsOverlapped() {
        assertThat(indicated(null, null).isOverlapped()).isTrue();
        assertThat(receive().isOverlapped()).isFalse();
        assertThat(call(true).isOverlapped()).isFalse();
        assertThat(call(true).isCall()).isTrue();
        assertThat(call(true).mayWait()).isTrue();
        assertThat(call(false).mayWait()).isFalse();
        assertThat(receive().isCall()).isFalse();
        assertThat(receive().mayWait()).isTrue();
    }

    @Test
    void whatHasARoutineEndsWithItsThreadWhateverElseItWasTold() {
        assertThat(indicated(null, null).endsWithThread()).isTrue();
        Request outliving = indicated(null, event);
        outliving.outliveThread();
        assertThat(outliving.endsWithThread()).isFalse();
        Request withRoutine = indicated(routine, null);
        withRoutine.outliveThread();
        assertThat(withRoutine.endsWithThread()).isTrue();
        assertThat(event.onSet(socket, () -> { }, caller)).isTrue();
        assertThat(outliving.endsWithThread()).as("its event has a routine").isTrue();
        Request without = indicated(null, null);
        without.outliveThread();
        assertThat(without.endsWithThread()).isFalse();
    }

    @Test
    void onlyPlainSendsNextToEachOtherGather() {
        Request first = send();
        assertThat(first.gathers()).isTrue();
        assertThat(first.gathersWithNext()).isFalse();
        first.next = send();
        assertThat(first.gathersWithNext()).isTrue();
        first.next = caller.send(socket, MessageFlags.OUT_OF_BAND, true);
        assertThat(first.gathersWithNext()).isFalse();
        Request urgent = caller.send(socket, MessageFlags.OUT_OF_BAND, true);
        urgent.next = send();
        assertThat(urgent.gathersWithNext()).isFalse();
        assertThat(receive().gathers()).isFalse();
    }

    @Test
    void onlyAReceiveOfUrgentDataIsUrgent() {
        assertThat(caller.receive(socket, MessageFlags.OUT_OF_BAND, false).isUrgent()).isTrue();
        assertThat(caller.receive(socket, MessageFlags.PEEK, false).isUrgent()).isFalse();
        assertThat(caller.send(socket, MessageFlags.OUT_OF_BAND, true).isUrgent()).isFalse();
    }

    // ---- its beginning ----

    @Test
    void beginningUnsetsItsEvent() {
        event.set(caller);
        socket.signal(true, caller);
        indicated(null, event).announce();
        assertThat(event.isSignalled()).isFalse();
        assertThat(socket.signal().isSignalled()).isTrue();
        assertThat(network.told).containsExactly("request begins");
    }

    @Test
    void beginningWithoutAnEventUnsetsItsSocket() {
        socket.signal(true, caller);
        indicated(null, null).announce();
        assertThat(socket.signal().isSignalled()).isFalse();
    }

    @Test
    void withARoutineNothingIsUnset() {
        socket.signal(true, caller);
        indicated(routine, null).announce();
        assertThat(socket.signal().isSignalled()).isTrue();
    }

    @Test
    void aCallAndWhatIsToldToNobodyBeginsUntold() {
        socket.signal(true, caller);
        Request call = indicated(null, null);
        call.markAsCall(true);
        call.announce();
        receive().announce();
        assertThat(network.told).isEmpty();
        assertThat(socket.signal().isSignalled()).isTrue();
    }

    // ---- refused ----

    @Test
    void whatIsRefusedIsToldOnlyIfItHasBegunAndIsUsedAgain() {
        Request request = indicated(null, null);
        assertThat(request.refuse(WinsockErrors.WSAEINVAL, false)).isEqualTo(-WinsockErrors.WSAEINVAL);
        assertThat(network.told).isEmpty();
        assertThat(indicated(null, null)).isSameAs(request);
        request.refuse(WinsockErrors.WSAEINVAL, true);
        assertThat(network.told).containsExactly("request refused 10022");
        assertThat(receive()).isSameAs(request);
        assertThat(request.refuse(WinsockErrors.WSAEINVAL, true)).isEqualTo(-WinsockErrors.WSAEINVAL);
        assertThat(network.told).hasSize(1);
    }

    @Test
    void aCallThatIsRefusedIsLeftToItsCaller() {
        Request call = call(true);
        assertThat(call.refuse(WinsockErrors.WSAEINVAL, true)).isEqualTo(-WinsockErrors.WSAEINVAL);
        assertThat(receive()).isNotSameAs(call);
        assertThat(call.caller()).isSameAs(caller);
    }

    @Test
    void whatIsDiscardedIsUsedAgain() {
        Request request = receive();
        request.discard();
        assertThat(receive()).isSameAs(request);
    }

    @Test
    void itsEventKnowsNothingMoreOfWhatIsSilenced() {
        Request first = indicated(null, event);
        Request second = indicated(null, event);
        event.addPending(first);
        event.addPending(second);
        first.silence();
        assertThat(second.eventNext).isNull();
        assertThat(first.event()).isNull();
        Request withRoutine = indicated(routine, null);
        withRoutine.silence();
        assertThat(withRoutine.hasRoutine()).isFalse();
    }

    // ---- its end ----

    @Test
    void itsEndSetsItsEvent() {
        Request request = indicated(null, event);
        request.finish(0, 5, caller);
        assertThat(network.told).containsExactly("request=0/5");
        assertThat(event.isSignalled()).isTrue();
        assertThat(socket.signal().isSignalled()).isFalse();
        assertThat(receive()).as("recycled").isSameAs(request);
    }

    @Test
    void withoutAnEventItsEndSetsItsSocket() {
        indicated(null, null).finish(0, 5, caller);
        assertThat(socket.signal().isSignalled()).isTrue();
    }

    @Test
    void whatIsToldToNobodyEndsAllTheSame() {
        Request request = receive();
        request.finish(0, 5, caller);
        assertThat(receive()).isSameAs(request);
        assertThat(network.told).isEmpty();
    }

    @Test
    void itsRoutineRunsOnItsThreadWhenThatIsAlertable() {
        Caller other = network.another();
        Request request = other.receive(socket, 0, false);
        request.indicate(network, "request", (Runnable) () -> network.told.add("routine"), event);
        request.finish(WinsockErrors.WSAEINVAL, 5, caller);
        assertThat(network.told).containsExactly("request=10022/5");
        assertThat(event.isSignalled()).isFalse();
        other.sleep(0, true);
        assertThat(network.told).endsWith("request runs", "routine");
        assertThat(other.receive(socket, 0, false)).as("recycled").isSameAs(request);
    }

    @Test
    void aCallEndsForWhoeverWaitsForIt() {
        Caller other = network.another();
        Request call = other.receive(socket, 0, false);
        call.markAsCall(true);
        DuringWait.of(other, event, () -> {
            assertThat(call.isSatisfied(other)).isFalse();
            call.finish(0, 5, caller);
            caller.afterUnlock();
            assertThat(other.waiter().isWaiting()).isFalse();
        });
        assertThat(call.isSatisfied(other)).isTrue();
        assertThat(call.outcome()).isEqualTo(5);
        assertThat(call.caller()).as("not recycled").isSameAs(other);
        Request failed = call(true);
        failed.finish(WinsockErrors.WSAEINVAL, 0, caller);
        assertThat(failed.outcome()).isEqualTo(-WinsockErrors.WSAEINVAL);
    }

    @Test
    void nothingEndsTwice() {
        Request call = call(true);
        call.finish(0, 5, caller);
        assertThatThrownBy(() -> call.finish(0, 5, caller)).isInstanceOf(AssertionError.class);
        Request request = indicated(null, null);
        request.finish(0, 5, caller);
        assertThatThrownBy(() -> request.finish(0, 5, caller)).isInstanceOf(AssertionError.class);
    }

    @Test
    void itsEndTellsWhoSentTheDatagramWhereThatIsWanted() {
        Request receive = network.receive(datagrams, BYTES);
        receive.tellSender(network, "address", "length");
        network.start(receive, "receive");
        Request unasked = network.receive(datagrams, BYTES);
        network.start(unasked, "unasked");
        Socket sender = network.sockets.datagrams();
        int port = ((InetSocketAddress) sender.localAddress()).getPort();
        assertThat(network.start(network.sendTo(sender, 3, datagrams), "send")).isEqualTo(3);
        assertThat(network.start(network.sendTo(sender, 4, datagrams), "send")).isEqualTo(4);
        network.poll();
        network.poll();
        assertThat(network.told).endsWith("address and length from " + port, "receive=0/3", "unasked=0/4");
    }

    @Test
    void noSenderIsToldWhereThereWasNone() {
        Request receive = network.receive(datagrams, BYTES);
        receive.tellSender(network, "address", "length");
        network.start(receive, "receive");
        assertThat(datagrams.cancel(null, null, caller)).isOne();
        assertThat(network.told).containsExactly("receive begins", "receive=995/0");
    }

    // ---- waiting for it ----

    @Test
    void whoWaitsForItDrivesItsDirection() {
        Request call = call(true);
        call.drive(caller);
        assertThat(socket.receives.isEmpty()).as("not queued").isTrue();
        network.start(network.receive(socket, BYTES), "pending");
        Request pending = network.receive(socket, BYTES);
        network.start(pending, "second");
        assertThat(pending.queue()).isSameAs(socket.receives);
        Caller other = network.another();
        network.calls.clear();
        DuringWait.of(other, event, () -> {
            pending.drive(other);
            assertThat(network.count("watch")).as("at the reactor of who waits").isOne();
            assertThat(network.count("unwatch")).isOne();
        });
        assertThat(network.count("watch")).as("at home again").isEqualTo(2);
    }
}
