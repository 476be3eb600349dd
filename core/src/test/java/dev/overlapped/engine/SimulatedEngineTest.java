package dev.overlapped.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.error.WinsockErrors;
import dev.overlapped.provider.simulated.Chance;
import dev.overlapped.provider.simulated.SimulatedOptions;
import dev.overlapped.provider.simulated.SimulatedProvider;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The real engine on a simulated network, step by step. Random programs on it are in the module `trust`.
class SimulatedEngineTest {
    private static final SimulatedOptions TIGHT = SimulatedOptions.calm(1).withBufferBytes(16);

    /// More than enough for anything that happens half of the time.
    private static final long SEEDS = 30;

    private OneThread one;
    private SimulatedProvider provider;
    private Engine engine;
    private Caller caller;
    private List<String> told;

    private void begin(SimulatedOptions options) {
        one = new OneThread(options);
        provider = one.provider;
        engine = one.engine;
        caller = one.caller;
        told = one.told;
    }

    private long send(Socket socket, String tag, Runnable routine) {
        Request request = one.send(socket, caller);
        request.indicate(one, tag, routine, null);
        return socket.start(request, caller);
    }

    private long receiveNow(Socket socket) {
        return socket.call(one.receive(socket, caller), caller);
    }

    private long receive(Socket socket, Caller by, String tag) {
        Request request = one.receive(socket, by);
        request.indicate(one, tag, null, null);
        return socket.start(request, by);
    }

    /// Half of the time a poller has no memory for one more socket.
    private void beginWithLittleMemory(long seed) {
        begin(SimulatedOptions.calm(seed).withBufferBytes(16).with(Chance.NO_MEMORY_TO_WATCH, 0.5));
    }

    @Test
    void aSocketThatCouldNotBeWatchedIsWatchedForTheNextRequest() {
        int refused = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            beginWithLittleMemory(seed);
            Socket[] pair = one.sockets.connection();
            while (receive(pair[1], caller, "receive") == -WinsockErrors.WSAENOBUFS) {
                refused++;
            }
            assertThat(send(pair[0], "send", null)).isEqualTo(16);
            caller.sleep(1, true);
            assertThat(told).as("seed " + seed).containsExactly("send=0", "receive=0");
        }
        assertThat(refused).isPositive();
    }

    @Test
    void sendsThatNobodyCanWatchForEndRatherThanWaitForEver() {
        int scarce = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            beginWithLittleMemory(seed);
            Socket[] pair = one.sockets.connection();
            // The first one of the routine leaves at once and fills the buffer; the others leave together.
            send(pair[0], "before", () -> {
                receiveNow(pair[1]);
                for (String tag : List.of("a", "b", "c", "d")) {
                    send(pair[0], tag, null);
                }
            });
            caller.sleep(0, true);
            pair[1].nonBlocking(true);
            for (int i = 0; i < 4; i++) {
                receiveNow(pair[1]);
                caller.sleep(0, true);
            }
            assertThat(told.stream().map(each -> each.split("=", 2)[0]).filter(each -> each.length() == 1))
                    .as("seed " + seed + " " + told).containsExactly("a", "b", "c", "d");
            scarce += told.contains("b=" + WinsockErrors.WSAENOBUFS) ? 1 : 0;
        }
        assertThat(scarce).isBetween(1, (int) SEEDS - 1);
    }

    @Test
    void anAcceptWhoseFirstBytesCannotBeWaitedForSaysThatMemoryIsShort() {
        int scarce = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            beginWithLittleMemory(seed);
            Socket listener = one.sockets.listener();
            Request accept = listener.handshake().acceptRequest(caller);
            Socket fresh = one.sockets.stream();
            assertThat(accept.acceptInto(fresh, Arena.ofAuto().allocate(16), 16)).isTrue();
            accept.indicate(one, "accept", null, null);
            if (listener.start(accept, caller) == -WinsockErrors.WSA_IO_PENDING) {
                Socket client = one.sockets.stream();
                assertThat(client.handshake().connect(listener.localAddress(), caller)).isZero();
                caller.sleep(0, true);
                scarce += told.size();
                send(client, "send", null);
                caller.sleep(1, true);
                assertThat(told).as("seed " + seed)
                        .containsAnyOf("accept=0", "accept=" + WinsockErrors.WSAENOBUFS);
            }
        }
        assertThat(scarce).isPositive();
    }

    @Test
    void aReceiveThatCannotWaitForTheRestKeepsWhatItHas() {
        int partial = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            beginWithLittleMemory(seed);
            Socket[] pair = one.sockets.connection();
            send(pair[0], "send", null);
            Request request = caller.receive(pair[1], 0, true);
            MemorySegment larger = Arena.ofAuto().allocate(20);
            assertThat(request.add(larger, larger.byteSize(), true)).isTrue();
            request.indicate(one, "receive", null, null);
            long result = pair[1].start(request, caller);
            assertThat(result).as("seed " + seed).isIn(16L, (long) -WinsockErrors.WSA_IO_PENDING);
            partial += result == 16 ? 1 : 0;
        }
        assertThat(partial).isBetween(1, (int) SEEDS - 1);
    }

    /// Both callers are this thread's, one after the other.
    @Test
    void aRequestThatCannotBeWatchedWhereItsCallerWaitsEndsRatherThanWaitsForEver() {
        int scarce = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            beginWithLittleMemory(seed);
            Socket socket = one.sockets.connection()[0];
            Caller other = new Caller(engine, new Thread(() -> { }), 0);
            if (receive(socket, caller, "first") == -WinsockErrors.WSA_IO_PENDING
                    && receive(socket, other, "second") == -WinsockErrors.WSA_IO_PENDING) {
                assertThat(socket.cancel("first", null, caller)).isEqualTo(1);
                provider.reset(socket.descriptor());
                other.sleep(1, true);
                assertThat(told).as("seed " + seed).hasSize(2);
                scarce += told.contains("second=" + WinsockErrors.WSAENOBUFS) ? 1 : 0;
            }
        }
        assertThat(scarce).isPositive();
    }

    @Test
    void aNonBlockingCallLooksForBytesEachTime() {
        begin(SimulatedOptions.calm(1));
        Socket[] pair = one.sockets.connection();
        pair[1].nonBlocking(true);
        assertThat(receiveNow(pair[1])).isEqualTo(-WinsockErrors.WSAEWOULDBLOCK);
        assertThat(send(pair[0], "send", null)).isEqualTo(16);
        assertThat(receiveNow(pair[1])).isEqualTo(16);
        assertThat(receiveNow(pair[1])).isEqualTo(-WinsockErrors.WSAEWOULDBLOCK);
    }

    @Test
    void routinesOfASocketKeepTheirOrderWhileOneOfThemWaits() {
        begin(SimulatedOptions.calm(1));
        Socket a = one.sockets.connection()[0];
        Socket b = one.sockets.connection()[0];
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
        Socket socket = one.sockets.connection()[0];
        assertThat(send(socket, "taken", null)).isEqualTo(16);
        assertThat(send(socket, "first", null)).isEqualTo(-WinsockErrors.WSA_IO_PENDING);
        assertThat(send(socket, "second", null)).isEqualTo(-WinsockErrors.WSA_IO_PENDING);
        provider.reset(socket.descriptor());
        caller.sleep(0, true);
        assertThat(told).containsExactly("taken=0", "first=10054", "second=10054");
        assertThat(send(socket, "later", null)).isEqualTo(-WinsockErrors.WSAECONNRESET);
    }
}
