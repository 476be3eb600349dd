package dev.overlapped.winsock2;

import static dev.overlapped.winsock2.Requests.POISON;
import static dev.overlapped.winsock2.Winsock2.*;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.conformance.Clause;
import dev.overlapped.winsock2.types.DWORD;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The flags of WSASend on streams.
class SendFlagsTest {
    private Loopback loopback;
    private long sender;
    private long reader;

    @BeforeEach
    void start() {
        loopback = new Loopback();
        long[] pair = loopback.pair();
        sender = pair[0];
        reader = pair[1];
    }

    @AfterEach
    void end() {
        loopback.close();
    }

    private void send(String text, int flags) {
        DWORD sent = new DWORD(POISON);
        assertThat(WSASend(sender, Requests.buffers(Requests.nativeCopy(text.getBytes(US_ASCII))), 1, sent,
                flags, Requests.poisoned(), null)).isZero();
        assertThat(sent.value).isEqualTo(text.length());
    }

    /// What is received until the end of the stream.
    private String rest() {
        assertThat(shutdown(sender, SD_SEND)).isZero();
        StringBuilder all = new StringBuilder();
        MemorySegment room = Requests.room(100);
        int received;
        while ((received = recv(reader, room, 100, 0)) > 0) {
            all.append(new String(Requests.bytesOf(room, received), US_ASCII));
        }
        assertThat(received).isZero();
        return all.toString();
    }

    private void assertUrgent(char expected) {
        MemorySegment room = Requests.room(10);
        Requests.until("the urgent byte is there", () -> recv(reader, room, 10, MSG_OOB) == 1);
        assertThat(Requests.bytesOf(room, 1)).containsExactly(expected);
    }

    @Test
    @Clause("DWFLAGS-6")
    void theLastByteOfAnUrgentSendIsReceivedOutOfBand() {
        send("ab!", MSG_OOB);
        assertUrgent('!');
        assertThat(rest()).isEqualTo("ab");
    }

    @Test
    @Clause("DWFLAGS-6")
    void theLastByteOfAnUrgentSendIsReceivedInLine() {
        MemorySegment on = MemorySegment.ofArray(new int[] {1});
        assertThat(setsockopt(reader, SOL_SOCKET, SO_OOBINLINE, on, Integer.BYTES)).isZero();
        send("ab!", MSG_OOB);
        send("cd", 0);
        assertThat(rest()).isEqualTo("ab!cd");
    }

    @Test
    @Clause("DWFLAGS-1")
    void aFlagHoldsForItsOwnCallAlone() {
        send("ab", 0);
        send("!", MSG_OOB);
        send("cd", 0);
        assertUrgent('!');
        assertThat(rest()).isEqualTo("abcd");
    }

    @Test
    @Clause({"PARAMETERS-10", "DWFLAGS-3", "DWFLAGS-8"})
    void flagsAreCombinedAndOneThatIsNotSupportedRefusesAll() {
        DWORD sent = new DWORD(POISON);
        for (int refused : new int[] {MSG_PARTIAL, MSG_PARTIAL | MSG_OOB, MSG_DONTROUTE | MSG_PEEK}) {
            assertThat(WSASend(sender, Requests.buffers(Requests.room(1)), 1, sent, refused, null, null))
                    .isEqualTo(SOCKET_ERROR);
            assertThat(WSAGetLastError()).isEqualTo(Winerror.WSAEOPNOTSUPP);
            assertThat(sent.value).isEqualTo(POISON);
        }
        send("ab!", MSG_OOB | MSG_DONTROUTE);
        assertUrgent('!');
        assertThat(rest()).isEqualTo("ab");
    }
}
