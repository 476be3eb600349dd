package dev.overlapped.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.error.WinsockErrors;
import dev.overlapped.provider.Errno;
import dev.overlapped.provider.Interest;
import dev.overlapped.provider.MessageFlags;
import dev.overlapped.provider.simulated.Chance;
import dev.overlapped.provider.simulated.SimulatedOptions;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.SocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// How requests start: at once, kept for later, or not at all.
@Timeout(value = PromptedNetwork.SECONDS_MAX, threadMode = Timeout.ThreadMode.SAME_THREAD)
class OperationQueueTest {
    private static final long PENDING = -WinsockErrors.WSA_IO_PENDING;

    private final PromptedNetwork network = new PromptedNetwork();
    private final Engine engine = network.engine;
    private final Caller caller = network.caller;
    private final MemorySegment memory = Arena.ofAuto().allocate(32);
    /// Both ends of a connection.
    private final Socket[] pair = network.sockets.connection();
    private final Socket socket = pair[0];

    private long send(Socket on, long bytes, String tag) {
        return network.start(network.send(on, bytes), tag);
    }

    private long receive(Socket on, String tag) {
        return network.start(network.receive(on, 4), tag);
    }

    private void noMemoryToWatch() {
        network.answer("watch", -Errno.ENOMEM);
    }

    /// A connection on which a direction holds so little that a send of 20 bytes is taken in part.
    private static PromptedNetwork tight() {
        return new PromptedNetwork(SimulatedOptions.calm(1).withBufferBytes(16));
    }

    /// A network on which everything takes a while.
    private static PromptedNetwork slow() {
        return new PromptedNetwork(
                SimulatedOptions.calm(1).with(Chance.DELAYS, 1).withDelayNanosMax(1000));
    }

    // ---- refused ----

    @Test
    void nothingStartsOnAClosedSocket() {
        engine.close(socket.handle(), caller);
        assertThat(send(socket, 4, "send")).isEqualTo(-WinsockErrors.WSAENOTSOCK);
        assertThat(receive(socket, "receive")).isEqualTo(-WinsockErrors.WSAENOTSOCK);
        assertThat(network.told).isEmpty();
    }

    @Test
    void aThreadForWhichVeryManyRoutinesWaitStartsNoRequestThatHasOne() {
        Request routine = network.receive(socket, 4);
        for (int i = 0; i < ApcQueue.ROUTINES_MAX; i++) {
            caller.deliverLater(routine, caller);
        }
        assertThat(network.start(network.receive(socket, 4), "routine", () -> { }, null))
                .isEqualTo(-WinsockErrors.WSAENOBUFS);
        assertThat(receive(socket, "receive")).isEqualTo(PENDING);
    }

    @Test
    void aDirectionKeepsSoManyRequestsAndNoMore() {
        MemorySegment one = memory.asSlice(0, 1);
        for (int i = 0; i < OperationQueue.REQUESTS_MAX; i++) {
            Request request = caller.receive(socket, 0, false);
            request.add(one, 1, true);
            request.indicate(new Untold(), this, null, null);
            socket.start(request, caller);
        }
        assertThat(receive(socket, "receive")).isEqualTo(-WinsockErrors.WSAEWOULDBLOCK);
        assertThat(network.told).containsExactly("receive begins", "receive refused 10035");
        assertThat(send(socket, 4, "send")).isEqualTo(4);
        assertThat(socket.cancel(this, null, caller)).isEqualTo(OperationQueue.REQUESTS_MAX);
        assertThat(receive(socket, "receive")).isEqualTo(PENDING);
    }

    @Test
    void aThreadForWhichNoDescriptorIsLeftHasNothingPending() {
        Caller other = network.another();
        engine.takeReactor(caller);
        network.real.limitDescriptors(0);
        Request receive = other.receive(socket, 0, false);
        assertThat(network.start(receive, "receive")).isEqualTo(-WinsockErrors.WSAENOBUFS);
        assertThat(other.waiter().hasPending()).isFalse();
        assertThat(socket.receives.isEmpty()).isTrue();
    }

    @Test
    void whatCannotBeWatchedIsRefusedAndFindsWhatHasComeSince() {
        noMemoryToWatch();
        assertThat(receive(socket, "receive")).isEqualTo(-WinsockErrors.WSAENOBUFS);
        assertThat(network.told).containsExactly("receive begins", "receive refused 10055");
        assertThat(caller.waiter().hasPending()).isFalse();
        assertThat(send(pair[1], 4, "send")).isEqualTo(4);
        noMemoryToWatch();
        assertThat(receive(socket, "receive")).isEqualTo(4);
    }

    @Test
    void anAcceptThatCannotBeKeptLeavesItsSocketToOthers() {
        Socket listener = network.sockets.listener();
        Socket fresh = engine.socket(listener.handshake().awaited());
        noMemoryToWatch();
        assertThat(accept(listener, fresh)).isEqualTo(-WinsockErrors.WSAENOBUFS);
        assertThat(accept(listener, fresh)).isEqualTo(PENDING);
        assertThat(accept(listener, fresh)).as("it is taken").isEqualTo(-WinsockErrors.WSAEINVAL);
    }

    private long accept(Socket listener, Socket fresh) {
        Request accept = listener.handshake().acceptRequest(caller);
        assertThat(accept.acceptInto(fresh, memory, 0)).isTrue();
        return network.start(accept, "accept");
    }

    @Test
    void anAcceptThatFailsLeavesItsSocketToOthers() {
        Socket listener = network.sockets.listener();
        Socket fresh = engine.socket(listener.handshake().awaited());
        network.answer("accept", -Errno.EMFILE);
        assertThat(accept(listener, fresh)).isEqualTo(PENDING);
        assertThat(network.told).endsWith("accept=" + WinsockErrors.WSAEMFILE + "/0");
        assertThat(caller.waiter().hasPending()).isFalse();
        assertThat(accept(listener, fresh)).isEqualTo(PENDING);
        assertThat(network.told).endsWith("accept begins");
    }

    @Test
    void aConnectThatCannotBeKeptCanBeAskedForAgain() {
        PromptedNetwork slow = slow();
        SocketAddress to = slow.sockets.listener().localAddress();
        Socket client = slow.sockets.stream();
        slow.answer("watch", -Errno.ENOMEM);
        assertThat(client.handshake().connect(to, slow.caller)).isEqualTo(-WinsockErrors.WSAENOBUFS);
        assertThat(client.handshake().connect(to, slow.caller)).isZero();
    }

    // ---- in part ----

    @Test
    void aSendThatIsTakenInPartAndCannotBeWatchedTellsHowMuchHasLeft() {
        PromptedNetwork tight = tight();
        Socket full = tight.sockets.connection()[0];
        tight.answer("watch", -Errno.ENOMEM);
        assertThat(tight.start(tight.send(full, 20), "send")).isEqualTo(PENDING);
        assertThat(tight.told).containsExactly("send begins", "send=" + WinsockErrors.WSAENOBUFS + "/16");
        assertThat(tight.caller.waiter().hasPending()).isFalse();
    }

    @Test
    void aCallThatCannotWaitCountsWhatHasMoved() {
        PromptedNetwork tight = tight();
        Socket[] ends = tight.sockets.connection();
        ends[0].nonBlocking(true);
        ends[1].nonBlocking(true);
        assertThat(ends[0].call(tight.send(ends[0], 20), tight.caller)).isEqualTo(16);
        assertThat(ends[0].call(tight.send(ends[0], 20), tight.caller))
                .isEqualTo(-WinsockErrors.WSAEWOULDBLOCK);
        Request whole = tight.caller.receive(ends[1], 0, true);
        assertThat(whole.add(memory, 20, true)).isTrue();
        assertThat(ends[1].call(whole, tight.caller)).isEqualTo(16);
        assertThat(ends[1].call(tight.receive(ends[1], 20), tight.caller))
                .isEqualTo(-WinsockErrors.WSAEWOULDBLOCK);
    }

    @Test
    void aReceiveThatCannotWaitForTheRestEndsWithWhatItHas() {
        assertThat(send(pair[1], 4, "send")).isEqualTo(4);
        noMemoryToWatch();
        Request whole = caller.receive(socket, 0, true);
        assertThat(whole.add(memory, 20, true)).isTrue();
        assertThat(network.start(whole, "receive")).isEqualTo(4);
        assertThat(network.told).endsWith("receive begins", "receive=0/4");
    }

    // ---- at once ----

    @Test
    void anAcceptGoesOnBeforeTheCallReturnsThatStartsIt() {
        Socket listener = network.sockets.listener();
        network.sockets.stream().handshake().connect(listener.localAddress(), caller);
        Socket fresh = engine.socket(listener.handshake().awaited());
        assertThat(accept(listener, fresh)).isEqualTo(PENDING);
        assertThat(network.told).containsExactly("accept begins", "accept=0/0");
    }

    @Test
    void aDatagramThatIsTooLongIsReceivedAndTold() {
        Socket datagrams = network.sockets.datagrams();
        Socket sender = network.sockets.datagrams();
        network.start(network.sendTo(sender, 5, datagrams), "send");
        network.start(network.sendTo(sender, 5, datagrams), "send");
        assertThat(receive(datagrams, "receive")).isEqualTo(-WinsockErrors.WSAEMSGSIZE);
        assertThat(network.told).endsWith("receive begins", "receive=" + WinsockErrors.WSAEMSGSIZE + "/4");
        assertThat(datagrams.call(network.receive(datagrams, 4), caller))
                .isEqualTo(-WinsockErrors.WSAEMSGSIZE);
    }

    @Test
    void whatFailsAtOnceIsRefused() {
        network.answer("receive", -Errno.ECONNRESET);
        assertThat(receive(socket, "receive")).isEqualTo(-WinsockErrors.WSAECONNRESET);
        assertThat(network.told).containsExactly("receive begins", "receive refused 10054");
        assertThat(send(socket, 4, "send")).as("kept").isEqualTo(-WinsockErrors.WSAECONNRESET);
    }

    @Test
    void anEndThatHidesAReasonToldToASendIsRefusedForThatReason() {
        network.onNext("receive", () -> {
            network.answer("send", -Errno.ECONNRESET);
            assertThat(send(socket, 4, "send")).isEqualTo(-WinsockErrors.WSAECONNRESET);
            return 0;
        });
        assertThat(receive(socket, "receive")).isEqualTo(-WinsockErrors.WSAECONNRESET);
        assertThat(network.told).endsWith("receive refused 10054");
    }

    @Test
    void theNetworkIsNotAskedAgainForWhatItSaysIsNotThere() {
        assertThat(receive(socket, "first")).isEqualTo(PENDING);
        assertThat(network.count("receive")).isOne();
        assertThat(receive(socket, "second")).isEqualTo(PENDING);
        socket.nonBlocking(true);
        for (int i = 0; i < 2; i++) {
            assertThat(socket.call(network.receive(socket, 4), caller))
                    .isEqualTo(-WinsockErrors.WSAEWOULDBLOCK);
        }
        assertThat(network.count("receive")).isOne();
    }

    @Test
    void aCallLooksForADatagramThatNobodyHasPolledFor() {
        Socket datagrams = network.sockets.datagrams();
        assertThat(receive(datagrams, "receive")).isEqualTo(PENDING);
        datagrams.cancel(null, null, caller);
        network.start(network.sendTo(network.sockets.datagrams(), 3, datagrams), "send");
        long waited = engine.instruments().pending();
        long asked = network.count("receiveFrom");
        assertThat(receive(datagrams, "receive")).as("it is told when one has come").isEqualTo(PENDING);
        assertThat(network.count("receiveFrom")).isEqualTo(asked);
        datagrams.cancel(null, null, caller);
        assertThat(datagrams.call(network.receive(datagrams, 4), caller)).isEqualTo(3);
        assertThat(engine.instruments().pending()).isEqualTo(waited + 1);
    }

    // ---- who looks after what waits ----

    @Test
    void theEngineThreadIsToldOfAThreadThatGoesElsewhereWithARequest() {
        assertThat(send(socket, 4, "send")).isEqualTo(4);
        assertThat(network.count("setTimer")).as("it has ended").isZero();
        assertThat(receive(socket, "receive")).isEqualTo(PENDING);
        assertThat(network.count("setTimer")).isOne();
    }

    @Test
    void theEngineThreadIsNotToldOfACallThatWaits() {
        PromptedNetwork slow = slow();
        Socket[] ends = slow.sockets.connection();
        assertThat(slow.start(slow.send(ends[0], 4), "send")).isEqualTo(4);
        slow.calls.clear();
        assertThat(ends[1].call(slow.receive(ends[1], 4), slow.caller)).isEqualTo(4);
        assertThat(slow.engine.instruments().pending()).isPositive();
        assertThat(slow.count("setTimer")).isZero();
    }

    // ---- urgent data ----

    @Test
    void urgentDataThatIsNotThereSaysNothingOfTheStream() {
        network.answer("receive", -Errno.EAGAIN);
        Request urgent = caller.receive(socket, MessageFlags.OUT_OF_BAND, false);
        assertThat(urgent.add(memory, 1, true)).isTrue();
        assertThat(network.start(urgent, "urgent")).isEqualTo(PENDING);
        send(pair[1], 4, "send");
        assertThat(receive(socket, "receive")).as("it takes no turn").isEqualTo(4);
        network.answer("receive", 1);
        socket.receives.ready(0, caller);
        assertThat(network.told).endsWith("urgent=0/1");
    }

    @Test
    void urgentDataIsLookedForBehindRequestsThatWait() {
        assertThat(receive(socket, "receive")).isEqualTo(PENDING);
        network.answer("receive", 1);
        Request urgent = caller.receive(socket, MessageFlags.OUT_OF_BAND, false);
        assertThat(urgent.add(memory, 1, true)).isTrue();
        assertThat(network.start(urgent, "urgent")).isEqualTo(1);
        assertThat(network.told).endsWith("urgent begins", "urgent=0/1");
    }

    @Test
    void urgentDataIsLookedForAgainWhenTheStreamHasMovedOn() {
        network.answer("receive", -Errno.EAGAIN);
        Request urgent = caller.receive(socket, MessageFlags.OUT_OF_BAND, false);
        assertThat(urgent.add(memory, 1, true)).isTrue();
        assertThat(network.start(urgent, "urgent")).isEqualTo(PENDING);
        assertThat(receive(socket, "receive")).isEqualTo(PENDING);
        // No urgent data, the end of the stream, and then none any more.
        network.answer("receive", -Errno.EAGAIN, 0, 0);
        socket.ready(Interest.READ, caller);
        assertThat(network.told).endsWith("receive=0/0", "urgent=0/0");
    }
}
