package dev.overlapped.winsock2;

/// Translates between Winsock codes and NTSTATUS values, which is what `WSAOVERLAPPED.Internal` holds.
///
/// Programs look into `Internal` themselves, and some write it: so what is stored is what Windows stores, and
/// what is read back goes through the same table as on Windows, whoever wrote it.
///
/// Windows has no NTSTATUS for some Winsock codes. They are stored as 0xE0070000 plus the code: an error,
/// with the bit that marks values which are not Microsoft's, in the facility for codes that are not NTSTATUS
/// by origin. So every code that goes in comes out again.
final class Ntstatus {
    /// `Internal` of a request that has not completed.
    static final long PENDING = 0x103;

    private static final int STATUS_BUFFER_OVERFLOW = 0x80000005;
    private static final int STATUS_NOT_IMPLEMENTED = 0xC0000002;
    private static final int STATUS_ACCESS_VIOLATION = 0xC0000005;
    private static final int STATUS_PAGEFILE_QUOTA = 0xC0000007;
    private static final int STATUS_INVALID_HANDLE = 0xC0000008;
    private static final int STATUS_INVALID_PARAMETER = 0xC000000D;
    private static final int STATUS_NO_SUCH_DEVICE = 0xC000000E;
    private static final int STATUS_NO_SUCH_FILE = 0xC000000F;
    private static final int STATUS_NO_MEMORY = 0xC0000017;
    private static final int STATUS_CONFLICTING_ADDRESSES = 0xC0000018;
    private static final int STATUS_ACCESS_DENIED = 0xC0000022;
    private static final int STATUS_BUFFER_TOO_SMALL = 0xC0000023;
    private static final int STATUS_OBJECT_TYPE_MISMATCH = 0xC0000024;
    private static final int STATUS_OBJECT_NAME_NOT_FOUND = 0xC0000034;
    private static final int STATUS_OBJECT_PATH_NOT_FOUND = 0xC000003A;
    private static final int STATUS_SHARING_VIOLATION = 0xC0000043;
    private static final int STATUS_QUOTA_EXCEEDED = 0xC0000044;
    private static final int STATUS_TOO_MANY_PAGING_FILES = 0xC0000097;
    private static final int STATUS_INSUFFICIENT_RESOURCES = 0xC000009A;
    private static final int STATUS_WORKING_SET_QUOTA = 0xC00000A1;
    private static final int STATUS_DEVICE_NOT_READY = 0xC00000A3;
    private static final int STATUS_PIPE_DISCONNECTED = 0xC00000B0;
    private static final int STATUS_IO_TIMEOUT = 0xC00000B5;
    private static final int STATUS_NOT_SUPPORTED = 0xC00000BB;
    private static final int STATUS_REMOTE_NOT_LISTENING = 0xC00000BC;
    private static final int STATUS_BAD_NETWORK_PATH = 0xC00000BE;
    private static final int STATUS_NETWORK_BUSY = 0xC00000BF;
    private static final int STATUS_INVALID_NETWORK_RESPONSE = 0xC00000C3;
    private static final int STATUS_UNEXPECTED_NETWORK_ERROR = 0xC00000C4;
    private static final int STATUS_REQUEST_NOT_ACCEPTED = 0xC00000D0;
    private static final int STATUS_CANCELLED = 0xC0000120;
    private static final int STATUS_COMMITMENT_LIMIT = 0xC000012D;
    private static final int STATUS_LOCAL_DISCONNECT = 0xC000013B;
    private static final int STATUS_REMOTE_DISCONNECT = 0xC000013C;
    private static final int STATUS_REMOTE_RESOURCES = 0xC000013D;
    private static final int STATUS_LINK_FAILED = 0xC000013E;
    private static final int STATUS_LINK_TIMEOUT = 0xC000013F;
    private static final int STATUS_INVALID_CONNECTION = 0xC0000140;
    private static final int STATUS_INVALID_ADDRESS = 0xC0000141;
    private static final int STATUS_INVALID_BUFFER_SIZE = 0xC0000206;
    private static final int STATUS_INVALID_ADDRESS_COMPONENT = 0xC0000207;
    private static final int STATUS_TOO_MANY_ADDRESSES = 0xC0000209;
    private static final int STATUS_ADDRESS_ALREADY_EXISTS = 0xC000020A;
    private static final int STATUS_CONNECTION_DISCONNECTED = 0xC000020C;
    private static final int STATUS_CONNECTION_RESET = 0xC000020D;
    private static final int STATUS_TRANSACTION_ABORTED = 0xC000020F;
    private static final int STATUS_CONNECTION_REFUSED = 0xC0000236;
    private static final int STATUS_GRACEFUL_DISCONNECT = 0xC0000237;
    private static final int STATUS_CONNECTION_ACTIVE = 0xC000023B;
    private static final int STATUS_NETWORK_UNREACHABLE = 0xC000023C;
    private static final int STATUS_HOST_UNREACHABLE = 0xC000023D;
    private static final int STATUS_PROTOCOL_UNREACHABLE = 0xC000023E;
    private static final int STATUS_PORT_UNREACHABLE = 0xC000023F;
    private static final int STATUS_REQUEST_ABORTED = 0xC0000240;
    private static final int STATUS_CONNECTION_ABORTED = 0xC0000241;
    private static final int STATUS_DATATYPE_MISALIGNMENT_ERROR = 0xC00002C5;
    private static final int STATUS_HOST_DOWN = 0xC0000350;

    /// Upper half of our own values; the lower half is the Winsock code.
    private static final int OWN = 0xE0070000;
    private static final int OWN_MASK = 0xFFFF0000;

    private Ntstatus() {
    }

    /// What `Internal` holds for a request that ended with `winsockCode`: 0 for 0, [#PENDING] for
    /// `WSA_IO_PENDING`, else a failure, as an unsigned 32-bit number. Never allocates, never throws for a
    /// code (0 to 65535).
    static long of(int winsockCode) {
        if (winsockCode >>> 16 != 0) {
            throw new AssertionError("not a Winsock code: " + winsockCode);
        }
        int status = switch (winsockCode) {
            case 0 -> 0;
            case Winerror.WSA_IO_PENDING -> (int) PENDING;
            case Winerror.WSA_OPERATION_ABORTED -> STATUS_CANCELLED;
            case Winerror.WSAEINTR -> STATUS_REQUEST_ABORTED;
            case Winerror.WSAEACCES -> STATUS_ACCESS_DENIED;
            case Winerror.WSAEFAULT -> STATUS_ACCESS_VIOLATION;
            case Winerror.WSAEINVAL -> STATUS_INVALID_PARAMETER;
            case Winerror.WSAEWOULDBLOCK -> STATUS_DEVICE_NOT_READY;
            case Winerror.WSAENOTSOCK -> STATUS_INVALID_HANDLE;
            // The truncated datagram; on Windows a datagram too large to send is refused at the call.
            case Winerror.WSAEMSGSIZE -> STATUS_BUFFER_OVERFLOW;
            case Winerror.WSAEOPNOTSUPP -> STATUS_NOT_SUPPORTED;
            // A request that finds an address in use is a connect whose four-part address exists already.
            case Winerror.WSAEADDRINUSE -> STATUS_ADDRESS_ALREADY_EXISTS;
            case Winerror.WSAEADDRNOTAVAIL -> STATUS_INVALID_ADDRESS_COMPONENT;
            case Winerror.WSAENETDOWN -> STATUS_NETWORK_BUSY;
            case Winerror.WSAENETUNREACH -> STATUS_NETWORK_UNREACHABLE;
            case Winerror.WSAECONNABORTED -> STATUS_CONNECTION_ABORTED;
            case Winerror.WSAECONNRESET -> STATUS_CONNECTION_RESET;
            case Winerror.WSAENOBUFS -> STATUS_INSUFFICIENT_RESOURCES;
            case Winerror.WSAEISCONN -> STATUS_CONNECTION_ACTIVE;
            case Winerror.WSAENOTCONN -> STATUS_INVALID_CONNECTION;
            case Winerror.WSAESHUTDOWN -> STATUS_PIPE_DISCONNECTED;
            case Winerror.WSAETIMEDOUT -> STATUS_IO_TIMEOUT;
            case Winerror.WSAECONNREFUSED -> STATUS_CONNECTION_REFUSED;
            case Winerror.WSAEHOSTDOWN -> STATUS_HOST_DOWN;
            case Winerror.WSAEHOSTUNREACH -> STATUS_HOST_UNREACHABLE;
            case Winerror.WSAEDISCON -> STATUS_GRACEFUL_DISCONNECT;
            default -> OWN | winsockCode;
        };
        return Integer.toUnsignedLong(status);
    }

    /// What `WSAGetOverlappedResult` and completion routines report for `internal`: 0 for every success,
    /// `WSA_IO_INCOMPLETE` while pending, `WSAEINVAL` for a failure that is not in the table. Only the lower
    /// 32 bits count, as a status is no wider.
    static int toWinsock(long internal) {
        int status = (int) internal;
        if (status == PENDING) {
            return Winerror.WSA_IO_INCOMPLETE;
        }
        if (status >= 0) {
            return 0;
        }
        if ((status & OWN_MASK) == OWN && status != OWN) {
            return status & ~OWN_MASK;
        }
        return failure(status);
    }

    /// The table of Windows.
    private static int failure(int status) {
        return switch (status) {
            case STATUS_BUFFER_OVERFLOW, STATUS_INVALID_BUFFER_SIZE -> Winerror.WSAEMSGSIZE;
            case STATUS_NOT_IMPLEMENTED, STATUS_NOT_SUPPORTED -> Winerror.WSAEOPNOTSUPP;
            case STATUS_ACCESS_VIOLATION, STATUS_BUFFER_TOO_SMALL, STATUS_DATATYPE_MISALIGNMENT_ERROR ->
                Winerror.WSAEFAULT;
            case STATUS_INVALID_HANDLE, STATUS_OBJECT_TYPE_MISMATCH -> Winerror.WSAENOTSOCK;
            case STATUS_ACCESS_DENIED -> Winerror.WSAEACCES;
            case STATUS_SHARING_VIOLATION, STATUS_ADDRESS_ALREADY_EXISTS -> Winerror.WSAEADDRINUSE;
            case STATUS_PAGEFILE_QUOTA, STATUS_NO_MEMORY, STATUS_CONFLICTING_ADDRESSES, STATUS_QUOTA_EXCEEDED,
                STATUS_TOO_MANY_PAGING_FILES, STATUS_INSUFFICIENT_RESOURCES, STATUS_WORKING_SET_QUOTA,
                STATUS_COMMITMENT_LIMIT, STATUS_REMOTE_RESOURCES, STATUS_TOO_MANY_ADDRESSES ->
                Winerror.WSAENOBUFS;
            case STATUS_DEVICE_NOT_READY, STATUS_REQUEST_NOT_ACCEPTED -> Winerror.WSAEWOULDBLOCK;
            case STATUS_PIPE_DISCONNECTED -> Winerror.WSAESHUTDOWN;
            case STATUS_IO_TIMEOUT, STATUS_LINK_TIMEOUT -> Winerror.WSAETIMEDOUT;
            case STATUS_REMOTE_NOT_LISTENING, STATUS_CONNECTION_REFUSED -> Winerror.WSAECONNREFUSED;
            case STATUS_BAD_NETWORK_PATH, STATUS_NETWORK_UNREACHABLE, STATUS_PROTOCOL_UNREACHABLE ->
                Winerror.WSAENETUNREACH;
            case STATUS_HOST_UNREACHABLE -> Winerror.WSAEHOSTUNREACH;
            case STATUS_HOST_DOWN -> Winerror.WSAEHOSTDOWN;
            case STATUS_NO_SUCH_DEVICE, STATUS_NO_SUCH_FILE, STATUS_OBJECT_NAME_NOT_FOUND,
                STATUS_OBJECT_PATH_NOT_FOUND, STATUS_NETWORK_BUSY, STATUS_INVALID_NETWORK_RESPONSE,
                STATUS_UNEXPECTED_NETWORK_ERROR -> Winerror.WSAENETDOWN;
            case STATUS_CANCELLED -> Winerror.WSA_OPERATION_ABORTED;
            case STATUS_LOCAL_DISCONNECT, STATUS_TRANSACTION_ABORTED, STATUS_CONNECTION_ABORTED ->
                Winerror.WSAECONNABORTED;
            case STATUS_REMOTE_DISCONNECT, STATUS_LINK_FAILED, STATUS_CONNECTION_DISCONNECTED,
                STATUS_CONNECTION_RESET, STATUS_PORT_UNREACHABLE -> Winerror.WSAECONNRESET;
            case STATUS_INVALID_CONNECTION -> Winerror.WSAENOTCONN;
            case STATUS_INVALID_ADDRESS, STATUS_INVALID_ADDRESS_COMPONENT -> Winerror.WSAEADDRNOTAVAIL;
            case STATUS_GRACEFUL_DISCONNECT -> Winerror.WSAEDISCON;
            case STATUS_CONNECTION_ACTIVE -> Winerror.WSAEISCONN;
            case STATUS_REQUEST_ABORTED -> Winerror.WSAEINTR;
            // Of the statuses that carry a Win32 code, Windows lets this one alone through.
            case 0x80070000 | Winerror.ERROR_IO_INCOMPLETE, 0xC0010000 | Winerror.ERROR_IO_INCOMPLETE,
                0xC0070000 | Winerror.ERROR_IO_INCOMPLETE -> Winerror.WSA_IO_INCOMPLETE;
            default -> Winerror.WSAEINVAL;
        };
    }
}
