package dev.overlapped.winsock2.types;

/// An address of a socket of this machine: the path of a file. `bind` makes the file, and nobody but the
/// program removes it (`Files.delete`), as on Windows.
public final class SOCKADDR_UN extends SOCKADDR {
    /// Its size in bytes as a C structure: what `sizeof(SOCKADDR_UN)` is as `namelen`.
    public static final int SIZEOF = 110;

    /// The family, `AF_UNIX` (1), in host byte order.
    public short sun_family;

    /// The path, in UTF-8, up to its first zero; at most 107 bytes. The array is part of the object and
    /// cannot be replaced; write its elements.
    public final byte[] sun_path = new byte[SIZEOF - Short.BYTES];

    /// A zeroed address.
    public SOCKADDR_UN() {
    }
}
