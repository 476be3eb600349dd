package dev.overlapped.winsock2;

import static dev.overlapped.winsock2.Moves.text;
import static dev.overlapped.winsock2.Requests.POISON;
import static dev.overlapped.winsock2.Requests.room;
import static dev.overlapped.winsock2.Winsock2.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.conformance.Clause;
import dev.overlapped.winsock2.Requests.Run;
import dev.overlapped.winsock2.Requests.Runs;
import dev.overlapped.winsock2.types.DWORD;
import dev.overlapped.winsock2.types.SOCKADDR_STORAGE;
import dev.overlapped.winsock2.types.SOCKADDR_UN;
import dev.overlapped.winsock2.types.WSAOVERLAPPED;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Sockets whose addresses are files: streams, and connections that carry messages.
class LocalSocketTest {
    @TempDir
    private Path folder;
    private Loopback loopback;
    private long listener;
    private SOCKADDR_UN name;

    @BeforeEach
    void open() {
        loopback = new Loopback();
    }

    @AfterEach
    void close() {
        loopback.close();
    }

    private static SOCKADDR_UN nameOf(Path path) {
        SOCKADDR_UN name = new SOCKADDR_UN();
        name.sun_family = AF_UNIX;
        byte[] bytes = path.toString().getBytes(StandardCharsets.UTF_8);
        System.arraycopy(bytes, 0, name.sun_path, 0, bytes.length);
        return name;
    }

    private long[] pair(int type) {
        name = nameOf(folder.resolve("socket"));
        listener = loopback.keep(socket(AF_UNIX, type, 0));
        assertThat(bind(listener, name, SOCKADDR_UN.SIZEOF)).as("error %d", WSAGetLastError()).isZero();
        assertThat(listen(listener, 5)).isZero();
        long connecting = loopback.keep(socket(AF_UNIX, type, 0));
        assertThat(connect(connecting, name, SOCKADDR_UN.SIZEOF)).as("error %d", WSAGetLastError()).isZero();
        return new long[] {connecting, loopback.keep(accept(listener, null, null))};
    }

    private static void assertFailed(long result, int code) {
        int actual = WSAGetLastError();
        assertThat(result).isEqualTo(SOCKET_ERROR);
        assertThat(actual).isEqualTo(code);
    }

    private static String receive(long socket, int length) {
        MemorySegment room = room(length);
        int received = recv(socket, room, length, 0);
        assertThat(received).as("error %d", WSAGetLastError()).isNotNegative();
        return text(room, received);
    }

    private static int send(long socket, String content, int flags) {
        return Winsock2.send(socket, text(content), content.length(), flags);
    }

    // ---- both kinds ----

    @ParameterizedTest
    @ValueSource(ints = {SOCK_STREAM, SOCK_SEQPACKET})
    void bytesGoBothWaysUntilTheEnd(int type) {
        long[] pair = pair(type);
        Runs runs = new Runs();
        MemorySegment room = room(9);
        assertThat(Requests.receive(pair[1], Requests.poisoned(), runs, room))
                .isEqualTo(Winerror.WSA_IO_PENDING);
        assertThat(Requests.send(pair[0], Requests.poisoned(), runs, text("he"), text("llo"))).isZero();
        runs.await(2);
        assertThat(runs.all).extracting(Run::bytes).containsExactly(5, 5);
        assertThat(text(room, 5)).isEqualTo("hello");
        assertThat(send(pair[1], "back", 0)).isEqualTo(4);
        assertThat(receive(pair[0], 9)).isEqualTo("back");
        assertThat(shutdown(pair[0], SD_SEND)).isZero();
        assertThat(receive(pair[1], 9)).isEmpty();
        assertFailed(send(pair[0], "x", 0), Winerror.WSAESHUTDOWN);
    }

    @ParameterizedTest
    @ValueSource(ints = {SOCK_STREAM, SOCK_SEQPACKET})
    void addressesArePaths(int type) {
        long[] pair = pair(type);
        SOCKADDR_UN found = new SOCKADDR_UN();
        DWORD length = new DWORD(SOCKADDR_UN.SIZEOF);
        assertThat(getpeername(pair[0], found, length)).isZero();
        assertThat(found.sun_family).isEqualTo((short) AF_UNIX);
        assertThat(found.sun_path).isEqualTo(name.sun_path);
        SOCKADDR_STORAGE any = new SOCKADDR_STORAGE();
        length.value = SOCKADDR_STORAGE.SIZEOF;
        assertThat(getsockname(pair[1], any, length)).isZero();
        assertThat(length.value).isEqualTo(SOCKADDR_UN.SIZEOF);
        assertThat(any.__ss_data).startsWith(name.sun_path);
        long second = loopback.keep(socket(AF_UNIX, type, 0));
        assertThat(connect(second, any, SOCKADDR_STORAGE.SIZEOF)).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {SOCK_STREAM, SOCK_SEQPACKET})
    void theFileStaysUntilTheProgramDeletesIt(int type) throws Exception {
        pair(type);
        assertThat(closesocket(listener)).isZero();
        long next = loopback.keep(socket(AF_UNIX, type, 0));
        assertFailed(bind(next, name, SOCKADDR_UN.SIZEOF), Winerror.WSAEADDRINUSE);
        assertFailed(connect(next, name, SOCKADDR_UN.SIZEOF), Winerror.WSAECONNREFUSED);
        Files.delete(folder.resolve("socket"));
        long last = loopback.keep(socket(AF_UNIX, type, 0));
        assertThat(bind(last, name, SOCKADDR_UN.SIZEOF)).isZero();
        assertFailed(connect(loopback.keep(socket(AF_UNIX, type, 0)), nameOf(folder.resolve("none")),
                SOCKADDR_UN.SIZEOF), Winerror.WSAECONNREFUSED);
    }

    @ParameterizedTest
    @ValueSource(ints = {SOCK_STREAM, SOCK_SEQPACKET})
    @Clause("ERRORS-23")
    void whatIsOfTheInternetIsRefused(int type) {
        long[] pair = pair(type);
        assertFailed(send(pair[0], "x", MSG_OOB), Winerror.WSAEOPNOTSUPP);
        assertThat(send(pair[0], "only", 0)).isEqualTo(4);
        assertThat(receive(pair[1], 9)).isEqualTo("only");
        assertFailed(recv(pair[0], room(1), 1, MSG_OOB), Winerror.WSAEOPNOTSUPP);
        assertFailed(setsockopt(pair[0], IPPROTO_TCP, TCP_NODELAY, MemorySegment.ofArray(new int[] {1}), 4),
                Winerror.WSAENOPROTOOPT);
        long fresh = loopback.keep(socket(AF_UNIX, type, 0));
        assertFailed(bind(fresh, Loopback.loopback(0), 16), Winerror.WSAEAFNOSUPPORT);
        assertFailed(send(fresh, "x", 0), Winerror.WSAENOTCONN);
        assertFailed(socket(AF_UNIX, type, IPPROTO_TCP), Winerror.WSAEPROTONOSUPPORT);
        assertFailed(socket(AF_UNIX, SOCK_DGRAM, 0), Winerror.WSAESOCKTNOSUPPORT);
    }

    @Test
    @Clause({"ERRORS-24", "DWFLAGS-8"})
    void partsAreForMessagesOnly() {
        assertFailed(send(pair(SOCK_STREAM)[0], "x", MSG_PARTIAL), Winerror.WSAEOPNOTSUPP);
    }

    // ---- messages ----

    @Test
    void messagesKeepTheirBounds() {
        long[] pair = pair(SOCK_SEQPACKET);
        assertThat(send(pair[0], "123456", 0)).isEqualTo(6);
        assertThat(send(pair[0], "next", 0)).isEqualTo(4);
        DWORD count = new DWORD(POISON);
        DWORD flags = new DWORD();
        MemorySegment room = room(4);
        assertFailed(WSARecv(pair[1], Requests.buffers(room), 1, count, flags, null, null),
                Winerror.WSAEMSGSIZE);
        assertThat(count.value).isEqualTo(4);
        assertThat(flags.value).isEqualTo(MSG_PARTIAL);
        assertThat(text(room, 4)).isEqualTo("1234");
        assertThat(receive(pair[1], 9)).isEqualTo("next");
    }

    @Test
    void aPendingReceiveOfAMessageThatIsTooLongIsTold() {
        long[] pair = pair(SOCK_SEQPACKET);
        Runs runs = new Runs();
        WSAOVERLAPPED overlapped = Requests.poisoned();
        assertThat(Requests.receive(pair[1], overlapped, runs, room(4))).isEqualTo(Winerror.WSA_IO_PENDING);
        assertThat(send(pair[0], "123456", 0)).isEqualTo(6);
        runs.await(1);
        assertThat(runs.all).containsExactly(new Run(Winerror.WSAEMSGSIZE, 4, overlapped, 0));
    }

    @Test
    @Clause({"DWFLAGS-7", "DECISIONS-12"})
    void partsLeaveAsOneMessageWithTheLast() {
        long[] pair = pair(SOCK_SEQPACKET);
        MemorySegment reused = room(3).copyFrom(text("abc"));
        assertThat(Winsock2.send(pair[0], reused, 3, MSG_PARTIAL)).isEqualTo(3);
        reused.fill((byte) 'z');
        Runs runs = new Runs();
        WSAOVERLAPPED second = Requests.poisoned();
        DWORD sent = new DWORD();
        assertThat(WSASend(pair[0], Requests.buffers(text("d"), text("e")), 2, sent, MSG_PARTIAL, second,
                runs)).isZero();
        assertThat(sent.value).isEqualTo(2);
        runs.await(1);
        assertThat(ioctlsocket(pair[1], FIONBIO, new DWORD(1))).isZero();
        assertFailed(recv(pair[1], room(9), 9, 0), Winerror.WSAEWOULDBLOCK);
        assertThat(send(pair[0], "f", 0)).isOne();
        assertThat(receive(pair[1], 9)).isEqualTo("abcdef");
        assertThat(send(pair[0], "g", 0)).isOne();
        assertThat(receive(pair[1], 9)).isEqualTo("g");
    }

    @Test
    @Clause({"ERRORS-15", "DECISIONS-12"})
    void aMessageOfMoreThanAMebibyteIsRefusedAndForgotten() {
        long[] pair = pair(SOCK_SEQPACKET);
        MemorySegment half = room(1 << 19);
        assertThat(Winsock2.send(pair[0], half, 1 << 19, MSG_PARTIAL)).isEqualTo(1 << 19);
        assertThat(Winsock2.send(pair[0], half, 1 << 19, MSG_PARTIAL)).isEqualTo(1 << 19);
        assertFailed(send(pair[0], "x", MSG_PARTIAL), Winerror.WSAEMSGSIZE);
        assertThat(send(pair[0], "y", 0)).isOne();
        assertThat(receive(pair[1], 9)).isEqualTo("y");
    }

    @Test
    @Clause({"ERRORS-15", "REMARKS-20"})
    void aMessageIsAtMostAsLongAsTheOptionSays() {
        long[] pair = pair(SOCK_SEQPACKET);
        MemorySegment number = MemorySegment.ofArray(new int[1]);
        assertThat(getsockopt(pair[0], SOL_SOCKET, SO_MAX_MSG_SIZE, number, new DWORD(4))).isZero();
        int largest = number.get(ValueLayout.JAVA_INT_UNALIGNED, 0);
        for (MemorySegment bytes : new MemorySegment[] {room(largest + 1),
            MemorySegment.ofArray(new byte[largest + 1])}) {
            assertFailed(Winsock2.send(pair[0], bytes, largest + 1, 0), Winerror.WSAEMSGSIZE);
            assertThat(Winsock2.send(pair[0], bytes, largest, 0)).isEqualTo(largest);
            assertThat(recv(pair[1], bytes, largest + 1, 0)).isEqualTo(largest);
        }
    }

    @Test
    void aCloseEndsAPendingReceiveOfMessages() {
        long[] pair = pair(SOCK_SEQPACKET);
        WSAOVERLAPPED overlapped = Requests.withEvent();
        assertThat(Requests.receive(pair[1], overlapped, null, room(9))).isEqualTo(Winerror.WSA_IO_PENDING);
        assertThat(closesocket(pair[1])).isZero();
        assertThat(Requests.await(overlapped)).isEqualTo(Winerror.WSA_OPERATION_ABORTED);
    }
}
