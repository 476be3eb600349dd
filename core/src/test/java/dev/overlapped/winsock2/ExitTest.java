package dev.overlapped.winsock2;

import static dev.overlapped.winsock2.Synchapi.INFINITE;
import static dev.overlapped.winsock2.Synchapi.SleepEx;
import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.Alertable;
import dev.overlapped.ListeningSocket;
import dev.overlapped.OverlappedSocket;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A program that calls `System.exit` in a routine ends with that code, whatever is pending and whoever
/// waits.
class ExitTest {
    private static final int CODE = 77;
    private static final int BIG = 8 << 20;

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"winsock", "winsock virtual", "idiomatic", "idiomatic virtual"})
    void anExitInARoutineEndsTheProgramWithItsCode(String how) throws Exception {
        Process child = ChildJvm.start(ExitTest.class, how);
        try {
            // Until it has ended; if it does not, the test's time does.
            String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(child.waitFor()).as(said).isEqualTo(CODE);
            assertThat(said).isEqualToIgnoringNewLines("exits");
        } finally {
            child.destroyForcibly().waitFor();
        }
    }

    // ---- the child ----

    public static void main(String[] arguments) throws Exception {
        boolean virtual = arguments[0].endsWith("virtual");
        Crew.Task program = arguments[0].startsWith("winsock") ? ExitTest::winsock : ExitTest::idiomatic;
        try (Crew crew = new Crew()) {
            var _ = virtual ? crew.virtual(program) : crew.platform(program);
        }
    }

    private static void exit() {
        System.out.println("exits");
        System.exit(CODE);
    }

    /// Everything that can be pending is, and other threads wait for it.
    private static void winsock() throws Exception {
        Loopback loopback = new Loopback();
        long[] pair = loopback.pair();
        MemorySegment much = Requests.room(BIG);
        Posted.send(pair[0], much).isPending();
        Posted.receive(pair[0], 1, (_, _, _, _) -> { }).isPending();
        Posted awaited = Posted.receive(pair[0], 1).isPending();
        var _ = Requests.elsewhere(() -> {
            awaited.await();
            return 0;
        });
        var _ = Requests.blocking(() -> (int) Winsock2.accept(loopback.listener(), null, null));
        Posted.receive(pair[1], 1, (_, _, _, _) -> exit());
        SleepEx(INFINITE, true);
    }

    private static void idiomatic() throws Exception {
        InetAddress address = InetAddress.ofLiteral("127.0.0.1");
        ListeningSocket listener = ListeningSocket.bind(new InetSocketAddress(address, 0));
        OverlappedSocket socket = OverlappedSocket.connect(listener.localAddress()).await();
        OverlappedSocket other = listener.accept().await();
        var _ = listener.accept().toCompletableFuture();
        socket.receive(ByteBuffer.allocate(1)).onCompletion(_ -> { });
        var awaited = socket.receive(ByteBuffer.allocateDirect(1));
        var _ = Requests.elsewhere(() -> {
            try {
                return Math.toIntExact(awaited.await());
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        other.receive(ByteBuffer.allocateDirect(1)).onCompletion(_ -> exit());
        socket.send(ByteBuffer.allocateDirect(BIG));
        Alertable.runUntilStopped();
    }
}
