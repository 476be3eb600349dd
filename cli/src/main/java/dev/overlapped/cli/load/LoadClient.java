package dev.overlapped.cli.load;

import dev.overlapped.cli.tcp.HostPort;
import dev.overlapped.cli.terminal.RunFailedException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Many connections on one thread and one plain selector, each with one message in flight. It shares nothing
/// with the library, so that it can judge it. In the steady state it makes no objects of its own.
final class LoadClient implements AutoCloseable {
    /// Fewer than any listener's queue holds: a connect that finds the queue full is repeated after a second
    /// only.
    private static final int CONNECTING_AT_ONCE = 64;
    private static final int PATIENCE_SECONDS = 10;
    private static final int RETRY_MILLIS = 50;
    private static final int LARGEST_READ_BYTES = 256 << 10;
    private static final int SELECT_MILLIS = 100;

    private final int wanted;
    private final MessageContent content;
    private final ByteBuffer buffer;
    private final LoadResult result = new LoadResult();
    private final Selector selector;
    private final List<LoadConnection> connections = new ArrayList<>();
    private final Consumer<SelectionKey> connect = this::connected;
    private final Consumer<SelectionKey> serve = this::serve;
    private InetSocketAddress server;
    private int connecting;
    // The moments, as System.nanoTime() has them, between which messages are measured.
    private long measureFrom;
    private long measureTo;

    /// A client with that many connections, which sends messages of `size` bytes.
    LoadClient(int connections, int size) throws IOException {
        wanted = connections;
        content = new MessageContent(size);
        // One byte more than a message: an answer that is too long is seen with the message that it belongs
        // to.
        buffer = ByteBuffer.allocateDirect(Math.min(size + 1, LARGEST_READ_BYTES));
        selector = Selector.open();
    }

    /// Connects, sends for the seconds of warming up, measures for the others, and waits for what is still
    /// under way.
    LoadResult run(HostPort address, double warmupSeconds, double seconds) throws IOException {
        connectFirst(address);
        connectOthers();
        long start = System.nanoTime();
        measureFrom = start + (long) (warmupSeconds * TimeUnit.SECONDS.toNanos(1));
        measureTo = measureFrom + (long) (seconds * TimeUnit.SECONDS.toNanos(1));
        for (LoadConnection connection : connections) {
            begin(connection, System.nanoTime());
        }
        long giveUpAt = measureTo + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (System.nanoTime() - measureTo < 0) {
            selector.select(serve, SELECT_MILLIS);
        }
        // No message is begun any more; those that never come back are errors.
        while (System.nanoTime() - giveUpAt < 0
                && connections.stream().anyMatch(LoadConnection::isInFlight)) {
            selector.select(serve, SELECT_MILLIS);
        }
        for (LoadConnection connection : connections) {
            if (connection.isInFlight()) {
                result.error("a message did not come back within " + PATIENCE_SECONDS + " seconds");
            }
        }
        return result;
    }

    /// Closes all connections.
    @Override
    public void close() throws IOException {
        for (SelectionKey key : selector.keys()) {
            key.channel().close();
        }
        selector.close();
    }

    /// The first connection finds out which of the host's addresses answers, and waits for a server that is
    /// about to start.
    private void connectFirst(HostPort address) throws IOException {
        InetAddress[] addresses;
        try {
            addresses = InetAddress.getAllByName(address.host());
        } catch (UnknownHostException e) {
            throw new RunFailedException("unknown host '" + address.host() + "'");
        }
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        for (int i = 0; server == null; i = (i + 1) % addresses.length) {
            InetSocketAddress candidate = new InetSocketAddress(addresses[i], address.port());
            try {
                add(SocketChannel.open(candidate));
                server = candidate;
            } catch (ConnectException e) {
                if (System.nanoTime() >= deadline) {
                    throw new RunFailedException("connect to " + address + " failed: " + e.getMessage());
                }
                pause();
            }
        }
    }

    private void connectOthers() throws IOException {
        while (connections.size() < wanted) {
            while (connecting < CONNECTING_AT_ONCE && connections.size() + connecting < wanted) {
                SocketChannel channel = SocketChannel.open();
                channel.configureBlocking(false);
                if (channel.connect(server)) {
                    add(channel);
                } else {
                    channel.register(selector, SelectionKey.OP_CONNECT);
                    connecting++;
                }
            }
            selector.select(connect, SELECT_MILLIS);
        }
    }

    private void connected(SelectionKey key) {
        if (!key.isConnectable()) {
            return;
        }
        try {
            SocketChannel channel = (SocketChannel) key.channel();
            if (channel.finishConnect()) {
                connecting--;
                add(channel);
            }
        } catch (IOException e) {
            throw new RunFailedException("connection " + (connections.size() + 1) + " of " + wanted
                + " failed: " + e.getMessage());
        }
    }

    private void add(SocketChannel channel) throws IOException {
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        SelectionKey key = channel.keyFor(selector);
        if (key == null) {
            key = channel.register(selector, SelectionKey.OP_READ);
        } else {
            key.interestOps(SelectionKey.OP_READ);
        }
        LoadConnection connection = new LoadConnection(connections.size(), channel, key, content);
        key.attach(connection);
        connections.add(connection);
    }

    private void begin(LoadConnection connection, long now) {
        try {
            connection.begin(now);
        } catch (IOException e) {
            failed(connection, e);
        }
    }

    private void serve(SelectionKey key) {
        LoadConnection connection = (LoadConnection) key.attachment();
        try {
            if (key.isWritable()) {
                connection.send();
            }
            if (key.isReadable() && connection.receive(buffer, result)) {
                long now = System.nanoTime();
                if (connection.begunAt() - measureFrom >= 0 && now - measureTo < 0) {
                    result.message(now - connection.begunAt());
                }
                if (now - measureTo < 0) {
                    connection.begin(now);
                }
            }
        } catch (IOException e) {
            failed(connection, e);
        }
    }

    private void failed(LoadConnection connection, IOException e) {
        result.error("a connection failed: " + e.getMessage());
        connection.abandon();
    }

    private static void pause() {
        try {
            Thread.sleep(RETRY_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RunFailedException("interrupted while connecting");
        }
    }
}
