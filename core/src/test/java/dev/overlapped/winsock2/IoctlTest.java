package dev.overlapped.winsock2;

import static dev.overlapped.winsock2.Requests.POISON;
import static dev.overlapped.winsock2.Winsock2.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.conformance.Clause;
import dev.overlapped.engine.Engine;
import dev.overlapped.winsock2.Requests.Ended;
import dev.overlapped.winsock2.Requests.Run;
import dev.overlapped.winsock2.Requests.Runs;
import dev.overlapped.winsock2.types.DWORD;
import dev.overlapped.winsock2.types.WSAOVERLAPPED;
import java.lang.foreign.MemorySegment;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// WSAIoctl and ioctlsocket: the commands, their arguments, and how an overlapped one is indicated.
class IoctlTest {
    private static final int BIG = 8 << 20;
    private static final int NO_COMMAND = 0xdeadbeef;

    private final DWORD returned = new DWORD(POISON);
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

    private int plain(int command, MemorySegment in, int inLength, MemorySegment out, int outLength) {
        returned.value = POISON;
        int result = WSAIoctl(socket, command, in, inLength, out, outLength, returned, null, null);
        int code = WSAGetLastError();
        assertThat(result).isEqualTo(code == 0 ? 0 : SOCKET_ERROR);
        if (code != 0) {
            assertThat(returned.value).isEqualTo(POISON);
        }
        return code;
    }

    private static MemorySegment number(int value) {
        return MemorySegment.ofArray(new int[] {value});
    }

    private static int of(MemorySegment number) {
        return ((int[]) number.heapBase().orElseThrow())[0];
    }

    private int receiveNow() {
        return recv(socket, Requests.room(1), 1, 0) == SOCKET_ERROR ? WSAGetLastError() : 0;
    }

    // ---- arguments ----

    @ParameterizedTest
    @ValueSource(ints = {FIONBIO, FIONREAD, SIOCATMARK, SIO_FLUSH, NO_COMMAND})
    void whereTheCountGoesIsNeededByAll(int command) {
        MemorySegment both = number(7);
        WSAOVERLAPPED overlapped = Requests.poisoned();
        assertThat(WSAIoctl(socket, command, both, 4, both, 4, null, overlapped, null))
                .isEqualTo(SOCKET_ERROR);
        assertThat(WSAGetLastError()).isEqualTo(Winerror.WSAEFAULT);
        assertThat(overlapped.Internal).isEqualTo(POISON);
        assertThat(of(both)).isEqualTo(7);
        assertThat(WSAIoctl(INVALID_SOCKET, command, both, 4, both, 4, null, null, null))
                .isEqualTo(SOCKET_ERROR);
        assertThat(WSAGetLastError()).isEqualTo(Winerror.WSAENOTSOCK);
    }

    @Test
    void fionbioReadsANumberAndWritesNothing() {
        MemorySegment long5 = Requests.nativeCopy(new byte[] {0, 9, 0, 0, 5});
        for (MemorySegment in : new MemorySegment[] {number(1), long5}) {
            assertThat(plain(FIONBIO, in, (int) in.byteSize(), null, 1000)).isZero();
            assertThat(returned.value).isZero();
            assertThat(receiveNow()).isEqualTo(Winerror.WSAEWOULDBLOCK);
            assertThat(plain(FIONBIO, number(0), 4, null, 0)).isZero();
            CompletableFuture<Ended> blocking = Requests.blocking(this::receiveNow);
            Requests.write(peer, new byte[1]);
            assertThat(Requests.get(blocking).result()).isZero();
        }
    }

    @Test
    void fionbioWithoutANumberIsAFault() {
        MemorySegment one = number(1);
        assertThat(plain(FIONBIO, null, 4, null, 0)).isEqualTo(Winerror.WSAEFAULT);
        assertThat(plain(FIONBIO, one, 3, null, 0)).isEqualTo(Winerror.WSAEFAULT);
        assertThat(plain(FIONBIO, one, 0, null, 0)).isEqualTo(Winerror.WSAEFAULT);
        assertThat(plain(FIONBIO, one, 5, null, 0)).isEqualTo(Winerror.WSAEFAULT);
        assertThat(plain(FIONBIO, one, -1, null, 0)).isEqualTo(Winerror.WSAEFAULT);
        assertThat(Engine.system().socket(socket).isNonBlocking()).isFalse();
    }

    @Test
    void fionreadTellsWhatCanBeReceivedAtOnce() {
        MemorySegment out = number(POISON);
        assertThat(plain(FIONREAD, null, 0, out, 4)).isZero();
        assertThat(of(out)).isZero();
        Moves.arrive(peer, socket, "abcde");
        assertThat(plain(FIONREAD, null, 1000, out, 4)).isZero();
        assertThat(returned.value).isEqualTo(4);
        assertThat(of(out)).isEqualTo(5);
        long fresh = loopback.stream();
        DWORD number = new DWORD(POISON);
        assertThat(ioctlsocket(fresh, FIONREAD, number)).isZero();
        assertThat(number.value).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {FIONREAD, SIOCATMARK})
    void anAnswerThatHasNoRoomIsAFault(int command) {
        MemorySegment out = number(POISON);
        assertThat(plain(command, null, 0, null, 4)).isEqualTo(Winerror.WSAEFAULT);
        assertThat(plain(command, null, 0, out, 3)).isEqualTo(Winerror.WSAEFAULT);
        assertThat(plain(command, null, 0, out, 5)).isEqualTo(Winerror.WSAEFAULT);
        assertThat(plain(command, null, 0, out.asReadOnly(), 4)).isEqualTo(Winerror.WSAEFAULT);
        assertThat(of(out)).isEqualTo(POISON);
    }

    @Test
    void aCommandThatDoesNotExistIsNotSupported() {
        for (int command : new int[] {NO_COMMAND, FIOASYNC, SIO_GET_QOS, 0}) {
            assertThat(plain(command, null, 0, null, 0)).isEqualTo(Winerror.WSAEOPNOTSUPP);
            assertThat(ioctlsocket(socket, command, new DWORD(1))).isEqualTo(SOCKET_ERROR);
            assertThat(WSAGetLastError()).isEqualTo(Winerror.WSAEOPNOTSUPP);
        }
    }

    // ---- overlapped ----

    private int start(int command, MemorySegment both, WSAOVERLAPPED overlapped, Runs routine) {
        returned.value = POISON;
        int result = WSAIoctl(socket, command, both, 4, both, 4, returned, overlapped, routine);
        return result == 0 ? 0 : WSAGetLastError();
    }

    @Test
    void anOverlappedCommandSetsItsEventAndMovesNoBytes() {
        WSAOVERLAPPED overlapped = Requests.withEvent();
        MemorySegment answer = number(POISON);
        Moves.arrive(peer, socket, "abc");
        assertThat(start(FIONREAD, answer, overlapped, null)).isZero();
        assertThat(returned.value).isEqualTo(4);
        assertThat(of(answer)).isEqualTo(3);
        assertThat(Requests.await(overlapped)).isZero();
        assertThat(overlapped.InternalHigh).isZero();
        DWORD transferred = new DWORD(POISON);
        assertThat(WSAGetOverlappedResult(socket, overlapped, transferred, false, new DWORD())).isTrue();
        assertThat(transferred.value).isZero();
        assertThat(WSACloseEvent(overlapped.hEvent)).isTrue();
    }

    @Test
    void anOverlappedCommandHasItsRoutineRunOnceAlertable() {
        WSAOVERLAPPED overlapped = Requests.poisoned();
        Runs runs = new Runs();
        assertThat(start(SIO_FLUSH, null, overlapped, runs)).isZero();
        assertThat(returned.value).isZero();
        assertThat(overlapped.Internal).isZero();
        assertThat(runs.all).isEmpty();
        runs.await(1);
        assertThat(runs.all).containsExactly(new Run(0, 0, overlapped, 0));
        Requests.assertNoMoreRoutines();
    }

    @Test
    void anOverlappedCommandThatDoesNotExistIsPendingAndThenNotSupported() {
        WSAOVERLAPPED withEvent = Requests.withEvent();
        assertThat(WSAResetEvent(withEvent.hEvent)).isTrue();
        assertThat(start(NO_COMMAND, null, withEvent, null)).isEqualTo(997);
        assertThat(returned.value).isEqualTo(POISON);
        assertThat(Requests.await(withEvent)).isEqualTo(Winerror.WSAEOPNOTSUPP);
        assertThat(withEvent.Internal).isEqualTo(0xC00000BBL);
        assertThat(WSACloseEvent(withEvent.hEvent)).isTrue();
        WSAOVERLAPPED overlapped = Requests.poisoned();
        Runs runs = new Runs();
        assertThat(start(FIOASYNC, null, overlapped, runs)).isEqualTo(997);
        runs.await(1);
        assertThat(runs.all).containsExactly(new Run(Winerror.WSAEOPNOTSUPP, 0, overlapped, 0));
    }

    @Test
    void anOverlappedCommandThatFailsIndicatesNothing() {
        WSAOVERLAPPED overlapped = Requests.withEvent();
        Runs runs = new Runs();
        assertThat(start(FIONREAD, null, overlapped, null)).isEqualTo(Winerror.WSAEFAULT);
        assertThat(start(FIONBIO, null, overlapped, runs)).isEqualTo(Winerror.WSAEFAULT);
        assertThat(returned.value).isEqualTo(POISON);
        assertThat(overlapped.Internal).isEqualTo(POISON);
        Requests.assertNoMoreRoutines();
        assertThat(runs.all).isEmpty();
        assertThat(WSACloseEvent(overlapped.hEvent)).isTrue();
        MemorySegment answer = number(POISON);
        assertThat(start(FIONREAD, answer, overlapped, null)).isEqualTo(Winerror.WSA_INVALID_HANDLE);
        assertThat(of(answer)).isEqualTo(POISON);
    }

    @Test
    void aSocketWithoutTheAttributeLeavesTheStructureAlone() {
        long other = loopback.keep(WSASocket(AF_INET, SOCK_STREAM, 0, null, 0, 0));
        WSAOVERLAPPED overlapped = Requests.poisoned();
        MemorySegment answer = number(POISON);
        assertThat(WSAIoctl(other, FIONREAD, null, 0, answer, 4, returned, overlapped, null)).isZero();
        assertThat(of(answer)).isZero();
        assertThat(overlapped.Internal).isEqualTo(POISON);
        assertThat(WSAIoctl(other, NO_COMMAND, null, 0, null, 0, returned, overlapped, null))
                .isEqualTo(SOCKET_ERROR);
        assertThat(WSAGetLastError()).isEqualTo(Winerror.WSAEOPNOTSUPP);
    }

    // ---- SIO_FLUSH ----

    @Test
    @Clause({"ERRORS-33", "DECISIONS-3"})
    void aFlushEndsEverySendThatIsQueuedAndTheStreamGoesOnBehindWhatLeft() {
        Requests.smallSendBuffer(socket);
        WSAOVERLAPPED first = Requests.withEvent();
        WSAOVERLAPPED second = Requests.poisoned();
        WSAOVERLAPPED receive = Requests.withEvent();
        Runs runs = new Runs();
        assertThat(Requests.receive(socket, receive, null, Requests.room(1))).isEqualTo(997);
        assertThat(Requests.send(socket, first, null, Requests.room(BIG))).isEqualTo(997);
        assertThat(Requests.send(socket, second, runs, Requests.room(10))).isEqualTo(997);
        assertThat(plain(SIO_FLUSH, null, 0, null, 0)).isZero();
        assertThat(returned.value).isZero();
        assertThat(Requests.await(first)).isEqualTo(Winerror.WSA_OPERATION_ABORTED);
        assertThat(Requests.status(second)).isEqualTo(Winerror.WSA_OPERATION_ABORTED);
        runs.await(1);
        assertThat(runs.all).containsExactly(new Run(Winerror.WSA_OPERATION_ABORTED, 0, second, 0));
        assertThat(Requests.status(receive)).isEqualTo(Winerror.WSA_IO_INCOMPLETE);

        int left = (int) first.InternalHigh;
        assertThat(left).isBetween(1, BIG - 1);
        CompletableFuture<byte[]> read = CompletableFuture.supplyAsync(() -> Requests.read(peer, left + 3));
        assertThat(send(socket, Moves.text("end"), 3, 0)).isEqualTo(3);
        assertThat(Requests.get(read)).endsWith('e', 'n', 'd').hasSize(left + 3);
        Requests.write(peer, new byte[1]);
        assertThat(Requests.await(receive)).isZero();
        assertThat(WSACloseEvent(first.hEvent) && WSACloseEvent(receive.hEvent)).isTrue();
    }

    @Test
    void aFlushEndsABlockingSendOfAnotherThread() {
        Requests.smallSendBuffer(socket);
        CompletableFuture<Ended> blocked =
                Requests.blocking(() -> send(socket, Requests.room(BIG), BIG, 0));
        assertThat(ioctlsocket(socket, SIO_FLUSH, new DWORD())).isZero();
        assertThat(Requests.get(blocked))
                .isEqualTo(new Ended(SOCKET_ERROR, Winerror.WSA_OPERATION_ABORTED));
    }

    @Test
    void aFlushOfNothingSucceeds() {
        assertThat(plain(SIO_FLUSH, null, 0, null, 0)).isZero();
        long fresh = loopback.stream();
        assertThat(ioctlsocket(fresh, SIO_FLUSH, new DWORD(POISON))).isZero();
    }
}
