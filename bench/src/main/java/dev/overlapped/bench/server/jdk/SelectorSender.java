package dev.overlapped.bench.server.jdk;

import dev.overlapped.bench.server.Control;
import dev.overlapped.bench.server.Server;
import dev.overlapped.bench.server.ServerOptions;
import dev.overlapped.bench.server.StreamPattern;
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

/// Sends on one selector: message after message until one is not taken whole, then waits for room.
///
/// A channel knows no outstanding requests: each write is one message, or one gathering write of its pieces.
public final class SelectorSender implements Server {
    /// So that one connection does not keep the others waiting.
    private static final int MESSAGES_PER_TURN = 64;

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
                        accept(listener, selector, options);
                    } else {
                        ((Connection) key.attachment()).writable();
                    }
                });
            }
        }
    }

    private static void accept(ServerSocketChannel listener, Selector selector, ServerOptions options) {
        try {
            SocketChannel channel = listener.accept();
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.register(selector, SelectionKey.OP_WRITE, new Connection(channel, options));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class Connection {
        private final SocketChannel channel;
        private final ByteBuffer[][] messages;
        private int current;

        Connection(SocketChannel channel, ServerOptions options) {
            this.channel = channel;
            this.messages = new ByteBuffer[options.depth()][];
            for (int i = 0; i < messages.length; i++) {
                messages[i] = StreamPattern.pieces(options, i);
            }
        }

        void writable() {
            try {
                for (int i = 0; i < MESSAGES_PER_TURN; i++) {
                    ByteBuffer[] message = messages[current];
                    ByteBuffer last = message[message.length - 1];
                    if (message.length == 1) {
                        channel.write(last);
                    } else {
                        channel.write(message);
                    }
                    if (last.hasRemaining()) {
                        return;
                    }
                    for (ByteBuffer piece : message) {
                        piece.clear();
                    }
                    current = current + 1 == messages.length ? 0 : current + 1;
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
