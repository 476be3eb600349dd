package dev.overlapped.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.error.WinsockErrors;
import dev.overlapped.provider.Errno;
import dev.overlapped.provider.Interest;
import dev.overlapped.provider.SocketKind;
import dev.overlapped.provider.simulated.SimulatedOptions;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.SocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What a socket answers, and what it passes on to its directions.
@Timeout(value = PromptedNetwork.SECONDS_MAX, threadMode = Timeout.ThreadMode.SAME_THREAD)
class SocketTest {
    private static final int BUFFER_BYTES = 16;
    private static final int SOL_SOCKET = 0xffff;
    private static final int SO_KEEPALIVE = 8;
    private static final int SO_OOBINLINE = 0x100;
    private static final int SO_RCVTIMEO = 0x1006;

    private final PromptedNetwork network =
            new PromptedNetwork(SimulatedOptions.calm(1).withBufferBytes(BUFFER_BYTES));
    private final Engine engine = network.engine;
    private final Caller caller = network.caller;
    private final MemorySegment value = Arena.ofAuto().allocate(4);
    /// Both ends of a connection.
    private final Socket[] pair = network.sockets.connection();
    private final Socket socket = pair[0];

    private void close(Socket closed) {
        assertThat(engine.close(closed.handle(), caller)).isTrue();
    }

    // ---- what it is ----

    @Test
    void itKnowsWhatItWasOpenedAs() {
        Socket stream = engine.socket(engine.open(true, true, false));
        assertThat(stream.isStream()).isTrue();
        assertThat(stream.isIpv6()).isTrue();
        assertThat(stream.isOverlapped()).isFalse();
        assertThat(stream.isConnectionless()).isFalse();
        assertThat(stream.isUnix()).isFalse();
        assertThat(stream.takesParts()).isFalse();
        Socket datagrams = network.sockets.datagrams();
        assertThat(datagrams.isStream()).isFalse();
        assertThat(datagrams.isIpv6()).isFalse();
        assertThat(datagrams.isOverlapped()).isTrue();
        assertThat(datagrams.isConnectionless()).isTrue();
        network.answer("open", datagrams.descriptor());
        Socket messages = engine.socket(engine.openUnix(false, true));
        assertThat(messages.isUnix()).isTrue();
        assertThat(messages.takesParts()).isTrue();
    }

    @Test
    void aConnectionTakesAfterItsListener() {
        Socket listener = network.sockets.listener();
        listener.nonBlocking(true);
        engine.independent(listener.handle());
        Socket child = engine.socket(listener.handshake().awaited());
        assertThat(child.isNonBlocking()).isTrue();
        assertThat(child.independent).isTrue();
        Socket other = engine.socket(network.sockets.listener().handshake().awaited());
        assertThat(other.isNonBlocking()).isFalse();
        assertThat(other.independent).isFalse();
        assertThat(network.sockets.stream().isNonBlocking()).isFalse();
    }

    @Test
    void whatTheNetworkSaysOfItsBytesIsPassedOn() {
        network.fill(pair[1]);
        assertThat(socket.available()).isEqualTo(BUFFER_BYTES);
        network.answer("atMark", 0, 1, -Errno.EINVAL);
        assertThat(socket.atMark()).isZero();
        assertThat(socket.atMark()).isOne();
        assertThat(socket.atMark()).isEqualTo(-WinsockErrors.WSAEINVAL);
        assertThat(socket.localAddress()).isEqualTo(pair[1].peerAddress()).isNotNull();
    }

    @Test
    void onceClosedItAnswersNothingOfThat() {
        close(socket);
        network.calls.clear();
        assertThat(socket.available()).isEqualTo(-WinsockErrors.WSAENOTSOCK);
        assertThat(socket.atMark()).isEqualTo(-WinsockErrors.WSAENOTSOCK);
        assertThat(socket.localAddress()).isNull();
        assertThat(socket.peerAddress()).isNull();
        assertThat(socket.setOption(SOL_SOCKET, SO_KEEPALIVE, value, 4))
                .isEqualTo(-WinsockErrors.WSAENOTSOCK);
        assertThat(socket.option(SOL_SOCKET, SO_KEEPALIVE, value, 4)).isEqualTo(-WinsockErrors.WSAENOTSOCK);
        assertThat(socket.descriptor()).isNegative();
        assertThat(network.calls).isEmpty();
        assertThat(engine.close(socket.handle(), caller)).isFalse();
    }

    @Test
    void anOptionIsKeptForTheProgram() {
        value.set(ValueLayout.JAVA_INT, 0, 1);
        assertThat(socket.setOption(SOL_SOCKET, SO_KEEPALIVE, value, 4)).isZero();
        value.set(ValueLayout.JAVA_INT, 0, 0);
        assertThat(socket.option(SOL_SOCKET, SO_KEEPALIVE, value, 4)).isEqualTo(4);
        assertThat(value.get(ValueLayout.JAVA_INT, 0)).isOne();
        assertThat(socket.isUrgentInline()).isFalse();
        value.set(ValueLayout.JAVA_INT, 0, 1);
        assertThat(socket.setOption(SOL_SOCKET, SO_OOBINLINE, value, 4)).isZero();
        assertThat(socket.isUrgentInline()).isTrue();
        assertThat(socket.setOption(SOL_SOCKET, SO_KEEPALIVE, null, 4)).isEqualTo(-WinsockErrors.WSAEFAULT);
    }

    @Test
    void anAcceptedConnectionHasTheOptionsThatItsSocketWasGiven() {
        Socket listener = network.sockets.listener();
        Socket fresh = network.sockets.stream();
        value.set(ValueLayout.JAVA_INT, 0, 1);
        fresh.setOption(SOL_SOCKET, SO_KEEPALIVE, value, 4);
        int accepted = network.real.open(new SocketKind(
                SocketKind.Family.IPV4,
                SocketKind.Type.STREAM));
        assertThat(fresh.becomes(accepted, listener)).isTrue();
        assertThat(network.last("setOption")).startsWith(accepted);
        assertThat(fresh.becomes(accepted, listener)).as("a connection already").isFalse();
        Socket closed = network.sockets.stream();
        close(closed);
        assertThat(closed.becomes(accepted, listener)).isFalse();
    }

    @Test
    void aCallGivesUpWhenItsTimeIsOver() {
        value.set(ValueLayout.JAVA_INT, 0, 5);
        assertThat(socket.setOption(SOL_SOCKET, SO_RCVTIMEO, value, 4)).isZero();
        long before = network.real.nanoTime();
        assertThat(socket.call(network.receive(socket, 4), caller)).isEqualTo(-WinsockErrors.WSAETIMEDOUT);
        assertThat(network.real.nanoTime() - before).isEqualTo(5_000_000);
    }

    // ---- what it passes on ----

    @Test
    void aReportGoesToTheDirectionsThatItNames() {
        network.fill(socket);
        network.receiveLater(socket, 4, "receive");
        network.sendLater(socket, 4, "send");
        network.calls.clear();
        socket.ready(Interest.READ, caller);
        assertThat(network.count("receive")).isOne();
        assertThat(network.count("send")).isZero();
        socket.ready(Interest.WRITE, caller);
        assertThat(network.count("receive")).isOne();
        assertThat(network.count("send")).isOne();
    }

    @Test
    void whoAsksWhetherARequestHasEndedHasItAttempted() {
        network.fill(socket);
        network.fill(pair[1]);
        network.drain(pair[0]);
        network.drain(pair[1]);
        network.receiveLater(socket, 4, "receive");
        network.calls.clear();
        socket.attempt(caller);
        assertThat(network.count("receive")).isOne();
        assertThat(network.count("send")).as("nothing is to be sent").isZero();
        network.fill(socket);
        network.sendLater(socket, 4, "send");
        network.drain(pair[1]);
        socket.attempt(caller);
        assertThat(network.told).contains("send=0/4").doesNotContain("receive=0/4");
    }

    @Test
    void itKnowsWhichOfItsRequestsAwaitRoutines() {
        network.fill(socket);
        Runnable routine = () -> { };
        network.start(network.receive(socket, 4), "plain", null, null);
        assertThat(socket.awaitsRoutine("plain")).isFalse();
        network.start(network.receive(socket, 4), "receive", routine, null);
        network.start(network.send(socket, 4), "send", routine, null);
        assertThat(socket.awaitsRoutine("receive")).isTrue();
        assertThat(socket.awaitsRoutine("send")).isTrue();
        assertThat(socket.awaitsRoutine("plain")).isFalse();
        assertThat(socket.awaitsRoutine("other")).isFalse();
    }

    @Test
    void aRequestThatMovesNothingEndsAtOnce() {
        EventObject event = EventObject.unnamed(true);
        Request control = caller.control(socket);
        control.indicate(network, "control", null, event);
        Caller other = network.another();
        DuringWait.of(other, event, () -> {
            socket.complete(control, WinsockErrors.WSAEINVAL, caller);
            assertThat(other.waiter().isWaiting()).isFalse();
        });
        assertThat(event.isSignalled()).isTrue();
        assertThat(network.told).containsExactly("control begins", "control=10022/0");
    }

    // ---- its signal ----

    @Test
    void whoeverAsksForItsSignalFindsHowTheLastRequestEnded() {
        network.start(network.send(socket, 4), "send");
        assertThat(socket.signal().isSignalled()).isTrue();
        assertThat(socket.signal()).isSameAs(socket.signal());
        assertThat(socket.signal().handle()).isEqualTo(socket.handle());
        network.receiveLater(socket, 4, "receive");
        assertThat(socket.signal().isSignalled()).isFalse();
        assertThat(socket.cancel("receive", null, caller)).isOne();
        assertThat(socket.signal().isSignalled()).isTrue();
    }

    @Test
    void aRequestThatStartsUnsetsASignalThatNobodyHasAskedFor() {
        network.start(network.send(socket, 4), "send");
        network.receiveLater(socket, 4, "receive");
        assertThat(socket.signal().isSignalled()).isFalse();
    }

    @Test
    void aCallOnItReturnsItsOutcome() {
        assertThat(socket.call(network.send(socket, 4), caller)).isEqualTo(4);
        assertThat(pair[1].call(network.receive(pair[1], 8), caller)).isEqualTo(4);
        SocketAddress address = socket.localAddress();
        close(socket);
        assertThat(pair[1].peerAddress()).isEqualTo(address);
        assertThat(pair[1].call(network.receive(pair[1], 8), caller)).isZero();
    }
}
