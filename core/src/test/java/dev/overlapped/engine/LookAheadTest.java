package dev.overlapped.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.error.WinsockErrors;
import dev.overlapped.provider.Interest;
import dev.overlapped.provider.ReadyEvents;
import dev.overlapped.provider.simulated.SimulatedOptions;
import dev.overlapped.provider.simulated.SimulatedProvider;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A full poll is looked over before its first event is attempted, whatever has become of its sockets.
class LookAheadTest implements Completion {
    private Engine engine;
    private Caller caller;
    private final List<String> told = new ArrayList<>();

    @Override
    public void begun(Object tag) {
    }

    @Override
    public void publish(Object tag, int code, long bytes) {
        told.add(tag + "=" + code + "," + bytes);
    }

    @Override
    public void deliver(Object routine, Object tag, int code, long bytes) {
        throw new AssertionError("there are no routines here");
    }

    /// On the thread of the test, whose network it is then.
    private void begin() {
        engine = new Engine(new SimulatedProvider(SimulatedOptions.calm(1)), false);
        caller = Caller.ofThisThread(engine);
    }

    private Socket opened() {
        return engine.socket(engine.open(false, true, true));
    }

    private Socket listening() {
        Socket listener = opened();
        assertThat(listener.handshake().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)))
                .isZero();
        assertThat(listener.handshake().listen(5)).isZero();
        return listener;
    }

    private void receive(Socket socket, Arena arena) {
        Request request = caller.receive(socket, 0, false);
        assertThat(request.add(arena.allocate(16), 16, true)).isTrue();
        request.indicate(this, "receive", null, null);
        assertThat(socket.start(request, caller)).isEqualTo(-WinsockErrors.WSA_IO_PENDING);
    }

    private ReadyEvents full(long... keys) {
        ReadyEvents events = new ReadyEvents();
        while (!events.isFull()) {
            events.add(keys[events.size() % keys.length], Interest.READ);
        }
        return events;
    }

    @Test
    void aFullPollIsAttemptedLikeAnyOther() {
        begin();
        Socket listener = listening();
        Socket client = opened();
        assertThat(client.handshake().connect(listener.localAddress(), caller)).isZero();
        Socket server = engine.socket(listener.handshake().accept(caller, new SocketAddress[1]));
        receive(server, Arena.ofAuto());
        Request send = caller.send(client, 0, true);
        assertThat(send.add(MemorySegment.ofArray(new byte[3]), 3, false)).isTrue();
        assertThat(client.call(send, caller)).isEqualTo(3);
        engine.dispatch(full(server.handle()), caller);
        assertThat(told).containsExactly("receive=0,3");
    }

    @Test
    void whatHasGoneOrIsNoReceiveIsPassedOver() {
        begin();
        Socket listener = listening();
        Request accept = listener.handshake().acceptRequest(caller);
        assertThat(accept.acceptInto(opened(), Arena.ofAuto().allocate(16), 0)).isTrue();
        accept.indicate(this, "accept", null, null);
        assertThat(listener.start(accept, caller)).isEqualTo(-WinsockErrors.WSA_IO_PENDING);
        Socket idle = opened();
        Socket closed = opened();
        assertThat(engine.close(closed.handle(), caller)).isTrue();
        engine.dispatch(full(listener.handle(), idle.handle(), closed.handle(), 0, -4), caller);
        assertThat(told).isEmpty();
        assertThat(engine.close(listener.handle(), caller)).isTrue();
        assertThat(told).containsExactly("accept=" + WinsockErrors.WSA_OPERATION_ABORTED + ",0");
    }

    @Test
    void memoryThatWasReleasedFailsItsReceiveAlone() {
        begin();
        Socket listener = listening();
        Socket client = opened();
        assertThat(client.handshake().connect(listener.localAddress(), caller)).isZero();
        Socket server = engine.socket(listener.handshake().accept(caller, new SocketAddress[1]));
        try (Arena arena = Arena.ofShared()) {
            receive(server, arena);
        }
        engine.dispatch(full(server.handle()), caller);
        assertThat(told).containsExactly("receive=" + WinsockErrors.WSAEFAULT + ",0");
    }
}
