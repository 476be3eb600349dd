package dev.overlapped.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.error.WinsockErrors;
import java.lang.foreign.Arena;
import java.lang.ref.WeakReference;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A thread that waits for very long does not keep what comes and goes meanwhile.
class ReactorListsTest {
    private static final int COMERS = 300;
    /// As many as may still be listed.
    private static final int LISTED_MAX = 64;
    private static final long MILLISECOND_NANOS = 1_000_000;

    private final Engine engine = Engine.system();
    private final EventObject signal = EventObject.unnamed(true);
    private final EventObject end = EventObject.unnamed(true);
    private final List<Socket> open = new ArrayList<>();
    private Socket listener;
    private Thread waiting;

    @BeforeEach
    void listen() {
        listener = opened();
        InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
        assertThat(listener.handshake().bind(new InetSocketAddress(loopback, 0))).isZero();
        assertThat(listener.handshake().listen(5)).isZero();
    }

    @AfterEach
    void end() throws InterruptedException {
        signal.signal(Caller.current());
        end.signal(Caller.current());
        waiting.join();
        open.forEach(each -> engine.close(each.handle(), Caller.current()));
    }

    private Socket opened() {
        Socket socket = engine.socket(engine.open(false, true, true));
        open.add(socket);
        return socket;
    }

    /// An accepted socket whose peer says nothing.
    private Socket accepted() {
        Socket client = opened();
        assertThat(client.handshake().connect(listener.localAddress(), Caller.current())).isZero();
        return engine.socket(listener.handshake().accept(Caller.current(), new SocketAddress[1]));
    }

    /// On the calling thread.
    private void receive(Socket socket) {
        Request request = Caller.current().receive(socket, 0, false);
        assertThat(request.add(Arena.ofAuto().allocate(1), 1, true)).isTrue();
        request.indicate(new Untold(), socket, null, signal);
        assertThat(socket.start(request, Caller.current()))
                .isEqualTo(-WinsockErrors.WSA_IO_PENDING);
    }

    /// Starts a thread that begins with `first` and then waits for both events; returns when it does.
    private void waitForBoth(Runnable first) {
        Caller[] caller = new Caller[1];
        waiting = Thread.ofPlatform().daemon().start(() -> {
            first.run();
            caller[0] = Caller.current();
            EventObject.Wait wait = caller[0].eventWait(true);
            wait.add(signal);
            wait.add(end);
            caller[0].await(wait, -1, false);
        });
        while (signal.waiting() == null || !caller[0].waiter().isWaiting()) {
            Thread.onSpinWait();
        }
    }

    /// Returns when all but those that may be listed have been collected.
    private static void awaitCollected(List<? extends WeakReference<?>> comers) {
        assertThat(comers).hasSize(COMERS);
        while (comers.stream().filter(each -> each.get() != null).count() > LISTED_MAX) {
            System.gc();
        }
    }

    @Test
    void threadsThatWaitForItsRequestForAWhile() throws InterruptedException {
        Socket socket = accepted();
        waitForBoth(() -> receive(socket));
        List<WeakReference<Thread>> comers = new ArrayList<>();
        for (int i = 0; i < COMERS; i++) {
            Thread comer = Thread.ofPlatform().start(() -> {
                EventObject.Wait wait = Caller.current().eventWait(false);
                wait.add(signal);
                assertThat(Caller.current().await(wait, MILLISECOND_NANOS, false))
                        .isEqualTo(Caller.TIMEOUT);
            });
            comer.join();
            comers.add(new WeakReference<>(comer));
        }
        awaitCollected(comers);
        assertThat(engine.close(socket.handle(), Caller.current())).isTrue();
    }

    @Test
    void socketsWhoseRequestsItDrivesForOthers() {
        waitForBoth(() -> { });
        List<WeakReference<Socket>> comers = new ArrayList<>();
        for (int i = 0; i < COMERS; i++) {
            Socket socket = accepted();
            receive(socket);
            assertThat(engine.close(socket.handle(), Caller.current())).isTrue();
            assertThat(engine.close(open.removeLast().handle(), Caller.current())).isTrue();
            comers.add(new WeakReference<>(socket));
        }
        awaitCollected(comers);
    }
}
