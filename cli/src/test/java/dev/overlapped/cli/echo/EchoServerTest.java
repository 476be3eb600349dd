package dev.overlapped.cli.echo;

import static dev.overlapped.winsock2.Winsock2.closesocket;
import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.ListeningSocket;
import dev.overlapped.WinsockException;
import dev.overlapped.cli.load.LoadCommand;
import dev.overlapped.cli.tcp.HostPort;
import dev.overlapped.cli.tcp.TcpSockets;
import dev.overlapped.cli.tcp.WinsockSession;
import dev.overlapped.cli.terminal.OneLineErrors;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import picocli.CommandLine;

class EchoServerTest {
    private static final int PATIENCE_SECONDS = 10;

    /// The servers there are.
    enum Kind { routine, event, idiomatic, virtual }

    /// A server on a thread of its own, until it is closed.
    private static final class Running implements AutoCloseable {
        private final CompletableFuture<EchoServer> server = new CompletableFuture<>();
        private final CompletableFuture<Integer> port = new CompletableFuture<>();
        private final CompletableFuture<Void> ended = new CompletableFuture<>();
        private final StringWriter err = new StringWriter();

        Running(Kind wait) {
            Thread.ofPlatform().name("echo").daemon().start(() -> {
                try {
                    serve(wait);
                    ended.complete(null);
                } catch (RuntimeException | Error e) {
                    port.completeExceptionally(e);
                    ended.completeExceptionally(e);
                }
            });
        }

        int port() {
            return port.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
        }

        @Override
        public void close() {
            server.join().stop();
            ended.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
            assertThat(err.toString()).isEmpty();
        }

        private void serve(Kind kind) {
            PrintWriter notices = new PrintWriter(err, true);
            switch (kind) {
                case routine -> serveByWinsock(listening -> new RoutineEcho(listening, 4096, notices));
                case event -> serveByWinsock(listening -> new EventEcho(listening, 4096, notices));
                case idiomatic -> serveIdiomatically(listener -> new SocketEcho(listener, 4096));
                case virtual -> serveIdiomatically(listener -> new VirtualThreadEcho(listener, 4096));
            }
        }

        private void serveByWinsock(Function<TcpSockets.Listening, EchoServer> make) {
            try (WinsockSession _ = WinsockSession.open()) {
                TcpSockets.Listening listening = TcpSockets.listening(new HostPort("127.0.0.1", 0), 1024);
                try {
                    serve(make.apply(listening), listening.address().port());
                } finally {
                    closesocket(listening.socket());
                }
            }
        }

        private void serveIdiomatically(Function<ListeningSocket, EchoServer> make) {
            InetSocketAddress any = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
            try (ListeningSocket listener = ListeningSocket.bind(any)) {
                serve(make.apply(listener), ((InetSocketAddress) listener.localAddress()).getPort());
            } catch (WinsockException e) {
                throw new UncheckedIOException(e);
            }
        }

        private void serve(EchoServer made, int bound) {
            server.complete(made);
            port.complete(bound);
            made.run();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "routine, 1,   1",
        "routine, 300, 64",
        "routine, 10,  100000",
        "event,   1,   1",
        "event,   63,  64",
        "event,   10,  100000",
        "idiomatic, 1,   1",
        "idiomatic, 300, 64",
        "idiomatic, 10,  100000",
        "virtual, 1,   1",
        "virtual, 300, 64",
        "virtual, 10,  100000",
    })
    void underLoadThereIsNoErrorAndNoWrongByte(Kind wait, int connections, int size) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        try (Running echo = new Running(wait)) {
            int exitCode = new CommandLine(LoadCommand.class)
                .setExecutionExceptionHandler(new OneLineErrors())
                .setOut(new PrintWriter(out)).setErr(new PrintWriter(err))
                .execute("--connect", "127.0.0.1:" + echo.port(), "--size", Integer.toString(size),
                    "--connections", Integer.toString(connections), "--seconds", "0.5", "--warmup", "0.1");

            assertThat(err.toString()).isEmpty();
            assertThat(exitCode).isZero();
        }
        assertThat(out.toString()).contains("\"errors\": 0, \"wrong_bytes\": 0")
            .doesNotContain("\"messages\": 0,");
    }

    @Test
    void withEventsThe64thClientWaitsUntilAnotherEnds() throws IOException {
        try (Running echo = new Running(Kind.event)) {
            List<Socket> clients = new ArrayList<>();
            try {
                for (int i = 0; i < 63; i++) {
                    clients.add(connect(echo));
                    assertThat(echoOf(clients.get(i), 5)).isEqualTo(5);
                }
                Socket late = connect(echo);
                clients.add(late);
                late.setSoTimeout(200);
                assertThat(isSilent(late, 6)).isTrue();

                clients.getFirst().close();

                late.setSoTimeout(PATIENCE_SECONDS * 1000);
                assertThat(late.getInputStream().read()).isEqualTo(6);
            } finally {
                for (Socket client : clients) {
                    client.close();
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void clientsComeAndGo(Kind wait) throws IOException {
        try (Running echo = new Running(wait)) {
            for (int i = 0; i < 200; i++) {
                try (Socket client = connect(echo)) {
                    assertThat(echoOf(client, i & 0xFF)).isEqualTo(i & 0xFF);
                    if (i % 2 == 0) {
                        client.shutdownOutput();
                        assertThat(client.getInputStream().read()).isNegative();
                    } else {
                        // Closing now resets the connection.
                        client.setSoLinger(true, 0);
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void stoppingClosesTheConnectionsThatAreOpen(Kind wait) throws IOException {
        Socket client;
        try (Running echo = new Running(wait)) {
            client = connect(echo);
            assertThat(echoOf(client, 7)).isEqualTo(7);
        }
        try (client) {
            assertThat(client.getInputStream().read()).isNegative();
        }
    }

    private static Socket connect(Running echo) throws IOException {
        Socket client = new Socket(InetAddress.getLoopbackAddress(), echo.port());
        client.setSoTimeout(PATIENCE_SECONDS * 1000);
        return client;
    }

    private static int echoOf(Socket client, int value) throws IOException {
        client.getOutputStream().write(value);
        return client.getInputStream().read();
    }

    private static boolean isSilent(Socket client, int value) throws IOException {
        client.getOutputStream().write(value);
        InputStream in = client.getInputStream();
        try {
            in.read();
            return false;
        } catch (SocketTimeoutException e) {
            return true;
        }
    }
}
