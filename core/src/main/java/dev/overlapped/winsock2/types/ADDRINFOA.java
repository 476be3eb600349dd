package dev.overlapped.winsock2.types;

/// One answer of `getaddrinfo`, in a list of them, or the hints that it is asked with.
///
/// Hints are written by the application and read while the call lasts. Answers are made by `getaddrinfo` and
/// belong to the application from then on. `freeaddrinfo` exists so that ported code reads like the original;
/// nothing here is native memory, and an answer that is not freed is garbage like any object.
public final class ADDRINFOA {
    /// `AI_` flags. In hints, what to look for.
    public int ai_flags;

    /// The family, an `AF_` value; 0 (`AF_UNSPEC`) in hints means any.
    public int ai_family;

    /// The socket type, a `SOCK_` value; 0 in hints means any.
    public int ai_socktype;

    /// The protocol, an `IPPROTO_` value; 0 in hints means any.
    public int ai_protocol;

    /// The size of [#ai_addr] as a C structure, in bytes; 0 in hints.
    public long ai_addrlen;

    /// The canonical name, in the first answer if `AI_CANONNAME` asked for it, else `null`.
    public String ai_canonname;

    /// The address; `null` in hints.
    public SOCKADDR ai_addr;

    /// The next answer, `null` in the last; `null` in hints.
    public ADDRINFOA ai_next;

    /// A zeroed structure.
    public ADDRINFOA() {
    }
}
