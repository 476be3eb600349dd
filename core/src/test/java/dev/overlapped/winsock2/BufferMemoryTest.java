package dev.overlapped.winsock2;

import static dev.overlapped.winsock2.Requests.POISON;
import static dev.overlapped.winsock2.Winsock2.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.conformance.Clause;
import dev.overlapped.winsock2.Requests.Runs;
import dev.overlapped.winsock2.types.DWORD;
import dev.overlapped.winsock2.types.WSABUF;
import dev.overlapped.winsock2.types.WSAOVERLAPPED;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Which memory a request may be given: WSAEFAULT at the call, before any byte moves, or it works.
class BufferMemoryTest {
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

    /// Buffers that no request can use, overlapped or not.
    private static Map<String, WSABUF> bad() {
        MemorySegment closed;
        try (Arena arena = Arena.ofShared()) {
            closed = arena.allocate(10);
        }
        Map<String, WSABUF> bad = new LinkedHashMap<>();
        bad.put("closed", new WSABUF(closed, 10));
        bad.put("too long", new WSABUF(Requests.room(10), 11));
        bad.put("negative", new WSABUF(Requests.room(10), -1));
        bad.put("most negative", new WSABUF(Requests.room(10), Integer.MIN_VALUE));
        bad.put("null", new WSABUF(null, 1));
        bad.put("null segment", new WSABUF(MemorySegment.NULL, 1));
        bad.put("no WSABUF", null);
        return bad;
    }

    /// What a request that outlives its call cannot use.
    private static Map<String, WSABUF> notShared(Arena confined) {
        Map<String, WSABUF> bad = new LinkedHashMap<>();
        bad.put("heap", new WSABUF(MemorySegment.ofArray(new byte[10]), 10));
        bad.put("heap of ints", new WSABUF(MemorySegment.ofArray(new int[10]), 10));
        bad.put("confined", new WSABUF(confined.allocate(10), 10));
        return bad;
    }

    private static void assertFault(String name, int code) {
        assertThat(code).as(name).isEqualTo(Winerror.WSAEFAULT);
    }

    /// Nothing else has been sent so far.
    private void assertPeerSeesOnly(int marker) {
        assertThat(send(socket, Requests.nativeCopy(new byte[] {(byte) marker}), 1, 0)).isOne();
        assertThat(Requests.read(peer, 1)).containsExactly(marker);
    }

    @Test
    @Clause({"PARAMETERS-2", "PARAMETERS-3", "PARAMETERS-4", "ERRORS-6"})
    void overlappedSendsRefuseBadMemoryBeforeAnyByteMoves() {
        Map<String, WSABUF> all = bad();
        all.putAll(notShared(Arena.ofConfined()));
        Runs runs = new Runs();
        all.forEach((name, bad) -> {
            WSABUF good = new WSABUF(Requests.room(10), 10);
            assertFault(name, wsaSend(Requests.withEvent(), null, bad));
            assertFault(name, wsaSend(Requests.withEvent(), null, good, bad));
            assertFault(name, wsaSend(Requests.withEvent(), null, bad, good));
            assertFault(name, wsaSend(Requests.poisoned(), runs, good, bad));
        });
        Requests.assertNoMoreRoutines();
        assertThat(runs.all).isEmpty();
        assertPeerSeesOnly(7);
    }

    private int wsaSend(WSAOVERLAPPED overlapped, Runs runs, WSABUF... buffers) {
        DWORD sent = new DWORD(POISON);
        int result = WSASend(socket, buffers, buffers.length, sent, 0, overlapped, runs);
        int code = WSAGetLastError();
        assertThat(result).isEqualTo(code == 0 ? 0 : SOCKET_ERROR);
        assertThat(code != 0 && sent.value != POISON).isFalse();
        assertThat(code != 0 && overlapped != null && overlapped.InternalHigh != POISON).isFalse();
        return code;
    }

    private int wsaRecv(WSAOVERLAPPED overlapped, WSABUF... buffers) {
        DWORD received = new DWORD(POISON);
        DWORD flags = new DWORD(0);
        int result = WSARecv(socket, buffers, buffers.length, received, flags, overlapped, null);
        int code = WSAGetLastError();
        assertThat(result).isEqualTo(code == 0 ? 0 : SOCKET_ERROR);
        assertThat(code != 0 && received.value != POISON).isFalse();
        return code;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void overlappedReceivesRefuseBadMemoryAndTakeNoByte(boolean dataIsThere) {
        if (dataIsThere) {
            Requests.write(peer, new byte[] {1, 2, 3});
        }
        Map<String, WSABUF> all = bad();
        all.putAll(notShared(Arena.ofConfined()));
        all.put("read-only", new WSABUF(Requests.room(10).asReadOnly(), 10));
        all.forEach((name, bad) -> {
            WSABUF good = new WSABUF(Requests.room(10), 10);
            assertFault(name, wsaRecv(Requests.withEvent(), bad));
            assertFault(name, wsaRecv(Requests.withEvent(), good, bad));
            assertFault(name, wsaRecv(Requests.withEvent(), bad, good));
            assertThat(Requests.bytesOf(good.buf, 10)).containsOnly(0xEE);
        });
        if (!dataIsThere) {
            Requests.write(peer, new byte[] {1, 2, 3});
        }
        MemorySegment room = Requests.room(5);
        assertThat(recv(socket, room, 5, 0)).isEqualTo(3);
        assertThat(Requests.bytesOf(room, 3)).containsExactly(1, 2, 3);
    }

    @Test
    @Clause({"PARAMETERS-2", "PARAMETERS-3", "ERRORS-6"})
    void plainCallsRefuseBadMemoryToo() {
        bad().forEach((name, bad) -> {
            assertFault(name, wsaSend(null, null, bad));
            assertFault(name, wsaSend(null, null, new WSABUF(Requests.room(1), 1), bad));
            assertFault(name, wsaRecv(null, bad));
            if (bad != null) {
                assertThat(send(socket, bad.buf, bad.len, 0)).isEqualTo(SOCKET_ERROR);
                assertFault(name, WSAGetLastError());
                assertThat(recv(socket, bad.buf, bad.len, 0)).isEqualTo(SOCKET_ERROR);
                assertFault(name, WSAGetLastError());
            }
        });
        assertThat(recv(socket, Requests.room(5).asReadOnly(), 5, 0)).isEqualTo(SOCKET_ERROR);
        assertFault("read-only", WSAGetLastError());
        assertPeerSeesOnly(8);
    }

    @Test
    @Clause("ERRORS-6")
    void anotherThreadsMemoryIsAFaultForPlainCallsToo() {
        MemorySegment[] theirs = new MemorySegment[1];
        CompletableFuture<Void> done = new CompletableFuture<>();
        CompletableFuture<Void> made = new CompletableFuture<>();
        CompletableFuture<Requests.Ended> other = Requests.elsewhere(() -> {
            try (Arena arena = Arena.ofConfined()) {
                theirs[0] = arena.allocate(10);
                made.complete(null);
                Requests.get(done);
            }
            return 0;
        });
        Requests.get(made);
        assertThat(send(socket, theirs[0], 10, 0)).isEqualTo(SOCKET_ERROR);
        assertFault("send", WSAGetLastError());
        assertThat(recv(socket, theirs[0], 10, 0)).isEqualTo(SOCKET_ERROR);
        assertFault("recv", WSAGetLastError());
        assertFault("WSASend", wsaSend(Requests.poisoned(), null, new WSABUF(theirs[0], 10)));
        done.complete(null);
        Requests.get(other);
        assertPeerSeesOnly(9);
    }

    @Test
    void plainCallsTakeHeapAndConfinedMemory() {
        try (Arena arena = Arena.ofConfined()) {
            byte[] content = Requests.random(20, 1);
            MemorySegment own = arena.allocate(20).copyFrom(MemorySegment.ofArray(content));
            assertThat(send(socket, MemorySegment.ofArray(content), 20, 0)).isEqualTo(20);
            assertThat(send(socket, own, 20, 0)).isEqualTo(20);
            assertThat(wsaSend(null, null, new WSABUF(MemorySegment.ofArray(content), 20),
                    new WSABUF(own.asReadOnly(), 20))).isZero();
            byte[] read = Requests.read(peer, 80);
            for (int i = 0; i < 4; i++) {
                assertThat(Arrays.copyOfRange(read, 20 * i, 20 * i + 20)).isEqualTo(content);
            }
            Requests.write(peer, content);
            byte[] half = new byte[10];
            assertThat(wsaRecv(null, new WSABUF(MemorySegment.ofArray(half), 10),
                    new WSABUF(own.fill((byte) 0), 10))).isZero();
            assertThat(half).isEqualTo(Arrays.copyOf(content, 10));
            assertThat(Requests.bytesOf(own, 10)).isEqualTo(Arrays.copyOfRange(content, 10, 20));
        }
    }

    @Test
    void heapMemoryLargerThanOneCopyIsSentWhole() {
        byte[] content = Requests.random(1_000_000, 2);
        CompletableFuture<byte[]> read =
                CompletableFuture.supplyAsync(() -> Requests.read(peer, content.length));
        assertThat(send(socket, MemorySegment.ofArray(content), content.length, 0))
                .isEqualTo(content.length);
        assertThat(Requests.get(read)).isEqualTo(content);
    }

    /// The first receive has registered the socket; from then on only new bytes would be reported.
    @Test
    void heapMemoryLargerThanOneCopyIsReceivedWithoutHanging() {
        int size = 100_000;
        shortTimeout();
        byte[] target = new byte[size];
        assertThat(recv(socket, MemorySegment.ofArray(target), size, 0)).isEqualTo(SOCKET_ERROR);
        assertThat(WSAGetLastError()).isEqualTo(Winerror.WSAETIMEDOUT);
        byte[] content = Requests.random(size, 3);
        Requests.write(peer, content);
        awaitAvailable(size);
        noTimeout();
        int total = 0;
        while (total < size) {
            int received = recv(socket, MemorySegment.ofArray(target).asSlice(total), size - total, 0);
            assertThat(received).as("error %d after %d bytes", WSAGetLastError(), total).isPositive();
            total += received;
        }
        assertThat(target).isEqualTo(content);
    }

    private void shortTimeout() {
        assertThat(setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, MemorySegment.ofArray(new int[] {50}), 4))
                .isZero();
    }

    private void noTimeout() {
        assertThat(setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, MemorySegment.ofArray(new int[1]), 4))
                .isZero();
    }

    private void awaitAvailable(int bytes) {
        DWORD available = new DWORD();
        Requests.until("bytes are there", () -> ioctlsocket(socket, FIONREAD, available) == 0
                && available.value == bytes);
    }

    @ParameterizedTest
    @ValueSource(ints = {33, 40})
    void moreArenasThanOneCallHoldsAreSentAndReceived(int count) {
        List<Arena> arenas = new ArrayList<>();
        byte[] content = Requests.random(100 * count, count);
        MemorySegment[] parts = new MemorySegment[count];
        for (int i = 0; i < count; i++) {
            arenas.add(Arena.ofShared());
            parts[i] = arenas.get(i).allocate(100);
            MemorySegment.copy(content, 100 * i, parts[i], ValueLayout.JAVA_BYTE, 0, 100);
        }
        WSAOVERLAPPED overlapped = Requests.withEvent();
        assertThat(Requests.send(socket, overlapped, null, parts)).isIn(0, 997);
        assertThat(Requests.await(overlapped)).isZero();
        assertThat(overlapped.InternalHigh).isEqualTo(content.length);
        assertThat(Requests.read(peer, content.length)).isEqualTo(content);

        assertThat(Requests.receive(socket, overlapped, null, Requests.room(1))).isEqualTo(997);
        Requests.write(peer, new byte[1]);
        assertThat(Requests.await(overlapped)).isZero();
        Requests.write(peer, content);
        awaitAvailable(content.length);
        int total = 0;
        while (total < content.length) {
            MemorySegment[] rest = Arrays.copyOfRange(parts, total / 100, count);
            assertThat(total % 100).isZero();
            assertThat(Requests.receive(socket, overlapped, null, rest)).isIn(0, 997);
            assertThat(Requests.await(overlapped)).isZero();
            total += (int) overlapped.InternalHigh;
        }
        for (int i = 0; i < count; i++) {
            assertThat(Requests.bytesOf(parts[i], 100))
                    .isEqualTo(Arrays.copyOfRange(content, 100 * i, 100 * i + 100));
            arenas.get(i).close();
        }
    }

    @Test
    void moreBuffersThanOneCallTakesAreReceivedWithoutHanging() {
        int count = 2500;
        WSAOVERLAPPED overlapped = Requests.withEvent();
        assertThat(Requests.receive(socket, overlapped, null, Requests.room(1))).isEqualTo(997);
        Requests.write(peer, new byte[1]);
        assertThat(Requests.await(overlapped)).isZero();
        byte[] content = Requests.random(2 * count, 6);
        Requests.write(peer, content);
        awaitAvailable(content.length);
        MemorySegment room = Requests.room(content.length);
        int total = 0;
        while (total < content.length) {
            MemorySegment[] rest = new MemorySegment[count - total / 2];
            for (int i = 0; i < rest.length; i++) {
                rest[i] = room.asSlice(total + 2L * i, 2);
            }
            assertThat(Requests.receive(socket, overlapped, null, rest)).isIn(0, 997);
            assertThat(Requests.await(overlapped)).isZero();
            total += (int) overlapped.InternalHigh;
        }
        assertThat(Requests.bytesOf(room, content.length)).isEqualTo(content);
    }
}
