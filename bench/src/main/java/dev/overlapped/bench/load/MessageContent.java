package dev.overlapped.bench.load;

import java.nio.ByteBuffer;
import java.util.Random;

/// What echo messages consist of: any message is a part of the same bytes, at another place each time, so
/// that one that is late or meant for another connection is not taken for the right one.
final class MessageContent {
    private static final int PLACES = 1 << 14;

    private final ByteBuffer bytes;
    private final int messageBytes;

    MessageContent(int messageBytes) {
        this.messageBytes = messageBytes;
        byte[] content = new byte[PLACES + messageBytes];
        new Random(42).nextBytes(content);
        bytes = ByteBuffer.allocateDirect(content.length).put(content);
    }

    /// A view that [#choose] can be applied to.
    ByteBuffer view() {
        return bytes.duplicate();
    }

    /// Lets `view` be the message of that number.
    void choose(ByteBuffer view, int connection, long message) {
        int place = (int) (connection * 7919L + message * 31) & (PLACES - 1);
        view.limit(place + messageBytes).position(place);
    }
}
