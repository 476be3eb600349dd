package dev.overlapped.winsock2.types;

/// Room for an address of any family, in the memory layout that it has on Windows.
///
/// The family is at offset 0 of the C structure; the array holds everything from offset 2 on. With `AF_INET`
/// (2) that is two bytes of port and four of address, both in network byte order, and eight zeros. With
/// `AF_INET6` (23) it is two bytes of port in network byte order, four of flow information, sixteen of
/// address, and four of scope id, lowest byte first. The family values and the layout are those of Windows;
/// nothing in it is Linux' `sockaddr_storage`.
public final class SOCKADDR_STORAGE extends SOCKADDR {
    /// Its size in bytes as a C structure: what `sizeof(SOCKADDR_STORAGE)` is as `namelen`.
    public static final int SIZEOF = 128;

    /// The family, in host byte order.
    public short ss_family;

    /// What follows the family. The array is part of the object and cannot be replaced; write its elements. A
    /// function that returns an address writes only as many bytes as the family has.
    public final byte[] __ss_data = new byte[SIZEOF - Short.BYTES];

    /// A zeroed structure.
    public SOCKADDR_STORAGE() {
    }
}
