package dev.overlapped.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WsaSendExampleTest {
    /// The loopback addresses are left to others: what is bound here is what the page's program binds.
    private static final InetAddress ANY = null;

    @ParameterizedTest
    @ValueSource(strings = {"winsock", "idiomatic"})
    void printsThePagesElevenLinesTwiceInARowOnOnePort(String api) throws Exception {
        int port = freePort();
        List<String> expected = Stream.concat(Stream.of("Client Accepted..."),
            Collections.nCopies(10, "Wrote 4096 bytes").stream()).toList();

        for (int i = 0; i < 2; i++) {
            RunningCommand example = RunningCommand.start("example", "--port", Integer.toString(port),
                "--api", api);
            byte[] received = receiveAll(port);

            assertThat(example.exitCode()).isZero();
            assertThat(example.out()).isEqualTo(expected);
            assertThat(example.err()).isEmpty();
            assertThat(received).hasSize(40_960);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"winsock", "idiomatic"})
    void aTakenPortIsThePagesMessageAndExitCode1(String api) throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, ANY)) {
            RunningCommand example =
                RunningCommand.run("example", "--port", Integer.toString(taken.getLocalPort()), "--api", api);

            assertThat(example.exitCode()).isEqualTo(1);
            assertThat(example.out()).containsExactly("bind failed with error: 10048");
            assertThat(example.err()).isEmpty();
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, ANY)) {
            return probe.getLocalPort();
        }
    }

    private static byte[] receiveAll(int port) throws IOException, InterruptedException {
        while (true) {
            try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return client.getInputStream().readAllBytes();
            } catch (java.net.ConnectException e) {
                // The program offers no event to wait for: it listens when a connection succeeds.
                Thread.onSpinWait();
            }
        }
    }
}
