package dev.overlapped.winsock2.types;

/// Which protocol `WSASocket` is to use. Of the fields of the C structure these are the ones that say it, and
/// the ones that are read, while the call lasts. On Windows the structure can also carry a socket duplicated
/// from another process; it cannot here.
public final class WSAPROTOCOL_INFO {
    /// The family, an `AF_` value.
    public int iAddressFamily;

    /// The socket type, a `SOCK_` value.
    public int iSocketType;

    /// The protocol, an `IPPROTO_` value.
    public int iProtocol;

    /// A zeroed structure.
    public WSAPROTOCOL_INFO() {
    }
}
