package dev.overlapped.cli.load;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;

/// One connection with one message in flight: sent, compared as it comes back, and then the next one.
final class LoadConnection {
    private final int number;
    private final SocketChannel channel;
    private final SelectionKey key;
    private final MessageContent content;
    /// The part of the message that is still to be sent.
    private final ByteBuffer toSend;
    /// The part of the message that is still to come back.
    private final ByteBuffer expected;
    private long message;
    private long begunAt;
    private boolean inFlight;

    /// Takes over a connected, non-blocking channel and its key.
    LoadConnection(int number, SocketChannel channel, SelectionKey key, MessageContent content) {
        this.number = number;
        this.channel = channel;
        this.key = key;
        this.content = content;
        this.toSend = content.view();
        this.expected = content.view();
    }

    /// Begins the next message.
    void begin(long now) throws IOException {
        content.choose(toSend, number, message);
        content.choose(expected, number, message);
        message++;
        begunAt = now;
        inFlight = true;
        send();
    }

    /// Sends what the socket takes. A message can be larger than that: then the rest is sent when there is
    /// room, while its beginning is coming back already.
    void send() throws IOException {
        channel.write(toSend);
        int interest = SelectionKey.OP_READ | (toSend.hasRemaining() ? SelectionKey.OP_WRITE : 0);
        if (key.interestOps() != interest) {
            key.interestOps(interest);
        }
    }

    /// Receives into `buffer`, which is anybody's between two calls, and compares. Returns whether the
    /// message is back whole.
    boolean receive(ByteBuffer buffer, LoadResult result) throws IOException {
        buffer.clear();
        int received = channel.read(buffer);
        if (received < 0) {
            throw new EOFException("closed by the server");
        }
        buffer.flip();
        compare(buffer, result);
        if (expected.hasRemaining() || !inFlight) {
            return false;
        }
        inFlight = false;
        return true;
    }

    /// Whether a message was begun and is not back.
    boolean isInFlight() {
        return inFlight;
    }

    long begunAt() {
        return begunAt;
    }

    /// Gives up a connection that has failed.
    void abandon() {
        inFlight = false;
        try {
            channel.close();
        } catch (IOException _) {
            // It has failed before, and that has been counted.
        }
    }

    /// What is more than the message has is wrong as well.
    private void compare(ByteBuffer received, LoadResult result) {
        int end = expected.limit();
        int common = Math.min(received.remaining(), expected.remaining());
        int extra = received.remaining() - common;
        received.limit(common);
        expected.limit(expected.position() + common);
        if (received.mismatch(expected) >= 0) {
            int wrong = 0;
            for (int i = 0; i < common; i++) {
                if (received.get(i) != expected.get(expected.position() + i)) {
                    wrong++;
                }
            }
            result.wrongBytes(wrong);
        }
        if (extra > 0) {
            result.wrongBytes(extra);
        }
        expected.position(expected.position() + common).limit(end);
    }
}
