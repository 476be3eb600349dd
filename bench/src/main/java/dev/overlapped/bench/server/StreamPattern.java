package dev.overlapped.bench.server;

import java.nio.ByteBuffer;

/// What senders send, which the client compares byte by byte.
public final class StreamPattern {
    private StreamPattern() {
    }

    /// The byte at that position of a period; the C servers compute the same.
    public static byte at(int position) {
        return (byte) (position * 31 + (position >>> 8));
    }

    /// The content of one message in its pieces, in native memory, as every peer likes it best.
    public static ByteBuffer[] pieces(ServerOptions options, int index) {
        ByteBuffer[] pieces = new ByteBuffer[options.pieces()];
        for (int i = 0; i < pieces.length; i++) {
            int position = index * options.messageBytes() + i * options.pieceBytes();
            pieces[i] = piece(position, options.pieceBytes());
        }
        return pieces;
    }

    private static ByteBuffer piece(int position, int length) {
        ByteBuffer piece = ByteBuffer.allocateDirect(length);
        for (int i = 0; i < length; i++) {
            piece.put(i, at(position + i));
        }
        return piece;
    }
}
