package dev.overlapped.winsock2;

/// The macros of `minwindef.h` that take words apart and put them together. A `WORD` and a `BYTE` are
/// unsigned `int`s here; bits above their width are cut off, as C's casts do.
public final class Minwindef {
    private Minwindef() {
    }

    /// A word with `a` as its low byte and `b` as its high byte: `MAKEWORD(2, 2)` asks `WSAStartup` for
    /// version 2.2.
    public static int MAKEWORD(int a, int b) {
        return (a & 0xff) | ((b & 0xff) << 8);
    }

    /// The low byte of a word: the major number of a version.
    public static int LOBYTE(int w) {
        return w & 0xff;
    }

    /// The high byte of a word: the minor number of a version.
    public static int HIBYTE(int w) {
        return w >>> 8 & 0xff;
    }

    /// A 32-bit number with `a` as its low word and `b` as its high word.
    public static int MAKELONG(int a, int b) {
        return (a & 0xffff) | (b << 16);
    }

    /// The low word of a 32-bit number.
    public static int LOWORD(int l) {
        return l & 0xffff;
    }

    /// The high word of a 32-bit number.
    public static int HIWORD(int l) {
        return l >>> 16;
    }
}
