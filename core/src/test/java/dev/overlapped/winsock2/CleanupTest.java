package dev.overlapped.winsock2;

import static dev.overlapped.winsock2.Requests.POISON;
import static dev.overlapped.winsock2.Winsock2.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.conformance.Clause;
import dev.overlapped.engine.Engine;
import dev.overlapped.winsock2.Requests.Ended;
import dev.overlapped.winsock2.Requests.Runs;
import dev.overlapped.winsock2.types.DWORD;
import dev.overlapped.winsock2.types.WSADATA;
import dev.overlapped.winsock2.types.WSAOVERLAPPED;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// WSAStartup and WSACleanup: the versions, the count, and what the last cleanup does to requests.
class CleanupTest {
    private static final int BIG = 8 << 20;
    /// What needs no start: conversions, the thread's error, start itself.
    private static final Set<String> NEED_NO_START = Set.of("WSAStartup", "WSAGetLastError",
            "WSASetLastError", "htons", "ntohs", "htonl", "ntohl", "freeaddrinfo", "GetAcceptExSockaddrs");

    @Test
    void theLastCleanupEndsRequestsInTheirStructuresAlone() {
        long event = Synchapi.CreateEventA(null, true, false, null);
        WSAOVERLAPPED send = Requests.poisoned();
        WSAOVERLAPPED receive = Requests.poisoned();
        WSAOVERLAPPED withEvent = Requests.poisoned();
        withEvent.hEvent = event;
        Runs runs = new Runs();
        try (Loopback loopback = new Loopback()) {
            loopback.peer();
            long socket = loopback.accepted();
            Requests.smallSendBuffer(socket);
            assertThat(Requests.send(socket, send, runs, Requests.room(BIG))).isEqualTo(997);
            assertThat(Requests.receive(socket, receive, runs, Requests.room(10))).isEqualTo(997);
            assertThat(Requests.receive(socket, withEvent, null, Requests.room(10))).isEqualTo(997);
            assertThat(WSACleanup()).isZero();
            assertEndedInSilence(runs, send, receive, withEvent);
            assertThat(WSAStartup(0x0202, new WSADATA())).isZero();
            assertThat(Requests.isSignalled(withEvent)).isFalse();
            assertThat(recv(socket, Requests.room(1), 1, 0)).isEqualTo(SOCKET_ERROR);
            assertThat(WSAGetLastError()).isEqualTo(Winerror.WSAENOTSOCK);
        } finally {
            assertThat(Handleapi.CloseHandle(event)).isTrue();
        }
    }

    private static void assertEndedInSilence(Runs runs, WSAOVERLAPPED... ended) {
        for (WSAOVERLAPPED each : ended) {
            assertThat(Requests.status(each)).isEqualTo(Winerror.WSA_OPERATION_ABORTED);
        }
        Requests.assertNoMoreRoutines();
        assertThat(runs.all).isEmpty();
    }

    /// The listener comes before the accepted socket here, so its request has gone elsewhere when it closes.
    @Test
    void theLastCleanupEndsAnAcceptThatWaitsForFirstBytesInSilence() {
        long event = Synchapi.CreateEventA(null, true, false, null);
        WSAOVERLAPPED accept = Requests.poisoned();
        accept.hEvent = event;
        try (Loopback loopback = new Loopback()) {
            long acceptor = loopback.stream();
            DWORD received = new DWORD(POISON);
            assertThat(Mswsock.AcceptEx(loopback.listener(), acceptor, Requests.room(100), 10, 32, 32,
                    received, accept)).isFalse();
            assertThat(WSAGetLastError()).isEqualTo(997);
            loopback.peer();
            Requests.until("the connection is accepted", () -> isConnected(acceptor));
            assertThat(WSACleanup()).isZero();
            assertThat(Requests.status(accept)).isEqualTo(Winerror.WSA_OPERATION_ABORTED);
            assertThat(WSAStartup(0x0202, new WSADATA())).isZero();
            assertThat(Requests.isSignalled(accept)).isFalse();
        } finally {
            assertThat(Handleapi.CloseHandle(event)).isTrue();
        }
    }

    private static boolean isConnected(long socket) {
        return Engine.system().socket(socket).isConnected();
    }

    @Test
    void theLastCleanupEndsBlockingCallsElsewhere() {
        try (Loopback loopback = new Loopback()) {
            loopback.peer();
            long socket = loopback.accepted();
            MemorySegment room = Requests.room(10);
            CompletableFuture<Ended> receive = Requests.blocking(() -> recv(socket, room, 10, 0));
            CompletableFuture<Ended> accept =
                    Requests.blocking(() -> (int) accept(loopback.listener(), null, null));
            assertThat(WSACleanup()).isZero();
            Ended aborted = new Ended(SOCKET_ERROR, Winerror.WSA_OPERATION_ABORTED);
            assertThat(Requests.get(receive)).isEqualTo(aborted);
            assertThat(Requests.get(accept)).isEqualTo(aborted);
            assertThat(WSAStartup(0x0202, new WSADATA())).isZero();
        }
    }

    @Test
    void thePeerSeesTheEnd() {
        try (Loopback loopback = new Loopback()) {
            SocketChannel peer = loopback.peer();
            loopback.accepted();
            assertThat(WSACleanup()).isZero();
            assertThat(Requests.read(peer, 1)).isEmpty();
            assertThat(WSAStartup(0x0202, new WSADATA())).isZero();
        }
    }

    @Test
    void onlyTheLastCleanupCloses() {
        try (Loopback loopback = new Loopback()) {
            assertThat(WSAStartup(0x0101, new WSADATA())).isZero();
            assertThat(WSAStartup(0x0202, new WSADATA())).isZero();
            assertThat(WSACleanup()).isZero();
            assertThat(WSACleanup()).isZero();
            long[] pair = loopback.pair();
            assertThat(send(pair[0], Requests.room(1), 1, 0)).isOne();
        }
        assertThat(WSACleanup()).isEqualTo(SOCKET_ERROR);
        assertThat(WSAGetLastError()).isEqualTo(Winerror.WSANOTINITIALISED);
    }

    @Test
    @Clause({"ERRORS-30", "DECISIONS-18"})
    void everyFunctionNeedsAStartFirst() throws ReflectiveOperationException {
        TreeSet<String> others = new TreeSet<>();
        List<String> asked = new ArrayList<>();
        for (Class<?> header : List.of(Winsock2.class, Ws2tcpip.class, Mswsock.class, Ioapiset.class)) {
            for (Method function : header.getDeclaredMethods()) {
                if (!Modifier.isPublic(function.getModifiers())
                        || NEED_NO_START.contains(function.getName())) {
                    continue;
                }
                asked.add(function.getName());
                WSASetLastError(0);
                Object result = function.invoke(null, zeros(function));
                boolean failed = Set.of((Object) SOCKET_ERROR, INVALID_SOCKET, false, 0L, 10093)
                        .contains(result);
                if (!failed || WSAGetLastError() != Winerror.WSANOTINITIALISED) {
                    others.add(function.getName() + " " + result);
                }
            }
        }
        assertThat(others).isEmpty();
        assertThat(asked).hasSizeGreaterThanOrEqualTo(30)
                .contains("WSASend", "WSASocket", "AcceptEx", "CancelIoEx");
    }

    private static Object[] zeros(Method function) {
        return Arrays.stream(function.getParameterTypes()).map(type -> (Object) switch (type.getName()) {
            case "int" -> 0;
            case "long" -> 0L;
            case "boolean" -> false;
            default -> null;
        }).toArray();
    }

    // ---- versions ----

    @ParameterizedTest(name = "{0}.{1}")
    @CsvSource({"1,0,1,0", "1,1,1,1", "1,7,1,1", "2,0,2,0", "2,1,2,1", "2,2,2,2", "2,9,2,2", "3,0,2,2",
        "255,255,2,2"})
    void aVersionIsAnsweredByTheNextLowerThatThereIs(int major, int minor, int gotMajor, int gotMinor) {
        WSADATA data = poisonedData();
        WSASetLastError(POISON);
        assertThat(WSAStartup(Minwindef.MAKEWORD(major, minor), data)).isZero();
        assertThat(WSAGetLastError()).isZero();
        assertThat(WSACleanup()).isZero();
        assertThat(data.wVersion).isEqualTo(Minwindef.MAKEWORD(gotMajor, gotMinor));
        assertThat(data.wHighVersion).isEqualTo(0x0202);
        assertThat(data.szDescription).isEqualTo("WinSock 2.0");
        assertThat(data.szSystemStatus).isEqualTo("Running");
        assertThat(data.lpVendorInfo).isEqualTo("poison");
        assertThat(data.iMaxSockets).isEqualTo(gotMajor == 1 ? 32767 : 0);
        assertThat(data.iMaxUdpDg).isEqualTo(gotMajor == 1 ? 65467 : 0);
    }

    private static WSADATA poisonedData() {
        WSADATA data = new WSADATA();
        data.wVersion = POISON;
        data.wHighVersion = POISON;
        data.iMaxSockets = POISON;
        data.iMaxUdpDg = POISON;
        data.szDescription = "poison";
        data.szSystemStatus = "poison";
        data.lpVendorInfo = "poison";
        return data;
    }

    @Test
    void version0IsNotSupportedAndStartsNothing() {
        WSADATA data = poisonedData();
        assertThat(WSAStartup(Minwindef.MAKEWORD(0, 2), data)).isEqualTo(Winerror.WSAVERNOTSUPPORTED);
        assertThat(WSAGetLastError()).isEqualTo(Winerror.WSANOTINITIALISED);
        assertThat(data.wVersion).isEqualTo(0x0202);
        assertThat(data.szDescription).isEqualTo("WinSock 2.0");
        assertThat(WSAStartup(Minwindef.MAKEWORD(0, 2), null)).isEqualTo(Winerror.WSAVERNOTSUPPORTED);
        assertNotStarted();
    }

    @Test
    void aStartWithoutDataIsAFaultAndStartsNothing() {
        assertThat(WSAStartup(0x0202, null)).isEqualTo(Winerror.WSAEFAULT);
        assertThat(WSAGetLastError()).isEqualTo(Winerror.WSANOTINITIALISED);
        assertNotStarted();
    }

    private static void assertNotStarted() {
        assertThat(socket(AF_INET, SOCK_STREAM, 0)).isEqualTo(INVALID_SOCKET);
        assertThat(WSAGetLastError()).isEqualTo(Winerror.WSANOTINITIALISED);
    }
}
