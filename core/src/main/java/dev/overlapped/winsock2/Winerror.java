package dev.overlapped.winsock2;

/// The error codes of `winerror.h`: everything that `WSAGetLastError`, `GetLastError` and completion routines
/// report.
///
/// A code that a function of Winsock can return says here what it means; the page of the function says when.
/// The others are listed so that code which names them compiles; nothing here reports them. Numbers are those
/// of Windows and have nothing to do with the `errno` of Linux.
public final class Winerror {
    private Winerror() {
    }

    // Success.

    /// No error.
    public static final int NO_ERROR = 0;

    /// No error.
    public static final int ERROR_SUCCESS = 0;

    // Win32 codes that functions outside Winsock report, or that Winsock shares.

    /// The handle names nothing, or something of another kind.
    public static final int ERROR_INVALID_HANDLE = 6;

    /// Memory ran out.
    public static final int ERROR_NOT_ENOUGH_MEMORY = 8;

    /// A call to a thread that has ended.
    public static final int ERROR_GEN_FAILURE = 31;

    /// The request is not supported.
    public static final int ERROR_NOT_SUPPORTED = 50;

    /// The peer reset the connection; in Winsock's words [#WSAECONNRESET].
    public static final int ERROR_NETNAME_DELETED = 64;

    /// A parameter is wrong.
    public static final int ERROR_INVALID_PARAMETER = 87;

    /// The request timed out.
    public static final int ERROR_SEM_TIMEOUT = 121;

    /// The memory passed is too small.
    public static final int ERROR_INSUFFICIENT_BUFFER = 122;

    /// More data was there than fitted; in Winsock's words [#WSAEMSGSIZE].
    public static final int ERROR_MORE_DATA = 234;

    /// The wait timed out.
    public static final int WAIT_TIMEOUT = 258;

    /// The completion port was closed during the wait.
    public static final int ERROR_ABANDONED_WAIT_0 = 735;

    /// The request was cancelled.
    public static final int ERROR_OPERATION_ABORTED = 995;

    /// The request has not completed yet.
    public static final int ERROR_IO_INCOMPLETE = 996;

    /// The request was started and will complete later.
    public static final int ERROR_IO_PENDING = 997;

    /// There is no such request.
    public static final int ERROR_NOT_FOUND = 1168;

    /// The peer refused the connection; in Winsock's words [#WSAECONNREFUSED].
    public static final int ERROR_CONNECTION_REFUSED = 1225;

    /// The connection was aborted on this side; in Winsock's words [#WSAECONNABORTED].
    public static final int ERROR_CONNECTION_ABORTED = 1236;

    // Winsock names of Win32 codes.

    /// The event handle names nothing.
    public static final int WSA_INVALID_HANDLE = ERROR_INVALID_HANDLE;

    /// Memory ran out.
    public static final int WSA_NOT_ENOUGH_MEMORY = ERROR_NOT_ENOUGH_MEMORY;

    /// A parameter is wrong.
    public static final int WSA_INVALID_PARAMETER = ERROR_INVALID_PARAMETER;

    /// The request was cancelled, or its socket or thread went away.
    public static final int WSA_OPERATION_ABORTED = ERROR_OPERATION_ABORTED;

    /// The request has not completed yet.
    public static final int WSA_IO_INCOMPLETE = ERROR_IO_INCOMPLETE;

    /// The request was started and will complete later; not a failure.
    public static final int WSA_IO_PENDING = ERROR_IO_PENDING;

    // Winsock's codes with Berkeley names.

    /// Where Winsock's own codes begin.
    public static final int WSABASEERR = 10000;

    /// A blocking call was interrupted.
    public static final int WSAEINTR = 10004;

    /// The file handle is not valid.
    public static final int WSAEBADF = 10009;

    /// Not allowed: a privileged port, or a broadcast without `SO_BROADCAST`.
    public static final int WSAEACCES = 10013;

    /// Memory passed is missing, too small, or cannot be used for the request.
    public static final int WSAEFAULT = 10014;

    /// A parameter is wrong, or the socket's state does not fit the call.
    public static final int WSAEINVAL = 10022;

    /// No more sockets can be opened.
    public static final int WSAEMFILE = 10024;

    /// The call would have to wait and the socket is non-blocking, or too many requests are pending.
    public static final int WSAEWOULDBLOCK = 10035;

    /// A blocking call is in progress on this thread.
    public static final int WSAEINPROGRESS = 10036;

    /// The non-blocking socket is connecting already.
    public static final int WSAEALREADY = 10037;

    /// The handle is not a socket.
    public static final int WSAENOTSOCK = 10038;

    /// A destination address is needed.
    public static final int WSAEDESTADDRREQ = 10039;

    /// A datagram is larger than can be sent, or was larger than the memory to receive it.
    public static final int WSAEMSGSIZE = 10040;

    /// The protocol does not go with the socket type.
    public static final int WSAEPROTOTYPE = 10041;

    /// The option is unknown or not supported.
    public static final int WSAENOPROTOOPT = 10042;

    /// The protocol is not supported.
    public static final int WSAEPROTONOSUPPORT = 10043;

    /// The socket type is not supported.
    public static final int WSAESOCKTNOSUPPORT = 10044;

    /// The operation or a flag is not supported on this kind of socket.
    public static final int WSAEOPNOTSUPP = 10045;

    /// The protocol family is not supported.
    public static final int WSAEPFNOSUPPORT = 10046;

    /// The address family is not supported, or not that of the socket.
    public static final int WSAEAFNOSUPPORT = 10047;

    /// The address is in use.
    public static final int WSAEADDRINUSE = 10048;

    /// The address is not one of this machine, or no address to send to.
    public static final int WSAEADDRNOTAVAIL = 10049;

    /// The network subsystem has failed.
    public static final int WSAENETDOWN = 10050;

    /// The network cannot be reached.
    public static final int WSAENETUNREACH = 10051;

    /// Keep-alive found the connection broken, or the time to live of a datagram expired.
    public static final int WSAENETRESET = 10052;

    /// The connection was aborted on this side, by a time-out or another failure.
    public static final int WSAECONNABORTED = 10053;

    /// The peer reset the connection, or a datagram found no receiver.
    public static final int WSAECONNRESET = 10054;

    /// No memory for buffers is left.
    public static final int WSAENOBUFS = 10055;

    /// The socket is connected already.
    public static final int WSAEISCONN = 10056;

    /// The socket is not connected.
    public static final int WSAENOTCONN = 10057;

    /// The socket has been shut down in this direction.
    public static final int WSAESHUTDOWN = 10058;

    /// Too many references to a kernel object.
    public static final int WSAETOOMANYREFS = 10059;

    /// The peer did not answer in time, or a time-out that was set has passed.
    public static final int WSAETIMEDOUT = 10060;

    /// The peer refused the connection.
    public static final int WSAECONNREFUSED = 10061;

    /// A name cannot be translated.
    public static final int WSAELOOP = 10062;

    /// A name is too long.
    public static final int WSAENAMETOOLONG = 10063;

    /// The host is down.
    public static final int WSAEHOSTDOWN = 10064;

    /// The host cannot be reached.
    public static final int WSAEHOSTUNREACH = 10065;

    /// A directory is not empty.
    public static final int WSAENOTEMPTY = 10066;

    /// Too many processes use Winsock.
    public static final int WSAEPROCLIM = 10067;

    /// A user quota is used up.
    public static final int WSAEUSERS = 10068;

    /// A disk quota is used up.
    public static final int WSAEDQUOT = 10069;

    /// A file handle refers to something that is gone.
    public static final int WSAESTALE = 10070;

    /// The item is not available locally.
    public static final int WSAEREMOTE = 10071;

    // Winsock's own codes.

    /// The network subsystem cannot be used now.
    public static final int WSASYSNOTREADY = 10091;

    /// The requested version of Winsock is not supported.
    public static final int WSAVERNOTSUPPORTED = 10092;

    /// `WSAStartup` has not succeeded yet, or `WSACleanup` was called as often.
    public static final int WSANOTINITIALISED = 10093;

    /// The peer has begun a graceful shutdown.
    public static final int WSAEDISCON = 10101;

    /// No more results.
    public static final int WSAENOMORE = 10102;

    /// The lookup was cancelled.
    public static final int WSAECANCELLED = 10103;

    /// A service provider's procedure table is invalid.
    public static final int WSAEINVALIDPROCTABLE = 10104;

    /// A service provider is invalid.
    public static final int WSAEINVALIDPROVIDER = 10105;

    /// A service provider failed to start.
    public static final int WSAEPROVIDERFAILEDINIT = 10106;

    /// A system call failed that never should.
    public static final int WSASYSCALLFAILURE = 10107;

    /// The service is unknown.
    public static final int WSASERVICE_NOT_FOUND = 10108;

    /// The class, or the service name for this socket type, is unknown.
    public static final int WSATYPE_NOT_FOUND = 10109;

    /// No more results.
    public static final int WSA_E_NO_MORE = 10110;

    /// The lookup was cancelled.
    public static final int WSA_E_CANCELLED = 10111;

    /// The database query was refused.
    public static final int WSAEREFUSED = 10112;

    // Name resolution.

    /// The host is unknown.
    public static final int WSAHOST_NOT_FOUND = 11001;

    /// The host is unknown for now: a server did not answer.
    public static final int WSATRY_AGAIN = 11002;

    /// The name service failed for good.
    public static final int WSANO_RECOVERY = 11003;

    /// The name is valid but has no data of the requested type.
    public static final int WSANO_DATA = 11004;

    /// The name is valid but has no address.
    public static final int WSANO_ADDRESS = WSANO_DATA;

    /// No secure name is known for the host.
    public static final int WSA_SECURE_HOST_NOT_FOUND = 11032;

    /// The security policy for names failed.
    public static final int WSA_IPSEC_NAME_POLICY = 11033;

    // Quality of service; never reported here.

    /// At least one reserve has arrived.
    public static final int WSA_QOS_RECEIVERS = 11005;

    /// At least one path has arrived.
    public static final int WSA_QOS_SENDERS = 11006;

    /// There are no senders.
    public static final int WSA_QOS_NO_SENDERS = 11007;

    /// There are no receivers.
    public static final int WSA_QOS_NO_RECEIVERS = 11008;

    /// The reserve has been confirmed.
    public static final int WSA_QOS_REQUEST_CONFIRMED = 11009;

    /// Resources are lacking.
    public static final int WSA_QOS_ADMISSION_FAILURE = 11010;

    /// Rejected for administrative reasons.
    public static final int WSA_QOS_POLICY_FAILURE = 11011;

    /// The style is unknown or conflicts.
    public static final int WSA_QOS_BAD_STYLE = 11012;

    /// The filter or provider data is wrong.
    public static final int WSA_QOS_BAD_OBJECT = 11013;

    /// The flow specification is wrong.
    public static final int WSA_QOS_TRAFFIC_CTRL_ERROR = 11014;

    /// A general failure.
    public static final int WSA_QOS_GENERIC_ERROR = 11015;

    /// The service type in the flow specification is wrong.
    public static final int WSA_QOS_ESERVICETYPE = 11016;

    /// The flow specification is wrong.
    public static final int WSA_QOS_EFLOWSPEC = 11017;

    /// The provider data is wrong.
    public static final int WSA_QOS_EPROVSPECBUF = 11018;

    /// The filter style is wrong.
    public static final int WSA_QOS_EFILTERSTYLE = 11019;

    /// The filter type is wrong.
    public static final int WSA_QOS_EFILTERTYPE = 11020;

    /// The number of filters is wrong.
    public static final int WSA_QOS_EFILTERCOUNT = 11021;

    /// The length of an object is wrong.
    public static final int WSA_QOS_EOBJLENGTH = 11022;

    /// The number of flow descriptors is wrong.
    public static final int WSA_QOS_EFLOWCOUNT = 11023;

    /// An object in the provider data is unknown. (The name is spelt so.)
    public static final int WSA_QOS_EUNKOWNPSOBJ = 11024;

    /// A policy object is wrong.
    public static final int WSA_QOS_EPOLICYOBJ = 11025;

    /// A flow descriptor is wrong.
    public static final int WSA_QOS_EFLOWDESC = 11026;

    /// A flow specification in the provider data is wrong.
    public static final int WSA_QOS_EPSFLOWSPEC = 11027;

    /// A filter in the provider data is wrong.
    public static final int WSA_QOS_EPSFILTERSPEC = 11028;

    /// The shape discard mode is wrong.
    public static final int WSA_QOS_ESDMODEOBJ = 11029;

    /// The shaping rate is wrong.
    public static final int WSA_QOS_ESHAPERATEOBJ = 11030;

    /// A policy element of a reserved type.
    public static final int WSA_QOS_RESERVED_PETYPE = 11031;
}
