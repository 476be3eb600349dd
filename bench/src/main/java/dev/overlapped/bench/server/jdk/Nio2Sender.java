package dev.overlapped.bench.server.jdk;

import dev.overlapped.bench.server.Control;
import dev.overlapped.bench.server.Server;
import dev.overlapped.bench.server.ServerOptions;
import dev.overlapped.bench.server.StreamPattern;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousChannelGroup;
import java.nio.channels.AsynchronousServerSocketChannel;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/// Sends on asynchronous channels. They allow one write at a time (`WritePendingException` otherwise), so
/// each message is written by the handler of the one before.
public final class Nio2Sender implements Server {
    @Override
    public void serve(ServerOptions options) throws IOException, InterruptedException {
        AsynchronousChannelGroup group =
            AsynchronousChannelGroup.withFixedThreadPool(1, Executors.defaultThreadFactory());
        AsynchronousServerSocketChannel listener = AsynchronousServerSocketChannel.open(group)
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
        listener.accept(null, new CompletionHandler<AsynchronousSocketChannel, Void>() {
            @Override
            public void completed(AsynchronousSocketChannel channel, Void attachment) {
                listener.accept(null, this);
                new Connection(channel, options).start();
            }

            @Override
            public void failed(Throwable failure, Void attachment) {
                failure.printStackTrace();
            }
        });
        Control.listening(((InetSocketAddress) listener.getLocalAddress()).getPort());
        group.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
    }

    private static final class Connection {
        private final AsynchronousSocketChannel channel;
        private final ByteBuffer[][] messages;
        private final Written<Integer> plain = new Written<>(this);
        private final Written<Long> gathering = new Written<>(this);
        private int current;

        Connection(AsynchronousSocketChannel channel, ServerOptions options) {
            this.channel = channel;
            this.messages = new ByteBuffer[options.depth()][];
            for (int i = 0; i < messages.length; i++) {
                messages[i] = StreamPattern.pieces(options, i);
            }
        }

        void start() {
            try {
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                write();
            } catch (IOException _) {
                close();
            }
        }

        private void write() {
            ByteBuffer[] message = messages[current];
            if (message.length == 1) {
                channel.write(message[0], null, plain);
            } else {
                channel.write(message, 0, message.length, 0, TimeUnit.SECONDS, null, gathering);
            }
        }

        private void written() {
            ByteBuffer[] message = messages[current];
            if (!message[message.length - 1].hasRemaining()) {
                for (ByteBuffer piece : message) {
                    piece.clear();
                }
                current = current + 1 == messages.length ? 0 : current + 1;
            }
            write();
        }

        private void close() {
            try {
                channel.close();
            } catch (IOException _) {
                // The client has gone; there is nothing to lose.
            }
        }
    }

    /// The two kinds of write tell their counts as different types.
    private record Written<C extends Number>(Connection connection) implements CompletionHandler<C, Void> {
        @Override
        public void completed(C count, Void attachment) {
            connection.written();
        }

        @Override
        public void failed(Throwable failure, Void attachment) {
            connection.close();
        }
    }
}
