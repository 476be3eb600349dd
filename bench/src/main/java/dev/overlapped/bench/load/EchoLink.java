package dev.overlapped.bench.load;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/// One connection and the message under way on it.
final class EchoLink {
    private final SocketChannel channel;
    private final int number;
    private final MessageContent content;
    private final ByteBuffer toSend;
    private final ByteBuffer expected;
    private SelectionKey key;
    private long messages;
    private long begunAt;
    private boolean inFlight;
    private boolean starved;
    /// When its next message is due, where that is fixed.
    long due;

    EchoLink(SocketChannel channel, int number, MessageContent content) {
        this.channel = channel;
        this.number = number;
        this.content = content;
        this.toSend = content.view();
        this.expected = content.view();
    }

    void key(SelectionKey registered) {
        key = registered;
    }

    /// Sends the next message; `moment` is when it began, or should have begun.
    void begin(long moment) throws IOException {
        content.choose(toSend, number, messages);
        content.choose(expected, number, messages);
        messages++;
        begunAt = moment;
        inFlight = true;
        send();
    }

    /// Sends what the socket takes; a message may be longer than that.
    private void send() throws IOException {
        channel.write(toSend);
        int interest = SelectionKey.OP_READ | (toSend.hasRemaining() ? SelectionKey.OP_WRITE : 0);
        if (key.interestOps() != interest) {
            key.interestOps(interest);
        }
    }

    /// Goes on after the selector has found the connection ready. Returns whether its message is back, and
    /// throws if it is not what was sent. `buffer` is anybody's between two calls.
    boolean ready(ByteBuffer buffer) throws IOException {
        if (toSend.hasRemaining()) {
            send();
        }
        buffer.clear();
        int received = channel.read(buffer);
        if (received < 0) {
            throw new EOFException("connection " + number + " was closed by the server");
        }
        buffer.flip();
        int end = expected.limit();
        if (received > expected.remaining()) {
            throw new IOException("connection " + number + ": more came back than was sent");
        }
        expected.limit(expected.position() + received);
        if (!buffer.equals(expected)) {
            throw new IOException("connection " + number + ": message " + messages + " came back wrong");
        }
        expected.position(expected.limit()).limit(end);
        if (!inFlight || expected.hasRemaining()) {
            return false;
        }
        inFlight = false;
        return true;
    }

    boolean isInFlight() {
        return inFlight;
    }

    long begunAt() {
        return begunAt;
    }

    void starve() {
        starved = true;
    }

    boolean isStarved() {
        return starved;
    }

    void close() throws IOException {
        channel.close();
    }
}
