package dev.overlapped.engine;

import dev.overlapped.error.WinsockErrors;

/// What one request has told of itself. Written by whoever completes it, with nothing that would order it for
/// a reader: that is the engine's business.
final class RaceRecord implements Completion {
    private int times;
    private int code;
    private long bytes;
    private int runs;

    @Override
    public void begun(Object tag) {
    }

    @Override
    public void publish(Object tag, int newCode, long newBytes) {
        times++;
        code = newCode;
        bytes = newBytes;
    }

    @Override
    public void deliver(Object routine, Object tag, int toldCode, long toldBytes) {
        runs++;
    }

    /// Bytes told of.
    long bytes() {
        return bytes;
    }

    /// How often its routine has run.
    int runs() {
        return runs;
    }

    /// The end in a word.
    String end() {
        return switch (times) {
            case 0 -> "untold";
            case 1 -> switch (code) {
                case 0 -> bytes == 0 ? "empty" : "done";
                case WinsockErrors.WSA_OPERATION_ABORTED -> "aborted";
                case WinsockErrors.WSAECONNABORTED -> "connection aborted";
                default -> "failed";
            };
            default -> "told twice";
        };
    }
}
