package dev.overlapped.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.overlapped.error.WinsockErrors;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A thread may find a socket by its handle, and use it only after another thread has closed it and a third
/// one has opened a socket with the same descriptor.
class ClosedSocketTest {
    private final Engine engine = Engine.system();
    private final ArrayDeque<Socket> open = new ArrayDeque<>();

    @AfterEach
    void end() {
        open.forEach(each -> engine.close(each.handle(), Caller.current()));
    }

    private Socket opened() {
        Socket socket = engine.socket(engine.open(false, true, true));
        open.push(socket);
        return socket;
    }

    private static SocketAddress anyPort() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    private Socket listener() {
        Socket listener = opened();
        assertThat(listener.handshake().bind(anyPort())).isZero();
        assertThat(listener.handshake().listen(5)).isZero();
        return listener;
    }

    private Socket connectedTo(Socket listener) {
        Socket socket = opened();
        assertThat(socket.handshake().connect(listener.localAddress(), Caller.current())).isZero();
        return socket;
    }

    private void close(Socket socket) {
        assertThat(engine.close(socket.handle(), Caller.current())).isTrue();
        open.remove(socket);
    }

    @Test
    void itBindsNoOtherSocket() {
        Socket late = opened();
        int descriptor = late.descriptor();
        close(late);
        Socket other = opened();
        assumeTrue(other.descriptor() == descriptor, "the descriptor has been reused");
        assertThat(late.handshake().bind(anyPort())).isEqualTo(-WinsockErrors.WSAENOTSOCK);
        assertThat(((InetSocketAddress) engine.provider().localAddress(descriptor)).getPort()).isZero();
    }

    @Test
    void itLetsNoOtherSocketListen() {
        Socket late = opened();
        assertThat(late.handshake().bind(anyPort())).isZero();
        close(late);
        Socket other = opened();
        assertThat(other.handshake().bind(anyPort())).isZero();
        assertThat(late.handshake().listen(5)).isEqualTo(-WinsockErrors.WSAENOTSOCK);
        Socket client = opened();
        assertThat(client.handshake().connect(other.localAddress(), Caller.current()))
                .isEqualTo(-WinsockErrors.WSAECONNREFUSED);
    }

    @Test
    void itShutsNoOtherSocket() {
        Socket listener = listener();
        Socket late = connectedTo(listener);
        int descriptor = late.descriptor();
        close(late);
        Socket other = connectedTo(listener);
        assumeTrue(other.descriptor() == descriptor, "the descriptor has been reused");
        late.shutdown(true, true);
        Request send = Caller.current().send(other, 0, true);
        assertThat(send.add(MemorySegment.ofArray(new byte[1]), 1, false)).isTrue();
        assertThat(other.call(send, Caller.current())).isOne();
    }

    @Test
    void itTellsNothingOfAnotherSocket() {
        Socket listener = listener();
        Socket late = connectedTo(listener);
        close(late);
        connectedTo(listener);
        assertThat(late.localAddress()).isNull();
        assertThat(late.peerAddress()).isNull();
        assertThat(late.available()).isEqualTo(-WinsockErrors.WSAENOTSOCK);
        Request send = Caller.current().send(late, 0, true);
        assertThat(late.start(send, Caller.current())).isEqualTo(-WinsockErrors.WSAENOTSOCK);
    }
}
