package dev.overlapped.winsock2;

import static dev.overlapped.winsock2.Moves.TOO_MUCH;
import static dev.overlapped.winsock2.Moves.UNTOUCHED;
import static dev.overlapped.winsock2.Moves.buffers;
import static dev.overlapped.winsock2.Moves.memory;
import static dev.overlapped.winsock2.Moves.overlapped;
import static dev.overlapped.winsock2.Moves.text;
import static dev.overlapped.winsock2.Synchapi.INFINITE;
import static dev.overlapped.winsock2.Synchapi.SleepEx;
import static dev.overlapped.winsock2.Winsock2.SOCKET_ERROR;
import static dev.overlapped.winsock2.Winsock2.WSAGetLastError;
import static dev.overlapped.winsock2.Winsock2.WSASend;
import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.conformance.Clause;
import dev.overlapped.winsock2.types.DWORD;
import dev.overlapped.winsock2.types.LPWSAOVERLAPPED_COMPLETION_ROUTINE;
import dev.overlapped.winsock2.types.WSAOVERLAPPED;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A socket takes 65,536 requests in each direction; one more is refused, and all others complete.
class RequestLimitTest {
    private static final int REQUESTS_MAX = 65_536;

    private Loopback loopback;
    private SocketChannel peer;
    private long socket;

    @BeforeEach
    void connect() {
        loopback = new Loopback();
        peer = loopback.peer();
        socket = loopback.accepted();
    }

    @AfterEach
    void closeAll() {
        loopback.close();
    }

    /// Counts the completions of requests that carry their number, and notes the first that is not as it
    /// should be.
    private static final class InOrder implements LPWSAOVERLAPPED_COMPLETION_ROUTINE {
        int ended;
        String wrong;

        WSAOVERLAPPED next(int number) {
            WSAOVERLAPPED overlapped = overlapped(0);
            // With a routine it is the program's.
            overlapped.hEvent = number;
            return overlapped;
        }

        @Override
        public void invoke(int error, int bytes, WSAOVERLAPPED overlapped, int flags) {
            boolean well = error == 0 && bytes == 1 && overlapped.Internal == 0
                    && overlapped.InternalHigh == 1;
            if (wrong == null && (!well || overlapped.hEvent != ended)) {
                wrong = "number " + overlapped.hEvent + " of " + ended + ": " + error + ", " + bytes;
            }
            ended++;
        }
    }

    private static void assertPending(int result) {
        assertThat(result).isEqualTo(SOCKET_ERROR);
        assertThat(WSAGetLastError()).isEqualTo(Winerror.WSA_IO_PENDING);
    }

    private static void awaitAll(InOrder inOrder, int count) {
        while (inOrder.ended < count && inOrder.wrong == null) {
            SleepEx(INFINITE, true);
        }
        assertThat(inOrder.wrong).isNull();
        assertThat(SleepEx(0, true)).isZero();
        assertThat(inOrder.ended).isEqualTo(count);
    }

    @Test
    @Clause("ERRORS-28")
    void receives() {
        InOrder inOrder = new InOrder();
        MemorySegment room = memory(REQUESTS_MAX);
        for (int i = 0; i < REQUESTS_MAX; i++) {
            assertPending(Moves.receive(socket, room.asSlice(i, 1), inOrder.next(i), inOrder));
        }
        int[] refused = new int[1];
        WSAOVERLAPPED oneMore = overlapped(0);
        LPWSAOVERLAPPED_COMPLETION_ROUTINE never = (error, bytes, same, flags) -> refused[0]++;
        assertThat(Moves.receive(socket, memory(1), oneMore, never)).isEqualTo(SOCKET_ERROR);
        assertThat(WSAGetLastError()).isEqualTo(Winerror.WSAEWOULDBLOCK);
        assertThat(oneMore.InternalHigh).isEqualTo(UNTOUCHED);
        assertThat(Moves.send(socket, text("x"), overlapped(0), null)).as("the other direction has room")
                .isZero();

        byte[] content = new byte[REQUESTS_MAX];
        for (int i = 0; i < content.length; i++) {
            content[i] = (byte) (' ' + i % 90);
        }
        Moves.write(peer, new String(content, java.nio.charset.StandardCharsets.US_ASCII));
        awaitAll(inOrder, REQUESTS_MAX);
        assertThat(room.toArray(ValueLayout.JAVA_BYTE)).isEqualTo(content);
        assertThat(refused[0]).isZero();
        assertPending(Moves.receive(socket, memory(1), oneMore, never));
        Moves.write(peer, "x");
        assertThat(SleepEx(INFINITE, true)).isEqualTo(Synchapi.WAIT_IO_COMPLETION);
        assertThat(refused[0]).isOne();
    }

    @Test
    @Clause({"PARAMETERS-12", "ERRORS-28", "OVERLAPPED-15", "OVERLAPPED-18", "OVERLAPPED-31",
        "OVERLAPPED-33"})
    void sends() throws Exception {
        Moves.tinySendBuffer(socket);
        WSAOVERLAPPED plug = overlapped(0);
        assertPending(Moves.send(socket, memory(TOO_MUCH / 4), plug, null));
        InOrder inOrder = new InOrder();
        MemorySegment bytes = memory(REQUESTS_MAX - 1).fill((byte) 'x');
        for (int i = 0; i < REQUESTS_MAX - 1; i++) {
            assertPending(Moves.send(socket, bytes.asSlice(i, 1), inOrder.next(i), inOrder));
        }
        DWORD count = new DWORD(UNTOUCHED);
        WSAOVERLAPPED oneMore = overlapped(0);
        assertThat(WSASend(socket, buffers(text("y")), 1, count, 0, oneMore, null)).isEqualTo(SOCKET_ERROR);
        assertThat(WSAGetLastError()).isEqualTo(Winerror.WSAEWOULDBLOCK);
        assertThat(count.value).isEqualTo(UNTOUCHED);
        assertThat(oneMore.InternalHigh).isEqualTo(UNTOUCHED);
        assertThat(Winsock2.send(socket, text("y"), 1, 0)).as("a blocking one too").isEqualTo(SOCKET_ERROR);
        assertThat(WSAGetLastError()).isEqualTo(Winerror.WSAEWOULDBLOCK);

        int total = TOO_MUCH / 4 + REQUESTS_MAX;
        var reading = Moves.elsewhere(() -> Moves.read(peer, total));
        awaitAll(inOrder, REQUESTS_MAX - 1);
        assertThat(plug.InternalHigh).isEqualTo(TOO_MUCH / 4);
        assertThat(Moves.send(socket, text("z"), overlapped(0), null)).isZero();
        MemorySegment all = reading.get();
        assertThat(all.asSlice(TOO_MUCH / 4, REQUESTS_MAX - 1).mismatch(bytes)).isEqualTo(-1);
        assertThat(all.get(ValueLayout.JAVA_BYTE, total - 1)).isEqualTo((byte) 'z');
    }
}
