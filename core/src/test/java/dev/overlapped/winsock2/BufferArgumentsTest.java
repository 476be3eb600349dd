package dev.overlapped.winsock2;

import static dev.overlapped.winsock2.Requests.POISON;
import static dev.overlapped.winsock2.Winsock2.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.conformance.Clause;
import dev.overlapped.winsock2.types.DWORD;
import dev.overlapped.winsock2.types.WSABUF;
import dev.overlapped.winsock2.types.WSAOVERLAPPED;
import java.lang.foreign.MemorySegment;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The pointers and counts of WSASend and WSARecv.
class BufferArgumentsTest {
    private Loopback loopback;
    private SocketChannel peer;
    private long socket;

    @BeforeEach
    void start() {
        loopback = new Loopback();
        peer = loopback.peer();
        socket = loopback.accepted();
    }

    @AfterEach
    void end() {
        loopback.close();
    }

    private int send(WSABUF[] buffers, int count, DWORD sent, WSAOVERLAPPED overlapped) {
        return WSASend(socket, buffers, count, sent, 0, overlapped, null) == 0 ? 0 : WSAGetLastError();
    }

    private int receive(WSABUF[] buffers, int count, DWORD received, DWORD flags, WSAOVERLAPPED overlapped) {
        return WSARecv(socket, buffers, count, received, flags, overlapped, null) == 0 ? 0
                : WSAGetLastError();
    }

    private static WSABUF[] one() {
        return Requests.buffers(Requests.nativeCopy(new byte[] {5}));
    }

    @Test
    @Clause({"PARAMETERS-6", "ERRORS-13", "DECISIONS-6"})
    void noBufferIsInvalidAlsoWithoutAnArray() {
        for (WSAOVERLAPPED overlapped : new WSAOVERLAPPED[] {null, Requests.withEvent()}) {
            DWORD count = new DWORD(POISON);
            assertThat(send(one(), 0, count, overlapped)).isEqualTo(Winerror.WSAEINVAL);
            assertThat(send(null, 0, count, overlapped)).isEqualTo(Winerror.WSAEINVAL);
            assertThat(receive(one(), 0, count, new DWORD(), overlapped)).isEqualTo(Winerror.WSAEINVAL);
            assertThat(receive(null, 0, count, new DWORD(), overlapped)).isEqualTo(Winerror.WSAEINVAL);
            assertThat(count.value).isEqualTo(POISON);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 1000, -1, Integer.MIN_VALUE})
    @Clause({"PARAMETERS-2", "PARAMETERS-6", "ERRORS-6"})
    void moreBuffersThanTheArrayHasAreAFault(int count) {
        assertThat(send(one(), count, new DWORD(), Requests.poisoned())).isEqualTo(Winerror.WSAEFAULT);
        assertThat(send(one(), count, new DWORD(), null)).isEqualTo(Winerror.WSAEFAULT);
        assertThat(receive(one(), count, new DWORD(), new DWORD(), null)).isEqualTo(Winerror.WSAEFAULT);
        assertThat(send(null, 1, new DWORD(), Requests.poisoned())).isEqualTo(Winerror.WSAEFAULT);
        assertThat(receive(null, 1, new DWORD(), new DWORD(), null)).isEqualTo(Winerror.WSAEFAULT);
        assertThat(Winsock2.send(socket, Requests.nativeCopy(new byte[] {6}), 1, 0)).isOne();
        assertThat(Requests.read(peer, 1)).containsExactly(6);
    }

    @Test
    @Clause({"PARAMETERS-9", "ERRORS-7"})
    void theCountMayBeMissingOnlyWithAnOverlappedStructure() {
        assertThat(send(one(), 1, null, null)).isEqualTo(Winerror.WSAEFAULT);
        assertThat(receive(one(), 1, null, new DWORD(), null)).isEqualTo(Winerror.WSAEFAULT);
        WSAOVERLAPPED overlapped = Requests.withEvent();
        assertThat(send(one(), 1, null, overlapped)).isZero();
        assertThat(Requests.await(overlapped)).isZero();
        assertThat(overlapped.InternalHigh).isOne();
        assertThat(Requests.read(peer, 1)).containsExactly(5);
        Requests.write(peer, new byte[1]);
        assertThat(receive(one(), 1, null, new DWORD(), overlapped)).isIn(0, 997);
        assertThat(Requests.await(overlapped)).isZero();
    }

    @Test
    @Clause({"PARAMETERS-1", "ERRORS-21", "DECISIONS-18"})
    void aBadSocketComesBeforeMissingPointers() {
        for (long bad : new long[] {INVALID_SOCKET, 0, 3, WSACreateEvent()}) {
            assertThat(WSASend(bad, null, 0, null, -1, null, null)).isEqualTo(SOCKET_ERROR);
            assertThat(WSAGetLastError()).isEqualTo(Winerror.WSAENOTSOCK);
            assertThat(WSARecv(bad, null, 0, null, null, null, null)).isEqualTo(SOCKET_ERROR);
            assertThat(WSAGetLastError()).isEqualTo(Winerror.WSAENOTSOCK);
        }
    }

    @Test
    void theFlagsOfAReceiveMayNotBeMissing() {
        assertThat(receive(one(), 1, new DWORD(), null, Requests.poisoned())).isEqualTo(Winerror.WSAEFAULT);
    }

    @Test
    @Clause({"PARAMETERS-3", "RETURNS-1"})
    void emptyBuffersAreLegalAlsoWithoutMemory() {
        WSAOVERLAPPED overlapped = Requests.withEvent();
        DWORD sent = new DWORD(POISON);
        assertThat(send(new WSABUF[] {new WSABUF(null, 0), new WSABUF()}, 2, sent, overlapped)).isZero();
        assertThat(sent.value).isZero();
        assertThat(Requests.await(overlapped)).isZero();
        assertThat(overlapped.InternalHigh).isZero();
        WSASetLastError(POISON);
        assertThat(Winsock2.send(socket, null, 0, 0)).isZero();
        assertThat(WSAGetLastError()).isZero();
        WSABUF[] mixed = {new WSABUF(null, 0), one()[0], new WSABUF(null, 0), one()[0]};
        assertThat(send(mixed, 4, sent, null)).isZero();
        assertThat(sent.value).isEqualTo(2);
        assertThat(Requests.read(peer, 2)).containsExactly(5, 5);
    }

    @Test
    @Clause("DECISIONS-16")
    void anEventThatIsNoneIsAnInvalidHandleAndNothingIsSent() {
        WSAOVERLAPPED overlapped = Requests.poisoned();
        overlapped.hEvent = 4444;
        assertThat(send(one(), 1, new DWORD(), overlapped)).isEqualTo(Winerror.WSA_INVALID_HANDLE);
        assertThat(receive(one(), 1, new DWORD(), new DWORD(), overlapped))
                .isEqualTo(Winerror.WSA_INVALID_HANDLE);
        assertThat(Winsock2.send(socket, Requests.nativeCopy(new byte[] {6}), 1, 0)).isOne();
        assertThat(Requests.read(peer, 1)).containsExactly(6);
    }

    /// The array and its elements are scribbled over at once, while the requests are still queued.
    @Test
    @Clause({"PARAMETERS-5", "REMARKS-18", "REMARKS-19"})
    void theArrayIsTheCallersAgainAfterTheCall() {
        Requests.smallSendBuffer(socket);
        byte[] big = Requests.random(8 << 20, 1);
        WSAOVERLAPPED first = Requests.withEvent();
        WSAOVERLAPPED second = Requests.withEvent();
        WSABUF[] array = Requests.buffers(Requests.nativeCopy(big));
        assertThat(send(array, 1, new DWORD(), first)).isEqualTo(997);
        array[0].buf = Requests.nativeCopy(new byte[] {1, 2, 3, 4});
        array[0].len = 4;
        assertThat(send(array, 1, new DWORD(), second)).isEqualTo(997);
        array[0].buf = null;
        array[0].len = -1;
        array[0] = null;
        byte[] read = Requests.get(CompletableFuture.supplyAsync(() ->
                Requests.read(peer, big.length + 4)));
        assertThat(Arrays.copyOf(read, big.length)).isEqualTo(big);
        assertThat(Arrays.copyOfRange(read, big.length, read.length)).containsExactly(1, 2, 3, 4);
        assertThat(Requests.await(first)).isZero();
        assertThat(Requests.await(second)).isZero();

        MemorySegment room = Requests.room(4);
        WSABUF[] receiving = Requests.buffers(room);
        assertThat(receive(receiving, 1, new DWORD(), new DWORD(), first)).isEqualTo(997);
        receiving[0].buf = MemorySegment.NULL;
        receiving[0].len = 1000;
        receiving[0] = null;
        Requests.write(peer, new byte[] {7, 8, 9});
        assertThat(Requests.await(first)).isZero();
        assertThat(Requests.bytesOf(room, 4)).containsExactly(7, 8, 9, 0xEE);
    }
}
