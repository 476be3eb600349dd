package dev.overlapped.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.error.WinsockErrors;
import dev.overlapped.provider.Interest;
import dev.overlapped.provider.ReadyEvents;
import java.lang.foreign.Arena;
import org.junit.jupiter.api.Test;

/// A full poll is looked over before its first event is attempted, whatever has become of its sockets.
class LookAheadTest {
    /// As many events as one poll hands out, for these in turn.
    private static ReadyEvents full(long... handles) {
        ReadyEvents events = new ReadyEvents();
        while (!events.isFull()) {
            events.add(handles[events.size() % handles.length], Interest.READ);
        }
        return events;
    }

    @Test
    void eachSocketOfAFullPollIsAttempted() {
        OneThread one = new OneThread();
        Socket[] a = one.sockets.connection();
        Socket[] b = one.sockets.connection();
        one.startReceive(a[1], one.caller, "a", null);
        one.startReceive(b[1], one.caller, "b", null);
        one.write(b[0]);
        one.write(a[0]);
        one.engine.dispatch(full(a[1].handle(), b[1].handle()), one.caller);
        assertThat(one.told).containsExactly("a=0", "b=0");
    }

    @Test
    void whatHasGoneOrIsNoReceiveIsPassedOver() {
        OneThread one = new OneThread();
        Socket listener = one.sockets.stream();
        listener.handshake().bind(TestSockets.loopback(0));
        listener.handshake().listen(1);
        Request accept = listener.handshake().acceptRequest(one.caller);
        assertThat(accept.acceptInto(one.sockets.stream(), Arena.ofAuto().allocate(1), 0)).isTrue();
        accept.indicate(one, "accept", null, null);
        assertThat(listener.start(accept, one.caller)).isEqualTo(-WinsockErrors.WSA_IO_PENDING);
        Socket closed = one.sockets.stream();
        assertThat(one.engine.close(closed.handle(), one.caller)).isTrue();
        long idle = one.sockets.stream().handle();
        one.engine.dispatch(full(listener.handle(), idle, closed.handle(), 0, -4), one.caller);
        assertThat(one.told).isEmpty();
    }

    @Test
    void memoryThatWasReleasedFailsItsReceiveAlone() {
        OneThread one = new OneThread();
        Socket[] pair = one.sockets.connection();
        Socket[] other = one.sockets.connection();
        try (Arena arena = Arena.ofShared()) {
            Request receive = one.caller.receive(pair[1], 0, false);
            assertThat(receive.add(arena.allocate(1), 1, true)).isTrue();
            receive.indicate(one, "released", null, null);
            assertThat(pair[1].start(receive, one.caller)).isEqualTo(-WinsockErrors.WSA_IO_PENDING);
        }
        one.startReceive(other[1], one.caller, "other", null);
        one.write(other[0]);
        one.engine.dispatch(full(pair[1].handle(), other[1].handle()), one.caller);
        assertThat(one.told).containsExactly("released=" + WinsockErrors.WSAEFAULT, "other=0");
    }
}
