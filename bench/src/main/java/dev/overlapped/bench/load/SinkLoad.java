package dev.overlapped.bench.load;

import dev.overlapped.bench.server.StreamPattern;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/// Receives what the server sends, and compares every byte.
final class SinkLoad {
    private static final int BUFFER_BYTES = 1 << 18;
    /// So that one connection does not keep the others waiting, nor the clock.
    private static final int READS_PER_TURN = 16;

    private final LoadOrder order;
    private final Conversation conversation;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    /// A period and what may follow in one read.
    private final ByteBuffer pattern;
    private Window window;

    SinkLoad(LoadOrder order, Conversation conversation) {
        this.order = order;
        this.conversation = conversation;
        this.pattern = ByteBuffer.allocateDirect(order.periodBytes() + BUFFER_BYTES);
        for (int i = 0; i < pattern.capacity(); i++) {
            pattern.put(i, StreamPattern.at(i % order.periodBytes()));
        }
    }

    void run() throws IOException {
        List<SocketChannel> channels = new ArrayList<>();
        try (Selector selector = Selector.open()) {
            // Nothing is read before it is told to go, but the server begins at once.
            for (int i = 0; i < order.connections(); i++) {
                SocketChannel channel = SocketChannel.open(order.server());
                channels.add(channel);
                channel.configureBlocking(false);
                channel.register(selector, SelectionKey.OP_READ, new Stream());
            }
            conversation.readyAndGo();
            window = new Window(order, conversation);
            while (window.isOpen(System.nanoTime())) {
                selector.select(this::ready, 1000);
            }
            conversation.resultAndEnd(window.figures());
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } finally {
            for (SocketChannel channel : channels) {
                channel.close();
            }
        }
    }

    private void ready(SelectionKey key) {
        try {
            SocketChannel channel = (SocketChannel) key.channel();
            Stream stream = (Stream) key.attachment();
            for (int i = 0; i < READS_PER_TURN; i++) {
                buffer.clear();
                int received = channel.read(buffer);
                if (received < 0) {
                    throw new EOFException("closed by the server");
                }
                if (received == 0) {
                    return;
                }
                compare(stream, received);
                window.count(received / (double) order.messageBytes());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void compare(Stream stream, int received) throws IOException {
        buffer.flip();
        pattern.limit(stream.position + received).position(stream.position);
        int wrong = buffer.mismatch(pattern);
        if (wrong >= 0) {
            throw new IOException("byte " + (stream.position + wrong) + " of the period came wrong");
        }
        stream.position = (stream.position + received) % order.periodBytes();
    }

    private static final class Stream {
        /// In the period.
        int position;
    }
}
