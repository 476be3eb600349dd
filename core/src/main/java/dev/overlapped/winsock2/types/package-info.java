/// The structures and callback types that the functions of Winsock take, as plain Java objects.
///
/// A structure is a class with the name and the public fields of the C structure; `new` gives it zeroed, as
/// `SecureZeroMemory` would. A pointer to a structure is a reference to the object, `NULL` is `null`, an
/// array with a count is an array with an `int`. A pointer through which a function returns a number is a
/// [DWORD][dev.overlapped.winsock2.types.DWORD]; a pointer to a pointer is a
/// [Ref][dev.overlapped.winsock2.types.Ref].
///
/// C types become Java types of the same width, unsigned where C is: `DWORD`, `ULONG` and `int` are `int`
/// (read them with `Integer.toUnsignedLong` where they may exceed 2³¹-1), `USHORT` is `short`, `HANDLE`,
/// `SOCKET`, `WSAEVENT` and pointer-sized integers are `long`. A `WORD` is an `int`, as `MAKEWORD` makes it.
///
/// Byte order is that of Windows, which is little-endian everywhere: a field that C documents as "network
/// byte order" holds the value that `htons` or `htonl` returns, not the plain number. Where an object has a
/// memory layout ([SOCKADDR_STORAGE][dev.overlapped.winsock2.types.SOCKADDR_STORAGE] and the addresses that
/// `AcceptEx` writes), it is the layout of Windows and not that of Linux.
///
/// Unless a class says otherwise its objects belong to the application, are not thread-safe, and are read and
/// written by a function only while the call lasts.
package dev.overlapped.winsock2.types;
