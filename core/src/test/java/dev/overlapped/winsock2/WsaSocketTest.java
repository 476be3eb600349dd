package dev.overlapped.winsock2;

import static dev.overlapped.winsock2.Requests.POISON;
import static dev.overlapped.winsock2.Winsock2.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.conformance.Clause;
import dev.overlapped.winsock2.Requests.Runs;
import dev.overlapped.winsock2.types.DWORD;
import dev.overlapped.winsock2.types.SOCKADDR_IN;
import dev.overlapped.winsock2.types.WSAOVERLAPPED;
import dev.overlapped.winsock2.types.WSAPROTOCOL_INFO;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// socket and WSASocket: what goes together, and sockets without the overlapped attribute.
class WsaSocketTest {
    private Loopback loopback;
    private long accepted;

    @BeforeEach
    void start() {
        loopback = new Loopback();
    }

    @AfterEach
    void end() {
        loopback.close();
    }

    @ParameterizedTest
    @CsvSource({
        // family, type, protocol
        "2,1,6", "2,1,0", "2,0,6", "2,0,0", "0,1,6", "0,0,6", "23,1,6", "23,1,0", "23,0,0"})
    void theseGoTogether(int family, int type, int protocol) {
        WSASetLastError(POISON);
        long opened = loopback.keep(WSASocket(family, type, protocol, null, 0, WSA_FLAG_OVERLAPPED));
        assertThat(WSAGetLastError()).isZero();
        assertThat(opened).isPositive().isLessThan(1L << 31);
        assertThat(opened % 4).isZero();
        int[] kind = {POISON};
        assertThat(getsockopt(opened, SOL_SOCKET, SO_TYPE, MemorySegment.ofArray(kind), new DWORD(4)))
                .isZero();
        assertThat(kind[0]).isEqualTo(SOCK_STREAM);
        long plain = loopback.keep(socket(family, type, protocol));
        assertThat(plain).isNotEqualTo(opened);
    }

    @ParameterizedTest
    @CsvSource({
        // family, type, protocol, code: a bad type beats a bad family beats a bad protocol
        "2,77,6,10044", "77,77,77,10044", "2,-1,6,10044", "2,3,0,10044", "2,5,0,10044",
        "77,1,6,10047", "77,1,77,10047",
        "2,1,77,10043", "2,1,17,10043", "23,1,17,10043",
        "0,1,0,10022", "0,0,0,10022", "0,2,0,10022"})
    void theseDoNot(int family, int type, int protocol, int code) {
        assertThat(WSASocket(family, type, protocol, null, 0, WSA_FLAG_OVERLAPPED)).isEqualTo(INVALID_SOCKET);
        assertThat(WSAGetLastError()).isEqualTo(code);
        assertThat(socket(family, type, protocol)).isEqualTo(INVALID_SOCKET);
        assertThat(WSAGetLastError()).isEqualTo(code);
    }

    @Test
    void aProtocolDescriptionFillsIn() {
        WSAPROTOCOL_INFO info = new WSAPROTOCOL_INFO();
        info.iAddressFamily = AF_INET6;
        info.iSocketType = SOCK_STREAM;
        info.iProtocol = IPPROTO_TCP;
        long opened = loopback.keep(WSASocket(FROM_PROTOCOL_INFO, FROM_PROTOCOL_INFO, FROM_PROTOCOL_INFO,
                info, 0, WSA_FLAG_OVERLAPPED));
        assertThat(bind(opened, Loopback.loopback(0), SOCKADDR_IN.SIZEOF)).isEqualTo(SOCKET_ERROR);
        loopback.keep(WSASocket(AF_INET, SOCK_STREAM, IPPROTO_TCP, info, 0, WSA_FLAG_OVERLAPPED));
    }

    @Test
    void flagsThatDoNotExistHereAreInvalid() {
        for (int flag : new int[] {2, 4, 8, 0x10, 0x40, 0x100, 0x8000}) {
            assertThat(WSASocket(AF_INET, SOCK_STREAM, 0, null, 0, flag | WSA_FLAG_OVERLAPPED))
                    .isEqualTo(INVALID_SOCKET);
            assertThat(WSAGetLastError()).isEqualTo(Winerror.WSAEINVAL);
        }
        loopback.keep(WSASocket(AF_INET, SOCK_STREAM, 0, null, 0,
                WSA_FLAG_OVERLAPPED | WSA_FLAG_NO_HANDLE_INHERIT));
    }

    // ---- without the overlapped attribute ----

    /// A connected socket without the attribute; `accepted` is the other end.
    private long notOverlapped() {
        long socket = loopback.keep(WSASocket(AF_INET, SOCK_STREAM, 0, null, 0, 0));
        assertThat(connect(socket, Loopback.loopback(loopback.port()), SOCKADDR_IN.SIZEOF)).isZero();
        accepted = loopback.accepted();
        return socket;
    }

    private static void assertUntouched(WSAOVERLAPPED overlapped, long event) {
        assertThat(overlapped.Internal).isEqualTo(POISON);
        assertThat(overlapped.InternalHigh).isEqualTo(POISON);
        assertThat(overlapped.Offset).isEqualTo(POISON);
        assertThat(overlapped.OffsetHigh).isEqualTo(POISON);
        assertThat(overlapped.hEvent).isEqualTo(event);
        assertThat(Requests.isSignalled(overlapped)).isTrue();
    }

    @Test
    @Clause({"PARAMETERS-13", "PARAMETERS-16", "ERRORS-14", "REMARKS-7", "REMARKS-13", "DECISIONS-7"})
    void aSocketWithoutTheAttributeIgnoresTheStructureAndTheRoutine() {
        long socket = notOverlapped();
        WSAOVERLAPPED overlapped = Requests.withEvent();
        long event = overlapped.hEvent;
        Runs runs = new Runs();
        DWORD count = new DWORD(POISON);
        MemorySegment heap = MemorySegment.ofArray(new byte[] {1, 2, 3});
        assertThat(WSASend(socket, Requests.buffers(heap), 1, count, 0, overlapped, runs)).isZero();
        assertThat(count.value).isEqualTo(3);
        assertThat(send(accepted, Requests.room(2), 2, 0)).isEqualTo(2);
        assertThat(WSARecv(socket, Requests.buffers(Requests.room(9)), 1, count, new DWORD(), overlapped,
                runs)).isZero();
        assertThat(count.value).isEqualTo(2);
        Requests.assertNoMoreRoutines();
        assertThat(runs.all).isEmpty();
        assertUntouched(overlapped, event);
    }

    @Test
    void aSocketWithoutTheAttributeBlocks() {
        long socket = notOverlapped();
        WSAOVERLAPPED overlapped = Requests.withEvent();
        long event = overlapped.hEvent;
        MemorySegment room = Requests.room(9);
        DWORD count = new DWORD(POISON);
        var call = Requests.blocking(() ->
                WSARecv(socket, Requests.buffers(room), 1, count, new DWORD(), overlapped, null));
        assertThat(call).isNotDone();
        assertThat(Ioapiset.CancelIoEx(socket, overlapped)).isFalse();
        assertThat(send(accepted, Requests.room(4), 4, 0)).isEqualTo(4);
        assertThat(Requests.get(call)).isEqualTo(new Requests.Ended(0, 0));
        assertThat(count.value).isEqualTo(4);
        assertUntouched(overlapped, event);
    }

    @Test
    void aNonBlockingSocketWithoutTheAttributeWouldBlock() {
        long socket = notOverlapped();
        assertThat(ioctlsocket(socket, FIONBIO, new DWORD(1))).isZero();
        WSAOVERLAPPED overlapped = Requests.withEvent();
        long event = overlapped.hEvent;
        assertThat(Requests.receive(socket, overlapped, null, Requests.room(9)))
                .isEqualTo(Winerror.WSAEWOULDBLOCK);
        assertUntouched(overlapped, event);
    }

    @Test
    @Clause("REMARKS-7")
    void acceptedSocketsHaveTheAttributeOfTheirListener() {
        long listener = loopback.keep(WSASocket(AF_INET, SOCK_STREAM, 0, null, 0, 0));
        assertThat(bind(listener, Loopback.loopback(0), SOCKADDR_IN.SIZEOF)).isZero();
        assertThat(listen(listener, 1)).isZero();
        SOCKADDR_IN name = new SOCKADDR_IN();
        assertThat(getsockname(listener, name, new DWORD(16))).isZero();
        long connecting = loopback.stream();
        assertThat(connect(connecting, name, 16)).isZero();
        long socket = loopback.keep(accept(listener, null, null));
        WSAOVERLAPPED overlapped = Requests.withEvent();
        assertThat(Requests.send(socket, overlapped, null, Requests.room(1))).isZero();
        assertUntouched(overlapped, overlapped.hEvent);
    }

    /// It ends at the call: the routine without a structure never runs.
    @Test
    @Clause({"REMARKS-8", "DECISIONS-15"})
    void aRoutineWithoutAStructureNeverRuns() {
        long[] pair = loopback.pair();
        Runs runs = new Runs();
        assertThat(Requests.send(pair[0], null, runs, Requests.room(3))).isZero();
        assertThat(Requests.receive(pair[1], null, runs, Requests.room(3))).isZero();
        Requests.assertNoMoreRoutines();
        assertThat(runs.all).isEmpty();
    }
}
