package dev.overlapped.winsock2;

import static dev.overlapped.winsock2.Requests.POISON;
import static dev.overlapped.winsock2.Winsock2.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.conformance.Clause;
import dev.overlapped.winsock2.Requests.Runs;
import dev.overlapped.winsock2.types.DWORD;
import dev.overlapped.winsock2.types.LPWSAOVERLAPPED_COMPLETION_ROUTINE;
import dev.overlapped.winsock2.types.SOCKADDR_IN;
import dev.overlapped.winsock2.types.WSABUF;
import dev.overlapped.winsock2.types.WSAOVERLAPPED;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Sends that fail in the call.
class SendFailureTest {
    private static final int SILENCE_MS = 200;

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

    /// A call that must fail with `code`.
    private static final class Failing {
        private final int code;
        private final long socket;
        private final WSABUF[] buffers;
        private final int count;
        private final int flags;

        Failing(int code, long socket, WSABUF[] buffers, int count, int flags) {
            this.code = code;
            this.socket = socket;
            this.buffers = buffers;
            this.count = count;
            this.flags = flags;
        }

        Failing(int code, long socket, WSABUF buffer) {
            this(code, socket, new WSABUF[] {buffer}, 1, 0);
        }

        Failing(int code, long socket) {
            this(code, socket, new WSABUF(Requests.room(1), 1));
        }

        void assertFails(WSAOVERLAPPED overlapped, LPWSAOVERLAPPED_COMPLETION_ROUTINE routine) {
            DWORD sent = new DWORD(POISON);
            assertThat(WSASend(socket, buffers, count, sent, flags, overlapped, routine))
                    .isEqualTo(SOCKET_ERROR);
            assertThat(WSAGetLastError()).isEqualTo(code);
            assertThat(sent.value).isEqualTo(POISON);
            assertThat(overlapped.InternalHigh).isEqualTo(POISON);
        }
    }

    private List<Failing> everyKind() throws IOException {
        long closed = loopback.stream();
        closesocket(closed);
        long ended = loopback.pair()[0];
        shutdown(ended, SD_SEND);
        SocketChannel resetting = loopback.peer();
        long reset = loopback.accepted();
        resetting.setOption(StandardSocketOptions.SO_LINGER, 0);
        resetting.close();
        MemorySegment room = Requests.room(1);
        return List.of(
                new Failing(Winerror.WSAENOTSOCK, closed),
                new Failing(Winerror.WSAENOTCONN, loopback.stream()),
                new Failing(Winerror.WSAENOTCONN, loopback.listener()),
                new Failing(Winerror.WSAESHUTDOWN, ended),
                new Failing(Winerror.WSAECONNRESET, reset),
                new Failing(Winerror.WSAEINVAL, socket, Requests.buffers(room), 0, 0),
                new Failing(Winerror.WSAEFAULT, socket, null, 1, 0),
                new Failing(Winerror.WSAEFAULT, socket, new WSABUF(room, 2)),
                new Failing(Winerror.WSAEFAULT, socket, new WSABUF(MemorySegment.ofArray(new byte[1]), 1)),
                new Failing(Winerror.WSAEOPNOTSUPP, socket, Requests.buffers(room), 1, MSG_PARTIAL));
    }

    @Test
    @Clause({"RETURNS-3", "RETURNS-5"})
    void noCompletionIsIndicatedWhateverTheCode() throws IOException {
        Runs runs = new Runs();
        List<Long> quiet = new ArrayList<>();
        for (Failing failing : everyKind()) {
            WSAOVERLAPPED withEvent = Requests.poisoned();
            withEvent.hEvent = WSACreateEvent();
            quiet.add(withEvent.hEvent);
            failing.assertFails(withEvent, null);
            failing.assertFails(Requests.poisoned(), runs);
            failing.assertFails(Requests.poisoned(), null);
            if (failing.code != Winerror.WSAENOTSOCK && !quiet.contains(failing.socket)) {
                quiet.add(failing.socket);
            }
        }
        long[] handles = quiet.stream().mapToLong(Long::longValue).toArray();
        assertThat(WSAWaitForMultipleEvents(handles.length, handles, false, SILENCE_MS, true))
                .isEqualTo(WSA_WAIT_TIMEOUT);
        assertThat(runs.all).isEmpty();
        assertThat(send(socket, Requests.nativeCopy(new byte[] {7}), 1, 0)).isOne();
        assertThat(Requests.read(peer, 1)).containsExactly(7);
    }

    @Test
    @Clause({"ERRORS-20", "DECISIONS-6"})
    void withoutAConnectionNothingIsSentNotEvenNothing() {
        long bound = loopback.stream();
        assertThat(bind(bound, Loopback.loopback(0), SOCKADDR_IN.SIZEOF)).isZero();
        for (long each : new long[] {loopback.stream(), bound, loopback.listener()}) {
            for (int length : new int[] {0, 1}) {
                WSABUF buffer = new WSABUF(Requests.room(1), length);
                new Failing(Winerror.WSAENOTCONN, each, buffer).assertFails(Requests.poisoned(), null);
                assertThat(send(each, buffer.buf, length, 0)).isEqualTo(SOCKET_ERROR);
                assertThat(WSAGetLastError()).isEqualTo(Winerror.WSAENOTCONN);
            }
        }
    }

    @Test
    @Clause({"ERRORS-26", "ERRORS-27"})
    void afterTheEndOfSendingNothingIsSentNotEvenNothing() {
        for (int how : new int[] {SD_SEND, SD_BOTH}) {
            long ended = loopback.pair()[0];
            assertThat(shutdown(ended, how)).isZero();
            for (int length : new int[] {0, 1}) {
                new Failing(Winerror.WSAESHUTDOWN, ended, new WSABUF(Requests.room(1), length))
                        .assertFails(Requests.poisoned(), null);
            }
        }
    }

    @Test
    @Clause("RETURNS-3")
    void eachThreadHasItsOwnLastError() {
        new Failing(Winerror.WSAENOTCONN, loopback.stream()).assertFails(Requests.poisoned(), null);
        assertThat(Requests.get(Requests.elsewhere(() -> send(INVALID_SOCKET, Requests.room(1), 1, 0))))
                .isEqualTo(new Requests.Ended(SOCKET_ERROR, Winerror.WSAENOTSOCK));
        assertThat(WSAGetLastError()).isEqualTo(Winerror.WSAENOTCONN);
    }

    @Test
    @Clause("PARAMETERS-6")
    void asManyBuffersAreSentAsTheCountSays() {
        WSABUF[] three = Requests.buffers(Requests.nativeCopy(new byte[] {1}),
                Requests.nativeCopy(new byte[] {2}), Requests.nativeCopy(new byte[] {3}));
        DWORD sent = new DWORD(POISON);
        assertThat(WSASend(socket, three, 2, sent, 0, Requests.poisoned(), null)).isZero();
        assertThat(sent.value).isEqualTo(2);
        assertThat(send(socket, Requests.nativeCopy(new byte[] {9}), 1, 0)).isOne();
        assertThat(Requests.read(peer, 3)).containsExactly(1, 2, 9);
    }
}
