package dev.overlapped.bench.load;

import dev.overlapped.bench.measure.Figures;
import java.io.EOFException;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/// Connections that are open, have been used once, and then are left alone.
public final class IdleLoad {
    /// So many are opened first, so that what the server needs for the first ones only is not counted as
    /// every connection's.
    public static final int FIRST_CONNECTIONS = 100;

    private final LoadOrder order;
    private final Conversation conversation;
    private final List<SocketChannel> channels = new ArrayList<>();
    private final ByteBuffer message;
    private final ByteBuffer answer;

    IdleLoad(LoadOrder order, Conversation conversation) {
        this.order = order;
        this.conversation = conversation;
        this.message = ByteBuffer.allocateDirect(order.messageBytes());
        this.answer = ByteBuffer.allocateDirect(order.messageBytes());
    }

    void run() throws IOException {
        try {
            openUpTo(Math.min(FIRST_CONNECTIONS, order.connections()));
            conversation.readyAndGo();
            openUpTo(order.connections());
            Window window = new Window(order, conversation);
            while (window.isOpen(System.nanoTime())) {
                pause();
            }
            Figures figures = window.figures();
            // All of them are still alive.
            for (SocketChannel channel : channels) {
                use(channel);
            }
            conversation.resultAndEnd(figures);
        } finally {
            for (SocketChannel channel : channels) {
                channel.close();
            }
        }
    }

    private void openUpTo(int count) throws IOException {
        while (channels.size() < count) {
            SocketChannel channel = SocketChannel.open(order.server());
            channels.add(channel);
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            use(channel);
        }
    }

    private void use(SocketChannel channel) throws IOException {
        message.clear().put(0, (byte) channels.size());
        channel.write(message);
        message.flip();
        answer.clear();
        while (answer.hasRemaining()) {
            if (channel.read(answer) < 0) {
                throw new EOFException("closed by the server");
            }
        }
        answer.flip();
        if (!answer.equals(message)) {
            throw new IOException("a message came back wrong");
        }
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(10);
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
