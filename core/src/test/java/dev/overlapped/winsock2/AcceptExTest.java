package dev.overlapped.winsock2;

import static dev.overlapped.winsock2.Ioapiset.CancelIo;
import static dev.overlapped.winsock2.Ioapiset.CancelIoEx;
import static dev.overlapped.winsock2.Mswsock.AcceptEx;
import static dev.overlapped.winsock2.Mswsock.AcceptExRoutine;
import static dev.overlapped.winsock2.Requests.POISON;
import static dev.overlapped.winsock2.Winsock2.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.conformance.Clause;
import dev.overlapped.engine.Engine;
import dev.overlapped.winsock2.Requests.Run;
import dev.overlapped.winsock2.Requests.Runs;
import dev.overlapped.winsock2.types.DWORD;
import dev.overlapped.winsock2.types.Ref;
import dev.overlapped.winsock2.types.SOCKADDR;
import dev.overlapped.winsock2.types.SOCKADDR_IN;
import dev.overlapped.winsock2.types.WSAOVERLAPPED;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// AcceptEx in its two stages: waiting for a connection, and waiting for its first bytes.
class AcceptExTest {
    private static final int AREA = SOCKADDR_IN.SIZEOF + 16;

    private Loopback loopback;
    private long listener;
    private long acceptor;
    private WSAOVERLAPPED overlapped;
    private MemorySegment buffer;

    @BeforeEach
    void start() {
        loopback = new Loopback();
        listener = loopback.listener();
        acceptor = loopback.stream();
        overlapped = Requests.withEvent();
        buffer = Requests.room(100 + 2 * AREA);
    }

    @AfterEach
    void end() {
        loopback.close();
    }

    private void begin(int firstBytes) {
        DWORD received = new DWORD(POISON);
        assertThat(AcceptEx(listener, acceptor, buffer, firstBytes, AREA, AREA, received, overlapped))
                .isFalse();
        assertThat(WSAGetLastError()).isEqualTo(Winerror.WSA_IO_PENDING);
        assertThat(received.value).isEqualTo(POISON);
        assertThat(overlapped.Internal).isEqualTo(0x103);
        assertThat(Requests.isSignalled(overlapped)).isFalse();
    }

    /// The second stage has begun.
    private SocketChannel connected() {
        SocketChannel peer = loopback.peer();
        Requests.until("the connection is accepted", () -> Engine.system().socket(acceptor).isConnected());
        assertThat(Requests.isSignalled(overlapped)).isFalse();
        return peer;
    }

    private void assertAddresses(SocketChannel peer, int firstBytes) throws IOException {
        Ref<SOCKADDR> local = new Ref<>();
        Ref<SOCKADDR> remote = new Ref<>();
        DWORD localLength = new DWORD(POISON);
        DWORD remoteLength = new DWORD(POISON);
        Mswsock.GetAcceptExSockaddrs(buffer, firstBytes, AREA, AREA, local, localLength, remote,
                remoteLength);
        assertThat(localLength.value).isEqualTo(SOCKADDR_IN.SIZEOF);
        assertThat(remoteLength.value).isEqualTo(SOCKADDR_IN.SIZEOF);
        assertThat(ntohs(((SOCKADDR_IN) local.value).sin_port)).isEqualTo(loopback.port());
        int port = ((InetSocketAddress) peer.getLocalAddress()).getPort();
        assertThat(ntohs(((SOCKADDR_IN) remote.value).sin_port)).isEqualTo(port);
        assertThat(((SOCKADDR_IN) remote.value).sin_addr.s_addr).isEqualTo(htonl(INADDR_LOOPBACK));
    }

    @Test
    void withoutFirstBytesItCompletesWithTheConnection() throws IOException {
        begin(0);
        SocketChannel peer = loopback.peer();
        assertThat(Requests.await(overlapped)).isZero();
        assertThat(overlapped.InternalHigh).isZero();
        assertAddresses(peer, 0);
        DWORD bytes = new DWORD(POISON);
        assertThat(WSAGetOverlappedResult(listener, overlapped, bytes, false, new DWORD())).isTrue();
        assertThat(bytes.value).isZero();
        assertThat(setsockopt(acceptor, SOL_SOCKET, Mswsock.SO_UPDATE_ACCEPT_CONTEXT,
                MemorySegment.ofArray(new long[] {listener}), 8)).isZero();
        Requests.write(peer, new byte[] {3});
        assertThat(recv(acceptor, Requests.room(1), 1, 0)).isOne();
        assertThat(send(acceptor, Requests.nativeCopy(new byte[] {4}), 1, 0)).isOne();
        assertThat(Requests.read(peer, 1)).containsExactly(4);
    }

    @Test
    void aConnectionThatWaitsAlreadyIsTakenToo() {
        loopback.peer();
        assertThat(AcceptEx(listener, acceptor, buffer, 0, AREA, AREA, new DWORD(), overlapped)).isFalse();
        assertThat(WSAGetLastError()).isEqualTo(Winerror.WSA_IO_PENDING);
        assertThat(Requests.await(overlapped)).isZero();
        assertThat(Engine.system().socket(acceptor).isConnected()).isTrue();
    }

    @Test
    void withFirstBytesItWaitsForThem() throws IOException {
        begin(100);
        SocketChannel peer = connected();
        Requests.write(peer, new byte[] {1, 2, 3});
        assertThat(Requests.await(overlapped)).isZero();
        assertThat(overlapped.InternalHigh).isEqualTo(3);
        assertThat(Requests.bytesOf(buffer, 4)).containsExactly(1, 2, 3, 0xEE);
        assertAddresses(peer, 100);
    }

    @Test
    void moreThanTheFirstBytesStaysForTheNextReceive() throws IOException {
        begin(2);
        SocketChannel peer = connected();
        Requests.write(peer, new byte[] {1, 2, 3, 4});
        assertThat(Requests.await(overlapped)).isZero();
        assertThat(overlapped.InternalHigh).isEqualTo(2);
        assertAddresses(peer, 2);
        MemorySegment room = Requests.room(5);
        assertThat(recv(acceptor, room, 5, 0)).isEqualTo(2);
        assertThat(Requests.bytesOf(room, 2)).containsExactly(3, 4);
    }

    @Test
    void aPeerThatClosesWithoutAByteCompletesItWithNone() throws IOException {
        begin(100);
        connected().close();
        assertThat(Requests.await(overlapped)).isZero();
        assertThat(overlapped.InternalHigh).isZero();
        assertThat(recv(acceptor, Requests.room(1), 1, 0)).isZero();
    }

    @Test
    void aRoutineRunsOnceInTheNextAlertableWait() {
        Runs runs = new Runs();
        WSAOVERLAPPED plain = Requests.poisoned();
        assertThat(AcceptExRoutine(listener, acceptor, buffer, 10, AREA, AREA, null, plain, runs)).isFalse();
        assertThat(WSAGetLastError()).isEqualTo(997);
        SocketChannel peer = loopback.peer();
        Requests.write(peer, new byte[5]);
        runs.await(1);
        assertThat(runs.all).containsExactly(new Run(0, 5, plain, 0));
        Requests.assertNoMoreRoutines();
    }

    @Test
    void twoOfThemTakeAConnectionEach() {
        WSAOVERLAPPED second = Requests.withEvent();
        long other = loopback.stream();
        begin(10);
        assertThat(AcceptEx(listener, other, Requests.room(74), 10, AREA, AREA, null, second)).isFalse();
        SocketChannel silent = connected();
        // The first one waits for bytes; the second one does not wait behind it.
        SocketChannel talking = loopback.peer();
        Requests.write(talking, new byte[2]);
        assertThat(Requests.await(second)).isZero();
        assertThat(second.InternalHigh).isEqualTo(2);
        assertThat(Requests.isSignalled(overlapped)).isFalse();
        Requests.write(silent, new byte[3]);
        assertThat(Requests.await(overlapped)).isZero();
        assertThat(overlapped.InternalHigh).isEqualTo(3);
    }

    // ---- cancelling and closing ----

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void cancellingEndsItInBothStages(boolean hasConnection) {
        begin(10);
        SocketChannel peer = hasConnection ? connected() : null;
        assertThat(CancelIo(acceptor)).isTrue();
        assertThat(CancelIoEx(acceptor, null)).isFalse();
        assertThat(WSAGetLastError()).isEqualTo(Winerror.ERROR_NOT_FOUND);
        assertThat(Requests.isSignalled(overlapped)).isFalse();
        assertThat(CancelIoEx(listener, overlapped)).isTrue();
        assertThat(Requests.await(overlapped)).isEqualTo(Winerror.WSA_OPERATION_ABORTED);
        assertThat(overlapped.InternalHigh).isZero();
        assertThat(CancelIoEx(listener, overlapped)).isFalse();
        if (!hasConnection) {
            // A connection that comes later goes to the next accept.
            begin(0);
            loopback.peer();
            assertThat(Requests.await(overlapped)).isZero();
        } else {
            Requests.write(peer, new byte[2]);
            assertThat(recv(acceptor, Requests.room(5), 5, 0)).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @Clause("DECISIONS-2")
    void closingTheListenerEndsItInBothStages(boolean hasConnection) {
        begin(10);
        if (hasConnection) {
            connected();
        }
        assertThat(closesocket(listener)).isZero();
        assertThat(Requests.await(overlapped)).isEqualTo(Winerror.WSA_OPERATION_ABORTED);
        assertThat(overlapped.InternalHigh).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void closingTheAcceptorEndsItInBothStages(boolean hasConnection) {
        begin(10);
        if (hasConnection) {
            connected();
        }
        assertThat(closesocket(acceptor)).isZero();
        assertThat(Requests.await(overlapped)).isIn(Winerror.WSA_OPERATION_ABORTED, Winerror.WSAECONNABORTED);
        assertThat(overlapped.InternalHigh).isZero();
        // The listener works on, and no connection was lost.
        acceptor = loopback.stream();
        begin(0);
        loopback.peer();
        assertThat(Requests.await(overlapped)).isZero();
    }

    // ---- arguments ----

    private void assertFails(int code, long listening, long accepting, MemorySegment memory, int data,
            int local, int remote, WSAOVERLAPPED structure) {
        WSASetLastError(POISON);
        DWORD received = new DWORD(POISON);
        assertThat(AcceptEx(listening, accepting, memory, data, local, remote, received, structure))
                .isFalse();
        assertThat(WSAGetLastError()).isEqualTo(code);
        assertThat(received.value).isEqualTo(POISON);
    }

    @Test
    void itNeedsAnOverlappedStructureAndTwoSockets() {
        assertFails(Winerror.WSA_INVALID_PARAMETER, listener, acceptor, buffer, 0, AREA, AREA, null);
        assertFails(Winerror.WSAENOTSOCK, INVALID_SOCKET, acceptor, buffer, 0, AREA, AREA, overlapped);
        assertFails(Winerror.WSAENOTSOCK, listener, INVALID_SOCKET, buffer, 0, AREA, AREA, overlapped);
        assertFails(Winerror.WSAENOTSOCK, listener, 0, buffer, 0, AREA, AREA, null);
    }

    @Test
    void itNeedsAListenerAndAFreshSocket() {
        long[] pair = loopback.pair();
        long bound = loopback.stream();
        assertThat(bind(bound, Loopback.loopback(0), SOCKADDR_IN.SIZEOF)).isZero();
        assertFails(Winerror.WSAEINVAL, loopback.stream(), acceptor, buffer, 0, AREA, AREA, overlapped);
        assertFails(Winerror.WSAEINVAL, bound, acceptor, buffer, 0, AREA, AREA, overlapped);
        assertFails(Winerror.WSAEINVAL, pair[0], acceptor, buffer, 0, AREA, AREA, overlapped);
        assertFails(Winerror.WSAEINVAL, listener, pair[0], buffer, 0, AREA, AREA, overlapped);
        assertFails(Winerror.WSAEINVAL, listener, bound, buffer, 0, AREA, AREA, overlapped);
        assertFails(Winerror.WSAEINVAL, listener, listener, buffer, 0, AREA, AREA, overlapped);
        assertThat(Requests.status(overlapped)).isNotZero();
        assertThat(overlapped.InternalHigh).isEqualTo(POISON);
    }

    @Test
    void anAcceptorThatAnotherOneWaitsForIsNotFresh() {
        begin(0);
        WSAOVERLAPPED second = Requests.withEvent();
        assertFails(Winerror.WSAEINVAL, listener, acceptor, buffer, 0, AREA, AREA, second);
        loopback.peer();
        assertThat(Requests.await(overlapped)).isZero();
    }

    @Test
    void anAcceptorIsFreshAgainWhenItsAcceptWasCancelled() {
        begin(0);
        assertThat(CancelIoEx(listener, overlapped)).isTrue();
        begin(0);
        loopback.peer();
        assertThat(Requests.await(overlapped)).isZero();
    }

    @Test
    void listenerAndAcceptorAreOfTheSameFamily() {
        long other = loopback.keep(socket(AF_INET6, SOCK_STREAM, 0));
        assertFails(Winerror.WSAEINVAL, listener, other, buffer, 0, 44, 44, overlapped);
    }

    @Test
    void itsBufferMustHoldWhatItIsFor() {
        assertFails(Winerror.WSAEFAULT, listener, acceptor, buffer, 0, AREA, 0, overlapped);
        assertFails(Winerror.WSAEFAULT, listener, acceptor, buffer, 0, AREA, AREA - 1, overlapped);
        assertFails(Winerror.WSAEFAULT, listener, acceptor, buffer, 0, AREA - 1, AREA, overlapped);
        assertFails(Winerror.WSAEFAULT, listener, acceptor, buffer, 101, AREA, AREA, overlapped);
        assertFails(Winerror.WSAEFAULT, listener, acceptor, buffer, -1, AREA, AREA, overlapped);
        assertFails(Winerror.WSAEFAULT, listener, acceptor, null, 0, AREA, AREA, overlapped);
        assertFails(Winerror.WSAEFAULT, listener, acceptor, buffer.asReadOnly(), 0, AREA, AREA, overlapped);
        MemorySegment heap = MemorySegment.ofArray(new byte[200]);
        assertFails(Winerror.WSAEFAULT, listener, acceptor, heap, 0, AREA, AREA, overlapped);
        MemorySegment closed;
        try (Arena arena = Arena.ofConfined()) {
            closed = arena.allocate(200);
            assertFails(Winerror.WSAEFAULT, listener, acceptor, closed, 0, AREA, AREA, overlapped);
        }
        assertFails(Winerror.WSAEFAULT, listener, acceptor, closed, 0, AREA, AREA, overlapped);
        overlapped.hEvent = 4444;
        assertFails(Winerror.WSA_INVALID_HANDLE, listener, acceptor, buffer, 0, AREA, AREA, overlapped);
    }

    @Test
    void readingAddressesFromWhereThereAreNoneLeavesTheOutputsAlone() {
        Ref<SOCKADDR> local = new Ref<>();
        Ref<SOCKADDR> remote = new Ref<>();
        DWORD length = new DWORD(POISON);
        MemorySegment closed;
        try (Arena arena = Arena.ofShared()) {
            closed = arena.allocate(200);
        }
        for (MemorySegment memory : new MemorySegment[] {null, buffer, Requests.room(3), closed}) {
            Mswsock.GetAcceptExSockaddrs(memory, 0, AREA, AREA, local, length, remote, length);
            Mswsock.GetAcceptExSockaddrs(memory, -5, AREA, Integer.MAX_VALUE, local, length, remote, length);
            assertThat(local.value).isNull();
            assertThat(remote.value).isNull();
            assertThat(length.value).isEqualTo(POISON);
        }
    }

    @Test
    void anAddressThatTheBufferEndsBeforeIsNone() {
        Ref<SOCKADDR> local = new Ref<>();
        DWORD length = new DWORD(POISON);
        MemorySegment memory = Requests.room(AREA);
        memory.set(ValueLayout.JAVA_SHORT_UNALIGNED, 0, (short) AF_UNIX);
        Mswsock.GetAcceptExSockaddrs(memory, 0, AREA, AREA, local, length, new Ref<>(), new DWORD());
        assertThat(local.value).isNull();
        assertThat(length.value).isEqualTo(POISON);
    }

    // ---- options ----

    private static int option(long socket, int level, int name) {
        int[] value = {POISON};
        assertThat(getsockopt(socket, level, name, MemorySegment.ofArray(value), new DWORD(4))).isZero();
        return value[0];
    }

    private static void set(long socket, int level, int name, int value) {
        assertThat(setsockopt(socket, level, name, MemorySegment.ofArray(new int[] {value}), 4)).isZero();
    }

    @Test
    void theConnectionHasTheOptionsOfItsSocketAndWhereNoneWereSetThoseOfTheListener() {
        set(acceptor, IPPROTO_TCP, TCP_NODELAY, 1);
        set(acceptor, SOL_SOCKET, SO_KEEPALIVE, 0);
        set(acceptor, SOL_SOCKET, SO_RCVTIMEO, 1234);
        set(listener, SOL_SOCKET, SO_KEEPALIVE, 1);
        set(listener, SOL_SOCKET, SO_OOBINLINE, 1);
        set(listener, SOL_SOCKET, SO_SNDTIMEO, 2345);
        begin(0);
        loopback.peer();
        assertThat(Requests.await(overlapped)).isZero();
        assertThat(option(acceptor, IPPROTO_TCP, TCP_NODELAY)).isOne();
        assertThat(option(acceptor, SOL_SOCKET, SO_KEEPALIVE)).isZero();
        assertThat(option(acceptor, SOL_SOCKET, SO_RCVTIMEO)).isEqualTo(1234);
        assertThat(option(acceptor, SOL_SOCKET, SO_OOBINLINE)).isOne();
        assertThat(option(acceptor, SOL_SOCKET, SO_SNDTIMEO)).isEqualTo(2345);
    }
}
