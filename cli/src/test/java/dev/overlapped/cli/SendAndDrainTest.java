package dev.overlapped.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SendAndDrainTest {
    @ParameterizedTest
    @CsvSource({
        "routine, 1,    4096,    1000",
        "routine, 64,   4096,    5000",
        "routine, 1000, 100,     5000",
        "routine, 3,    3000001, 7",
        "event,   1,    4096,    1000",
        "event,   64,   4096,    5000",
        "event,   1000, 100,     5000",
        "event,   5,    1,       2",
    })
    void bothSidesSeeTheSameStream(String wait, int depth, int size, int count) {
        RunningCommand send = RunningCommand.start("send", "--port", "0", "--count", Integer.toString(count),
            "--size", Integer.toString(size), "--depth", Integer.toString(depth), "--wait", wait);
        RunningCommand drain = RunningCommand.start("drain", "--connect", "127.0.0.1:" + send.port());

        assertThat(drain.exitCode()).isZero();
        assertThat(send.exitCode()).isZero();
        String bytes = Long.toString((long) size * count);
        assertThat(drain.json("bytes")).isEqualTo(bytes);
        assertThat(send.json("bytes")).isEqualTo(bytes);
        assertThat(send.json("crc32c")).hasSize(8).isEqualTo(drain.json("crc32c"));
        assertThat(send.json("sends")).isEqualTo(Integer.toString(count));
        assertThat(Integer.parseInt(send.json("immediate")) + Integer.parseInt(send.json("pending")))
            .isEqualTo(count);
    }

    @Test
    void aClientThatGoesAwayIsOneLineAndExitCode1() throws IOException {
        RunningCommand send = RunningCommand.start("send", "--port", "0", "--count", "1000000",
            "--size", "65536", "--depth", "4", "--wait", "routine");
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), send.port())) {
            assertThat(client.getInputStream().readNBytes(100)).hasSize(100);
            // A close with unread bytes resets the connection.
            SocketOption<Integer> linger = StandardSocketOptions.SO_LINGER;
            client.setOption(linger, 0);
        }

        assertThat(send.exitCode()).isEqualTo(1);
        assertThat(send.err()).hasSize(2);
        assertThat(send.err().getLast()).startsWith("overlapped send: WSASend failed with error: 100");
        assertThat(send.out()).isEmpty();
    }

    @Test
    void aTakenPortIsOneLineAndExitCode1() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            RunningCommand send = RunningCommand.run("send", "--count", "1", "--size", "1", "--port",
                Integer.toString(taken.getLocalPort()));

            assertThat(send.exitCode()).isEqualTo(1);
            assertThat(send.err()).containsExactly("overlapped send: bind failed with error: 10048");
        }
    }
}
