package dev.overlapped.winsock2;

import static dev.overlapped.winsock2.Winsock2.WSACleanup;
import static dev.overlapped.winsock2.Winsock2.WSACloseEvent;
import static dev.overlapped.winsock2.Winsock2.WSAGetLastError;
import static dev.overlapped.winsock2.Winsock2.WSAStartup;
import static dev.overlapped.winsock2.Winsock2.closesocket;
import static dev.overlapped.winsock2.Winsock2.getsockname;
import static dev.overlapped.winsock2.Winsock2.ntohs;
import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.conformance.Clause;
import dev.overlapped.winsock2.types.DWORD;
import dev.overlapped.winsock2.types.SOCKADDR_IN;
import dev.overlapped.winsock2.types.WSADATA;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The page's program, and each of its branches for errors, all but the one that WSAStartup cannot give
/// reason for. The library is started once more all the while, so that what the program has not closed is
/// seen.
class PageProgramTest {
    /// The system chooses.
    private static final String ANY_PORT = "0";
    private static final String ACCEPTED = "Client Accepted...";
    private static final String WROTE = "Wrote 4096 bytes";

    private final Map<String, Runnable> before = new HashMap<>();
    private PageProgram program = new PageProgram(ANY_PORT, before);
    private SocketChannel client;

    @BeforeEach
    void start() {
        startUp();
        before.put("accept", this::connect);
    }

    private static void startUp() {
        assertThat(WSAStartup(0x0202, new WSADATA())).isZero();
    }

    /// In its branches for errors the page's program leaves WSACleanup out.
    @AfterEach
    void end() throws IOException {
        if (client != null) {
            client.close();
        }
        cleanUp();
    }

    /// As if another part of the program had ended the use of the library.
    private static void cleanUp() {
        while (WSACleanup() == 0) {
            Thread.onSpinWait();
        }
    }

    private int port() {
        SOCKADDR_IN name = new SOCKADDR_IN();
        assertThat(getsockname(program.listenSocket, name, new DWORD(SOCKADDR_IN.SIZEOF))).isZero();
        return ntohs(name.sin_port);
    }

    /// It listens, so that a connection succeeds before it is accepted.
    private void connect() {
        try {
            client = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void reset() {
        try {
            client.setOption(StandardSocketOptions.SO_LINGER, 0);
            client.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void assertReleased() {
        for (long socket : new long[] {program.listenSocket, program.acceptSocket}) {
            assertThat(closesocket(socket)).isEqualTo(Winsock2.SOCKET_ERROR);
            assertThat(WSAGetLastError()).isEqualTo(Winerror.WSAENOTSOCK);
        }
        assertThat(WSACloseEvent(program.sendOverlapped.hEvent)).isFalse();
        assertThat(WSAGetLastError()).isEqualTo(Winerror.WSA_INVALID_HANDLE);
    }

    private void assertEnds(int result, String... lines) {
        assertThat(program.main()).isEqualTo(result);
        assertThat(program.out).containsExactly(lines);
        assertReleased();
    }

    @Test
    @Clause({"EXAMPLE-1", "EXAMPLE-12"})
    void itSendsTenTimesAndLeavesNothingOpen() {
        String[] lines = Stream.concat(Stream.of(ACCEPTED),
                IntStream.range(0, PageProgram.SEND_COUNT).mapToObj(any -> WROTE)).toArray(String[]::new);
        assertEnds(0, lines);
        int total = PageProgram.SEND_COUNT * PageProgram.DATA_BUFSIZE;
        assertThat(Requests.read(client, total + 1)).hasSize(total).containsOnly(0);
        assertThat(WSACleanup()).as("the start of this test").isZero();
        assertThat(WSACleanup()).as("its own was undone").isEqualTo(Winsock2.SOCKET_ERROR);
    }

    @Test
    @Clause("EXAMPLE-12")
    void asManyDescriptorsAreOpenAfterAnotherRunAsBefore() throws IOException {
        assertThat(program.main()).isZero();
        client.close();
        long before = EngineThread.descriptors(-1);
        program = new PageProgram(ANY_PORT, this.before);
        assertThat(program.main()).isZero();
        client.close();
        assertThat(EngineThread.descriptors(before)).isEqualTo(before);
    }

    @Test
    @Clause("EXAMPLE-3")
    void aServiceThatDoesNotExist() {
        program = new PageProgram("there-is-no-such-service", before);
        assertEnds(1, "getaddrinfo failed with error: " + Winerror.WSATYPE_NOT_FOUND);
    }

    @Test
    @Clause("EXAMPLE-4")
    void noSocketBecauseTheLibraryIsNoLongerStarted() {
        before.put("socket", PageProgramTest::cleanUp);
        assertThat(program.main()).isOne();
        assertThat(program.out).containsExactly("socket failed with error: " + Winerror.WSANOTINITIALISED);
        assertThat(program.listenSocket).isEqualTo(Winsock2.INVALID_SOCKET);
    }

    @Test
    @Clause("EXAMPLE-5")
    void aPortThatIsTaken() throws IOException {
        try (ServerSocket taken = new ServerSocket(0)) {
            program = new PageProgram(Integer.toString(taken.getLocalPort()), before);
            assertEnds(1, "bind failed with error: " + Winerror.WSAEADDRINUSE);
        }
    }

    @Test
    @Clause("EXAMPLE-6")
    void aSocketThatIsClosedBeforeItListens() {
        before.put("listen", () -> closesocket(program.listenSocket));
        assertEnds(1, "listen failed with error: " + Winerror.WSAENOTSOCK);
    }

    @Test
    @Clause("EXAMPLE-7")
    void aListenerThatIsClosedBeforeItAccepts() {
        before.put("accept", () -> closesocket(program.listenSocket));
        assertEnds(1, "accept failed with error: " + Winerror.WSAENOTSOCK);
    }

    @Test
    @Clause("EXAMPLE-8")
    void noEventBecauseTheLibraryIsNoLongerStarted() {
        before.put("WSACreateEvent", PageProgramTest::cleanUp);
        assertThat(program.main()).isOne();
        assertThat(program.out).containsExactly(ACCEPTED,
                "WSACreateEvent failed with error: " + Winerror.WSANOTINITIALISED);
        startUp();
        assertReleased();
    }

    @Test
    @Clause("EXAMPLE-9")
    void aClientThatResets() {
        before.put("WSASend", () -> {
            if (program.out.equals(List.of(ACCEPTED, WROTE))) {
                reset();
            }
        });
        assertEnds(0, ACCEPTED, WROTE, "WSASend failed with error: " + Winerror.WSAECONNRESET);
    }

    @Test
    @Clause("EXAMPLE-10")
    void anEventThatIsClosedBeforeItIsWaitedFor() {
        before.put("WSAWaitForMultipleEvents", () -> WSACloseEvent(program.sendOverlapped.hEvent));
        assertEnds(0, ACCEPTED,
                "WSAWaitForMultipleEvents failed with error: " + Winerror.WSA_INVALID_HANDLE);
    }

    @Test
    @Clause("EXAMPLE-11")
    void aSocketThatIsClosedBeforeItsResultIsAskedFor() {
        before.put("WSAGetOverlappedResult", () -> closesocket(program.acceptSocket));
        assertEnds(0, ACCEPTED, "WSASend failed with error: " + Winerror.WSAENOTSOCK);
    }
}
