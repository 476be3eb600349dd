package dev.overlapped.winsock2;

import static dev.overlapped.winsock2.Requests.POISON;
import static dev.overlapped.winsock2.Winsock2.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.conformance.Clause;
import dev.overlapped.winsock2.Requests.Ended;
import dev.overlapped.winsock2.types.DWORD;
import dev.overlapped.winsock2.types.WSABUF;
import dev.overlapped.winsock2.types.WSAOVERLAPPED;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Non-blocking sockets, empty receives, and the flags of sends and receives.
class NonBlockingTest {
    private static final int BIG = 8 << 20;

    private Loopback loopback;
    private SocketChannel peer;
    private long socket;

    @BeforeEach
    void start() {
        loopback = new Loopback();
        peer = loopback.peer();
        socket = loopback.accepted();
        Requests.smallSendBuffer(socket);
    }

    @AfterEach
    void end() {
        loopback.close();
    }

    private static void assertCode(int code, int result) {
        assertThat(result).isEqualTo(SOCKET_ERROR);
        assertThat(WSAGetLastError()).isEqualTo(code);
    }

    private void nonBlocking() {
        DWORD on = new DWORD(1);
        WSASetLastError(POISON);
        assertThat(ioctlsocket(socket, FIONBIO, on)).isZero();
        assertThat(WSAGetLastError()).isZero();
        assertThat(on.value).isOne();
    }

    private void awaitAvailable(int bytes) {
        DWORD available = new DWORD(POISON);
        Requests.until("bytes are there", () -> ioctlsocket(socket, FIONREAD, available) == 0
                && available.value == bytes);
    }

    @Test
    @Clause({"ERRORS-29", "REMARKS-15", "DECISIONS-1"})
    void aSendTakesWhatFitsAndThenWouldBlock() {
        nonBlocking();
        byte[] content = Requests.random(BIG, 1);
        MemorySegment memory = Requests.nativeCopy(content);
        int first = send(socket, memory, BIG, 0);
        assertThat(first).isBetween(1, BIG - 1);
        int[] total = {first};
        Requests.until("there is no room", () -> {
            int sent = send(socket, memory.asSlice(total[0]), BIG - total[0], 0);
            total[0] += Math.max(sent, 0);
            return sent == SOCKET_ERROR;
        });
        assertThat(WSAGetLastError()).isEqualTo(Winerror.WSAEWOULDBLOCK);
        assertThat(Requests.read(peer, total[0])).isEqualTo(Arrays.copyOf(content, total[0]));
        DWORD sent = new DWORD(POISON);
        Requests.until("there is room", () ->
                WSASend(socket, Requests.buffers(memory.asSlice(0, 10)), 1, sent, 0, null, null) == 0);
        assertThat(sent.value).isEqualTo(10);
        assertThat(Requests.read(peer, 10)).isEqualTo(Arrays.copyOf(content, 10));
    }

    @Test
    void aReceiveThatFindsNothingWouldBlockUntilThereIsSomething() {
        nonBlocking();
        MemorySegment room = Requests.room(10);
        for (int i = 0; i < 3; i++) {
            assertCode(Winerror.WSAEWOULDBLOCK, recv(socket, room, 10, 0));
            assertThat(Requests.receive(socket, null, null, room)).isEqualTo(Winerror.WSAEWOULDBLOCK);
            Requests.write(peer, new byte[4]);
            awaitAvailable(4);
            assertThat(recv(socket, room, 3, 0)).isEqualTo(3);
            assertThat(recv(socket, room, 3, 0)).isOne();
        }
    }

    @Test
    @Clause({"ERRORS-29", "REMARKS-8"})
    void overlappedRequestsPendAllTheSame() {
        nonBlocking();
        WSAOVERLAPPED receive = Requests.withEvent();
        WSAOVERLAPPED send = Requests.withEvent();
        assertThat(Requests.receive(socket, receive, null, Requests.room(10))).isEqualTo(997);
        assertThat(Requests.send(socket, send, null, Requests.room(BIG))).isEqualTo(997);
        // Behind what is queued there is no place for a call that does not wait.
        assertCode(Winerror.WSAEWOULDBLOCK, send(socket, Requests.room(1), 1, 0));
        Requests.write(peer, new byte[2]);
        assertThat(Requests.await(receive)).isZero();
        assertThat(receive.InternalHigh).isEqualTo(2);
    }

    @Test
    void anUnknownCommandIsNotSupportedAndAMissingArgumentAFault() {
        DWORD argument = new DWORD(POISON);
        assertCode(Winerror.WSAEOPNOTSUPP, ioctlsocket(socket, 0x12345678, argument));
        assertCode(Winerror.WSAEFAULT, ioctlsocket(socket, FIONBIO, null));
        assertThat(argument.value).isEqualTo(POISON);
    }

    // ---- empty receives ----

    @Test
    void anEmptyReceiveWaitsForBytesAndLeavesThem() {
        WSAOVERLAPPED overlapped = Requests.withEvent();
        WSABUF[] empty = {new WSABUF(null, 0)};
        assertThat(WSARecv(socket, empty, 1, new DWORD(), new DWORD(), overlapped, null))
                .isEqualTo(SOCKET_ERROR);
        assertThat(WSAGetLastError()).isEqualTo(997);
        assertThat(WSAWaitForMultipleEvents(1, new long[] {overlapped.hEvent}, true, Requests.SHORT_MS,
                false)).isEqualTo(WSA_WAIT_TIMEOUT);
        Requests.write(peer, new byte[] {1, 2, 3});
        assertThat(Requests.await(overlapped)).isZero();
        assertThat(overlapped.InternalHigh).isZero();
        awaitAvailable(3);
        assertThat(recv(socket, null, 0, 0)).isZero();
        DWORD received = new DWORD(POISON);
        assertThat(WSARecv(socket, empty, 1, received, new DWORD(), overlapped, null)).isZero();
        assertThat(received.value).isZero();
        MemorySegment room = Requests.room(5);
        assertThat(recv(socket, room, 5, 0)).isEqualTo(3);
        assertThat(Requests.bytesOf(room, 3)).containsExactly(1, 2, 3);
    }

    @Test
    void anEmptyNonBlockingReceiveWouldBlock() {
        nonBlocking();
        assertCode(Winerror.WSAEWOULDBLOCK, recv(socket, null, 0, 0));
        Requests.write(peer, new byte[1]);
        awaitAvailable(1);
        assertThat(recv(socket, null, 0, 0)).isZero();
        assertThat(recv(socket, Requests.room(5), 5, 0)).isOne();
    }

    // ---- flags ----

    @Test
    void aPeekLeavesTheBytes() {
        Requests.write(peer, new byte[] {1, 2, 3, 4});
        awaitAvailable(4);
        MemorySegment room = Requests.room(10);
        assertThat(recv(socket, room, 2, MSG_PEEK)).isEqualTo(2);
        assertThat(recv(socket, room, 10, MSG_PEEK)).isEqualTo(4);
        DWORD flags = new DWORD(MSG_PEEK);
        DWORD received = new DWORD();
        assertThat(WSARecv(socket, Requests.buffers(room), 1, received, flags, Requests.withEvent(), null))
                .isZero();
        assertThat(received.value).isEqualTo(4);
        assertThat(flags.value).isZero();
        assertThat(recv(socket, room, 10, 0)).isEqualTo(4);
        assertThat(Requests.bytesOf(room, 4)).containsExactly(1, 2, 3, 4);
    }

    @Test
    void aPendingPeekIsAnsweredByBytesThatStay() {
        WSAOVERLAPPED overlapped = Requests.withEvent();
        MemorySegment room = Requests.room(10);
        assertThat(WSARecv(socket, Requests.buffers(room), 1, new DWORD(), new DWORD(MSG_PEEK), overlapped,
                null)).isEqualTo(SOCKET_ERROR);
        Requests.write(peer, new byte[] {5});
        assertThat(Requests.await(overlapped)).isZero();
        assertThat(overlapped.InternalHigh).isOne();
        assertThat(recv(socket, room, 10, 0)).isOne();
    }

    @Test
    void waitAllWaitsUntilTheBuffersAreFull() {
        MemorySegment room = Requests.room(10);
        var call = Requests.blocking(() -> recv(socket, room, 10, MSG_WAITALL));
        Requests.write(peer, new byte[] {1, 2, 3, 4});
        DWORD available = new DWORD();
        Requests.until("the first bytes are taken", () -> ioctlsocket(socket, FIONREAD, available) == 0
                && available.value == 0);
        assertThat(call).isNotDone();
        Requests.write(peer, new byte[] {5, 6, 7, 8, 9, 10, 11, 12});
        assertThat(Requests.get(call)).isEqualTo(new Ended(10, 0));
        assertThat(Requests.bytesOf(room, 10)).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
        assertThat(recv(socket, room, 10, 0)).isEqualTo(2);
    }

    @Test
    void waitAllEndsEarlyAtTheEndOfTheStream() throws IOException {
        WSAOVERLAPPED overlapped = Requests.withEvent();
        MemorySegment room = Requests.room(10);
        DWORD flags = new DWORD(MSG_WAITALL);
        assertThat(WSARecv(socket, Requests.buffers(room), 1, new DWORD(), flags, overlapped, null))
                .isEqualTo(SOCKET_ERROR);
        assertThat(WSAGetLastError()).isEqualTo(997);
        Requests.write(peer, new byte[3]);
        peer.close();
        assertThat(Requests.await(overlapped)).isZero();
        assertThat(overlapped.InternalHigh).isEqualTo(3);
        assertThat(recv(socket, room, 10, MSG_WAITALL)).isZero();
    }

    @Test
    void waitAllGoesWithNothingElse() {
        MemorySegment room = Requests.room(10);
        for (int other : new int[] {MSG_OOB, MSG_PEEK, MSG_PARTIAL}) {
            assertCode(Winerror.WSAEOPNOTSUPP, recv(socket, room, 10, MSG_WAITALL | other));
        }
        nonBlocking();
        assertCode(Winerror.WSAEOPNOTSUPP, recv(socket, room, 10, MSG_WAITALL));
        DWORD flags = new DWORD(MSG_WAITALL);
        assertThat(WSARecv(socket, Requests.buffers(room), 1, new DWORD(), flags, Requests.poisoned(), null))
                .isEqualTo(SOCKET_ERROR);
        assertThat(WSAGetLastError()).isEqualTo(Winerror.WSAEOPNOTSUPP);
        assertThat(flags.value).isEqualTo(MSG_WAITALL);
    }

    @ParameterizedTest
    @ValueSource(ints = {MSG_WAITALL, MSG_PEEK, MSG_PARTIAL, MSG_INTERRUPT, 0x40, 0x4000,
        Integer.MIN_VALUE, -1})
    @Clause({"PARAMETERS-10", "DWFLAGS-8"})
    void otherFlagsOfASendAreNotSupported(int flags) {
        WSAOVERLAPPED overlapped = Requests.poisoned();
        assertCode(Winerror.WSAEOPNOTSUPP, send(socket, Requests.room(1), 1, flags));
        assertCode(Winerror.WSAEOPNOTSUPP, WSASend(socket, Requests.buffers(Requests.room(1)), 1, new DWORD(),
                flags, overlapped, null));
        assertThat(overlapped.InternalHigh).isEqualTo(POISON);
        assertThat(send(socket, Requests.nativeCopy(new byte[] {9}), 1, MSG_DONTROUTE)).isOne();
        assertThat(Requests.read(peer, 1)).containsExactly(9);
    }

    @ParameterizedTest
    @ValueSource(ints = {MSG_DONTROUTE, MSG_PARTIAL, MSG_INTERRUPT, 0x40, 0x4000, -1})
    void otherFlagsOfAReceiveAreNotSupported(int flags) {
        Requests.write(peer, new byte[1]);
        assertCode(Winerror.WSAEOPNOTSUPP, recv(socket, Requests.room(1), 1, flags));
        assertThat(recv(socket, Requests.room(1), 1, 0)).isOne();
    }
}
