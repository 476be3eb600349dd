package dev.overlapped;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.ConcurrentLinkedDeque;

/// A listener on loopback, connections of it, and peers from outside the library; closing it closes all.
final class Streams implements AutoCloseable {
    private final ConcurrentLinkedDeque<AutoCloseable> opened = new ConcurrentLinkedDeque<>();
    private final ListeningSocket listener;

    Streams() {
        try {
            InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
            listener = keep(ListeningSocket.bind(new InetSocketAddress(loopback, 0)));
        } catch (WinsockException e) {
            throw new UncheckedIOException(e);
        }
    }

    <T extends AutoCloseable> T keep(T socket) {
        opened.push(socket);
        return socket;
    }

    ListeningSocket listener() {
        return listener;
    }

    SocketAddress address() {
        return listener.localAddress();
    }

    /// A connection from outside the library, not accepted yet. It blocks.
    SocketChannel peer() {
        try {
            return keep(SocketChannel.open(address()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    OverlappedSocket accepted() throws IOException, InterruptedException {
        return keep(listener.accept().await());
    }

    /// A connecting socket of the library and the accepted one.
    OverlappedSocket[] pair() throws IOException, InterruptedException {
        OverlappedSocket connecting = keep(OverlappedSocket.connect(address()).await());
        return new OverlappedSocket[] {connecting, accepted()};
    }

    /// Direct memory that holds these bytes, ready to be sent.
    static ByteBuffer bytes(int... values) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(values.length);
        for (int value : values) {
            buffer.put((byte) value);
        }
        return buffer.flip();
    }

    static ByteBuffer room(int bytes) {
        return ByteBuffer.allocateDirect(bytes);
    }

    @Override
    public void close() {
        while (!opened.isEmpty()) {
            try {
                opened.pop().close();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }
    }
}
