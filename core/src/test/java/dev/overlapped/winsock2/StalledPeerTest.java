package dev.overlapped.winsock2;

import static dev.overlapped.winsock2.Ioapiset.CancelIoEx;
import static dev.overlapped.winsock2.Winsock2.*;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A peer that has stopped reading, so that its window is shut and its kernel takes nothing more.
class StalledPeerTest {
    private static final int PART = 1 << 20;
    private static final int PARTS = 8;
    private static final int STALLS = 16;

    private final StreamPattern pattern = new StreamPattern(new Random(5));
    private Loopback loopback;
    private SocketChannel peer;
    private long socket;

    @BeforeEach
    void open() {
        loopback = new Loopback();
        peer = loopback.peer();
        socket = loopback.accepted();
        Requests.smallSendBuffer(socket);
    }

    @AfterEach
    void close() {
        loopback.close();
        pattern.close();
    }

    private List<Posted> fillTheWindow(long from) {
        List<Posted> sends = new ArrayList<>();
        for (int i = 0; i < PARTS; i++) {
            sends.add(Posted.send(socket, pattern.at(from + (long) i * PART, PART)).isPending());
        }
        return sends;
    }

    private void assertPeerGets(long from, long bytes) {
        for (long got = 0; got < bytes;) {
            int length = (int) Math.min(PART, bytes - got);
            assertThat(pattern.isAt(from + got, Moves.read(peer, length))).as("bytes from %d", from + got)
                    .isTrue();
            got += length;
        }
    }

    /// It stops at the end of a send and in the middle of one.
    @ParameterizedTest(name = "virtual: {0}")
    @ValueSource(booleans = {false, true})
    void aPeerThatStopsAgainAndAgainGetsEveryByte(boolean virtual) {
        long share = (long) PART * PARTS / STALLS;
        try (Crew crew = new Crew()) {
            Crew.Task task = () -> {
                List<Posted> sends = fillTheWindow(0);
                for (Posted each : sends) {
                    each.await().succeeded(PART);
                    each.close();
                }
            };
            var _ = virtual ? crew.virtual(task) : crew.platform(task);
            for (int i = 0; i < STALLS; i++) {
                assertPeerGets(i * share, share);
            }
        }
    }

    /// A send that was cancelled half-way says where the stream goes on, and the rest leaves when the peer
    /// reads again.
    @Test
    void cancellingWhileTheWindowIsShutLeavesAStreamWithoutAGap() {
        List<Posted> sends = fillTheWindow(0);
        for (Posted each : sends) {
            assertThat(CancelIoEx(socket, each.overlapped)).isTrue();
            each.await().wasAborted();
            each.close();
        }
        long taken = sends.stream().mapToLong(each -> each.overlapped.InternalHigh).sum();
        List<Posted> others = fillTheWindow(taken);
        assertPeerGets(0, taken + (long) PARTS * PART);
        for (Posted each : others) {
            each.await().succeeded(PART);
            each.close();
        }
    }

    @Test
    void closingDoesNotWaitForIt() {
        List<Posted> sends = fillTheWindow(0);
        Posted receive = Posted.receive(socket, 1).isPending();
        assertThat(closesocket(socket)).isZero();
        for (Posted each : sends) {
            assertThat(each.hasCompleted()).isTrue();
            assertThat(Requests.status(each.overlapped)).isEqualTo(Winerror.WSA_OPERATION_ABORTED);
            each.close();
        }
        assertThat(Requests.status(receive.overlapped)).isEqualTo(Winerror.WSAECONNABORTED);
        receive.close();
        // What was taken before comes, and then the end.
        long taken = sends.stream().mapToLong(each -> each.overlapped.InternalHigh).sum();
        assertPeerGets(0, taken);
        assertThat(Requests.read(peer, 1)).isEmpty();
    }

    @Test
    void theEndOfSendingWaitsForIt() {
        List<Posted> sends = fillTheWindow(0);
        assertThat(shutdown(socket, SD_SEND)).isZero();
        MemorySegment room = Requests.room(1);
        assertThat(send(socket, room, 1, 0)).isEqualTo(SOCKET_ERROR);
        assertThat(WSAGetLastError()).isEqualTo(Winerror.WSAESHUTDOWN);
        try (Crew crew = new Crew()) {
            crew.platform(() -> {
                assertPeerGets(0, (long) PARTS * PART);
                assertThat(Requests.read(peer, 1)).isEmpty();
            });
            for (Posted each : sends) {
                each.await().succeeded(PART);
                each.close();
            }
        }
    }
}
