package dev.overlapped.winsock2;

import static dev.overlapped.winsock2.Requests.POISON;
import static dev.overlapped.winsock2.Winsock2.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.conformance.Clause;
import dev.overlapped.winsock2.Requests.Ended;
import dev.overlapped.winsock2.Requests.Runs;
import dev.overlapped.winsock2.types.DWORD;
import dev.overlapped.winsock2.types.WSAOVERLAPPED;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// getsockopt and setsockopt: values, lengths, and what the time-outs do.
class SocketOptionTest {
    private Loopback loopback;
    private long socket;

    @BeforeEach
    void start() {
        loopback = new Loopback();
        socket = loopback.stream();
    }

    @AfterEach
    void end() {
        loopback.close();
    }

    private static void assertCode(int code, int result) {
        assertThat(result).isEqualTo(SOCKET_ERROR);
        assertThat(WSAGetLastError()).isEqualTo(code);
    }

    private static void set(long s, int level, int option, int value) {
        WSASetLastError(POISON);
        assertThat(setsockopt(s, level, option, MemorySegment.ofArray(new int[] {value}), 4)).isZero();
        assertThat(WSAGetLastError()).isZero();
    }

    private static int get(long s, int level, int option) {
        int[] value = {POISON, POISON};
        DWORD length = new DWORD(8);
        assertThat(getsockopt(s, level, option, MemorySegment.ofArray(value), length))
                .as("error %d", WSAGetLastError()).isZero();
        assertThat(length.value).isEqualTo(4);
        assertThat(value[1]).isEqualTo(POISON);
        return value[0];
    }

    @ParameterizedTest
    @CsvSource({"65535,1,0", "65535,2,0", "65535,4,0", "65535,8,0", "65535,16,0", "65535,256,0",
        "65535,4101,0", "65535,4102,0", "65535,4103,0", "65535,4104,1", "6,1,0"})
    void aFreshSocketHasTheseValues(int level, int option, int value) {
        assertThat(get(socket, level, option)).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(ints = {SO_DEBUG, SO_KEEPALIVE, SO_OOBINLINE, SO_REUSEADDR, SO_EXCLUSIVEADDRUSE})
    void aBooleanTakesOneTwoOrFourBytes(int option) {
        for (int length : new int[] {1, 2, 4, 8}) {
            MemorySegment on = Requests.nativeCopy(new byte[] {1, 0, 0, 0, 0, 0, 0, 0});
            assertThat(setsockopt(socket, SOL_SOCKET, option, on, length)).isZero();
            assertThat(get(socket, SOL_SOCKET, option)).isOne();
            assertThat(setsockopt(socket, SOL_SOCKET, option, on.fill((byte) 0), length)).isZero();
            assertThat(get(socket, SOL_SOCKET, option)).isZero();
        }
        set(socket, SOL_SOCKET, option, 77);
        byte[] small = {(byte) 0xEE, (byte) 0xEE};
        DWORD length = new DWORD(1);
        assertThat(getsockopt(socket, SOL_SOCKET, option, MemorySegment.ofArray(small), length)).isZero();
        assertThat(length.value).isOne();
        assertThat(small).containsExactly(1, 0xEE);
    }

    @Test
    void noDelayIsABooleanToo() {
        set(socket, IPPROTO_TCP, TCP_NODELAY, 5);
        assertThat(get(socket, IPPROTO_TCP, TCP_NODELAY)).isOne();
        assertThat(setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, MemorySegment.ofArray(new byte[1]), 1))
                .isZero();
        assertThat(get(socket, IPPROTO_TCP, TCP_NODELAY)).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {SO_SNDBUF, SO_RCVBUF})
    void aBufferSizeReadsBackAsItWasSet(int option) {
        assertThat(get(socket, SOL_SOCKET, option)).isPositive();
        for (int size : new int[] {0, 1, 4096, 100_000, 1 << 30}) {
            set(socket, SOL_SOCKET, option, size);
            assertThat(get(socket, SOL_SOCKET, option)).isEqualTo(size);
        }
    }

    @Test
    void moreThanTheReceiveBufferStillArrives() {
        long[] pair = loopback.pair();
        set(pair[1], SOL_SOCKET, SO_RCVBUF, 0);
        assertThat(send(pair[0], Requests.room(1000), 1000, 0)).isEqualTo(1000);
        int total = 0;
        while (total < 1000) {
            total += recv(pair[1], Requests.room(1000), 1000, 0);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {SO_SNDBUF, SO_RCVBUF, SO_SNDTIMEO, SO_RCVTIMEO})
    void aNumberNeedsFourBytes(int option) {
        for (int length : new int[] {0, 1, 2, 3, -1}) {
            assertCode(Winerror.WSAEFAULT, setsockopt(socket, SOL_SOCKET, option, Requests.room(8), length));
            byte[] value = {1, 2, 3, 4};
            DWORD room = new DWORD(length);
            assertCode(Winerror.WSAEFAULT,
                    getsockopt(socket, SOL_SOCKET, option, MemorySegment.ofArray(value), room));
            assertThat(room.value).isEqualTo(length);
            assertThat(value).containsExactly(1, 2, 3, 4);
        }
    }

    @Test
    void lingerIsAStructureOfTwoShorts() {
        short[] value = new short[2];
        DWORD length = new DWORD(8);
        assertThat(setsockopt(socket, SOL_SOCKET, SO_LINGER, MemorySegment.ofArray(new short[] {1, 30}), 4))
                .isZero();
        assertThat(getsockopt(socket, SOL_SOCKET, SO_LINGER, MemorySegment.ofArray(new short[4]), length))
                .isZero();
        assertThat(length.value).isEqualTo(4);
        assertThat(getsockopt(socket, SOL_SOCKET, SO_LINGER, MemorySegment.ofArray(value), new DWORD(4)))
                .isZero();
        assertThat(value).containsExactly((short) 1, (short) 30);
        assertThat(get(socket, SOL_SOCKET, SO_DONTLINGER)).isZero();
        set(socket, SOL_SOCKET, SO_DONTLINGER, 1);
        assertThat(getsockopt(socket, SOL_SOCKET, SO_LINGER, MemorySegment.ofArray(value), new DWORD(4)))
                .isZero();
        assertThat(value[0]).isZero();
        assertCode(Winerror.WSAEFAULT, setsockopt(socket, SOL_SOCKET, SO_LINGER, Requests.room(4), 3));
    }

    @Test
    @Clause("DECISIONS-8")
    void sharingAndExclusionExcludeEachOther() {
        set(socket, SOL_SOCKET, SO_REUSEADDR, 1);
        assertCode(Winerror.WSAEINVAL, setsockopt(socket, SOL_SOCKET, SO_EXCLUSIVEADDRUSE,
                MemorySegment.ofArray(new int[] {1}), 4));
        set(socket, SOL_SOCKET, SO_REUSEADDR, 0);
        set(socket, SOL_SOCKET, SO_EXCLUSIVEADDRUSE, 1);
        assertCode(Winerror.WSAEINVAL, setsockopt(socket, SOL_SOCKET, SO_REUSEADDR,
                MemorySegment.ofArray(new int[] {1}), 4));
    }

    @Test
    void aListenerAcceptsConnections() {
        assertThat(get(loopback.listener(), SOL_SOCKET, SO_ACCEPTCONN)).isOne();
        assertCode(Winerror.WSAENOPROTOOPT,
                setsockopt(socket, SOL_SOCKET, SO_ACCEPTCONN, Requests.room(4), 4));
        assertCode(Winerror.WSAENOPROTOOPT, setsockopt(socket, SOL_SOCKET, SO_TYPE, Requests.room(4), 4));
    }

    @Test
    void whatDoesNotExistIsSaidSo() {
        MemorySegment value = Requests.room(4);
        assertCode(Winerror.WSAENOPROTOOPT, getsockopt(socket, SOL_SOCKET, 0x4321, value, new DWORD(4)));
        assertCode(Winerror.WSAENOPROTOOPT, setsockopt(socket, SOL_SOCKET, 0x4321, value, 4));
        assertCode(Winerror.WSAENOPROTOOPT, setsockopt(socket, SOL_SOCKET, SO_BROADCAST, value, 4));
        assertCode(Winerror.WSAENOPROTOOPT, getsockopt(socket, IPPROTO_TCP, 4444, value, new DWORD(4)));
        assertCode(Winerror.WSAENOPROTOOPT,
                getsockopt(socket, IPPROTO_IPV6, Ws2tcpip.IPV6_V6ONLY, value, new DWORD(4)));
        assertCode(Winerror.WSAEINVAL, getsockopt(socket, 4444, 1, value, new DWORD(4)));
        assertCode(Winerror.WSAEINVAL, setsockopt(socket, 4444, 1, value, 4));
        assertThat(Requests.bytesOf(value, 4)).containsOnly(0xEE);
    }

    @Test
    void memoryThatCannotBeUsedIsAFault() {
        MemorySegment closed;
        try (Arena arena = Arena.ofShared()) {
            closed = arena.allocate(4);
        }
        for (MemorySegment bad : new MemorySegment[] {null, closed, Requests.room(3)}) {
            assertCode(Winerror.WSAEFAULT, setsockopt(socket, SOL_SOCKET, SO_KEEPALIVE, bad, 4));
            assertCode(Winerror.WSAEFAULT, getsockopt(socket, SOL_SOCKET, SO_KEEPALIVE, bad, new DWORD(4)));
        }
        MemorySegment readOnly = Requests.room(4).asReadOnly();
        assertCode(Winerror.WSAEFAULT, getsockopt(socket, SOL_SOCKET, SO_TYPE, readOnly, new DWORD(4)));
        assertCode(Winerror.WSAEFAULT, getsockopt(socket, SOL_SOCKET, SO_TYPE, Requests.room(4), null));
        assertThat(setsockopt(socket, SOL_SOCKET, SO_KEEPALIVE, readOnly, 4)).isZero();
    }

    // ---- time-outs ----

    @Test
    @Clause("REMARKS-17")
    void aReceiveTimeoutEndsBlockingCallsAlone() {
        SocketChannel peer = loopback.peer();
        long accepted = loopback.accepted();
        set(accepted, SOL_SOCKET, SO_RCVTIMEO, 50);
        assertThat(get(accepted, SOL_SOCKET, SO_RCVTIMEO)).isEqualTo(50);
        MemorySegment room = Requests.room(10);
        assertCode(Winerror.WSAETIMEDOUT, recv(accepted, room, 10, 0));
        assertThat(Requests.receive(accepted, null, null, room)).isEqualTo(Winerror.WSAETIMEDOUT);
        WSAOVERLAPPED overlapped = Requests.withEvent();
        assertThat(Requests.receive(accepted, overlapped, null, room)).isEqualTo(997);
        assertThat(WSAWaitForMultipleEvents(1, new long[] {overlapped.hEvent}, true, 200, false))
                .isEqualTo(WSA_WAIT_TIMEOUT);
        Requests.write(peer, new byte[3]);
        assertThat(Requests.await(overlapped)).isZero();
        Requests.write(peer, new byte[4]);
        assertThat(recv(accepted, room, 10, 0)).isEqualTo(4);
        assertCode(Winerror.WSAETIMEDOUT, recv(accepted, room, 10, 0));
        set(accepted, SOL_SOCKET, SO_RCVTIMEO, 0);
        var call = Requests.blocking(() -> recv(accepted, room, 10, 0));
        Requests.write(peer, new byte[5]);
        assertThat(Requests.get(call)).isEqualTo(new Ended(5, 0));
    }

    @Test
    void aReceiveThatWantsAllKeepsWhatHasComeWhenItsTimeIsOver() {
        SocketChannel peer = loopback.peer();
        long accepted = loopback.accepted();
        set(accepted, SOL_SOCKET, SO_RCVTIMEO, 50);
        Moves.arrive(peer, accepted, "abc");
        MemorySegment room = Requests.room(10);
        assertThat(recv(accepted, room, 10, MSG_WAITALL)).isEqualTo(3);
        assertThat(WSAGetLastError()).isZero();
        assertThat(Requests.bytesOf(room, 3)).containsExactly('a', 'b', 'c');
        assertCode(Winerror.WSAETIMEDOUT, recv(accepted, room, 10, MSG_WAITALL));
        Moves.arrive(peer, accepted, "def");
        assertThat(recv(accepted, room, 3, MSG_WAITALL)).isEqualTo(3);
    }

    @Test
    @Clause("REMARKS-17")
    void aSendTimeoutEndsABlockingSendThatWasNotTaken() {
        loopback.peer();
        long accepted = loopback.accepted();
        Requests.smallSendBuffer(accepted);
        set(accepted, SOL_SOCKET, SO_SNDTIMEO, 100);
        int big = 8 << 20;
        assertCode(Winerror.WSAETIMEDOUT, send(accepted, Requests.room(big), big, 0));
        WSAOVERLAPPED overlapped = Requests.withEvent();
        assertThat(Requests.send(accepted, overlapped, null, Requests.room(1000))).isEqualTo(997);
        assertThat(WSAWaitForMultipleEvents(1, new long[] {overlapped.hEvent}, true, 200, false))
                .isEqualTo(WSA_WAIT_TIMEOUT);
    }

    @Test
    void routinesThatRunMeanwhileDoNotProlongATimeout() {
        loopback.peer();
        long accepted = loopback.accepted();
        set(accepted, SOL_SOCKET, SO_RCVTIMEO, 150);
        Runs runs = new Runs();
        long[] pair = loopback.pair();
        assertThat(Requests.receive(pair[0], Requests.poisoned(), runs, Requests.room(1))).isEqualTo(997);
        assertThat(send(pair[1], Requests.room(1), 1, 0)).isOne();
        assertCode(Winerror.WSAETIMEDOUT, recv(accepted, Requests.room(1), 1, 0));
        assertThat(runs.all).hasSize(1);
    }
}
