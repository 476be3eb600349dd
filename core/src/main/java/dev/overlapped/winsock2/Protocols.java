package dev.overlapped.winsock2;

import dev.overlapped.winsock2.types.WSAPROTOCOL_INFO;

/// Which families, types and protocols go together, and what Windows answers where they do not: a wrong
/// type comes before a wrong family, and that before a wrong protocol.
final class Protocols {
    /// A choice of socket, or the code why there is none.
    record Choice(int code, boolean ipv6, boolean stream, boolean unix) {
    }

    /// What a resolver is to look for, null where anything will do, or the code why not.
    record Hint(int code, Boolean ipv6, Boolean stream) {
    }

    private Protocols() {
    }

    static Choice choose(int af, int type, int protocol, WSAPROTOCOL_INFO info) {
        if (info == null) {
            return choose(af, type, protocol);
        }
        return choose(af == Winsock2.FROM_PROTOCOL_INFO ? info.iAddressFamily : af,
                type == Winsock2.FROM_PROTOCOL_INFO ? info.iSocketType : type,
                protocol == Winsock2.FROM_PROTOCOL_INFO ? info.iProtocol : protocol);
    }

    private static Choice choose(int af, int type, int protocol) {
        if (af == 0 && protocol == 0) {
            return new Choice(Winerror.WSAEINVAL, false, false, false);
        }
        int family = af == 0 ? Winsock2.AF_INET : af;
        int kind = type != 0 ? type
                : protocol == Winsock2.IPPROTO_UDP ? Winsock2.SOCK_DGRAM : Winsock2.SOCK_STREAM;
        boolean unix = family == Winsock2.AF_UNIX;
        return new Choice(unix ? unixError(kind, protocol) : error(family, kind, protocol),
                family == Winsock2.AF_INET6, kind == Winsock2.SOCK_STREAM, unix);
    }

    private static int unixError(int type, int protocol) {
        if (type != Winsock2.SOCK_STREAM && type != Winsock2.SOCK_SEQPACKET) {
            return Winerror.WSAESOCKTNOSUPPORT;
        }
        return protocol == 0 ? 0 : Winerror.WSAEPROTONOSUPPORT;
    }

    private static int error(int family, int type, int protocol) {
        if (type != Winsock2.SOCK_STREAM && type != Winsock2.SOCK_DGRAM) {
            return Winerror.WSAESOCKTNOSUPPORT;
        }
        if (family != Winsock2.AF_INET && family != Winsock2.AF_INET6) {
            return Winerror.WSAEAFNOSUPPORT;
        }
        int own = type == Winsock2.SOCK_STREAM ? Winsock2.IPPROTO_TCP : Winsock2.IPPROTO_UDP;
        return protocol == 0 || protocol == own ? 0 : Winerror.WSAEPROTONOSUPPORT;
    }

    static Hint hint(int family, int type, int protocol) {
        Boolean ipv6 = family == 0 ? null : Boolean.valueOf(family == Winsock2.AF_INET6);
        int kind = type != 0 ? type : switch (protocol) {
            case Winsock2.IPPROTO_TCP -> Winsock2.SOCK_STREAM;
            case Winsock2.IPPROTO_UDP -> Winsock2.SOCK_DGRAM;
            default -> 0;
        };
        Boolean stream = kind == 0 ? null : Boolean.valueOf(kind == Winsock2.SOCK_STREAM);
        int code = error(family == 0 ? Winsock2.AF_INET : family, kind == 0 ? Winsock2.SOCK_STREAM : kind,
                kind == 0 ? 0 : protocol);
        boolean mismatched = code == Winerror.WSAEPROTONOSUPPORT;
        return new Hint(mismatched ? Winerror.WSAESOCKTNOSUPPORT : code, ipv6, stream);
    }
}
