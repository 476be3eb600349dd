package dev.overlapped.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.error.WinsockErrors;
import dev.overlapped.provider.simulated.Chance;
import dev.overlapped.provider.simulated.SimulatedOptions;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.SocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// How a socket ends, and what ends with it.
@Timeout(value = PromptedNetwork.SECONDS_MAX, threadMode = Timeout.ThreadMode.SAME_THREAD)
class SocketEndTest {
    private static final int BUFFER_BYTES = 16;
    private static final String ABORTED = "=" + WinsockErrors.WSA_OPERATION_ABORTED + "/0";

    private final PromptedNetwork network =
            new PromptedNetwork(SimulatedOptions.calm(1).withBufferBytes(BUFFER_BYTES));
    private final Engine engine = network.engine;
    private final Caller caller = network.caller;
    private final MemorySegment memory = Arena.ofAuto().allocate(4);
    /// Both ends of a connection.
    private final Socket[] pair = network.sockets.connection();
    private final Socket socket = pair[0];

    private void close(Socket closed) {
        assertThat(engine.close(closed.handle(), caller)).isTrue();
    }

    // ---- shutting down ----

    @Test
    void onlyAConnectionCanBeShutDown() {
        assertThat(network.sockets.stream().shutdown(true, true)).isEqualTo(-WinsockErrors.WSAENOTCONN);
        assertThat(network.sockets.datagrams().shutdown(true, true)).isZero();
        assertThat(socket.shutdown(true, false)).isZero();
        assertThat(network.count("shutdownSending")).isOne();
        assertThat(network.start(network.receive(socket, 4), "receive"))
                .isEqualTo(-WinsockErrors.WSAESHUTDOWN);
        assertThat(network.start(network.send(socket, 4), "send")).isEqualTo(4);
    }

    @Test
    void theEndOfSendingIsToldOnce() {
        assertThat(socket.shutdown(false, true)).isZero();
        assertThat(socket.shutdown(false, true)).isZero();
        assertThat(network.count("shutdownSending")).isOne();
        assertThat(network.start(network.send(socket, 4), "send")).isEqualTo(-WinsockErrors.WSAESHUTDOWN);
        network.receiveLater(socket, 4, "receive");
    }

    @Test
    void theEndOfSendingWaitsForWhatIsQueued() {
        network.fill(socket);
        network.sendLater(socket, 4, "first");
        network.sendLater(socket, 4, "second");
        assertThat(socket.shutdown(false, true)).isZero();
        assertThat(network.count("shutdownSending")).isZero();
        assertThat(socket.cancel("first", null, caller)).isOne();
        assertThat(network.count("shutdownSending")).isZero();
        network.drain(pair[1]);
        network.poll();
        assertThat(network.told).endsWith("second=0/4");
        assertThat(network.count("shutdownSending")).isOne();
    }

    // ---- cancelling ----

    @Test
    void whatIsCancelledIsChosenByTagAndThread() {
        network.fill(socket);
        network.sendLater(socket, 4, "send");
        network.receiveLater(socket, 4, "receive");
        Caller other = network.another();
        Request others = other.receive(socket, 0, false);
        network.start(others, "others");
        network.told.clear();
        assertThat(socket.cancel("none", null, caller)).isZero();
        assertThat(socket.cancel("others", caller, caller)).isZero();
        assertThat(socket.cancel("receive", null, caller)).isOne();
        assertThat(network.told).containsExactly("receive" + ABORTED);
        assertThat(socket.cancel(null, other, caller)).isOne();
        assertThat(network.told).endsWith("others" + ABORTED);
        assertThat(socket.cancel(null, null, caller)).isOne();
        assertThat(network.told).endsWith("send" + ABORTED);
    }

    @Test
    void aCallIsNotCancelledWithTheRequests() {
        int[] cancelled = new int[2];
        Caller other = network.another();
        network.fill(socket);
        caller.queue(() -> {
            cancelled[0] = socket.cancel(null, null, caller);
            network.sendLater(socket, 4, "send");
            socket.flush(other);
            cancelled[1] = network.told.size();
            caller.cancelCall();
        }, caller);
        network.receiveLater(socket, 4, "receive");
        assertThat(socket.call(network.receive(socket, 4), caller)).isEqualTo(-WinsockErrors.WSAEINTR);
        assertThat(cancelled[0]).as("the receive alone").isOne();
        assertThat(network.told).containsExactly("receive begins", "receive" + ABORTED, "send begins",
                "send" + ABORTED);
        assertThat(cancelled[1]).isEqualTo(4);
    }

    @Test
    void aConnectThatIsUnderWayIsNoSendToBeFlushed() {
        PromptedNetwork slow = new PromptedNetwork(
                SimulatedOptions.calm(1).with(Chance.DELAYS, 1).withDelayNanosMax(1000));
        Socket client = slow.sockets.stream();
        SocketAddress to = slow.sockets.listener().localAddress();
        Request connect = client.handshake().connectRequest(to, slow.caller);
        assertThat(slow.start(connect, "connect")).isEqualTo(-WinsockErrors.WSA_IO_PENDING);
        client.flush(slow.caller);
        slow.caller.sleep(10_000, false);
        assertThat(slow.told).endsWith("connect=0/0");
    }

    // ---- closing ----

    @Test
    void closingEndsWhatIsPendingEachDirectionInItsWay() {
        network.fill(socket);
        network.sendLater(socket, 4, "send");
        network.receiveLater(socket, 4, "receive");
        int descriptor = socket.descriptor();
        network.told.clear();
        close(socket);
        assertThat(network.told).containsExactly("send" + ABORTED,
                "receive=" + WinsockErrors.WSAECONNABORTED + "/0");
        assertThat(network.last("close")).containsExactly(descriptor, false);
        assertThat(network.last("unwatch")).containsExactly(descriptor);
        assertThat(caller.waiter().hasPending()).isFalse();
    }

    @Test
    void receivesOfDatagramsAndAcceptsEndAsCancelled() {
        Socket datagrams = network.sockets.datagrams();
        network.receiveLater(datagrams, 4, "datagram");
        close(datagrams);
        assertThat(network.told).endsWith("datagram" + ABORTED);
        Socket listener = network.sockets.listener();
        network.start(listener.handshake().acceptRequest(caller), "accept");
        close(listener);
        assertThat(network.told).endsWith("accept" + ABORTED);
    }

    /// As in a process without a standard input.
    @Test
    void descriptorZeroIsADescriptor() {
        Socket listener = network.sockets.listener();
        network.answer("accept", 0);
        Socket accepted = engine.socket(listener.handshake().accept(caller, new SocketAddress[1]));
        assertThat(accepted.isConnected()).isTrue();
        network.answer("close", 0, 0);
        close(accepted);
        assertThat(network.last("close")).containsExactly(0, false);
        network.answer("open", 0);
        Socket fresh = network.sockets.stream();
        assertThat(fresh.becomes(pair[1].descriptor(), listener)).isTrue();
        assertThat(network.count("close")).isEqualTo(2);
    }

    @Test
    void aBoundConnectionIsClosedSoThatItsAddressIsFreeAgain() {
        Socket bound = network.sockets.stream();
        assertThat(bound.handshake().bind(TestSockets.loopback(0))).isZero();
        Socket listener = network.sockets.listener();
        assertThat(bound.handshake().connect(listener.localAddress(), caller)).isZero();
        int descriptor = bound.descriptor();
        close(bound);
        assertThat(network.last("close")).containsExactly(descriptor, true);
        descriptor = listener.descriptor();
        close(listener);
        assertThat(network.last("close")).containsExactly(descriptor, false);
    }

    @Test
    void closingTheSocketThatAnAcceptIsToUseEndsTheAccept() {
        Socket listener = network.sockets.listener();
        Socket fresh = engine.socket(listener.handshake().awaited());
        Request accept = listener.handshake().acceptRequest(caller);
        assertThat(accept.acceptInto(fresh, memory, 0)).isTrue();
        network.start(accept, "accept");
        network.start(listener.handshake().acceptRequest(caller), "other");
        network.told.clear();
        close(fresh);
        assertThat(network.told).containsExactly("accept" + ABORTED);
        assertThat(network.count("close")).as("it had no descriptor").isZero();
    }

    @Test
    void closingAListenerEndsAcceptsThatWaitForFirstBytes() {
        Socket listener = network.sockets.listener();
        Socket fresh = engine.socket(listener.handshake().awaited());
        network.sockets.stream().handshake().connect(listener.localAddress(), caller);
        Request accept = listener.handshake().acceptRequest(caller);
        assertThat(accept.acceptInto(fresh, memory, 4)).isTrue();
        network.start(accept, "accept");
        close(listener);
        assertThat(network.told).containsExactly("accept begins", "accept" + ABORTED);
    }

    @Test
    void nothingIsToldOfWhatIsSilencedButItsOutcome() {
        network.fill(socket);
        EventObject sent = EventObject.unnamed(true);
        EventObject received = EventObject.unnamed(true);
        network.start(network.send(socket, 4), "send", null, sent);
        network.start(network.receive(socket, 4), "receive", null, received);
        socket.silence();
        assertThat(socket.cancel(null, null, caller)).isEqualTo(2);
        assertThat(sent.isSignalled()).isFalse();
        assertThat(received.isSignalled()).isFalse();
        assertThat(network.told).endsWith("send" + ABORTED, "receive" + ABORTED);
    }

    // ---- threads that end ----

    @Test
    void requestsEndWithTheirThreadButForThoseThatOutliveIt() {
        network.fill(socket);
        Caller other = network.another();
        Request ending = other.receive(socket, 0, false);
        network.start(ending, "ending");
        Request outliving = other.receive(socket, 0, false);
        outliving.outliveThread();
        network.start(outliving, "outliving");
        Request sending = other.send(socket, 0, true);
        assertThat(sending.add(memory, 4, true)).isTrue();
        sending.outliveThread();
        network.start(sending, "sending");
        network.receiveLater(socket, 4, "mine");
        network.told.clear();
        socket.endRequestsOf(other, caller);
        assertThat(network.told).containsExactly("ending" + ABORTED);
        assertThat(other.waiter().hasPending()).isFalse();
        assertThat(outliving.caller()).isSameAs(engine.adoption().self());
        assertThat(sending.caller()).isSameAs(engine.adoption().self());
        assertThat(engine.adoption().self().waiter().hasPendingSends()).isTrue();
        assertThat(caller.waiter().hasPending()).isTrue();
    }

    @Test
    void theEngineThreadDrivesWhatItIsEntrustedWith() {
        Request entrusted = network.receive(socket, 4);
        network.start(entrusted, "entrusted");
        network.receiveLater(socket, 4, "mine");
        socket.entrust("entrusted", caller, caller);
        assertThat(entrusted.caller()).isSameAs(engine.adoption().self());
        assertThat(caller.waiter().hasPending()).isTrue();
        assertThat(network.start(network.send(pair[1], 8), "send")).isEqualTo(8);
        engine.adoption().turn();
        assertThat(network.told).endsWith("entrusted=0/4", "mine=0/4");
        assertThat(caller.waiter().hasPending()).isFalse();
    }

    @Test
    void aSendIsEntrustedLikeAReceive() {
        network.fill(socket);
        network.sendLater(socket, 4, "send");
        network.sendLater(socket, 4, "mine");
        socket.entrust("send", caller, caller);
        assertThat(caller.waiter().hasPendingSends()).isTrue();
        assertThat(engine.adoption().self().waiter().hasPendingSends()).isTrue();
        network.drain(pair[1]);
        engine.adoption().turn();
        assertThat(network.told).endsWith("send=0/4", "mine=0/4");
        assertThat(caller.waiter().hasPending()).isFalse();
    }
}
