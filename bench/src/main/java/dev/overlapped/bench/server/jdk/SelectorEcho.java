package dev.overlapped.bench.server.jdk;

import dev.overlapped.bench.server.Control;
import dev.overlapped.bench.server.Server;
import dev.overlapped.bench.server.ServerOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/// Echo on one selector: read when readable, write at once, and wait for room only when there was none.
public final class SelectorEcho implements Server {
    @Override
    public void serve(ServerOptions options) throws IOException {
        try (Selector selector = Selector.open(); ServerSocketChannel listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
            listener.configureBlocking(false);
            listener.register(selector, SelectionKey.OP_ACCEPT);
            Control.listening(listener.socket().getLocalPort());
            while (true) {
                selector.select(key -> {
                    if (key.isAcceptable()) {
                        accept(listener, selector, options.bufferBytes());
                    } else {
                        ((Connection) key.attachment()).ready(key);
                    }
                });
            }
        }
    }

    private static void accept(ServerSocketChannel listener, Selector selector, int bufferBytes) {
        try {
            for (SocketChannel channel = listener.accept(); channel != null; channel = listener.accept()) {
                channel.configureBlocking(false);
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                channel.register(selector, SelectionKey.OP_READ, new Connection(channel, bufferBytes));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class Connection {
        private final SocketChannel channel;
        private final ByteBuffer buffer;

        Connection(SocketChannel channel, int bufferBytes) {
            this.channel = channel;
            this.buffer = ByteBuffer.allocateDirect(bufferBytes);
        }

        void ready(SelectionKey key) {
            try {
                if (key.isReadable()) {
                    if (channel.read(buffer) < 0) {
                        channel.close();
                        return;
                    }
                    buffer.flip();
                }
                channel.write(buffer);
                if (buffer.hasRemaining()) {
                    key.interestOps(SelectionKey.OP_WRITE);
                } else {
                    buffer.clear();
                    if (key.interestOps() != SelectionKey.OP_READ) {
                        key.interestOps(SelectionKey.OP_READ);
                    }
                }
            } catch (IOException _) {
                close();
            }
        }

        private void close() {
            try {
                channel.close();
            } catch (IOException _) {
                // The client has gone; there is nothing to lose.
            }
        }
    }
}
