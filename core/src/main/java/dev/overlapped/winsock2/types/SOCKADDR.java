package dev.overlapped.winsock2.types;

/// A socket address of any family: the type of the parameters through which functions take and return
/// addresses. Where C code casts `SOCKADDR_IN*` to `SOCKADDR*`, Java code passes the object.
///
/// The family that counts is the one in the object's own family field, as in C: a [SOCKADDR_IN] whose
/// `sin_family` was never set is no valid address. An address that a function returns goes into whatever
/// object it is given, if the length that goes with it is large enough and the object can hold the family: a
/// [SOCKADDR_IN] takes IPv4, a [SOCKADDR_IN6] takes IPv6, a [SOCKADDR_UN] takes paths, a [SOCKADDR_STORAGE]
/// takes both.
///
/// Functions read and write addresses on the calling thread, while the call lasts.
public abstract sealed class SOCKADDR permits SOCKADDR_IN, SOCKADDR_IN6, SOCKADDR_UN,
        SOCKADDR_STORAGE {
    SOCKADDR() {
    }
}
