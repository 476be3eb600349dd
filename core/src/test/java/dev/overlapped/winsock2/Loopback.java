package dev.overlapped.winsock2;

import static dev.overlapped.winsock2.Winsock2.AF_INET;
import static dev.overlapped.winsock2.Winsock2.INADDR_LOOPBACK;
import static dev.overlapped.winsock2.Winsock2.INVALID_SOCKET;
import static dev.overlapped.winsock2.Winsock2.IPPROTO_TCP;
import static dev.overlapped.winsock2.Winsock2.IPPROTO_UDP;
import static dev.overlapped.winsock2.Winsock2.SOCK_DGRAM;
import static dev.overlapped.winsock2.Winsock2.SOCK_STREAM;
import static dev.overlapped.winsock2.Winsock2.WSACleanup;
import static dev.overlapped.winsock2.Winsock2.WSAGetLastError;
import static dev.overlapped.winsock2.Winsock2.WSAStartup;
import static dev.overlapped.winsock2.Winsock2.accept;
import static dev.overlapped.winsock2.Winsock2.bind;
import static dev.overlapped.winsock2.Winsock2.closesocket;
import static dev.overlapped.winsock2.Winsock2.connect;
import static dev.overlapped.winsock2.Winsock2.getsockname;
import static dev.overlapped.winsock2.Winsock2.htonl;
import static dev.overlapped.winsock2.Winsock2.htons;
import static dev.overlapped.winsock2.Winsock2.listen;
import static dev.overlapped.winsock2.Winsock2.ntohs;
import static dev.overlapped.winsock2.Winsock2.socket;
import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.winsock2.types.DWORD;
import dev.overlapped.winsock2.types.SOCKADDR_IN;
import dev.overlapped.winsock2.types.WSADATA;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;

/// A started library and sockets on loopback; closing it closes all of them, and undoes the start.
final class Loopback implements AutoCloseable {
    private final ArrayDeque<Long> sockets = new ArrayDeque<>();
    private final ArrayDeque<SocketChannel> peers = new ArrayDeque<>();
    private final long listener;
    private final int port;

    Loopback() {
        assertThat(WSAStartup(Minwindef.MAKEWORD(2, 2), new WSADATA())).isZero();
        listener = stream();
        assertThat(bind(listener, loopback(0), SOCKADDR_IN.SIZEOF)).isZero();
        assertThat(listen(listener, 128)).isZero();
        port = ntohs(nameOf(listener).sin_port);
    }

    /// 127.0.0.1 and a port.
    static SOCKADDR_IN loopback(int port) {
        SOCKADDR_IN name = new SOCKADDR_IN();
        name.sin_family = AF_INET;
        name.sin_port = htons(port);
        name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        return name;
    }

    /// A fresh stream socket.
    long stream() {
        return keep(unkept());
    }

    /// A datagram socket that is bound to loopback.
    long datagram() {
        long datagram = unboundDatagram();
        assertThat(bind(datagram, loopback(0), SOCKADDR_IN.SIZEOF)).isZero();
        return datagram;
    }

    /// A datagram socket that is fresh.
    long unboundDatagram() {
        return keep(socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP));
    }

    /// The address that a socket is bound to.
    static SOCKADDR_IN nameOf(long socket) {
        SOCKADDR_IN name = new SOCKADDR_IN();
        assertThat(getsockname(socket, name, new DWORD(SOCKADDR_IN.SIZEOF))).as("%d", WSAGetLastError())
                .isZero();
        return name;
    }

    /// A fresh stream socket that whoever asked closes. The only method for any thread.
    long unkept() {
        return socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    }

    long keep(long socket) {
        assertThat(socket).as("error %d", WSAGetLastError()).isNotEqualTo(INVALID_SOCKET);
        sockets.push(socket);
        return socket;
    }

    /// A listener of this fixture's; its port is [#port].
    long listener() {
        return listener;
    }

    int port() {
        return port;
    }

    /// A connection from outside the library, not accepted yet. It blocks.
    SocketChannel peer() {
        try {
            InetAddress loopback = InetAddress.getLoopbackAddress();
            SocketChannel peer = SocketChannel.open(new InetSocketAddress(loopback, port));
            peers.push(peer);
            return peer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The next connection of the listener.
    long accepted() {
        return keep(accept(listener, null, null));
    }

    /// Two connected sockets of the library: the connecting one and the accepted one.
    long[] pair() {
        long connecting = stream();
        assertThat(connect(connecting, loopback(port), SOCKADDR_IN.SIZEOF)).isZero();
        return new long[] {connecting, accepted()};
    }

    @Override
    public void close() {
        while (!peers.isEmpty()) {
            try {
                peers.pop().close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        while (!sockets.isEmpty()) {
            // A test may have closed it already.
            closesocket(sockets.pop());
        }
        assertThat(WSACleanup()).isZero();
    }
}
