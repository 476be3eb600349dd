package dev.overlapped.cli.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.cli.terminal.OneLineErrors;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/// The judge is judged with servers made of plain sockets: it must find what they do wrong, and nothing else.
class LoadCommandTest {
    private ServerSocket listener;

    /// What a server does with the bytes it has received, before it sends them back.
    private interface Answer {
        /// Returns how many of them to send; a negative number closes the connection.
        int change(byte[] bytes, int length);
    }

    private record Outcome(int exitCode, String json, String err) {
    }

    @BeforeEach
    void listen() throws IOException {
        listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws IOException {
        listener.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 64, 100_000, 5_000_000})
    void aGoodServerHasNeitherErrorsNorWrongBytes(int size) {
        serve((_, length) -> length);

        Outcome outcome = load(3, size);

        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.exitCode()).isZero();
        assertThat(outcome.json()).contains("\"errors\": 0, \"wrong_bytes\": 0, ")
            .doesNotContain("\"messages\": 0,");
    }

    @Test
    void moreConnectionsThanConnectAtOnce() {
        serve((_, length) -> length);

        assertThat(load(200, 10).exitCode()).isZero();
    }

    @Test
    void aWrongByteIsFound() {
        serve((bytes, length) -> {
            bytes[length - 1] ^= 1;
            return length;
        });

        Outcome outcome = load(1, 64);

        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.json()).contains("\"errors\": 0").doesNotContain("\"wrong_bytes\": 0");
        assertThat(outcome.err().lines()).singleElement().asString().endsWith("bytes came back wrong");
    }

    @Test
    void anAnswerToSomebodyElseIsFound() {
        byte[] first = new byte[64];
        boolean[] kept = new boolean[1];
        serve((bytes, length) -> {
            synchronized (first) {
                if (!kept[0]) {
                    System.arraycopy(bytes, 0, first, 0, 64);
                    kept[0] = true;
                }
                System.arraycopy(first, 0, bytes, 0, 64);
            }
            return length;
        });

        Outcome outcome = load(2, 64);

        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.json()).doesNotContain("\"wrong_bytes\": 0");
    }

    @Test
    void aByteTooManyIsFound() {
        serve((_, length) -> length + 1);

        Outcome outcome = load(1, 64);

        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.json()).doesNotContain("\"wrong_bytes\": 0");
    }

    @Test
    void aConnectionThatIsClosedIsAnError() {
        serve((_, _) -> -1);

        Outcome outcome = load(2, 64);

        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.json()).contains("\"errors\": 2");
        assertThat(outcome.err().lines()).singleElement().asString().contains("2 errors");
    }

    private Outcome load(int connections, int size) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode = new CommandLine(LoadCommand.class)
            .setExecutionExceptionHandler(new OneLineErrors())
            .setOut(new PrintWriter(out)).setErr(new PrintWriter(err))
            .execute("--connect", "127.0.0.1:" + listener.getLocalPort(), "--size", Integer.toString(size),
                "--connections", Integer.toString(connections), "--seconds", "0.3", "--warmup", "0.05");
        return new Outcome(exitCode, out.toString(), err.toString());
    }

    private void serve(Answer answer) {
        Thread.ofVirtual().start(() -> {
            try {
                while (true) {
                    Socket client = listener.accept();
                    Thread.ofVirtual().start(() -> serve(client, answer));
                }
            } catch (IOException e) {
                // The test has ended.
            }
        });
    }

    private static void serve(Socket accepted, Answer answer) {
        try (Socket client = accepted) {
            InputStream in = client.getInputStream();
            OutputStream out = client.getOutputStream();
            byte[] bytes = new byte[65_536];
            int received = in.read(bytes, 0, bytes.length - 1);
            while (received > 0) {
                int length = answer.change(bytes, received);
                if (length < 0) {
                    return;
                }
                out.write(bytes, 0, length);
                received = in.read(bytes, 0, bytes.length - 1);
            }
        } catch (IOException e) {
            // The client has ended.
        }
    }
}
