package dev.overlapped.bench.load;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;

/// One socket and the datagram under way from it.
final class DatagramLink {
    /// A datagram that was given up may come back after so many others, at most.
    private static final int LATE_MAX = 16;

    private final DatagramChannel channel;
    private final int number;
    private final MessageContent content;
    private final ByteBuffer toSend;
    private final ByteBuffer expected;
    private long messages;
    private long begunAt;

    DatagramLink(DatagramChannel channel, int number, MessageContent content) {
        this.channel = channel;
        this.number = number;
        this.content = content;
        this.toSend = content.view();
        this.expected = content.view();
    }

    /// Sends the next datagram; one that the socket has no room for is as lost as any other.
    void begin(long now) throws IOException {
        content.choose(toSend, number, messages);
        messages++;
        begunAt = now;
        channel.write(toSend);
    }

    /// Goes on after the selector has found the socket ready. Returns whether the datagram is back that was
    /// sent last. One before that is left out; throws for what was never sent. `buffer` is anybody's between
    /// two calls.
    boolean isBack(ByteBuffer buffer) throws IOException {
        buffer.clear();
        if (channel.receive(buffer) == null) {
            return false;
        }
        buffer.flip();
        for (long age = 0; age < Math.min(messages, LATE_MAX); age++) {
            content.choose(expected, number, messages - 1 - age);
            if (buffer.equals(expected)) {
                return age == 0;
            }
        }
        throw new IOException("socket " + number + ": datagram " + messages + " came back wrong");
    }

    long begunAt() {
        return begunAt;
    }

    void close() throws IOException {
        channel.close();
    }
}
