package dev.overlapped.error;

import dev.overlapped.provider.ConnectionEnd;
import dev.overlapped.provider.Errno;
import dev.overlapped.provider.Resolution;

/// Where `-errno` becomes a Winsock code: the only place.
///
/// The same errno means different things to different calls, so the kind of call is part of the question.
/// Codes are numbers here, since the named constants are the faithful API's; each row says its name.
public final class WinsockErrors {
    /// The request has begun and its end will be indicated.
    public static final int WSA_IO_PENDING = 997;
    /// The request was ended by a cancel, a close, or the end of its thread.
    public static final int WSA_OPERATION_ABORTED = 995;
    public static final int WSA_INVALID_HANDLE = 6;
    public static final int WSA_NOT_ENOUGH_MEMORY = 8;
    public static final int WSA_INVALID_PARAMETER = 87;
    public static final int WSAEINTR = 10004;
    public static final int WSAEACCES = 10013;
    public static final int WSAEFAULT = 10014;
    public static final int WSAEINVAL = 10022;
    public static final int WSAEMFILE = 10024;
    public static final int WSAEWOULDBLOCK = 10035;
    public static final int WSAEINPROGRESS = 10036;
    public static final int WSAEALREADY = 10037;
    public static final int WSAENOTSOCK = 10038;
    public static final int WSAEDESTADDRREQ = 10039;
    public static final int WSAEMSGSIZE = 10040;
    public static final int WSAEPROTOTYPE = 10041;
    public static final int WSAENOPROTOOPT = 10042;
    public static final int WSAEPROTONOSUPPORT = 10043;
    public static final int WSAESOCKTNOSUPPORT = 10044;
    public static final int WSAEOPNOTSUPP = 10045;
    public static final int WSAEPFNOSUPPORT = 10046;
    public static final int WSAEAFNOSUPPORT = 10047;
    public static final int WSAEADDRINUSE = 10048;
    public static final int WSAEADDRNOTAVAIL = 10049;
    public static final int WSAENETDOWN = 10050;
    public static final int WSAENETUNREACH = 10051;
    public static final int WSAENETRESET = 10052;
    public static final int WSAECONNABORTED = 10053;
    public static final int WSAECONNRESET = 10054;
    public static final int WSAENOBUFS = 10055;
    public static final int WSAEISCONN = 10056;
    public static final int WSAENOTCONN = 10057;
    public static final int WSAESHUTDOWN = 10058;
    public static final int WSAETIMEDOUT = 10060;
    public static final int WSAECONNREFUSED = 10061;
    public static final int WSAEHOSTDOWN = 10064;
    public static final int WSAEHOSTUNREACH = 10065;
    public static final int WSASYSCALLFAILURE = 10107;
    public static final int WSATYPE_NOT_FOUND = 10109;
    public static final int WSAHOST_NOT_FOUND = 11001;
    public static final int WSATRY_AGAIN = 11002;
    public static final int WSANO_RECOVERY = 11003;

    private WinsockErrors() {
    }

    /// The code for a failed call that is no request.
    public static int codeOf(int errno) {
        return codeOf(errno, false, ConnectionEnd.UNKNOWN);
    }

    /// The code for a failed request. `end` tells how a connection ended, and is looked at after ETIMEDOUT
    /// and ENETUNREACH.
    public static int codeOf(int errno, boolean inConnect, ConnectionEnd end) {
        return switch (errno) {
            case 0 -> 0;
            // The peer closed, our bytes met a closed door, and the kernel gave the connection up.
            case Errno.EPIPE -> WSAECONNABORTED;
            case Errno.ETIMEDOUT -> codeOfTimeOut(inConnect, end);
            case Errno.ENETUNREACH -> end == ConnectionEnd.NETWORK_DOWN ? WSAENETDOWN : WSAENETUNREACH;
            case Errno.ECONNRESET -> WSAECONNRESET;
            case Errno.ECONNREFUSED -> WSAECONNREFUSED;
            case Errno.EAGAIN -> WSAEWOULDBLOCK;
            case Errno.EINVAL -> WSAEINVAL;
            default -> codeOfSystemState(errno);
        };
    }

    private static int codeOfTimeOut(boolean inConnect, ConnectionEnd end) {
        if (inConnect) {
            return WSAETIMEDOUT;
        }
        return switch (end) {
            case KEEP_ALIVE -> WSAENETRESET;
            case NETWORK_DOWN -> WSAENETDOWN;
            case RETRANSMISSION, UNKNOWN -> WSAECONNABORTED;
        };
    }

    private static int codeOfSystemState(int errno) {
        return switch (errno) {
            case Errno.EPERM, Errno.EACCES -> WSAEACCES;
            case Errno.EBADF, Errno.ENOTSOCK -> WSAENOTSOCK;
            case Errno.EFAULT -> WSAEFAULT;
            case Errno.EMFILE, Errno.ENFILE -> WSAEMFILE;
            case Errno.ENOMEM, Errno.ENOBUFS, Errno.ENOSPC -> WSAENOBUFS;
            case Errno.EMSGSIZE -> WSAEMSGSIZE;
            case Errno.EOPNOTSUPP -> WSAEOPNOTSUPP;
            case Errno.ESHUTDOWN -> WSAESHUTDOWN;
            case Errno.EISCONN -> WSAEISCONN;
            case Errno.ENOTCONN -> WSAENOTCONN;
            case Errno.EALREADY -> WSAEALREADY;
            case Errno.EDESTADDRREQ -> WSAEDESTADDRREQ;
            default -> codeOfNetwork(errno);
        };
    }

    private static int codeOfNetwork(int errno) {
        return switch (errno) {
            case Errno.EADDRINUSE -> WSAEADDRINUSE;
            case Errno.EADDRNOTAVAIL, Errno.ENODEV -> WSAEADDRNOTAVAIL;
            case Errno.ENETDOWN, Errno.ENONET -> WSAENETDOWN;
            case Errno.ENETRESET -> WSAENETRESET;
            case Errno.ECONNABORTED -> WSAECONNABORTED;
            case Errno.EHOSTDOWN -> WSAEHOSTDOWN;
            case Errno.EHOSTUNREACH -> WSAEHOSTUNREACH;
            case Errno.EPROTOTYPE, Errno.EPROTO -> WSAEPROTOTYPE;
            case Errno.ENOPROTOOPT -> WSAENOPROTOOPT;
            case Errno.EPROTONOSUPPORT -> WSAEPROTONOSUPPORT;
            case Errno.ESOCKTNOSUPPORT -> WSAESOCKTNOSUPPORT;
            case Errno.EPFNOSUPPORT -> WSAEPFNOSUPPORT;
            case Errno.EAFNOSUPPORT -> WSAEAFNOSUPPORT;
            // EINTR, ENOSYS, EEXIST: the provider deals with them; what else there is has no Winsock name.
            default -> WSASYSCALLFAILURE;
        };
    }

    /// The code for an answer of the resolver.
    public static int codeOf(Resolution.Status status) {
        return switch (status) {
            case OK -> 0;
            case NO_SUCH_NAME -> WSAHOST_NOT_FOUND;
            case TRY_AGAIN -> WSATRY_AGAIN;
            case NO_RECOVERY -> WSANO_RECOVERY;
            case BAD_FLAGS -> WSAEINVAL;
            case NO_SUCH_FAMILY -> WSAEAFNOSUPPORT;
            case NO_SUCH_TYPE -> WSAESOCKTNOSUPPORT;
            case NO_SUCH_SERVICE -> WSATYPE_NOT_FOUND;
            case NO_MEMORY -> WSA_NOT_ENOUGH_MEMORY;
        };
    }

    /// Whether a request that ended with `code` tells how many bytes it has moved.
    public static boolean keepsCount(int code) {
        return code == 0 || code == WSA_OPERATION_ABORTED || code == WSAEMSGSIZE || code == WSAENOBUFS;
    }

    /// Whether a connection that answered with `code` is lost for good: the kernel tells it once, so it is
    /// kept.
    public static boolean isFatal(int code) {
        return switch (code) {
            case WSAENETRESET, WSAECONNABORTED, WSAECONNRESET, WSAETIMEDOUT, WSAENETDOWN, WSAENETUNREACH,
                    WSAEHOSTDOWN, WSAEHOSTUNREACH -> true;
            default -> false;
        };
    }
}
