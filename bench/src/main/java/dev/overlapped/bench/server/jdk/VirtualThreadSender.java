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
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/// Sends on blocking channels, a virtual thread for each: one message a call, or one gathering write of its
/// pieces. Channels rather than streams, because they take native memory as it is and can gather.
public final class VirtualThreadSender implements Server {
    @Override
    public void serve(ServerOptions options) throws InterruptedException {
        Thread.ofVirtual().start(() -> accept(options)).join();
    }

    private static void accept(ServerOptions options) {
        try (ServerSocketChannel listener = ServerSocketChannel.open()) {
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
            Control.listening(listener.socket().getLocalPort());
            while (true) {
                SocketChannel channel = listener.accept();
                Thread.ofVirtual().start(() -> send(channel, options));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void send(SocketChannel channel, ServerOptions options) {
        ByteBuffer[][] messages = new ByteBuffer[options.depth()][];
        for (int i = 0; i < messages.length; i++) {
            messages[i] = StreamPattern.pieces(options, i);
        }
        try (channel) {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            while (true) {
                for (ByteBuffer[] message : messages) {
                    write(channel, message);
                }
            }
        } catch (IOException _) {
            // The client has gone; there is nothing to lose.
        }
    }

    private static void write(SocketChannel channel, ByteBuffer[] message) throws IOException {
        ByteBuffer last = message[message.length - 1];
        while (last.hasRemaining()) {
            if (message.length == 1) {
                channel.write(last);
            } else {
                channel.write(message);
            }
        }
        for (ByteBuffer piece : message) {
            piece.clear();
        }
    }
}
