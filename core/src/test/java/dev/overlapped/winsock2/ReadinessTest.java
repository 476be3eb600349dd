package dev.overlapped.winsock2;

import static dev.overlapped.winsock2.Moves.NOTHING_COMES_MS;
import static dev.overlapped.winsock2.Moves.buffers;
import static dev.overlapped.winsock2.Moves.memory;
import static dev.overlapped.winsock2.Winsock2.SOCKET_ERROR;
import static dev.overlapped.winsock2.Winsock2.WSACloseEvent;
import static dev.overlapped.winsock2.Winsock2.WSACreateEvent;
import static dev.overlapped.winsock2.Winsock2.WSAGetLastError;
import static dev.overlapped.winsock2.Winsock2.WSARecv;
import static dev.overlapped.winsock2.Winsock2.WSA_WAIT_EVENT_0;
import static dev.overlapped.winsock2.Winsock2.recv;
import static dev.overlapped.winsock2.Winsock2.send;
import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.winsock2.types.DWORD;
import dev.overlapped.winsock2.types.WSABUF;
import dev.overlapped.winsock2.types.WSAOVERLAPPED;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What is in the kernel already is found, although the kernel reports it once only.
class ReadinessTest {
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
    void closeAll() {
        loopback.close();
    }

    /// A receive that had to wait: from then on the kernel is asked to report this socket.
    private void haveItWatched() {
        WSAOVERLAPPED overlapped = Moves.overlapped(WSACreateEvent());
        assertThat(Moves.receive(socket, memory(1), overlapped, null)).isEqualTo(SOCKET_ERROR);
        assertThat(WSAGetLastError()).isEqualTo(Winerror.WSA_IO_PENDING);
        Moves.write(peer, "x");
        assertThat(Moves.await(overlapped.hEvent, Synchapi.INFINITE)).isEqualTo(WSA_WAIT_EVENT_0);
        WSACloseEvent(overlapped.hEvent);
    }

    private void arrive(int bytes) {
        Moves.arrive(peer, socket, "y".repeat(bytes));
        // A wait, however short, fetches the kernel's report.
        Synchapi.SleepEx(0, false);
    }

    /// Receives into `first`, then one byte; the latter must not wait for what is there already.
    private void assertNothingIsLeftBehind(WSABUF[] first) {
        WSAOVERLAPPED before = Moves.overlapped(0);
        DWORD count = new DWORD();
        assertThat(WSARecv(socket, first, first.length, count, new DWORD(), before, null)).isZero();
        assertThat(count.value).isPositive();
        WSAOVERLAPPED behind = Moves.overlapped(WSACreateEvent());
        Moves.receive(socket, memory(1), behind, null);
        assertThat(Moves.await(behind.hEvent, NOTHING_COMES_MS)).isEqualTo(WSA_WAIT_EVENT_0);
        assertThat(behind.InternalHigh).isEqualTo(1);
        WSACloseEvent(behind.hEvent);
    }

    @Test
    void aReceiveIntoMoreBuffersThanOneCallTakesDoesNotHideTheRest() {
        haveItWatched();
        arrive(3000);
        WSABUF[] many = new WSABUF[2000];
        Arrays.setAll(many, i -> new WSABUF(memory(1), 1));
        assertNothingIsLeftBehind(many);
    }

    @Test
    void aReceiveIntoMoreArenasThanOneCallHoldsDoesNotHideTheRest() {
        haveItWatched();
        arrive(3000);
        Arena[] arenas = new Arena[40];
        Arrays.setAll(arenas, i -> Arena.ofShared());
        MemorySegment[] parts = Arrays.stream(arenas).map(arena -> arena.allocate(10))
                .toArray(MemorySegment[]::new);
        assertNothingIsLeftBehind(buffers(parts));
        for (Arena arena : arenas) {
            arena.close();
        }
    }

    @Test
    void aBlockingReceiveIntoTheHeapDoesNotHideTheRest() {
        haveItWatched();
        arrive(100_000);
        MemorySegment large = MemorySegment.ofArray(new byte[200_000]);
        WSABUF[] heap = buffers(large.asSlice(0, 99_999));
        DWORD count = new DWORD();
        assertThat(WSARecv(socket, heap, 1, count, new DWORD(), null, null)).isZero();
        int got = count.value;
        while (got < 100_000) {
            int more = recv(socket, large, (int) large.byteSize(), 0);
            assertThat(more).isPositive();
            got += more;
        }
        assertThat(got).isEqualTo(100_000);
    }

    @Test
    void aNonBlockingReceiveThatFoundNothingFindsWhatCameSince() {
        Moves.nonBlocking(socket, true);
        assertThat(recv(socket, memory(10), 10, 0)).isEqualTo(SOCKET_ERROR);
        assertThat(WSAGetLastError()).isEqualTo(Winerror.WSAEWOULDBLOCK);
        arrive(3);
        assertThat(recv(socket, memory(10), 10, 0)).isEqualTo(3);
        assertThat(recv(socket, memory(10), 10, 0)).isEqualTo(SOCKET_ERROR);
        assertThat(WSAGetLastError()).isEqualTo(Winerror.WSAEWOULDBLOCK);
    }

    @Test
    void aNonBlockingSendThatFoundNoRoomFindsRoomLater() {
        Moves.tinySendBuffer(socket);
        Moves.nonBlocking(socket, true);
        MemorySegment bytes = memory(Moves.TOO_MUCH);
        int sent = send(socket, bytes, Moves.TOO_MUCH, 0);
        assertThat(sent).as("what fits is sent").isBetween(1, Moves.TOO_MUCH - 1);
        int more = 0;
        while (more >= 0) {
            sent += more;
            more = send(socket, bytes, Moves.TOO_MUCH, 0);
        }
        assertThat(WSAGetLastError()).isEqualTo(Winerror.WSAEWOULDBLOCK);
        Moves.read(peer, sent);
        do {
            more = send(socket, bytes, 1, 0);
        } while (more < 0 && WSAGetLastError() == Winerror.WSAEWOULDBLOCK);
        assertThat(more).isEqualTo(1);
    }
}
