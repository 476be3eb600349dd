package dev.overlapped;

import static dev.overlapped.winsock2.Winsock2.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.winsock2.Ioapiset;
import dev.overlapped.winsock2.Minwindef;
import dev.overlapped.winsock2.types.DWORD;
import dev.overlapped.winsock2.types.SOCKADDR_IN;
import dev.overlapped.winsock2.types.WSABUF;
import dev.overlapped.winsock2.types.WSADATA;
import dev.overlapped.winsock2.types.WSAOVERLAPPED;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// One table of scenarios, run on both APIs: what happens is the same, code for code and byte for byte.
class BothApisTest {
    private static final long LARGE_BYTES = 32 << 20;
    private static final String MANY = "many";

    /// One socket, of either API. A request is whatever it calls so.
    private interface Client extends AutoCloseable {
        int connect(int port) throws Exception;

        Object send(MemorySegment source) throws Exception;

        Object receive(MemorySegment target) throws Exception;

        void cancel(Object request);

        int shutdownSend();

        int shutdownReceive();

        /// Waits; the code, and the bytes if there are any.
        String end(Object request) throws Exception;

        @Override
        void close();

        static String told(int code, long bytes) {
            return code + (bytes == 0 ? "" : " " + (bytes > 0 && code == 995 ? MANY : bytes));
        }
    }

    private static final class Faithful implements Client {
        private final long socket;

        /// Also what one failed at once with.
        private record Started(WSAOVERLAPPED overlapped, int code) {
        }

        Faithful() {
            assertThat(WSAStartup(Minwindef.MAKEWORD(2, 2), new WSADATA())).isZero();
            socket = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
        }

        @Override
        public int connect(int port) {
            SOCKADDR_IN name = new SOCKADDR_IN();
            name.sin_family = AF_INET;
            name.sin_port = htons(port);
            name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
            return dev.overlapped.winsock2.Winsock2.connect(socket, name, SOCKADDR_IN.SIZEOF) == 0 ? 0
                    : WSAGetLastError();
        }

        @Override
        public Object send(MemorySegment source) {
            WSAOVERLAPPED overlapped = overlapped();
            return started(overlapped, WSASend(socket, buffers(source), 1, null, 0, overlapped, null));
        }

        @Override
        public Object receive(MemorySegment target) {
            WSAOVERLAPPED overlapped = overlapped();
            return started(overlapped,
                    WSARecv(socket, buffers(target), 1, null, new DWORD(), overlapped, null));
        }

        private static WSAOVERLAPPED overlapped() {
            WSAOVERLAPPED overlapped = new WSAOVERLAPPED();
            overlapped.hEvent = WSACreateEvent();
            return overlapped;
        }

        private static WSABUF[] buffers(MemorySegment segment) {
            return new WSABUF[] {new WSABUF(segment, (int) segment.byteSize())};
        }

        private static Started started(WSAOVERLAPPED overlapped, int result) {
            int code = result == 0 ? 0 : WSAGetLastError();
            return new Started(overlapped, code == 997 ? 0 : code);
        }

        @Override
        public void cancel(Object request) {
            assertThat(Ioapiset.CancelIoEx(socket, ((Started) request).overlapped)).isTrue();
        }

        @Override
        public int shutdownSend() {
            return shutdown(socket, SD_SEND) == 0 ? 0 : WSAGetLastError();
        }

        @Override
        public int shutdownReceive() {
            return shutdown(socket, SD_RECEIVE) == 0 ? 0 : WSAGetLastError();
        }

        @Override
        public String end(Object request) {
            Started started = (Started) request;
            if (started.code != 0) {
                return Client.told(started.code, 0);
            }
            long[] event = {started.overlapped.hEvent};
            assertThat(WSAWaitForMultipleEvents(1, event, true, WSA_INFINITE, false)).isZero();
            // Of a closed socket no result can be asked for; the structure has it all the same.
            int code = switch ((int) started.overlapped.Internal) {
                case 0 -> 0;
                case 0xC0000120 -> 995;
                case 0xC0000241 -> 10053;
                case 0xC000020D -> 10054;
                case 0xC0000005 -> 10014;
                default -> (int) started.overlapped.Internal;
            };
            return Client.told(code, started.overlapped.InternalHigh);
        }

        @Override
        public void close() {
            closesocket(socket);
        }
    }

    private static final class Idiomatic implements Client {
        private final OverlappedSocket socket;

        Idiomatic() throws IOException {
            socket = OverlappedSocket.open(StandardProtocolFamily.INET);
        }

        @Override
        public int connect(int port) throws InterruptedException {
            InetSocketAddress to = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port);
            Overlapped<?> request = socket.connectTo(to);
            WaitableEvent.awaitAny(request);
            return request.failure() == null ? 0 : request.failure().code();
        }

        @Override
        public Object send(MemorySegment source) {
            return socket.send(source);
        }

        @Override
        public Object receive(MemorySegment target) {
            return socket.receive(target);
        }

        @Override
        public void cancel(Object request) {
            assertThat(((Overlapped<?>) request).cancel()).isTrue();
        }

        private interface Call {
            void run() throws WinsockException;
        }

        private static int code(Call call) {
            try {
                call.run();
                return 0;
            } catch (WinsockException e) {
                return e.code();
            }
        }

        @Override
        public int shutdownSend() {
            return code(socket::shutdownOutput);
        }

        @Override
        public int shutdownReceive() {
            return code(socket::shutdownInput);
        }

        @Override
        public String end(Object request) throws InterruptedException {
            Overlapped<?> overlapped = (Overlapped<?>) request;
            WaitableEvent.awaitAny(overlapped);
            // The one difference: Java says that a stream has ended by -1.
            return Client.told(overlapped.failure() == null ? 0 : overlapped.failure().code(),
                    Math.max(0, overlapped.bytes()));
        }

        @Override
        public void close() {
            socket.close();
        }
    }

    /// What a scenario has: a connected client and its peer.
    private record Scene(Client client, SocketChannel peer, MemorySegment small, MemorySegment large) {
        Object receive() throws Exception {
            return client.receive(small);
        }
    }

    private interface Story {
        String tell(Scene scene) throws Exception;
    }

    /// Name, what is told in the end, and how it comes to that. The stories hold nothing that changes.
    @SuppressWarnings("ImmutableEnumChecker")
    enum Scenario {
        BYTES_THAT_ARE_THERE("0 3", scene -> {
            scene.peer.write(ByteBuffer.wrap(new byte[3]));
            return scene.client.end(scene.receive());
        }),
        BYTES_THAT_COME_LATER("0 3", scene -> {
            Object receive = scene.receive();
            scene.peer.write(ByteBuffer.wrap(new byte[3]));
            return scene.client.end(receive);
        }),
        A_SEND("0 10", scene -> scene.client.end(scene.client.send(scene.small))),
        THE_END_OF_THE_STREAM("0", scene -> {
            Object receive = scene.receive();
            scene.peer.shutdownOutput();
            return scene.client.end(receive);
        }),
        A_RESET("10054", scene -> {
            Object receive = scene.receive();
            scene.peer.setOption(StandardSocketOptions.SO_LINGER, 0);
            scene.peer.close();
            return scene.client.end(receive);
        }),
        A_SEND_AFTER_A_RESET("10054", scene -> {
            A_RESET.story.tell(scene);
            return scene.client.end(scene.client.send(scene.small));
        }),
        A_CANCELLED_RECEIVE("995, then 0 1", scene -> {
            Object receive = scene.receive();
            scene.client.cancel(receive);
            scene.peer.write(ByteBuffer.wrap(new byte[1]));
            return scene.client.end(receive) + ", then " + scene.client.end(scene.receive());
        }),
        A_SEND_CANCELLED_HALFWAY("995 many", scene -> {
            Object send = scene.client.send(scene.large);
            scene.client.cancel(send);
            return scene.client.end(send);
        }),
        A_CLOSE_WITH_A_RECEIVE_PENDING("10053", scene -> {
            Object receive = scene.receive();
            scene.client.close();
            return scene.client.end(receive);
        }),
        A_CLOSE_WITH_A_SEND_PENDING("995 many", scene -> {
            Object send = scene.client.send(scene.large);
            scene.client.close();
            return scene.client.end(send);
        }),
        A_SEND_ON_A_CLOSED_SOCKET("10038", scene -> {
            scene.client.close();
            return scene.client.end(scene.client.send(scene.small));
        }),
        A_SEND_AFTER_SHUTDOWN("10058", scene -> {
            scene.client.shutdownSend();
            return scene.client.end(scene.client.send(scene.small));
        }),
        A_RECEIVE_AFTER_SHUTDOWN("10058", scene -> {
            scene.client.shutdownReceive();
            return scene.client.end(scene.receive());
        }),
        A_SECOND_CONNECT("10056", scene -> "" + scene.client.connect(1)),
        CLOSED_MEMORY("10014", scene -> {
            MemorySegment dead;
            try (Arena arena = Arena.ofShared()) {
                dead = arena.allocate(10);
            }
            return scene.client.end(scene.client.send(dead));
        });

        private final String expected;
        private final Story story;

        Scenario(String expected, Story story) {
            this.expected = expected;
            this.story = story;
        }
    }

    @ParameterizedTest
    @EnumSource
    void bothTellTheSame(Scenario scenario) throws Exception {
        try (Faithful faithful = new Faithful(); Idiomatic idiomatic = new Idiomatic()) {
            assertThat(play(scenario, faithful)).isEqualTo(scenario.expected);
            assertThat(play(scenario, idiomatic)).isEqualTo(scenario.expected);
        } finally {
            assertThat(WSACleanup()).isZero();
        }
    }

    private static String play(Scenario scenario, Client client) throws Exception {
        try (ServerSocketChannel listener = ServerSocketChannel.open().bind(
                new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0))) {
            assertThat(client.connect(((InetSocketAddress) listener.getLocalAddress()).getPort())).isZero();
            try (SocketChannel peer = listener.accept()) {
                return scenario.story.tell(new Scene(client, peer, Arena.ofAuto().allocate(10),
                        Arena.ofAuto().allocate(LARGE_BYTES)));
            }
        }
    }

    @Test
    void withoutAConnectionBothRefuse() throws Exception {
        try (Faithful faithful = new Faithful(); Idiomatic idiomatic = new Idiomatic()) {
            MemorySegment some = Arena.ofAuto().allocate(1);
            for (Client client : new Client[] {faithful, idiomatic}) {
                assertThat(client.end(client.send(some))).isEqualTo("10057");
                assertThat(client.end(client.receive(some))).isEqualTo("10057");
                assertThat(client.shutdownSend()).isEqualTo(10057);
                // Nobody listens at port 1.
                assertThat(client.connect(1)).isEqualTo(10061);
            }
        } finally {
            assertThat(WSACleanup()).isZero();
        }
    }

    @Test
    void theIdiomaticSocketsAreNoBusinessOfWsaCleanup() throws Exception {
        try (Streams streams = new Streams(); Idiomatic idiomatic = new Idiomatic()) {
            OverlappedSocket[] pair = streams.pair();
            Object receive = idiomatic.receive(Arena.ofAuto().allocate(1));
            Overlapped<Long> pending = pair[1].receive(Streams.room(1));
            new Faithful().close();
            assertThat(WSACleanup()).isZero();
            assertThat(idiomatic.end(receive)).isEqualTo("10057");
            pair[0].send(Streams.bytes(1)).await();
            assertThat(pending.await()).isOne();
        }
    }
}
