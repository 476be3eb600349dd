package dev.overlapped.bench.server.jdk;

import dev.overlapped.bench.server.Control;
import dev.overlapped.bench.server.Server;
import dev.overlapped.bench.server.ServerOptions;
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

/// Echo on asynchronous channels, whose handlers run on the one thread of their group.
public final class Nio2Echo implements Server {
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
                new Connection(channel, options.bufferBytes()).start();
            }

            @Override
            public void failed(Throwable failure, Void attachment) {
                failure.printStackTrace();
            }
        });
        Control.listening(((InetSocketAddress) listener.getLocalAddress()).getPort());
        group.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
    }

    /// Its own handler for both directions, since only one of them is under way at a time.
    private static final class Connection implements CompletionHandler<Integer, Void> {
        private final AsynchronousSocketChannel channel;
        private final ByteBuffer buffer;
        private boolean reading;

        Connection(AsynchronousSocketChannel channel, int bufferBytes) {
            this.channel = channel;
            this.buffer = ByteBuffer.allocateDirect(bufferBytes);
        }

        void start() {
            try {
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                read();
            } catch (IOException _) {
                close();
            }
        }

        private void read() {
            reading = true;
            buffer.clear();
            channel.read(buffer, null, this);
        }

        @Override
        public void completed(Integer count, Void attachment) {
            if (count < 0) {
                close();
                return;
            }
            if (reading) {
                reading = false;
                buffer.flip();
            }
            if (buffer.hasRemaining()) {
                channel.write(buffer, null, this);
            } else {
                read();
            }
        }

        @Override
        public void failed(Throwable failure, Void attachment) {
            close();
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
