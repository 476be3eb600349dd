package dev.overlapped.winsock2;

import static dev.overlapped.winsock2.Winsock2.SOCKET_ERROR;
import static dev.overlapped.winsock2.Winsock2.closesocket;
import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.Counters;
import dev.overlapped.winsock2.types.DWORD;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The events that a flight recording has of requests, if it asks for them.
class FlightRecordingTest {
    private static final String START = "dev.overlapped.RequestStart";
    private static final String PENDING = "dev.overlapped.RequestPending";
    private static final String COMPLETION = "dev.overlapped.RequestCompletion";
    private static final String ADOPTION = "dev.overlapped.ReactorAdoption";

    @TempDir
    private Path directory;
    private Loopback loopback;
    private SocketChannel peer;
    private long socket;

    @BeforeEach
    void connect() {
        loopback = new Loopback();
        peer = loopback.peer();
        socket = loopback.accepted();
    }

    @AfterEach
    void close() {
        loopback.close();
    }

    private static Recording recording(String... events) {
        Recording recording = new Recording();
        for (String event : events) {
            recording.enable(event);
        }
        recording.start();
        return recording;
    }

    /// Ends a recording; what it has of this library.
    private List<RecordedEvent> recorded(Recording recording) throws IOException {
        recording.stop();
        Path file = directory.resolve("recording.jfr");
        recording.dump(file);
        return RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().startsWith("dev.overlapped."))
                .toList();
    }

    /// The one of that name for the socket of the test, or none.
    private Optional<RecordedEvent> only(List<RecordedEvent> events, String name) {
        List<RecordedEvent> found = events.stream()
                .filter(event -> event.getEventType().getName().equals(name))
                .filter(event -> event.getLong("socket") == socket)
                .toList();
        assertThat(found).as(name).hasSizeLessThanOrEqualTo(1);
        return found.stream().findFirst();
    }

    private static MemorySegment memory(int bytes) {
        return Arena.ofAuto().allocate(bytes);
    }

    private void write(int bytes) throws IOException {
        peer.write(ByteBuffer.allocate(bytes));
    }

    @Test
    void aSendThatEndsAtOnceStartsAndCompletes() throws IOException {
        try (Recording recording = recording(START, PENDING, COMPLETION);
                Posted send = Posted.send(socket, memory(64))) {
            send.await().succeeded(64);

            List<RecordedEvent> events = recorded(recording);
            RecordedEvent start = only(events, START).orElseThrow();
            assertThat(start.getString("operation")).isEqualTo("Send");
            assertThat(start.getThread().getJavaThreadId()).isEqualTo(Thread.currentThread().threadId());
            assertThat(start.getStackTrace().getFrames())
                    .anyMatch(frame -> frame.getMethod().getName().equals("WSASend"));
            assertThat(only(events, PENDING)).isEmpty();
            RecordedEvent completion = only(events, COMPLETION).orElseThrow();
            assertThat(completion.getString("operation")).isEqualTo("Send");
            assertThat(completion.getLong("bytes")).isEqualTo(64);
            assertThat(completion.getInt("status")).isZero();
            assertThat(completion.getBoolean("wasPending")).isFalse();
            assertThat(completion.getThread("startedBy").getJavaThreadId())
                    .isEqualTo(Thread.currentThread().threadId());
        }
    }

    @Test
    void aReceiveThatHasToWaitIsPendingInBetween() throws IOException {
        try (Recording recording = recording(START, PENDING, COMPLETION);
                Posted receive = Posted.receive(socket, 100).isPending()) {
            write(7);
            receive.await().succeeded(7);

            List<RecordedEvent> events = recorded(recording);
            RecordedEvent start = only(events, START).orElseThrow();
            RecordedEvent pending = only(events, PENDING).orElseThrow();
            RecordedEvent completion = only(events, COMPLETION).orElseThrow();
            assertThat(pending.getString("operation")).isEqualTo("Receive");
            assertThat(pending.getLong("bytes")).isZero();
            assertThat(pending.getStartTime()).isAfterOrEqualTo(start.getStartTime());
            assertThat(completion.getLong("bytes")).isEqualTo(7);
            assertThat(completion.getBoolean("wasPending")).isTrue();
            assertThat(completion.getEndTime()).isAfterOrEqualTo(pending.getStartTime());
            assertThat(completion.getStartTime()).isBeforeOrEqualTo(pending.getStartTime());
        }
    }

    @Test
    void aCompletionTellsTheErrorThatARequestEndedWith() throws IOException {
        try (Recording recording = recording(COMPLETION);
                Posted receive = Posted.receive(socket, 100).isPending()) {
            assertThat(closesocket(socket)).isZero();
            receive.await();

            RecordedEvent completion = only(recorded(recording), COMPLETION).orElseThrow();
            assertThat(completion.getInt("status")).isEqualTo(Winerror.WSAECONNABORTED);
            assertThat(completion.getLong("bytes")).isZero();
        }
    }

    @Test
    void aCallThatCannotWaitCompletesWithItsRefusal() throws IOException {
        try (Recording recording = recording(START, COMPLETION)) {
            assertThat(Winsock2.ioctlsocket(socket, Winsock2.FIONBIO, new DWORD(1))).isZero();
            assertThat(Winsock2.recv(socket, memory(10), 10, 0)).isEqualTo(SOCKET_ERROR);

            List<RecordedEvent> events = recorded(recording);
            assertThat(only(events, START)).isPresent();
            assertThat(only(events, COMPLETION).orElseThrow().getInt("status"))
                    .isEqualTo(Winerror.WSAEWOULDBLOCK);
        }
    }

    @Test
    void anAdoptionTellsFromWhom() throws IOException {
        try (Recording recording = recording(ADOPTION); Crew crew = new Crew()) {
            long before = Counters.current().adopted();
            Thread[] busy = new Thread[1];
            crew.platform(() -> {
                busy[0] = Thread.currentThread();
                try (Posted receive = Posted.receive(socket, 100).isPending()) {
                    while (Counters.current().adopted() == before) {
                        LockSupport.parkNanos(1_000_000);
                    }
                    write(1);
                    receive.await().succeeded(1);
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            crew.join();

            assertThat(recorded(recording)).anySatisfy(event -> {
                assertThat(event.getThread("adoptedFrom").getJavaThreadId()).isEqualTo(busy[0].threadId());
                assertThat(event.getDuration("patience")).isPositive();
                assertThat(event.getThread().getJavaName()).isEqualTo("overlapped-engine");
            });
        }
    }

    @Test
    void aRecordingThatDoesNotAskHasNone() throws IOException {
        try (Recording recording = recording("jdk.ThreadStart");
                Posted receive = Posted.receive(socket, 100).isPending()) {
            write(7);
            receive.await().succeeded(7);

            assertThat(recorded(recording)).isEmpty();
        }
    }
}
