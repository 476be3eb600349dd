package dev.overlapped.winsock2.types;

/// The value of the option `SO_LINGER`: what `closesocket` does with data that has not left yet.
///
/// `getsockopt` and `setsockopt` take memory, so this object is where a program keeps the two numbers: in
/// memory they are two 16-bit numbers, [#l_onoff] first, in host byte order. On Linux the structure has two
/// `int`s instead, which no caller ever sees.
public final class LINGER {
    /// Its size in bytes as a C structure: what `sizeof(LINGER)` is as `optlen`.
    public static final int SIZEOF = 4;

    /// 0: `closesocket` returns at once and the data leaves in the background. Else: [#l_linger] counts.
    public short l_onoff;

    /// Seconds to wait for the data to leave, unsigned; with 0 the connection is reset.
    public short l_linger;

    /// A zeroed structure.
    public LINGER() {
    }
}
