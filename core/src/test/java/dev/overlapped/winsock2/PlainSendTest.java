package dev.overlapped.winsock2;

import static dev.overlapped.winsock2.Requests.POISON;
import static dev.overlapped.winsock2.Winsock2.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.conformance.Clause;
import dev.overlapped.winsock2.Requests.Ended;
import dev.overlapped.winsock2.Requests.Runs;
import dev.overlapped.winsock2.types.DWORD;
import dev.overlapped.winsock2.types.SOCKADDR_IN;
import dev.overlapped.winsock2.types.WSAOVERLAPPED;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// WSASend where it is not overlapped.
class PlainSendTest {
    private static final int BIG = 4 << 20;

    private Loopback loopback;
    private long socket;
    private long reader;
    private final WSAOVERLAPPED ignored = new WSAOVERLAPPED();
    private final Runs runs = new Runs();

    /// What makes a send plain.
    enum Way { BOTH_ARE_NULL, THE_SOCKET_HAS_NOT_THE_ATTRIBUTE }

    @BeforeEach
    void start() {
        loopback = new Loopback();
        ignored.hEvent = WSACreateEvent();
        ignored.Internal = POISON;
        ignored.InternalHigh = POISON;
    }

    @AfterEach
    void end() {
        assertThat(ignored.Internal).isEqualTo(POISON);
        assertThat(ignored.InternalHigh).isEqualTo(POISON);
        assertThat(Requests.isSignalled(ignored)).isFalse();
        assertThat(Synchapi.SleepEx(0, true)).isZero();
        assertThat(runs.all).isEmpty();
        loopback.close();
    }

    private void connect(Way way) {
        int attribute = way == Way.BOTH_ARE_NULL ? WSA_FLAG_OVERLAPPED : 0;
        socket = loopback.keep(WSASocket(AF_INET, SOCK_STREAM, IPPROTO_TCP, null, 0, attribute));
        assertThat(Winsock2.connect(socket, Loopback.loopback(loopback.port()), SOCKADDR_IN.SIZEOF)).isZero();
        reader = loopback.accepted();
        Requests.smallSendBuffer(socket);
    }

    private int send(Way way, DWORD sent, MemorySegment... parts) {
        return way == Way.BOTH_ARE_NULL
                ? WSASend(socket, Requests.buffers(parts), parts.length, sent, 0, null, null)
                : WSASend(socket, Requests.buffers(parts), parts.length, sent, 0, ignored, runs);
    }

    private byte[] receive(int length) {
        MemorySegment room = Requests.room(length);
        int total = 0;
        while (total < length) {
            int received = recv(reader, room.asSlice(total), length - total, 0);
            assertThat(received).as("after %d of %d bytes", total, length).isPositive();
            total += received;
        }
        return Requests.bytesOf(room, length);
    }

    private void nonBlocking() {
        assertThat(ioctlsocket(socket, FIONBIO, new DWORD(1))).isZero();
    }

    @ParameterizedTest
    @EnumSource
    @Clause({"REMARKS-6", "REMARKS-7", "REMARKS-9", "REMARKS-12", "REMARKS-13", "REMARKS-16", "DWFLAGS-9"})
    void itWaitsUntilAllIsTaken(Way way) {
        connect(way);
        byte[] content = Requests.random(BIG, 1);
        MemorySegment memory = Requests.nativeCopy(content);
        DWORD sent = new DWORD(POISON);
        var call = Requests.blocking(() ->
                send(way, sent, memory.asSlice(0, BIG / 2), memory.asSlice(BIG / 2)));
        assertThat(call).isNotDone();
        assertThat(receive(BIG)).isEqualTo(content);
        assertThat(Requests.get(call)).isEqualTo(new Ended(0, 0));
        assertThat(sent.value).isEqualTo(BIG);
    }

    @ParameterizedTest
    @EnumSource
    @Clause("REMARKS-14")
    void whatIsWrittenIntoTheBufferAfterwardsIsNotSent(Way way) {
        connect(way);
        byte[] content = Requests.random(10_000, 2);
        MemorySegment memory = Requests.nativeCopy(content);
        assertThat(send(way, new DWORD(), memory)).isZero();
        memory.fill((byte) 0);
        assertThat(receive(content.length)).isEqualTo(content);
    }

    @ParameterizedTest
    @EnumSource
    @Clause({"ERRORS-29", "REMARKS-9", "REMARKS-12", "REMARKS-15", "DECISIONS-1"})
    void onANonBlockingSocketItSendsThePartThatFits(Way way) {
        connect(way);
        nonBlocking();
        byte[] content = Requests.random(BIG, 3);
        MemorySegment memory = Requests.nativeCopy(content);
        DWORD sent = new DWORD(POISON);
        assertThat(send(way, sent, memory.asSlice(0, 10), memory.asSlice(10))).isZero();
        assertThat(sent.value).isBetween(11, BIG - 1);
        int[] total = {sent.value};
        Requests.until("there is no room", () -> {
            sent.value = POISON;
            int result = send(way, sent, memory.asSlice(total[0]));
            total[0] += result == 0 ? sent.value : 0;
            return result == SOCKET_ERROR;
        });
        assertThat(WSAGetLastError()).isEqualTo(Winerror.WSAEWOULDBLOCK);
        assertThat(sent.value).isEqualTo(POISON);
        assertThat(receive(total[0])).isEqualTo(Arrays.copyOf(content, total[0]));
    }

    @Test
    @Clause("REMARKS-17")
    void aTimeOutDoesNotMakeANonBlockingSocketWait() {
        connect(Way.BOTH_ARE_NULL);
        nonBlocking();
        MemorySegment second = MemorySegment.ofArray(new int[] {1000});
        assertThat(setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, second, Integer.BYTES)).isZero();
        assertThat(setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, second, Integer.BYTES)).isZero();
        MemorySegment memory = Requests.room(BIG);
        Requests.until("there is no room", () ->
                send(Way.BOTH_ARE_NULL, new DWORD(), memory) == SOCKET_ERROR);
        assertThat(WSAGetLastError()).isEqualTo(Winerror.WSAEWOULDBLOCK);
        assertThat(recv(socket, memory, 1, 0)).isEqualTo(SOCKET_ERROR);
        assertThat(WSAGetLastError()).isEqualTo(Winerror.WSAEWOULDBLOCK);
    }

    /// The same call with a structure, on a socket of `socket` and on one of WSASocket with the flag.
    @Test
    @Clause({"REMARKS-2", "REMARKS-6", "REMARKS-7", "REMARKS-8"})
    void withAStructureItDoesNotWaitWhereTheAttributeIs() {
        MemorySegment memory = Requests.room(BIG);
        connect(Way.BOTH_ARE_NULL);
        long[] withAttribute = {socket, loopback.pair()[0]};
        for (long each : withAttribute) {
            Requests.smallSendBuffer(each);
            assertThat(Requests.send(each, Requests.withEvent(), null, memory)).isEqualTo(997);
        }
    }
}
