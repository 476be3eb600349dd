package dev.overlapped.trust.fuzz;

import java.util.function.IntPredicate;

/// The decisions of one call, read from bytes: the same bytes decide the same. Bytes that are not there are
/// 0, and 0 is the plain and valid choice everywhere, so that a sequence becomes simpler by losing bytes.
final class Choices {
    private static final int WILDNESSES = 10;
    private static final int TAME = 4;

    private final byte[] bytes;
    private int next;
    private final int end;
    private boolean isWild = true;

    Choices(byte[] bytes, int from, int end) {
        this.bytes = bytes;
        this.next = from;
        this.end = Math.min(end, bytes.length);
    }

    /// Whether bad values may be chosen from here on.
    void wild(boolean may) {
        isWild = may;
    }

    /// Which of `count` values may be bad: mostly none or one, so that a call gets further; else all.
    IntPredicate wildness(int count) {
        int choice = below(WILDNESSES);
        int one = below(count);
        return choice < TAME ? _ -> false : choice == WILDNESSES - 1 ? _ -> true : at -> at == one;
    }

    /// 0 to 255.
    int octet() {
        return next < end ? Byte.toUnsignedInt(bytes[next++]) : 0;
    }

    /// 0 to `n` - 1.
    int below(int n) {
        return n <= 1 ? 0 : octet() % n;
    }

    /// 0 to `n` - 1, and while it is tame only up to `good` - 1.
    int below(int good, int n) {
        return below(isWild ? n : good);
    }

    /// True for the last of `n` choices, and never while it is tame.
    boolean oneIn(int n) {
        return below(n) == n - 1 && isWild;
    }

    /// Any number.
    long number() {
        long number = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            number = (number << Byte.SIZE) | octet();
        }
        return number;
    }

    /// One of these, of which the first `good` are good; the first is the plain one.
    int of(int good, int... numbers) {
        return numbers[below(good, numbers.length)];
    }
}
