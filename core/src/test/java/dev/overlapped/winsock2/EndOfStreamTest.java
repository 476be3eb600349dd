package dev.overlapped.winsock2;

import static dev.overlapped.winsock2.Winsock2.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.conformance.Clause;
import dev.overlapped.winsock2.Requests.Runs;
import dev.overlapped.winsock2.types.DWORD;
import dev.overlapped.winsock2.types.WSAOVERLAPPED;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Where a receive comes short although more is behind it: an end that arrived together with bytes, and the
/// mark of urgent data. The kernel reports neither a second time.
class EndOfStreamTest {
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

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    // ---- data and FIN ----

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 10, 100})
    void blockingReceivesGetEverythingAndThenTheEnd(int size) throws IOException {
        byte[] content = Requests.random(100, size);
        Requests.write(peer, content);
        peer.close();
        assertThat(receivedBlocking(size)).isEqualTo(content);
        assertThat(recv(socket, Requests.room(1), 1, 0)).isZero();
    }

    private byte[] receivedBlocking(int size) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        MemorySegment room = Requests.room(size);
        int received;
        do {
            received = recv(socket, room, size, 0);
            assertThat(received).as("%d", WSAGetLastError()).isNotNegative();
            all.writeBytes(Requests.bytesOf(room, received));
        } while (received > 0);
        return all.toByteArray();
    }

    @Test
    void receivesThatWerePendingGetEverythingAndThenTheEnd() throws IOException {
        List<WSAOVERLAPPED> receives = new ArrayList<>();
        MemorySegment room = Requests.room(80);
        for (int i = 0; i < 8; i++) {
            receives.add(Requests.withEvent());
            assertThat(Requests.receive(socket, receives.get(i), null, room.asSlice(10L * i, 10)))
                    .isEqualTo(997);
        }
        byte[] content = Requests.random(55, 3);
        Requests.write(peer, content);
        peer.close();
        for (int i = 0; i < 8; i++) {
            assertThat(Requests.await(receives.get(i))).isZero();
            assertThat(receives.get(i).InternalHigh).isEqualTo(Math.clamp(55 - 10 * i, 0, 10));
        }
        assertThat(Requests.bytesOf(room, 55)).isEqualTo(content);
    }

    @Test
    void receivesStartedFromRoutinesGetEverythingAndThenTheEnd() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        MemorySegment room = Requests.room(7);
        Runs ends = new Runs();
        receiveOn(room, all, ends);
        byte[] content = Requests.random(1000, 4);
        Requests.write(peer, content);
        peer.close();
        ends.await(1);
        assertThat(ends.all.getFirst().error()).isZero();
        assertThat(all.toByteArray()).isEqualTo(content);
    }

    private void receiveOn(MemorySegment room, ByteArrayOutputStream all, Runs ends) {
        assertThat(Requests.receive(socket, Requests.poisoned(), (error, bytes, overlapped, flags) -> {
            all.writeBytes(Requests.bytesOf(room, bytes));
            if (bytes == 0) {
                ends.invoke(error, bytes, overlapped, flags);
            } else {
                receiveOn(room, all, ends);
            }
        }, room)).isIn(0, 997);
    }

    // ---- urgent data ----

    private void writeAroundUrgent() throws IOException {
        Requests.write(peer, ascii("before"));
        peer.socket().sendUrgentData('!');
        Requests.write(peer, ascii("behind"));
    }

    @Test
    void blockingReceivesGetTheBytesOnBothSidesOfTheMark() throws IOException {
        writeAroundUrgent();
        peer.shutdownOutput();
        assertThat(receivedBlocking(100)).isEqualTo(ascii("beforebehind"));
    }

    @Test
    void nonBlockingReceivesGetTheBytesOnBothSidesOfTheMark() throws IOException {
        assertThat(ioctlsocket(socket, FIONBIO, new DWORD(1))).isZero();
        writeAroundUrgent();
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        MemorySegment room = Requests.room(100);
        Requests.until("everything has come", () -> {
            int received = recv(socket, room, 100, 0);
            if (received > 0) {
                all.writeBytes(Requests.bytesOf(room, received));
            }
            return all.size() == 12;
        });
        assertThat(all.toByteArray()).isEqualTo(ascii("beforebehind"));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void overlappedReceivesGetTheBytesOnBothSidesOfTheMark(boolean pendFirst) throws IOException {
        MemorySegment room = Requests.room(100);
        WSAOVERLAPPED receive = Requests.withEvent();
        if (!pendFirst) {
            writeAroundUrgent();
        }
        int code = Requests.receive(socket, receive, null, room);
        if (pendFirst) {
            assertThat(code).isEqualTo(997);
            writeAroundUrgent();
        }
        int total = 0;
        while (true) {
            assertThat(Requests.await(receive)).isZero();
            total += (int) receive.InternalHigh;
            if (total == 12) {
                break;
            }
            assertThat(Requests.receive(socket, receive, null, room.asSlice(total))).isIn(0, 997);
        }
        assertThat(Requests.bytesOf(room, 12)).isEqualTo(ascii("beforebehind"));
    }

    @Test
    void receivesQueuedBehindEachOtherDoNotHangAtTheMark() throws IOException {
        MemorySegment room = Requests.room(300);
        List<WSAOVERLAPPED> receives = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            receives.add(Requests.withEvent());
            assertThat(Requests.receive(socket, receives.get(i), null, room.asSlice(100L * i, 100)))
                    .isEqualTo(997);
        }
        writeAroundUrgent();
        peer.shutdownOutput();
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 0; i < 3; i++) {
            assertThat(Requests.await(receives.get(i))).isZero();
            all.writeBytes(Requests.bytesOf(room.asSlice(100L * i), receives.get(i).InternalHigh));
        }
        assertThat(new String(all.toByteArray(), StandardCharsets.US_ASCII)).isEqualTo("beforebehind");
    }

    @Test
    void theUrgentByteIsReceivedOutOfBand() throws IOException {
        writeAroundUrgent();
        MemorySegment room = Requests.room(10);
        Requests.until("the urgent byte is there", () -> recv(socket, room, 10, MSG_OOB) == 1);
        assertThat(Requests.bytesOf(room, 1)).isEqualTo(ascii("!"));
        peer.shutdownOutput();
        assertThat(receivedBlocking(100)).isEqualTo(ascii("beforebehind"));
    }

    @Test
    void theUrgentByteCanBeReceivedInLine() throws IOException {
        assertThat(setsockopt(socket, SOL_SOCKET, SO_OOBINLINE, MemorySegment.ofArray(new int[] {1}), 4))
                .isZero();
        writeAroundUrgent();
        peer.shutdownOutput();
        assertThat(receivedBlocking(100)).isEqualTo(ascii("before!behind"));
        assertThat(recv(socket, Requests.room(1), 1, MSG_OOB)).isEqualTo(SOCKET_ERROR);
        assertThat(WSAGetLastError()).isEqualTo(Winerror.WSAEINVAL);
    }

    @Test
    @Clause("DWFLAGS-6")
    void anUrgentSendReachesThePeer() throws IOException {
        peer.socket().setOOBInline(true);
        assertThat(send(socket, Requests.nativeCopy(ascii("ab")), 2, 0)).isEqualTo(2);
        assertThat(send(socket, Requests.nativeCopy(ascii("!")), 1, MSG_OOB)).isOne();
        WSAOVERLAPPED overlapped = Requests.withEvent();
        DWORD sent = new DWORD();
        assertThat(WSASend(socket, Requests.buffers(Requests.nativeCopy(ascii("cd?"))), 1, sent,
                MSG_OOB | MSG_DONTROUTE, overlapped, null)).isZero();
        assertThat(sent.value).isEqualTo(3);
        assertThat(Requests.await(overlapped)).isZero();
        assertThat(Requests.read(peer, 6)).isEqualTo(ascii("ab!cd?"));
    }
}
