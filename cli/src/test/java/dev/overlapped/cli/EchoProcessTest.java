package dev.overlapped.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The server as a process: how it ends is a matter of the whole Java VM.
class EchoProcessTest {
    private static final int PATIENCE_SECONDS = 10;

    @ParameterizedTest
    @CsvSource({"winsock, routine", "winsock, event", "idiomatic, routine", "idiomatic, virtual"})
    void sigtermEndsItWithExitCode0(String api, String wait) throws Exception {
        Process echo = start("echo", "--port", "0", "--api", api, "--wait", wait);
        try (BufferedReader out = echo.inputReader()) {
            String ready = out.readLine();
            assertThat(ready).startsWith("listening on 127.0.0.1:");
            int port = Integer.parseInt(ready.substring(ready.lastIndexOf(':') + 1));
            try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port)) {
                client.getOutputStream().write(new byte[] {1, 2, 3});
                assertThat(client.getInputStream().readNBytes(3)).containsExactly(1, 2, 3);

                // Not Process.destroy, which would close the streams too.
                echo.toHandle().destroy();

                assertThat(echo.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
                assertThat(endOf(client.getInputStream())).isTrue();
            }
            assertThat(echo.exitValue()).isZero();
            assertThat(out.readLine()).isNull();
        } finally {
            echo.destroyForcibly();
        }
    }

    /// The connection may end in either way: the server does not wait for what its clients still have to say.
    private static boolean endOf(InputStream stream) {
        try {
            return stream.read() < 0;
        } catch (IOException e) {
            return true;
        }
    }

    /// The tests run from folders and jars that are on the module path or on the class path; the class path
    /// takes all.
    private static Process start(String... args) throws IOException {
        String path = System.getProperty("jdk.module.path", "") + ":" + System.getProperty("java.class.path");
        List<String> command = new ArrayList<>(List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED", "-cp", path, Main.class.getName()));
        command.addAll(List.of(args));
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }
}
