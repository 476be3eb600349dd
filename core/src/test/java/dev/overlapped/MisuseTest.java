package dev.overlapped;

import static dev.overlapped.Streams.bytes;
import static dev.overlapped.Streams.room;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.overlapped.winsock2.ChildJvm;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Whatever a program does, nothing is lost: neither a request nor its buffer nor its thread's other
/// routines.
class MisuseTest {
    private Streams streams;
    private SocketChannel peer;
    private OverlappedSocket socket;

    @BeforeEach
    void open() throws IOException, InterruptedException {
        streams = new Streams();
        peer = streams.peer();
        socket = streams.accepted();
    }

    @AfterEach
    void close() {
        streams.close();
    }

    @Test
    void aBufferIsInOneRequestAtATime() throws IOException, InterruptedException {
        ByteBuffer target = room(10);
        Overlapped<Long> receive = socket.receive(target);
        assertThatThrownBy(() -> socket.receive(target)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> socket.send(target)).isInstanceOf(IllegalStateException.class);
        ByteBuffer other = room(10);
        assertThatThrownBy(() -> socket.receive(other, target)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> socket.receive(other, other)).isInstanceOf(IllegalStateException.class);
        peer.write(bytes(1));
        assertThat(receive.await()).isOne();
        // Free again, and so is the one that was refused together with it.
        peer.write(bytes(2));
        assertThat(socket.receive(other, target).await()).isOne();
    }

    @Test
    void aFailedRequestGivesItsBufferBack() throws IOException, InterruptedException {
        ByteBuffer target = room(10);
        socket.shutdownInput();
        assertThat(socket.receive(target).failure().name()).isEqualTo("WSAESHUTDOWN");
        Overlapped<Long> again = socket.receive(target);
        assertThat(again.failure().name()).isEqualTo("WSAESHUTDOWN");
    }

    @Test
    void aLimitThatIsChangedMeanwhileLosesNoRequest() throws IOException, InterruptedException {
        ByteBuffer target = room(10);
        Overlapped<Long> receive = socket.receive(target);
        Overlapped<Long> next = socket.receive(room(10));
        target.limit(0);
        peer.write(bytes(1, 2));
        assertThat(receive.await()).isEqualTo(2);
        assertThat(target.position()).isZero();
        peer.write(bytes(3));
        assertThat(next.await()).isOne();
    }

    @Test
    void closedMemoryEndsItsRequestAlone() throws IOException, InterruptedException {
        Overlapped<Long> receive;
        Overlapped<Long> copied;
        try (Arena shared = Arena.ofShared(); Arena confined = Arena.ofConfined()) {
            receive = socket.receive(shared.allocate(10));
            copied = socket.receive(confined.allocate(10));
        }
        Overlapped<Long> next = socket.receive(room(10));
        peer.write(bytes(1));
        assertThatThrownBy(receive::await).hasMessageContaining("WSAEFAULT");
        // Its bytes had a place to go to, which nobody can read any more.
        assertThat(copied.await()).isOne();
        peer.write(bytes(2));
        assertThat(next.await()).isOne();
        MemorySegment dead;
        try (Arena arena = Arena.ofConfined()) {
            dead = arena.allocate(10);
        }
        assertThat(socket.send(dead).failure().name()).isEqualTo("WSAEFAULT");
    }

    @Test
    void anotherThreadsMemoryIsRefused() throws InterruptedException {
        List<MemorySegment> foreign = new ArrayList<>();
        Thread owner = Thread.ofPlatform().start(() -> foreign.add(Arena.ofConfined().allocate(10)));
        owner.join();
        assertThatThrownBy(() -> socket.send(foreign.getFirst())).isInstanceOf(WrongThreadException.class);
        assertThatThrownBy(() -> socket.receive(foreign.getFirst())).isInstanceOf(WrongThreadException.class);
        Overlapped<Long> own = socket.receive(Arena.ofConfined().allocate(10));
        assertThatThrownBy(own::toCompletableFuture).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> socket.receive(MemorySegment.ofArray(new byte[1]), "", (_, _, _) -> { }))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aRoutineThatThrowsIsReportedAndTheNextOnesRun() throws IOException, InterruptedException {
        List<Object> told = new ArrayList<>();
        Thread.currentThread().setUncaughtExceptionHandler((_, thrown) -> told.add(thrown.getMessage()));
        socket.send(bytes(1)).onCompletion(_ -> {
            throw new IOException("first");
        });
        MemorySegment segment = MemorySegment.ofBuffer(bytes(2));
        socket.send(segment, "second", (_, _, name) -> {
            throw new AssertionError(name);
        });
        socket.send(segment, "third", (error, bytes, name) -> told.add(error + " " + bytes + " " + name));
        assertThat(Alertable.sleep(Duration.ZERO)).isTrue();
        assertThat(told).containsExactly("first", "second", "0 1 third");
    }

    @Test
    void aRoutineThatIsMissingIsRefusedWhereItWasForgotten() throws IOException, InterruptedException {
        MemorySegment segment = MemorySegment.ofBuffer(room(10));
        assertThatThrownBy(() -> socket.send(segment, "none", null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> socket.receive(segment, "none", null))
                .isInstanceOf(NullPointerException.class);
        Overlapped<Long> receive = socket.receive(room(10));
        assertThatThrownBy(() -> receive.onCompletion(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> Alertable.current().execute(null)).isInstanceOf(NullPointerException.class);
        // Neither has taken the place of a routine, nor bytes from the stream.
        List<Object> told = new ArrayList<>();
        receive.onCompletion(told::add);
        peer.write(bytes(1));
        assertThat(Alertable.sleep(Duration.ofHours(1))).isTrue();
        assertThat(told).containsExactly(receive);
        assertThat(receive.result()).isOne();
    }

    @Test
    void anAddressThatIsNoneIsRefusedBeforeTheBufferIsLent() throws IOException, InterruptedException {
        ByteBuffer source = bytes(1);
        try (OverlappedDatagramSocket datagrams = OverlappedDatagramSocket.bind(
                new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0))) {
            SocketAddress nowhere = InetSocketAddress.createUnresolved("nowhere.invalid", 80);
            assertThatThrownBy(() -> datagrams.sendTo(nowhere, source))
                    .isInstanceOf(UnresolvedAddressException.class);
            assertThat(datagrams.sendTo(datagrams.localAddress(), source).await()).isOne();
        }
    }

    @Test
    void aTimeoutThatNobodyLivesToSeeIsNone() throws IOException, InterruptedException {
        Overlapped<Long> receive = socket.receive(room(10)).withTimeout(Duration.ofSeconds(Long.MAX_VALUE));
        peer.write(bytes(1));
        assertThat(receive.await()).isOne();
        Overlapped<Long> late = socket.receive(room(10)).withTimeout(Duration.ofSeconds(Long.MIN_VALUE));
        assertThatThrownBy(late::await).isInstanceOf(WinsockException.class)
                .hasMessageContaining("WSAETIMEDOUT");
    }

    @Test
    void aSocketMayBeClosedInARoutine() throws IOException, InterruptedException {
        List<Object> told = new ArrayList<>();
        Overlapped<Long> receive = socket.receive(room(10));
        MemorySegment segment = MemorySegment.ofBuffer(room(10));
        socket.receive(segment, "pending", (error, _, name) -> told.add(name + " " + error));
        socket.send(bytes(1)).onCompletion(_ -> {
            socket.close();
            told.add("closed");
            // It cannot even start: that is told as any end is.
            socket.send(segment, "late", (error, _, name) -> told.add(name + " " + error));
        });
        while (told.size() < 3) {
            assertThat(Alertable.sleep(Duration.ofHours(1))).isTrue();
        }
        assertThat(told).containsExactly("closed", "pending 10053", "late 10038");
        assertThat(receive.failure().name()).isEqualTo("WSAECONNABORTED");
    }

    @Test
    void aSocketThatNobodyClosedIsClosedAndSaysWhereItWasOpened() {
        assertThat(ChildJvm.run(MisuseTest.class, "-Ddev.overlapped.leaks=true"))
                .contains("closed by the collector").contains("without having been closed")
                .contains("MisuseTest.forget");
        assertThat(ChildJvm.run(MisuseTest.class)).contains("closed by the collector")
                .doesNotContain("without having been closed");
    }

    /// Forgets sockets: one with nothing pending is closed, which its peer sees; one that waits is not.
    public static void main(String... args) throws Exception {
        ByteBuffer one = ByteBuffer.allocate(1);
        try (ListeningSocket listener = ListeningSocket.bind(
                new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
                SocketChannel peer = SocketChannel.open(listener.localAddress());
                SocketChannel other = SocketChannel.open(listener.localAddress())) {
            forget(listener);
            List<Object> told = new ArrayList<>();
            listener.accept().await().receive(MemorySegment.ofBuffer(room(1)), "waits",
                    (error, _, name) -> told.add(name + " " + error));
            peer.configureBlocking(false);
            while (peer.read(one) == 0) {
                System.gc();
                Thread.onSpinWait();
            }
            System.gc();
            other.write(bytes(1));
            Alertable.sleep(Duration.ofHours(1));
            System.out.println("closed by the collector; " + told);
            if (!told.equals(List.of("waits 0"))) {
                throw new AssertionError(told);
            }
        }
    }

    private static void forget(ListeningSocket listener) throws IOException, InterruptedException {
        listener.accept().await();
    }
}
