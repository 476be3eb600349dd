package dev.overlapped.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.Test;

class DemoCommandTest {
    @Test
    void showsBothSidesAndChecksEveryByte() {
        RunningCommand demo = RunningCommand.run("demo", "--port", "0");

        assertThat(demo.exitCode()).isZero();
        assertThat(demo.err()).isEmpty();
        assertThat(linesOf(demo, "server")).hasSize(11)
            .startsWith("server | Client Accepted...").endsWith("server | Wrote 4096 bytes");
        assertThat(linesOf(demo, "client")).hasSize(12)
            .contains("client | Read 4096 bytes, buffer 10 of 10, every byte right")
            .endsWith("client | End of stream");
        assertThat(demo.out()).endsWith("All 40960 bytes arrived as they were sent.");
    }

    @Test
    void aTakenPortIsThePagesMessageAndExitCode1() throws IOException {
        InetAddress any = null;
        try (ServerSocket taken = new ServerSocket(0, 1, any)) {
            RunningCommand demo =
                RunningCommand.run("demo", "--port", Integer.toString(taken.getLocalPort()));

            assertThat(demo.exitCode()).isEqualTo(1);
            assertThat(demo.out()).containsExactly("server | bind failed with error: 10048");
            assertThat(demo.err()).singleElement().asString().contains("is taken");
        }
    }

    private static List<String> linesOf(RunningCommand demo, String speaker) {
        return demo.out().stream().filter(line -> line.startsWith(speaker + " | ")).toList();
    }
}
