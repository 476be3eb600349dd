package dev.overlapped.bench.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Datagrams that come back, from many sockets: each next one when the one before is back, or is given up.
/// What is given up counts as lost, and is no error; what comes back wrong is one.
final class DatagramLoad {
    /// On a machine that is busy a datagram may take long, and is not lost yet.
    private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private final LoadOrder order;
    private final Conversation conversation;
    private final List<DatagramLink> links = new ArrayList<>();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 16);
    private Window window;
    private long lookedAt;

    DatagramLoad(LoadOrder order, Conversation conversation) {
        this.order = order;
        this.conversation = conversation;
    }

    void run() throws IOException {
        try (Selector selector = Selector.open()) {
            MessageContent content = new MessageContent(order.messageBytes());
            for (int i = 0; i < order.connections(); i++) {
                DatagramChannel channel = DatagramChannel.open();
                links.add(new DatagramLink(channel, i, content));
                channel.connect(order.server());
                channel.configureBlocking(false);
                channel.register(selector, SelectionKey.OP_READ, links.get(i));
            }
            conversation.readyAndGo();
            window = new Window(order, conversation);
            lookedAt = System.nanoTime();
            for (DatagramLink link : links) {
                link.begin(lookedAt);
            }
            for (long now = lookedAt; window.isOpen(now); now = System.nanoTime()) {
                selector.select(this::ready, TimeUnit.NANOSECONDS.toMillis(PATIENCE_NANOS));
                giveUpLost(System.nanoTime());
            }
            conversation.resultAndEnd(window.figures());
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } finally {
            for (DatagramLink link : links) {
                link.close();
            }
        }
    }

    private void ready(SelectionKey key) {
        DatagramLink link = (DatagramLink) key.attachment();
        try {
            if (link.isBack(buffer)) {
                long now = System.nanoTime();
                window.count(link.begunAt(), now);
                link.begin(now);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void giveUpLost(long now) throws IOException {
        if (now - lookedAt < PATIENCE_NANOS) {
            return;
        }
        lookedAt = now;
        for (DatagramLink link : links) {
            if (now - link.begunAt() > PATIENCE_NANOS) {
                window.countLost();
                link.begin(now);
            }
        }
    }
}
