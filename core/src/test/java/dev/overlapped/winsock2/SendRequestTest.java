package dev.overlapped.winsock2;

import static dev.overlapped.winsock2.Requests.POISON;
import static dev.overlapped.winsock2.Winsock2.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.conformance.Clause;
import dev.overlapped.winsock2.Requests.Run;
import dev.overlapped.winsock2.Requests.Runs;
import dev.overlapped.winsock2.types.DWORD;
import dev.overlapped.winsock2.types.LPWSAOVERLAPPED_COMPLETION_ROUTINE;
import dev.overlapped.winsock2.types.SOCKADDR_IN;
import dev.overlapped.winsock2.types.WSABUF;
import dev.overlapped.winsock2.types.WSAOVERLAPPED;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What the page says of overlapped sends from their start to their end.
class SendRequestTest {
    private static final int BIG = 4 << 20;

    private Loopback loopback;
    private SocketChannel peer;
    private long socket;
    private final DWORD count = new DWORD();
    private final DWORD flags = new DWORD();

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

    private CompletableFuture<byte[]> reading(int length) {
        return CompletableFuture.supplyAsync(() -> Requests.read(peer, length));
    }

    private boolean result(WSAOVERLAPPED overlapped, boolean wait) {
        count.value = POISON;
        flags.value = POISON;
        return WSAGetOverlappedResult(socket, overlapped, count, wait, flags);
    }

    private void assertSent(int bytes, WSAOVERLAPPED overlapped, boolean wait) {
        assertThat(result(overlapped, wait)).as("error %d", WSAGetLastError()).isTrue();
        assertThat(count.value).isEqualTo(bytes);
        assertThat(flags.value).isZero();
    }

    @Test
    @Clause({"PARAMETERS-8", "RETURNS-4", "REMARKS-11", "OVERLAPPED-5", "OVERLAPPED-17"})
    void itsResultCanBeLookedAtAndWaitedFor() {
        byte[] content = Requests.random(BIG, 1);
        WSAOVERLAPPED overlapped = Requests.withEvent();
        WSABUF[] buffers = Requests.buffers(Requests.nativeCopy(content));
        assertThat(WSASend(socket, buffers, 1, null, 0, overlapped, null)).isEqualTo(SOCKET_ERROR);
        assertThat(WSAGetLastError()).isEqualTo(Winerror.WSA_IO_PENDING);
        assertThat(result(overlapped, false)).isFalse();
        assertThat(WSAGetLastError()).isEqualTo(Winerror.WSA_IO_INCOMPLETE);
        assertThat(count.value).isEqualTo(POISON);
        assertThat(flags.value).isEqualTo(POISON);
        CompletableFuture<byte[]> read = reading(BIG);
        assertSent(BIG, overlapped, true);
        assertSent(BIG, overlapped, false);
        assertThat(Requests.get(read)).isEqualTo(content);
    }

    @Test
    @Clause("OVERLAPPED-16")
    void anAutomaticEventIsSignalledOnceForEachEnd() {
        WSAOVERLAPPED overlapped = Requests.poisoned();
        overlapped.hEvent = Synchapi.CreateEventA(null, false, true, null);
        assertThat(Requests.send(socket, overlapped, null, Requests.room(10))).isZero();
        assertThat(Requests.isSignalled(overlapped)).isTrue();
        assertThat(Requests.isSignalled(overlapped)).isFalse();
        assertThat(WSASetEvent(overlapped.hEvent)).isTrue();
        assertThat(Requests.send(socket, overlapped, null, Requests.room(BIG))).isEqualTo(997);
        assertThat(Requests.isSignalled(overlapped)).as("unsignalled by the start").isFalse();
        CompletableFuture<byte[]> read = reading(BIG + 10);
        assertThat(Requests.await(overlapped)).isZero();
        assertThat(Requests.isSignalled(overlapped)).isFalse();
        assertThat(Requests.get(read)).hasSize(BIG + 10);
    }

    @Test
    @Clause({"OVERLAPPED-15", "DECISIONS-13"})
    void oneStructureForTwoSendsTellsOfBothOnceAndHoldsTheLast() {
        Runs runs = new Runs();
        WSAOVERLAPPED shared = Requests.poisoned();
        byte[] first = Requests.random(BIG, 2);
        byte[] second = Requests.random(1000, 3);
        assertThat(Requests.send(socket, shared, runs, Requests.nativeCopy(first))).isEqualTo(997);
        assertThat(Requests.send(socket, shared, runs, Requests.nativeCopy(second))).isEqualTo(997);
        CompletableFuture<byte[]> read = reading(BIG + 1000);
        runs.await(2);
        assertThat(runs.all).containsExactly(new Run(0, BIG, shared, 0), new Run(0, 1000, shared, 0));
        assertThat(shared.Internal).isZero();
        assertThat(shared.InternalHigh).isEqualTo(1000);
        Requests.assertNoMoreRoutines();
        byte[] all = Requests.get(read);
        assertThat(Arrays.copyOf(all, BIG)).isEqualTo(first);
        assertThat(Arrays.copyOfRange(all, BIG, all.length)).isEqualTo(second);
    }

    @Test
    @Clause({"OVERLAPPED-9", "OVERLAPPED-11"})
    void routinesOfReceivesAndOfSendsSend() {
        int steps = 50;
        List<Integer> sent = new ArrayList<>();
        MemorySegment bytes = Requests.room(steps);
        for (int i = 0; i < steps; i++) {
            bytes.set(ValueLayout.JAVA_BYTE, i, (byte) i);
        }
        WSAOVERLAPPED overlapped = Requests.poisoned();
        LPWSAOVERLAPPED_COMPLETION_ROUTINE next = new LPWSAOVERLAPPED_COMPLETION_ROUTINE() {
            @Override
            public void invoke(int error, int transferred, WSAOVERLAPPED same, int none) {
                sent.add(error == 0 ? transferred : -error);
                if (sent.size() <= steps) {
                    Requests.send(socket, overlapped, this, bytes.asSlice(sent.size() - 1, 1));
                }
            }
        };
        assertThat(Requests.receive(socket, overlapped, next, Requests.room(1))).isEqualTo(997);
        Requests.write(peer, new byte[1]);
        while (sent.size() <= steps) {
            assertThat(Synchapi.SleepEx(Requests.LONG_MS, true)).isEqualTo(Synchapi.WAIT_IO_COMPLETION);
        }
        assertThat(sent).hasSize(steps + 1).containsOnly(1);
        assertThat(Requests.read(peer, steps)).isEqualTo(Requests.bytesOf(bytes, steps));
    }

    /// The peer's program never gets the connection, which is reset when its listener closes.
    @Test
    @Clause("REMARKS-23")
    void aSendSucceedsAlsoIfWhatItSentIsNeverReceived() {
        long sender = loopback.stream();
        assertThat(connect(sender, Loopback.loopback(loopback.port()), SOCKADDR_IN.SIZEOF)).isZero();
        WSAOVERLAPPED overlapped = Requests.withEvent();
        assertThat(Requests.send(sender, overlapped, null, Requests.room(1000))).isZero();
        assertThat(Requests.await(overlapped)).isZero();
        assertThat(closesocket(loopback.listener())).isZero();
        Requests.until("the connection is reset", () ->
                Requests.send(sender, Requests.poisoned(), null, Requests.room(1)) != 0);
        assertThat(WSAGetLastError()).isEqualTo(Winerror.WSAECONNRESET);
        assertThat(WSAGetOverlappedResult(sender, overlapped, count, true, flags)).isTrue();
        assertThat(count.value).isEqualTo(1000);
        assertThat(overlapped.InternalHigh).isEqualTo(1000);
    }

    @Test
    @Clause("PARAMETERS-4")
    void theBuffersAreReadUntilTheEndAndNotLater() {
        byte[] content = Requests.random(BIG, 4);
        MemorySegment memory = Requests.nativeCopy(content);
        WSAOVERLAPPED overlapped = Requests.withEvent();
        assertThat(Requests.send(socket, overlapped, null, memory)).isEqualTo(997);
        memory.set(ValueLayout.JAVA_BYTE, BIG - 1, (byte) ~content[BIG - 1]);
        content[BIG - 1] = (byte) ~content[BIG - 1];
        CompletableFuture<byte[]> read = reading(BIG);
        assertThat(Requests.await(overlapped)).isZero();
        memory.fill((byte) 0);
        assertThat(Requests.get(read)).isEqualTo(content);
    }
}
