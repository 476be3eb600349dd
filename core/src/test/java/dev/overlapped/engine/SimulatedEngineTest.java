package dev.overlapped.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.error.WinsockErrors;
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

/// The real engine on a simulated network, step by step. Random programs on it are in the module `trust`.
class SimulatedEngineTest {
    private static final SimulatedOptions TIGHT = SimulatedOptions.calm(1).withBufferBytes(16);

    /// What is told, in order: `tag` when its routine runs, `tag=code` when it ends.
    private final List<String> told = new ArrayList<>();
    private final Completion completion = new Completion() {
        @Override
        public void begun(Object tag) {
        }

        @Override
        public void publish(Object tag, int code, long bytes) {
            told.add(tag + "=" + code);
        }

        @Override
        public void deliver(Object routine, Object tag, int code, long bytes) {
            told.add(tag.toString());
            ((Runnable) routine).run();
        }
    };

    private final MemorySegment buffer = Arena.ofAuto().allocate(16);
    private SimulatedProvider provider;
    private Engine engine;
    private Caller caller;

    private void begin(SimulatedOptions options) {
        provider = new SimulatedProvider(options);
        engine = new Engine(provider, false);
        caller = engine.caller();
    }

    /// Both ends of a connection.
    private Socket[] connect() {
        Socket listener = engine.socket(engine.open(false, true, true));
        listener.handshake().bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
        listener.handshake().listen(1);
        Socket client = engine.socket(engine.open(false, true, true));
        assertThat(client.handshake().connect(listener.localAddress(), caller)).isZero();
        long accepted = listener.handshake().accept(caller, new SocketAddress[1]);
        return new Socket[] {client, engine.socket(accepted)};
    }

    private long send(Socket socket, String tag, Runnable routine) {
        Request request = caller.send(socket, 0, true);
        assertThat(request.add(buffer, buffer.byteSize(), true)).isTrue();
        request.indicate(completion, tag, routine, null);
        return socket.start(request, caller);
    }

    private long receiveNow(Socket socket) {
        Request request = caller.receive(socket, 0, false);
        assertThat(request.add(buffer, buffer.byteSize(), false)).isTrue();
        return socket.call(request, caller);
    }

    @Test
    void aNonBlockingCallLooksForBytesEachTime() {
        begin(SimulatedOptions.calm(1));
        Socket[] pair = connect();
        pair[1].nonBlocking(true);
        assertThat(receiveNow(pair[1])).isEqualTo(-WinsockErrors.WSAEWOULDBLOCK);
        assertThat(send(pair[0], "send", null)).isEqualTo(16);
        assertThat(receiveNow(pair[1])).isEqualTo(16);
        assertThat(receiveNow(pair[1])).isEqualTo(-WinsockErrors.WSAEWOULDBLOCK);
    }

    @Test
    void routinesOfASocketKeepTheirOrderWhileOneOfThemWaits() {
        begin(SimulatedOptions.calm(1));
        Socket a = connect()[0];
        Socket b = connect()[0];
        send(a, "a0", () -> caller.sleep(0, true));
        send(a, "a1", () -> { });
        send(b, "b", () -> send(a, "a3", () -> { }));
        send(a, "a2", () -> { });
        told.clear();
        assertThat(caller.sleep(0, true)).isEqualTo(Caller.IO_COMPLETION);
        assertThat(told).containsExactly("a0", "b", "a3=0", "a1", "a2", "a3");
    }

    @Test
    void allThatWaitedOnALostConnectionLearnTheSameReason() {
        begin(TIGHT);
        Socket socket = connect()[0];
        assertThat(send(socket, "taken", null)).isEqualTo(16);
        assertThat(send(socket, "first", null)).isEqualTo(-WinsockErrors.WSA_IO_PENDING);
        assertThat(send(socket, "second", null)).isEqualTo(-WinsockErrors.WSA_IO_PENDING);
        provider.reset(socket.descriptor());
        caller.sleep(0, true);
        assertThat(told).containsExactly("taken=0", "first=10054", "second=10054");
        assertThat(send(socket, "later", null)).isEqualTo(-WinsockErrors.WSAECONNRESET);
    }
}
