package dev.overlapped.cli.load;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/// What `load` sends and expects to get back: a piece of one fixed sequence of random bytes, which starts
/// elsewhere for each connection and each of its messages. So an answer to somebody else, or to an earlier
/// message, is wrong; and a message is made by choosing its piece, without copying or allocating.
final class MessageContent {
    /// A prime, so that neither step below ever comes back early: 65,521 messages of one connection, and as
    /// many connections, all start at different places.
    static final int PERIOD_BYTES = 65_521;

    private static final long SEED = 27_015;
    private static final long STEP_PER_CONNECTION = 7_919;
    private static final long STEP_PER_MESSAGE = 40_503;

    private final int size;
    private final ByteBuffer bytes;

    /// Content of messages of that many bytes.
    MessageContent(int size) {
        this.size = size;
        this.bytes = ByteBuffer.allocateDirect(PERIOD_BYTES + size);
        byte[] period = new byte[PERIOD_BYTES];
        new SplittableRandom(SEED).nextBytes(period);
        while (bytes.hasRemaining()) {
            bytes.put(period, 0, Math.min(PERIOD_BYTES, bytes.remaining()));
        }
    }

    /// A view for one connection, to be moved to its messages by [#choose].
    ByteBuffer view() {
        return bytes.asReadOnlyBuffer();
    }

    /// Moves `view` to that message of that connection, both counted from 0.
    void choose(ByteBuffer view, int connection, long message) {
        int start = (int) ((connection * STEP_PER_CONNECTION + message % PERIOD_BYTES * STEP_PER_MESSAGE)
            % PERIOD_BYTES);
        view.limit(start + size).position(start);
    }
}
