package dev.overlapped.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/// Sockets of one engine for tests, which `caller` opens and connects. All of them must come about.
record TestSockets(Engine engine, Caller caller) {
    /// An address of this machine; port 0: any.
    static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port);
    }

    private Socket opened(boolean stream) {
        Socket socket = engine.socket(engine.open(false, stream, true));
        assertThat(socket).isNotNull();
        return socket;
    }

    Socket stream() {
        return opened(true);
    }

    /// One for datagrams, with an address.
    Socket datagrams() {
        return bound(opened(false));
    }

    Socket listener() {
        Socket listener = bound(stream());
        assertThat(listener.handshake().listen(5)).isZero();
        return listener;
    }

    private static Socket bound(Socket socket) {
        assertThat(socket.handshake().bind(loopback(0))).isZero();
        return socket;
    }

    /// Both ends of a connection, the one that connected first.
    Socket[] connection() {
        Socket listener = listener();
        Socket client = stream();
        assertThat(client.handshake().connect(listener.localAddress(), caller)).isZero();
        long accepted = listener.handshake().accept(caller, new SocketAddress[1]);
        assertThat(accepted).isPositive();
        return new Socket[] {client, engine.socket(accepted)};
    }
}
