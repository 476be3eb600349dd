package dev.overlapped.examples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Each example as a user runs it: in a Java VM of its own, talked to by the JDK's own sockets.
class ExamplesTest {
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
    private static final int PATIENCE_MS = 15_000;

    /// An example that runs until it is closed.
    private static final class Running implements AutoCloseable {
        private final Process process;
        private final BufferedReader out;

        Running(Class<?> example, Object... args) throws IOException {
            String path = System.getProperty("java.class.path");
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "--enable-native-access=ALL-UNNAMED", "-cp", path, example.getName()));
            Arrays.stream(args).map(Object::toString).forEach(command::add);
            process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
            out = process.inputReader();
        }

        int port() throws IOException {
            String line = out.readLine();
            assertThat(line).startsWith("listening on ");
            return Integer.parseInt(line.substring(line.lastIndexOf(':') + 1));
        }

        /// What it prints from here on until it ends well.
        List<String> lines() throws InterruptedException {
            List<String> lines = out.lines().toList();
            assertThat(process.waitFor()).isZero();
            return lines;
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }

    private static Socket connect(int port) throws IOException {
        Socket client = new Socket(LOOPBACK, port);
        client.setSoTimeout(PATIENCE_MS);
        return client;
    }

    private static String say(Socket client, String text, int answerBytes) throws IOException {
        client.getOutputStream().write(text.getBytes(UTF_8));
        return new String(client.getInputStream().readNBytes(answerBytes), UTF_8);
    }

    @Test
    void theEchoServerIsShort() throws IOException {
        Path source = Path.of("src/main/java/dev/overlapped/examples/EchoServer.java");
        assertThat(Files.readAllLines(source)).hasSizeLessThanOrEqualTo(25);
    }

    @Test
    void echoServer() throws IOException {
        try (Running server = new Running(EchoServer.class, 0)) {
            int port = server.port();
            try (Socket first = connect(port); Socket second = connect(port)) {
                assertThat(say(second, "second", 6)).isEqualTo("second");
                assertThat(say(first, "first", 5)).isEqualTo("first");
                first.shutdownOutput();
                assertThat(first.getInputStream().read()).isNegative();
                assertThat(say(second, "goes on", 7)).isEqualTo("goes on");
            }
        }
    }

    @Test
    void chat() throws IOException {
        try (Running server = new Running(Chat.class, 0)) {
            int port = server.port();
            try (Socket one = connect(port); Socket two = connect(port)) {
                // Nobody tells who is in the room yet: said until it is heard.
                two.setSoTimeout(100);
                String heard = "";
                for (int tries = 0; heard.isEmpty() && tries < 100; tries++) {
                    one.getOutputStream().write('a');
                    heard = heard(two);
                }
                assertThat(heard).startsWith("a");
                try (Socket three = connect(port)) {
                    three.getOutputStream().write('b');
                    assertThat(one.getInputStream().read()).isEqualTo('b');
                }
                two.setSoTimeout(PATIENCE_MS);
                int next = two.getInputStream().read();
                while (next == 'a') {
                    next = two.getInputStream().read();
                }
                assertThat(next).isEqualTo('b');
            }
        }
    }

    private static String heard(Socket member) throws IOException {
        try {
            int heard = member.getInputStream().read();
            return heard < 0 ? "" : "" + (char) heard;
        } catch (SocketTimeoutException e) {
            return "";
        }
    }

    @Test
    void sendFile(@TempDir Path folder) throws Exception {
        byte[] content = new byte[(9 << 20) + 123];
        new Random(1).nextBytes(content);
        Path file = Files.write(folder.resolve("file"), content);
        try (ServerSocket receiver = new ServerSocket(0, 1, LOOPBACK);
                Running sender = new Running(SendFile.class, "127.0.0.1", receiver.getLocalPort(), file)) {
            receiver.setSoTimeout(PATIENCE_MS);
            try (Socket connection = receiver.accept()) {
                assertThat(connection.getInputStream().readAllBytes()).isEqualTo(content);
            }
            assertThat(sender.lines()).containsExactly("sent " + content.length + " bytes");
        }
    }

    @Test
    void udpPing() throws Exception {
        try (DatagramSocket echo = new DatagramSocket(0, LOOPBACK);
                Running ping = new Running(UdpPing.class, "127.0.0.1", echo.getLocalPort(), 3)) {
            echo.setSoTimeout(PATIENCE_MS);
            DatagramPacket packet = new DatagramPacket(new byte[100], 100);
            echo.receive(packet);
            echo.send(packet);
            // The second one is lost.
            echo.receive(packet);
            echo.receive(packet);
            echo.send(packet);
            List<String> lines = ping.lines();
            assertThat(lines).hasSize(3);
            assertThat(lines.get(0)).matches("0: [0-9.]+ ms");
            assertThat(lines.get(1)).isEqualTo("1: WSAETIMEDOUT");
            assertThat(lines.get(2)).matches("2: [0-9.]+ ms");
        }
    }

    @Test
    void proxy() throws Exception {
        byte[] content = new byte[3 << 20];
        new Random(2).nextBytes(content);
        try (ServerSocket service = new ServerSocket(0, 1, LOOPBACK);
                Running proxy = new Running(Proxy.class, 0, "127.0.0.1", service.getLocalPort());
                Socket client = connect(proxy.port()); Socket server = service.accept()) {
            server.setSoTimeout(PATIENCE_MS);
            CompletableFuture<byte[]> received = CompletableFuture.supplyAsync(() -> {
                try {
                    return server.getInputStream().readAllBytes();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            client.getOutputStream().write(content);
            // One direction ends, the other goes on.
            client.shutdownOutput();
            assertThat(received.get()).isEqualTo(content);
            server.getOutputStream().write("thank you".getBytes(UTF_8));
            server.shutdownOutput();
            assertThat(new String(client.getInputStream().readAllBytes(), UTF_8)).isEqualTo("thank you");
        }
    }

    @Test
    void aProxyIsAsFastAsItsSlowerSide() throws Exception {
        try (ServerSocket service = new ServerSocket(0, 1, LOOPBACK);
                Running proxy = new Running(Proxy.class, 0, "127.0.0.1", service.getLocalPort());
                SocketChannel client = SocketChannel.open(new InetSocketAddress(LOOPBACK, proxy.port()));
                Socket server = service.accept(); Selector selector = Selector.open()) {
            // Nobody reads at the far side: the writer has to stop, since nothing here takes without a bound.
            client.configureBlocking(false);
            client.register(selector, SelectionKey.OP_WRITE);
            long written = 0;
            while (selector.select(_ -> { }, 200) > 0) {
                written += client.write(ByteBuffer.allocate(1 << 16));
                assertThat(written).isLessThan(256 << 20);
            }
            client.shutdownOutput();
            server.setSoTimeout(PATIENCE_MS);
            assertThat(server.getInputStream().transferTo(OutputStream.nullOutputStream()))
                    .isEqualTo(written);
        }
    }

    @Test
    void upperServer() throws IOException {
        try (Running server = new Running(UpperServer.class, 0)) {
            int port = server.port();
            for (String text : List.of("Hello, world", "again: ä")) {
                try (Socket client = connect(port)) {
                    String upper = text.equals("Hello, world") ? "HELLO, WORLD" : "AGAIN: ä";
                    assertThat(say(client, text, text.getBytes(UTF_8).length)).isEqualTo(upper);
                }
            }
        }
    }
}
