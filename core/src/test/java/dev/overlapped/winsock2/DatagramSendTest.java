package dev.overlapped.winsock2;

import static dev.overlapped.winsock2.Moves.text;
import static dev.overlapped.winsock2.Requests.POISON;
import static dev.overlapped.winsock2.Requests.room;
import static dev.overlapped.winsock2.Winsock2.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.conformance.Clause;
import dev.overlapped.winsock2.Requests.Runs;
import dev.overlapped.winsock2.types.DWORD;
import dev.overlapped.winsock2.types.LPWSAOVERLAPPED_COMPLETION_ROUTINE;
import dev.overlapped.winsock2.types.SOCKADDR_IN;
import dev.overlapped.winsock2.types.WSAOVERLAPPED;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the page says of WSASend on datagram sockets.
class DatagramSendTest {
    private Loopback loopback;
    private long socket;
    private long peer;

    @BeforeEach
    void start() {
        loopback = new Loopback();
        socket = loopback.unboundDatagram();
        peer = loopback.datagram();
        assertThat(connect(socket, Loopback.nameOf(peer), SOCKADDR_IN.SIZEOF)).isZero();
    }

    @AfterEach
    void end() {
        loopback.close();
    }

    /// 0 or the code; the count is checked.
    private int send(int flags, WSAOVERLAPPED overlapped, Runs runs, MemorySegment... parts) {
        DWORD sent = new DWORD(POISON);
        int result = WSASend(socket, Requests.buffers(parts), parts.length, sent, flags, overlapped, runs);
        int code = WSAGetLastError();
        long length = 0;
        for (MemorySegment part : parts) {
            length += part.byteSize();
        }
        assertThat(result).isEqualTo(code == 0 ? 0 : SOCKET_ERROR);
        assertThat(sent.value).isEqualTo(code == 0 ? (int) length : POISON);
        return code;
    }

    /// Overlapped with an event, with a routine, and plain: none of them starts.
    private void assertRefused(int code, int flags, MemorySegment bytes) {
        WSAOVERLAPPED overlapped = Requests.poisoned();
        overlapped.hEvent = WSACreateEvent();
        Runs runs = new Runs();
        assertThat(send(flags, overlapped, null, bytes)).isEqualTo(code);
        assertThat(send(flags, Requests.poisoned(), runs, bytes)).isEqualTo(code);
        assertThat(send(flags, null, null, bytes)).isEqualTo(code);
        assertThat(Requests.isSignalled(overlapped)).isFalse();
        assertThat(overlapped.InternalHigh).isEqualTo(POISON);
        Requests.assertNoMoreRoutines();
        assertThat(WSACloseEvent(overlapped.hEvent)).isTrue();
    }

    private void assertReceived(String expected) {
        MemorySegment room = room(100);
        int received = recv(peer, room, 100, 0);
        assertThat(received).as("error %d", WSAGetLastError()).isEqualTo(expected.length());
        assertThat(text(room, received)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @Clause("REMARKS-5")
    void eachCallIsOneDatagramToThePeerThatWasSet(boolean anew) {
        if (anew) {
            peer = loopback.datagram();
            assertThat(WSAConnect(socket, Loopback.nameOf(peer), SOCKADDR_IN.SIZEOF, null, null, null, null))
                    .isZero();
        }
        assertThat(send(0, Requests.poisoned(), null, text("ab"), text("cd"))).isZero();
        assertThat(send(0, null, null, text("ef"))).isZero();
        assertReceived("abcd");
        assertReceived("ef");
    }

    @Test
    @Clause({"ERRORS-15", "REMARKS-20", "REMARKS-21"})
    void theLargestMessageIsSentAndNothingOfALargerOne() {
        int[] largest = new int[1];
        assertThat(getsockopt(socket, SOL_SOCKET, SO_MAX_MSG_SIZE, MemorySegment.ofArray(largest),
                new DWORD(Integer.BYTES))).isZero();
        assertRefused(Winerror.WSAEMSGSIZE, 0, room(largest[0] + 1));
        assertThat(send(0, null, null, room(largest[0]))).isZero();
        assertThat(recv(peer, room(100_000), 100_000, 0)).isEqualTo(largest[0]);
        assertThat(send(0, null, null, text("next"))).isZero();
        assertReceived("next");
    }

    @Test
    @Clause({"ERRORS-22", "ERRORS-24", "DECISIONS-12"})
    void urgentAndPartialMessagesAreNotSupported() {
        for (int flags : new int[] {MSG_OOB, MSG_PARTIAL, MSG_OOB | MSG_DONTROUTE}) {
            assertRefused(Winerror.WSAEOPNOTSUPP, flags, text("bad"));
        }
        assertThat(send(0, null, null, text("good"))).isZero();
        assertReceived("good");
    }

    @Test
    @Clause({"ERRORS-5", "DECISIONS-4"})
    void theSendAfterOneThatFoundNobodyIsResetAndTheNextOneIsNot() {
        assertThat(closesocket(peer)).isZero();
        assertThat(send(0, Requests.poisoned(), null, text("lost"))).isZero();
        assertThat(send(0, Requests.poisoned(), null, text("refused"))).isEqualTo(Winerror.WSAECONNRESET);
        assertThat(send(0, Requests.poisoned(), null, text("sent"))).isZero();
    }

    @Test
    @Clause({"OVERLAPPED-10", "OVERLAPPED-12"})
    void routinesOfReceivesFromAndOfSendsToSend() {
        LPWSAOVERLAPPED_COMPLETION_ROUTINE sending = (error, bytes, overlapped, flags) ->
                send(0, Requests.poisoned(), null, text("after " + bytes));
        long other = loopback.datagram();
        SOCKADDR_IN there = Loopback.nameOf(other);
        assertThat(WSARecvFrom(other, Requests.buffers(room(9)), 1, null, new DWORD(), null, null,
                Requests.poisoned(), sending)).isEqualTo(SOCKET_ERROR);
        assertThat(WSAGetLastError()).isEqualTo(Winerror.WSA_IO_PENDING);
        assertThat(WSASendTo(loopback.datagram(), Requests.buffers(text("12345")), 1, null, 0, there,
                SOCKADDR_IN.SIZEOF, Requests.poisoned(), null)).isZero();
        assertThat(Synchapi.SleepEx(Requests.LONG_MS, true)).isEqualTo(Synchapi.WAIT_IO_COMPLETION);
        assertReceived("after 5");
        assertThat(WSASendTo(other, Requests.buffers(text("123")), 1, null, 0, there, SOCKADDR_IN.SIZEOF,
                Requests.poisoned(), sending)).isZero();
        assertThat(Synchapi.SleepEx(Requests.LONG_MS, true)).isEqualTo(Synchapi.WAIT_IO_COMPLETION);
        assertReceived("after 3");
    }
}
