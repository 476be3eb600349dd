package dev.overlapped.bench.load;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/// Connections that live for one message each, several at a time. An operation is a connection's whole life.
final class ConnectLoad {
    /// Addresses of this machine to connect from: the ports of one would be used up in seconds, since a
    /// connection that was closed holds its port for a minute.
    private static final int SOURCES = 128;

    private final LoadOrder order;
    private final Conversation conversation;
    private final MessageContent content;
    private final ByteBuffer toSend;
    private final ByteBuffer expected;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 16);
    private Window window;
    private long opened;

    ConnectLoad(LoadOrder order, Conversation conversation) {
        this.order = order;
        this.conversation = conversation;
        this.content = new MessageContent(order.messageBytes());
        this.toSend = content.view();
        this.expected = content.view();
    }

    void run() throws IOException {
        try (Selector selector = Selector.open()) {
            conversation.readyAndGo();
            window = new Window(order, conversation);
            for (int i = 0; i < order.connections(); i++) {
                open(selector);
            }
            while (window.isOpen(System.nanoTime())) {
                selector.select(this::ready, 1000);
            }
            conversation.resultAndEnd(window.figures());
            for (SelectionKey key : selector.keys()) {
                key.channel().close();
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private void open(Selector selector) throws IOException {
        SocketChannel channel = SocketChannel.open();
        byte source = (byte) (2 + opened % SOURCES);
        channel.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, source}), 0));
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.configureBlocking(false);
        Life life = new Life(opened++, System.nanoTime());
        SelectionKey key = channel.register(selector, SelectionKey.OP_CONNECT, life);
        if (channel.connect(order.server())) {
            connected(key, channel, life);
        }
    }

    private void ready(SelectionKey key) {
        try {
            SocketChannel channel = (SocketChannel) key.channel();
            Life life = (Life) key.attachment();
            if (key.isConnectable()) {
                channel.finishConnect();
                connected(key, channel, life);
            } else if (isBack(channel, life)) {
                channel.close();
                window.count(life.begunAt(), System.nanoTime());
                open(key.selector());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void connected(SelectionKey key, SocketChannel channel, Life life) throws IOException {
        key.interestOps(SelectionKey.OP_READ);
        content.choose(toSend, 0, life.number());
        if (channel.write(toSend) != order.messageBytes()) {
            throw new IOException("a fresh connection does not take a message");
        }
    }

    private boolean isBack(SocketChannel channel, Life life) throws IOException {
        buffer.clear();
        int received = channel.read(buffer);
        if (received == 0) {
            return false;
        }
        if (received < 0) {
            throw new EOFException("closed by the server");
        }
        buffer.flip();
        content.choose(expected, 0, life.number());
        // The message is so short that it comes whole.
        if (!buffer.equals(expected)) {
            throw new IOException("connection " + life.number() + ": the message came back wrong");
        }
        return true;
    }

    private record Life(long number, long begunAt) {
    }
}
