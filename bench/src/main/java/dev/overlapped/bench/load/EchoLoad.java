package dev.overlapped.bench.load;

import dev.overlapped.bench.measure.Metric;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Messages that come back, on many connections: each next one when the one before is back, or at fixed
/// moments.
///
/// At fixed moments a message that is sent late, because the one before is not back, counts from the moment
/// it was due: a server that stalls does not hide the time of what had to wait for it.
final class EchoLoad {
    /// The selector's time-outs are whole milliseconds; closer than that to a moment, it is asked again and
    /// again.
    private static final long SPIN_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private final LoadOrder order;
    private final Conversation conversation;
    private final List<EchoLink> links = new ArrayList<>();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 16);
    /// Between two messages of one connection; 0 where they follow each other.
    private final long intervalNanos;
    /// Who waits for an answer for so long is starved.
    private final long starvingNanos;
    private Window window;
    private long now;
    /// The link whose next message is due first, if none were late.
    private int turn;

    EchoLoad(LoadOrder order, Conversation conversation) {
        this.order = order;
        this.conversation = conversation;
        this.intervalNanos = order.kind() == LoadKind.FIXED_RATE
            ? Math.max(1, Math.round(1e9 * order.connections() / order.rate())) : 0;
        this.starvingNanos = order.windowNanos() / 4;
    }

    void run() throws IOException {
        try (Selector selector = Selector.open()) {
            MessageContent content = new MessageContent(order.messageBytes());
            for (int i = 0; i < order.connections(); i++) {
                SocketChannel channel = SocketChannel.open(order.server());
                EchoLink link = new EchoLink(channel, i, content);
                links.add(link);
                channel.configureBlocking(false);
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                link.key(channel.register(selector, SelectionKey.OP_READ, link));
            }
            conversation.readyAndGo();
            window = new Window(order, conversation);
            if (intervalNanos == 0) {
                back(selector);
            } else {
                fixed(selector);
            }
            conversation.resultAndEnd(window.figures().put(Metric.STARVED, (double) starved()));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } finally {
            for (EchoLink link : links) {
                link.close();
            }
        }
    }

    /// How many connections have waited for too long, or still do.
    private long starved() {
        now = System.nanoTime();
        links.stream().filter(EchoLink::isInFlight).forEach(this::waited);
        return links.stream().filter(EchoLink::isStarved).count();
    }

    /// From the later one of the message's begin and the window's, until now.
    private void waited(EchoLink link) {
        if (window.isCounting() && now - Math.max(link.begunAt(), window.begunAt()) >= starvingNanos) {
            link.starve();
        }
    }

    private void back(Selector selector) throws IOException {
        now = System.nanoTime();
        for (EchoLink link : links) {
            link.begin(now);
        }
        while (window.isOpen(System.nanoTime())) {
            selector.select(this::ready, 1000);
        }
    }

    private void fixed(Selector selector) throws IOException {
        schedule(System.nanoTime());
        while (true) {
            boolean wasCounting = window.isCounting();
            now = System.nanoTime();
            if (!window.isOpen(now)) {
                return;
            }
            if (!wasCounting && window.isCounting()) {
                // What fell due while the server was sampled is nobody's delay.
                schedule(window.begunAt());
            }
            long wait = beginDue();
            if (wait > SPIN_NANOS) {
                selector.select(this::ready, (wait - SPIN_NANOS) / 1_000_000 + 1);
            } else {
                selector.selectNow(this::ready);
            }
        }
    }

    /// The connections take turns from `start` on.
    private void schedule(long start) {
        for (int i = 0; i < links.size(); i++) {
            links.get(i).due = start + intervalNanos * i / links.size();
        }
        turn = 0;
    }

    /// Begins what is due. A connection that is still busy is passed over: it begins its next message when
    /// the one before is back. Returns the time until something is due.
    private long beginDue() throws IOException {
        for (int i = 0; i < links.size(); i++) {
            EchoLink link = links.get(turn);
            if (!link.isInFlight()) {
                long wait = link.due - now;
                if (wait > 0) {
                    return wait;
                }
                beginDue(link);
            }
            turn = turn + 1 == links.size() ? 0 : turn + 1;
        }
        return 0;
    }

    private void beginDue(EchoLink link) throws IOException {
        long due = link.due;
        link.due += intervalNanos;
        link.begin(due);
    }

    private void ready(SelectionKey key) {
        EchoLink link = (EchoLink) key.attachment();
        try {
            if (!link.ready(buffer)) {
                return;
            }
            now = System.nanoTime();
            window.count(link.begunAt(), now);
            waited(link);
            if (intervalNanos == 0) {
                link.begin(now);
            } else if (link.due - now <= 0) {
                beginDue(link);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
