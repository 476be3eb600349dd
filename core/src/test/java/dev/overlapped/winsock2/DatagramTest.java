package dev.overlapped.winsock2;

import static dev.overlapped.winsock2.Moves.text;
import static dev.overlapped.winsock2.Requests.POISON;
import static dev.overlapped.winsock2.Requests.SHORT_MS;
import static dev.overlapped.winsock2.Requests.room;
import static dev.overlapped.winsock2.Winsock2.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.conformance.Clause;
import dev.overlapped.winsock2.Requests.Ended;
import dev.overlapped.winsock2.Requests.Run;
import dev.overlapped.winsock2.Requests.Runs;
import dev.overlapped.winsock2.types.DWORD;
import dev.overlapped.winsock2.types.LPWSAOVERLAPPED_COMPLETION_ROUTINE;
import dev.overlapped.winsock2.types.SOCKADDR;
import dev.overlapped.winsock2.types.SOCKADDR_IN;
import dev.overlapped.winsock2.types.WSABUF;
import dev.overlapped.winsock2.types.WSAOVERLAPPED;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Datagrams of sockets that are not connected: their bounds, their order, and how requests for them end.
class DatagramTest {
    private Loopback loopback;
    private long sender;
    private long receiver;
    private SOCKADDR_IN there;

    @BeforeEach
    void open() {
        loopback = new Loopback();
        sender = loopback.datagram();
        receiver = loopback.datagram();
        there = Loopback.nameOf(receiver);
    }

    @AfterEach
    void close() {
        loopback.close();
    }

    private void send(String content) {
        MemorySegment bytes = MemorySegment.ofArray(content.getBytes(StandardCharsets.US_ASCII));
        assertThat(sendto(sender, bytes, content.length(), 0, there, SOCKADDR_IN.SIZEOF))
                .as("error %d", WSAGetLastError()).isEqualTo(content.length());
    }

    private String receive(int flags) {
        MemorySegment room = room(100);
        int received = recvfrom(receiver, room, 100, flags, null, null);
        assertThat(received).as("error %d", WSAGetLastError()).isNotNegative();
        return text(room, received);
    }

    private int receive(WSAOVERLAPPED overlapped, LPWSAOVERLAPPED_COMPLETION_ROUTINE routine, SOCKADDR from,
            DWORD fromlen, MemorySegment... rooms) {
        DWORD flags = new DWORD();
        int result = WSARecvFrom(receiver, Requests.buffers(rooms), rooms.length, null, flags, from, fromlen,
                overlapped, routine);
        return result == 0 ? 0 : WSAGetLastError();
    }

    private static void assertFailed(int result, int code) {
        int actual = WSAGetLastError();
        assertThat(result).isEqualTo(SOCKET_ERROR);
        assertThat(actual).isEqualTo(code);
    }

    // ---- bounds, order, addresses ----

    @Test
    void datagramsKeepTheirBoundsAndTheirOrder() {
        List.of("one", "", "three", "4").forEach(this::send);
        assertThat(receive(0)).isEqualTo("one");
        assertThat(receive(0)).isEmpty();
        assertThat(receive(MSG_PEEK)).isEqualTo("three");
        assertThat(receive(0)).isEqualTo("three");
        assertThat(receive(MSG_PARTIAL)).isEqualTo("4");
    }

    @Test
    void receivesTellTheSender() {
        SOCKADDR_IN from = new SOCKADDR_IN();
        DWORD fromlen = new DWORD(100);
        send("hello");
        assertThat(recvfrom(receiver, room(9), 9, 0, from, fromlen)).isEqualTo(5);
        assertThat(fromlen.value).isEqualTo(SOCKADDR_IN.SIZEOF);
        assertThat(from.sin_family).isEqualTo((short) AF_INET);
        assertThat(from.sin_port).isEqualTo(Loopback.nameOf(sender).sin_port);
        assertThat(from.sin_addr.s_addr).isEqualTo(htonl(INADDR_LOOPBACK));
    }

    @Test
    void aPendingReceiveTellsTheSenderAtItsEnd() {
        SOCKADDR_IN from = new SOCKADDR_IN();
        DWORD fromlen = new DWORD(SOCKADDR_IN.SIZEOF);
        WSAOVERLAPPED overlapped = Requests.withEvent();
        assertThat(receive(overlapped, null, from, fromlen, room(9))).isEqualTo(Winerror.WSA_IO_PENDING);
        assertThat(from.sin_family).isZero();
        assertThat(Requests.isSignalled(overlapped)).isFalse();
        send("hello");
        assertThat(Requests.await(overlapped)).isZero();
        assertThat(overlapped.InternalHigh).isEqualTo(5);
        assertThat(from.sin_port).isEqualTo(Loopback.nameOf(sender).sin_port);
    }

    @Test
    void severalReceivesAreFilledInTheirOrder() {
        Runs runs = new Runs();
        List<MemorySegment> rooms = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            rooms.add(room(9));
            assertThat(receive(Requests.poisoned(), runs, null, null, rooms.get(i)))
                    .isEqualTo(Winerror.WSA_IO_PENDING);
        }
        for (int i = 0; i < 50; i++) {
            send("n" + i);
        }
        runs.await(50);
        for (int i = 0; i < 50; i++) {
            String content = "n" + i;
            assertThat(text(rooms.get(i), content.length())).isEqualTo(content);
            assertThat(runs.all.get(i).bytes()).isEqualTo(content.length());
        }
    }

    @Test
    void overlappedSendsAreGatheredAndLeaveAsOneDatagramEach() {
        Runs runs = new Runs();
        DWORD sent = new DWORD(POISON);
        for (String each : new String[] {"ab", "cd"}) {
            WSABUF[] parts = Requests.buffers(text(each), text("-"), text(each));
            assertThat(WSASendTo(sender, parts, 3, sent, 0, there, SOCKADDR_IN.SIZEOF, Requests.poisoned(),
                    runs)).isZero();
            assertThat(sent.value).isEqualTo(5);
        }
        runs.await(2);
        assertThat(runs.all).extracting(Run::bytes).containsExactly(5, 5);
        assertThat(receive(0)).isEqualTo("ab-ab");
        assertThat(receive(0)).isEqualTo("cd-cd");
    }

    @Test
    void aDatagramMayConsistOfMoreBuffersThanOneCallTakes() {
        WSABUF[] many = new WSABUF[2000];
        Arrays.setAll(many, i -> new WSABUF(text("x"), 1));
        DWORD count = new DWORD();
        assertThat(WSASendTo(sender, many, 2000, count, 0, there, SOCKADDR_IN.SIZEOF, null, null)).isZero();
        assertThat(count.value).isEqualTo(2000);
        MemorySegment all = room(2000);
        Arrays.setAll(many, i -> new WSABUF(all.asSlice(i, 1), 1));
        count.value = 0;
        assertThat(WSARecvFrom(receiver, many, 2000, count, new DWORD(), null, null, null, null)).isZero();
        assertThat(count.value).isEqualTo(2000);
        assertThat(text(all, 2000)).isEqualTo("x".repeat(2000));
    }

    @Test
    void aDatagramMayLieInMoreArenasThanOneCallHolds() {
        List<Arena> arenas = new ArrayList<>();
        MemorySegment[] parts = new MemorySegment[20];
        Arrays.setAll(parts, i -> {
            arenas.add(Arena.ofShared());
            return arenas.getLast().allocateFrom("y").asSlice(0, 1);
        });
        DWORD count = new DWORD();
        assertThat(WSASendTo(sender, Requests.buffers(parts), 20, count, 0, there, SOCKADDR_IN.SIZEOF, null,
                null)).isZero();
        assertThat(WSARecvFrom(receiver, Requests.buffers(parts), 20, count, new DWORD(), null, null, null,
                null)).isZero();
        assertThat(count.value).isEqualTo(20);
        assertThat(text(parts[19], 1)).isEqualTo("y");
        arenas.forEach(Arena::close);
    }

    // ---- sizes ----

    @Test
    @Clause("REMARKS-20")
    void aDatagramIsAtMostAsLongAsTheOptionSays() {
        MemorySegment number = MemorySegment.ofArray(new int[1]);
        assertThat(getsockopt(sender, SOL_SOCKET, SO_MAX_MSG_SIZE, number, new DWORD(4))).isZero();
        int largest = number.get(ValueLayout.JAVA_INT_UNALIGNED, 0);
        assertThat(largest).isEqualTo(65_507);
        for (MemorySegment bytes : List.of(room(100_000), MemorySegment.ofArray(new byte[100_000]))) {
            for (int tooLong : new int[] {largest + 1, 65_536, 100_000}) {
                assertFailed(sendto(sender, bytes, tooLong, 0, there, SOCKADDR_IN.SIZEOF),
                        Winerror.WSAEMSGSIZE);
            }
            assertThat(sendto(sender, bytes, largest, 0, there, SOCKADDR_IN.SIZEOF)).isEqualTo(largest);
            assertThat(recvfrom(receiver, bytes, 100_000, 0, null, null)).isEqualTo(largest);
        }
        nothingElseCame();
    }

    @Test
    void aDatagramThatIsTooLongStartsNoRequest() {
        WSAOVERLAPPED overlapped = Requests.poisoned();
        Runs runs = new Runs();
        DWORD sent = new DWORD(POISON);
        assertFailed(WSASendTo(sender, Requests.buffers(room(70_000)), 1, sent, 0, there, SOCKADDR_IN.SIZEOF,
                overlapped, runs), Winerror.WSAEMSGSIZE);
        assertThat(sent.value).isEqualTo(POISON);
        Requests.assertNoMoreRoutines();
        assertThat(runs.all).isEmpty();
        nothingElseCame();
    }

    @Test
    void whoeverAsksForARequestThatDidNotStartLearnsThatItIsNotPending() {
        WSAOVERLAPPED overlapped = Requests.withEvent();
        DWORD bytes = new DWORD(POISON);
        assertFailed(WSASendTo(sender, Requests.buffers(room(70_000)), 1, null, 0, there, SOCKADDR_IN.SIZEOF,
                overlapped, null), Winerror.WSAEMSGSIZE);
        assertThat(Winbase.HasOverlappedIoCompleted(overlapped)).isTrue();
        assertThat(WSAGetOverlappedResult(sender, overlapped, bytes, true, null)).isFalse();
        assertThat(WSAGetLastError()).isEqualTo(Winerror.WSAEMSGSIZE);
    }

    private void nothingElseCame() {
        send("last");
        assertThat(receive(0)).isEqualTo("last");
    }

    @Test
    void aDatagramThatIsLongerThanTheBuffersFillsThem() {
        SOCKADDR_IN from = new SOCKADDR_IN();
        DWORD fromlen = new DWORD(SOCKADDR_IN.SIZEOF);
        MemorySegment room = room(4);
        send("123456");
        assertFailed(recvfrom(receiver, room, 4, 0, from, fromlen), Winerror.WSAEMSGSIZE);
        assertThat(text(room, 4)).isEqualTo("1234");
        assertThat(from.sin_port).isEqualTo(Loopback.nameOf(sender).sin_port);
        nothingElseCame();
    }

    @Test
    void aCallThatFilledItsBuffersSaysHowMuchAndThatItIsAPart() {
        DWORD count = new DWORD(POISON);
        DWORD flags = new DWORD();
        MemorySegment first = room(2);
        MemorySegment heap = MemorySegment.ofArray(new byte[3]);
        send("123456");
        assertFailed(WSARecvFrom(receiver, Requests.buffers(first, heap), 2, count, flags, null, null, null,
                null), Winerror.WSAEMSGSIZE);
        assertThat(count.value).isEqualTo(5);
        assertThat(flags.value).isEqualTo(MSG_PARTIAL);
        assertThat(text(first, 2) + text(heap, 3)).isEqualTo("12345");
    }

    @Test
    void aSocketWithoutTheAttributeNeedsNoPlaceForTheCountOfAPart() {
        long plain = loopback.keep(WSASocket(AF_INET, SOCK_DGRAM, 0, null, 0, 0));
        SOCKADDR_IN here = Loopback.loopback(0);
        assertThat(bind(plain, here, SOCKADDR_IN.SIZEOF)).isZero();
        there = Loopback.nameOf(plain);
        send("123456");
        DWORD flags = new DWORD();
        assertFailed(WSARecvFrom(plain, Requests.buffers(room(4)), 1, null, flags, null, null,
                Requests.poisoned(), null), Winerror.WSAEMSGSIZE);
        assertThat(flags.value).isEqualTo(MSG_PARTIAL);
    }

    @Test
    void anOverlappedReceiveOfADatagramThatIsTooLongIsIndicated() {
        Runs runs = new Runs();
        WSAOVERLAPPED early = Requests.poisoned();
        WSAOVERLAPPED late = Requests.withEvent();
        DWORD flags = new DWORD();
        MemorySegment room = room(4);
        assertThat(receive(early, runs, null, null, room)).isEqualTo(Winerror.WSA_IO_PENDING);
        send("123456");
        runs.await(1);
        assertThat(runs.all).containsExactly(new Run(Winerror.WSAEMSGSIZE, 4, early, 0));
        assertThat(text(room, 4)).isEqualTo("1234");
        send("abcdef");
        assertThat(receive(late, null, null, null, room)).isEqualTo(Winerror.WSA_IO_PENDING);
        assertThat(Requests.await(late)).isEqualTo(Winerror.WSAEMSGSIZE);
        DWORD transferred = new DWORD(POISON);
        flags.value = POISON;
        assertThat(WSAGetOverlappedResult(receiver, late, transferred, false, flags)).isFalse();
        assertThat(WSAGetLastError()).isEqualTo(Winerror.WSAEMSGSIZE);
        assertThat(transferred.value).isEqualTo(4);
        assertThat(flags.value).isEqualTo(POISON);
    }

    /// A fresh socket attempts its first receive at once.
    @Test
    void anOverlappedReceiveThatIsTooLongAtOnceIsIndicatedToo() {
        Runs runs = new Runs();
        WSAOVERLAPPED overlapped = Requests.poisoned();
        DWORD flags = new DWORD();
        send("123456");
        Requests.until("the datagram is there", () -> available() > 0);
        assertThat(WSARecvFrom(receiver, Requests.buffers(room(4)), 1, null, flags, null, null, overlapped,
                runs)).isEqualTo(SOCKET_ERROR);
        assertThat(WSAGetLastError()).isEqualTo(Winerror.WSA_IO_PENDING);
        assertThat(flags.value).isZero();
        runs.await(1);
        assertThat(runs.all).containsExactly(new Run(Winerror.WSAEMSGSIZE, 4, overlapped, 0));
        Requests.assertNoMoreRoutines();
    }

    private int available() {
        DWORD available = new DWORD();
        assertThat(ioctlsocket(receiver, FIONREAD, available)).isZero();
        return available.value;
    }

    // ---- how requests end ----

    @Test
    void aBlockingReceiveWaits() {
        CompletableFuture<Ended> waiting =
                Requests.blocking(() -> recvfrom(receiver, room(9), 9, 0, null, null));
        send("hello");
        assertThat(Requests.get(waiting).result()).isEqualTo(5);
    }

    @Test
    void aBlockingReceiveWaitsNoLongerThanItsTimeOut() {
        assertThat(setsockopt(receiver, SOL_SOCKET, SO_RCVTIMEO, MemorySegment.ofArray(new int[] {20}), 4))
                .isZero();
        assertFailed(recvfrom(receiver, room(9), 9, 0, null, null), Winerror.WSAETIMEDOUT);
        nothingElseCame();
    }

    @Test
    void aNonBlockingSocketDoesNotWait() {
        assertThat(ioctlsocket(receiver, FIONBIO, new DWORD(1))).isZero();
        assertFailed(recvfrom(receiver, room(9), 9, 0, null, null), Winerror.WSAEWOULDBLOCK);
        send("hello");
        Requests.until("the datagram is there", () -> available() > 0);
        assertThat(receive(0)).isEqualTo("hello");
        WSAOVERLAPPED overlapped = Requests.withEvent();
        assertThat(receive(overlapped, null, null, null, room(9))).isEqualTo(Winerror.WSA_IO_PENDING);
        send("again");
        assertThat(Requests.await(overlapped)).isZero();
    }

    @Test
    @Clause("DECISIONS-2")
    void aCloseAndACancelEndReceives() {
        WSAOVERLAPPED cancelled = Requests.withEvent();
        WSAOVERLAPPED closed = Requests.withEvent();
        assertThat(receive(cancelled, null, null, null, room(9))).isEqualTo(Winerror.WSA_IO_PENDING);
        assertThat(receive(closed, null, null, null, room(9))).isEqualTo(Winerror.WSA_IO_PENDING);
        assertThat(Ioapiset.CancelIoEx(receiver, cancelled)).isTrue();
        assertThat(Requests.await(cancelled)).isEqualTo(Winerror.WSA_OPERATION_ABORTED);
        assertThat(closesocket(receiver)).isZero();
        assertThat(Requests.await(closed)).isEqualTo(Winerror.WSA_OPERATION_ABORTED);
        assertThat(closed.InternalHigh).isZero();
    }

    @Test
    void aWaitForSomethingElseIsNotDisturbedByDatagramsThatNobodyReceives() {
        WSAOVERLAPPED received = Requests.withEvent();
        assertThat(receive(received, null, null, null, room(9))).isEqualTo(Winerror.WSA_IO_PENDING);
        send("one");
        send("two");
        assertThat(Requests.await(received)).isZero();
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadCpuTime();
        Requests.assertNoMoreRoutines();
        long spent = threads.getCurrentThreadCpuTime() - before;
        assertThat(spent).as("of the processor, not of the clock").isLessThan(SHORT_MS * 1_000_000L / 2);
        assertThat(receive(0)).isEqualTo("two");
    }
}
