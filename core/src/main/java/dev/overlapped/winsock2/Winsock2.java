package dev.overlapped.winsock2;

import dev.overlapped.engine.Caller;
import dev.overlapped.engine.Engine;
import dev.overlapped.engine.EventObject;
import dev.overlapped.engine.Request;
import dev.overlapped.engine.Socket;
import dev.overlapped.winsock2.types.DWORD;
import dev.overlapped.winsock2.types.LPWSAOVERLAPPED_COMPLETION_ROUTINE;
import dev.overlapped.winsock2.types.SOCKADDR;
import dev.overlapped.winsock2.types.WSABUF;
import dev.overlapped.winsock2.types.WSADATA;
import dev.overlapped.winsock2.types.WSAOVERLAPPED;
import dev.overlapped.winsock2.types.WSAPROTOCOL_INFO;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/// winsock2.h, and ws2def.h, which it includes: the functions and constants under their C names, for static
/// import.
///
/// No function throws. One that fails returns what its page says (`SOCKET_ERROR`, `INVALID_SOCKET`,
/// `false`) and leaves the reason to [#WSAGetLastError], which is kept for each thread, virtual threads
/// included; one that succeeds sets it to 0, as Windows does. All may be called from any thread. Each
/// stands for the page of the same name; the comments say what a Java program has to know beyond it and
/// what differs on Linux. Codes are those of [Winerror].
@SuppressWarnings("checkstyle:MemberName")
public final class Winsock2 {
    // Constants of winsock2.h and of ws2def.h, which it includes. Their values are those of Windows.

    // Results.
    /// What functions that return a socket return when they fail.
    public static final long INVALID_SOCKET = -1L;
    /// What other functions return when they fail.
    public static final int SOCKET_ERROR = -1;

    // Address families. AF_INET6 is 23, not Linux' 10.
    public static final int AF_UNSPEC = 0;
    public static final int AF_UNIX = 1;
    public static final int AF_INET = 2;
    public static final int AF_IMPLINK = 3;
    public static final int AF_PUP = 4;
    public static final int AF_CHAOS = 5;
    public static final int AF_NS = 6;
    public static final int AF_IPX = 6;
    public static final int AF_ISO = 7;
    public static final int AF_OSI = 7;
    public static final int AF_ECMA = 8;
    public static final int AF_DATAKIT = 9;
    public static final int AF_CCITT = 10;
    public static final int AF_SNA = 11;
    public static final int AF_DECnet = 12;
    public static final int AF_DLI = 13;
    public static final int AF_LAT = 14;
    public static final int AF_HYLINK = 15;
    public static final int AF_APPLETALK = 16;
    public static final int AF_NETBIOS = 17;
    public static final int AF_VOICEVIEW = 18;
    public static final int AF_FIREFOX = 19;
    public static final int AF_UNKNOWN1 = 20;
    public static final int AF_BAN = 21;
    public static final int AF_ATM = 22;
    public static final int AF_INET6 = 23;
    public static final int AF_CLUSTER = 24;
    public static final int AF_12844 = 25;
    public static final int AF_IRDA = 26;
    public static final int AF_NETDES = 28;
    public static final int AF_TCNPROCESS = 29;
    public static final int AF_TCNMESSAGE = 30;
    public static final int AF_ICLFXBM = 31;
    public static final int AF_BTH = 32;
    public static final int AF_LINK = 33;
    public static final int AF_HYPERV = 34;

    // Socket types.
    public static final int SOCK_STREAM = 1;
    public static final int SOCK_DGRAM = 2;
    public static final int SOCK_RAW = 3;
    public static final int SOCK_RDM = 4;
    public static final int SOCK_SEQPACKET = 5;

    // Protocols; those up to 255 also name the level of an option.
    public static final int IPPROTO_HOPOPTS = 0;
    public static final int IPPROTO_IP = 0;
    public static final int IPPROTO_ICMP = 1;
    public static final int IPPROTO_IGMP = 2;
    public static final int IPPROTO_GGP = 3;
    public static final int IPPROTO_IPV4 = 4;
    public static final int IPPROTO_ST = 5;
    public static final int IPPROTO_TCP = 6;
    public static final int IPPROTO_CBT = 7;
    public static final int IPPROTO_EGP = 8;
    public static final int IPPROTO_IGP = 9;
    public static final int IPPROTO_PUP = 12;
    public static final int IPPROTO_UDP = 17;
    public static final int IPPROTO_IDP = 22;
    public static final int IPPROTO_RDP = 27;
    public static final int IPPROTO_IPV6 = 41;
    public static final int IPPROTO_ROUTING = 43;
    public static final int IPPROTO_FRAGMENT = 44;
    public static final int IPPROTO_ESP = 50;
    public static final int IPPROTO_AH = 51;
    public static final int IPPROTO_ICMPV6 = 58;
    public static final int IPPROTO_NONE = 59;
    public static final int IPPROTO_DSTOPTS = 60;
    public static final int IPPROTO_ND = 77;
    public static final int IPPROTO_ICLFXBM = 78;
    public static final int IPPROTO_PIM = 103;
    public static final int IPPROTO_PGM = 113;
    public static final int IPPROTO_L2TP = 115;
    public static final int IPPROTO_SCTP = 132;
    public static final int IPPROTO_RAW = 255;

    // Levels and options of getsockopt and setsockopt.
    public static final int SOL_SOCKET = 0xffff;
    public static final int SO_DEBUG = 0x0001;
    public static final int SO_ACCEPTCONN = 0x0002;
    public static final int SO_REUSEADDR = 0x0004;
    public static final int SO_KEEPALIVE = 0x0008;
    public static final int SO_DONTROUTE = 0x0010;
    public static final int SO_BROADCAST = 0x0020;
    public static final int SO_USELOOPBACK = 0x0040;
    public static final int SO_LINGER = 0x0080;
    public static final int SO_OOBINLINE = 0x0100;
    public static final int SO_DONTLINGER = ~SO_LINGER;
    public static final int SO_EXCLUSIVEADDRUSE = ~SO_REUSEADDR;
    public static final int SO_SNDBUF = 0x1001;
    public static final int SO_RCVBUF = 0x1002;
    public static final int SO_SNDLOWAT = 0x1003;
    public static final int SO_RCVLOWAT = 0x1004;
    public static final int SO_SNDTIMEO = 0x1005;
    public static final int SO_RCVTIMEO = 0x1006;
    public static final int SO_ERROR = 0x1007;
    public static final int SO_TYPE = 0x1008;
    public static final int SO_BSP_STATE = 0x1009;
    public static final int SO_GROUP_ID = 0x2001;
    public static final int SO_GROUP_PRIORITY = 0x2002;
    public static final int SO_MAX_MSG_SIZE = 0x2003;
    public static final int SO_PROTOCOL_INFOA = 0x2004;
    public static final int SO_PROTOCOL_INFOW = 0x2005;
    public static final int SO_PROTOCOL_INFO = SO_PROTOCOL_INFOA;
    public static final int SO_CONDITIONAL_ACCEPT = 0x3002;
    public static final int SO_PAUSE_ACCEPT = 0x3003;
    public static final int SO_COMPARTMENT_ID = 0x3004;
    public static final int SO_RANDOMIZE_PORT = 0x3005;
    public static final int SO_PORT_SCALABILITY = 0x3006;
    public static final int SO_REUSE_UNICASTPORT = 0x3007;
    public static final int SO_REUSE_MULTICASTPORT = 0x3008;
    /// An option of the level `IPPROTO_TCP`.
    public static final int TCP_NODELAY = 1;

    // Flags of a send or receive, in a call or in its result.
    public static final int MSG_OOB = 0x1;
    public static final int MSG_PEEK = 0x2;
    public static final int MSG_DONTROUTE = 0x4;
    public static final int MSG_WAITALL = 0x8;
    public static final int MSG_INTERRUPT = 0x10;
    public static final int MSG_PUSH_IMMEDIATE = 0x20;
    public static final int MSG_TRUNC = 0x100;
    public static final int MSG_CTRUNC = 0x200;
    public static final int MSG_BCAST = 0x400;
    public static final int MSG_MCAST = 0x800;
    public static final int MSG_ERRQUEUE = 0x1000;
    public static final int MSG_PARTIAL = 0x8000;
    /// A limit of Windows Me and before; there is none here.
    public static final int MSG_MAXIOVLEN = 16;

    // How to shut down.
    public static final int SD_RECEIVE = 0;
    public static final int SD_SEND = 1;
    public static final int SD_BOTH = 2;

    // Commands of ioctlsocket and WSAIoctl: where they come from and which way data goes, then the commands.
    public static final int IOCPARM_MASK = 0x7f;
    public static final int IOC_VOID = 0x20000000;
    public static final int IOC_OUT = 0x40000000;
    public static final int IOC_IN = 0x80000000;
    public static final int IOC_INOUT = IOC_IN | IOC_OUT;
    public static final int IOC_UNIX = 0x00000000;
    public static final int IOC_WS2 = 0x08000000;
    public static final int IOC_PROTOCOL = 0x10000000;
    public static final int IOC_VENDOR = 0x18000000;
    public static final int FIONREAD = 0x4004667F;
    public static final int FIONBIO = 0x8004667E;
    public static final int FIOASYNC = 0x8004667D;
    public static final int SIOCSHIWAT = 0x80047300;
    public static final int SIOCGHIWAT = 0x40047301;
    public static final int SIOCSLOWAT = 0x80047302;
    public static final int SIOCGLOWAT = 0x40047303;
    public static final int SIOCATMARK = 0x40047307;
    public static final int SIO_ASSOCIATE_HANDLE = 0x88000001;
    public static final int SIO_ENABLE_CIRCULAR_QUEUEING = 0x28000002;
    public static final int SIO_FIND_ROUTE = 0x48000003;
    public static final int SIO_FLUSH = 0x28000004;
    public static final int SIO_GET_BROADCAST_ADDRESS = 0x48000005;
    public static final int SIO_GET_EXTENSION_FUNCTION_POINTER = 0xC8000006;
    public static final int SIO_GET_QOS = 0xC8000007;
    public static final int SIO_GET_GROUP_QOS = 0xC8000008;
    public static final int SIO_MULTIPOINT_LOOPBACK = 0x88000009;
    public static final int SIO_MULTICAST_SCOPE = 0x8800000A;
    public static final int SIO_SET_QOS = 0x8800000B;
    public static final int SIO_SET_GROUP_QOS = 0x8800000C;
    public static final int SIO_TRANSLATE_HANDLE = 0xC800000D;
    public static final int SIO_ROUTING_INTERFACE_QUERY = 0xC8000014;
    public static final int SIO_ROUTING_INTERFACE_CHANGE = 0x88000015;
    public static final int SIO_ADDRESS_LIST_QUERY = 0x48000016;
    public static final int SIO_ADDRESS_LIST_CHANGE = 0x28000017;
    public static final int SIO_QUERY_TARGET_PNP_HANDLE = 0x48000018;
    public static final int SIO_ADDRESS_LIST_SORT = 0xC8000019;

    // Flags of WSASocket, and its values for what a protocol description decides.
    public static final int WSA_FLAG_OVERLAPPED = 0x01;
    public static final int WSA_FLAG_MULTIPOINT_C_ROOT = 0x02;
    public static final int WSA_FLAG_MULTIPOINT_C_LEAF = 0x04;
    public static final int WSA_FLAG_MULTIPOINT_D_ROOT = 0x08;
    public static final int WSA_FLAG_MULTIPOINT_D_LEAF = 0x10;
    public static final int WSA_FLAG_ACCESS_SYSTEM_SECURITY = 0x40;
    public static final int WSA_FLAG_NO_HANDLE_INHERIT = 0x80;
    public static final int WSA_FLAG_REGISTERED_IO = 0x100;
    /// As family, type or protocol: take it from `lpProtocolInfo`.
    public static final int FROM_PROTOCOL_INFO = -1;
    public static final int SG_UNCONSTRAINED_GROUP = 1;
    public static final int SG_CONSTRAINED_GROUP = 2;

    // Events and waits.
    /// What `WSACreateEvent` returns when it fails.
    public static final long WSA_INVALID_EVENT = 0L;
    /// A time-out that never comes.
    public static final int WSA_INFINITE = 0xFFFFFFFF;
    public static final int WSA_MAXIMUM_WAIT_EVENTS = 64;
    public static final int WSA_WAIT_FAILED = 0xFFFFFFFF;
    /// The index of the event is added.
    public static final int WSA_WAIT_EVENT_0 = 0;
    /// Completion routines ran.
    public static final int WSA_WAIT_IO_COMPLETION = 192;
    public static final int WSA_WAIT_TIMEOUT = 258;

    // IPv4 addresses, in host byte order: s_addr takes htonl of them.
    public static final int INADDR_ANY = 0x00000000;
    public static final int INADDR_LOOPBACK = 0x7f000001;
    public static final int INADDR_BROADCAST = 0xffffffff;
    public static final int INADDR_NONE = 0xffffffff;

    // Limits.
    /// A backlog for `listen`: as many as the system allows.
    public static final int SOMAXCONN = 0x7fffffff;
    /// The longest `szDescription`, in characters.
    public static final int WSADESCRIPTION_LEN = 256;
    /// The longest `szSystemStatus`, in characters.
    public static final int WSASYS_STATUS_LEN = 128;
    public static final int MAXGETHOSTSTRUCT = 1024;

    // What h_errno holds, under its Berkeley names.
    public static final int HOST_NOT_FOUND = Winerror.WSAHOST_NOT_FOUND;
    public static final int TRY_AGAIN = Winerror.WSATRY_AGAIN;
    public static final int NO_RECOVERY = Winerror.WSANO_RECOVERY;
    public static final int NO_DATA = Winerror.WSANO_DATA;
    public static final int NO_ADDRESS = Winerror.WSANO_ADDRESS;

    /// The flags of a receive that concern its operation.
    private static final int RECEIVE_FLAGS = MSG_OOB | MSG_PEEK;

    private Winsock2() {
    }

    // ---- start and end ----

    /// WSAStartup: prepares the library for `wVersionRequested` (`MAKEWORD(2, 2)`), and counts. Returns 0
    /// or the code itself: WSAVERNOTSUPPORTED for version 0, WSAEFAULT without `lpWSAData`.
    ///
    /// The lowest version since the first start holds for the whole process. With 1.0 or 1.1 a thread whose
    /// blocking call was interrupted by a routine can cancel that call ([#WSACancelBlockingCall]); all else
    /// that it calls there is WSAEINPROGRESS.
    public static int WSAStartup(int wVersionRequested, WSADATA lpWSAData) {
        return Startup.startUp(wVersionRequested, lpWSAData);
    }

    /// WSACleanup: undoes one WSAStartup. The last one closes all sockets; requests that are pending end with
    /// WSA_OPERATION_ABORTED in their structures, and without event or routine.
    public static int WSACleanup() {
        return Startup.cleanUp();
    }

    /// WSAGetLastError: the calling thread's last error.
    public static int WSAGetLastError() {
        return Caller.current().lastError();
    }

    /// WSASetLastError: sets the calling thread's last error.
    public static void WSASetLastError(int iError) {
        Caller.current().lastError(iError);
    }

    /// WSACancelBlockingCall: lets the blocking call of this thread that a routine (of QueueUserAPC, or a
    /// completion routine) has interrupted fail with WSAEINTR when the routine returns. Bytes that the call
    /// has moved by then are not told of. Only in a process that has started version 1.0 or 1.1:
    /// WSAEOPNOTSUPP otherwise, and WSAEINVAL where no call is blocked.
    public static int WSACancelBlockingCall() {
        return Startup.cancelBlockingCall();
    }

    // ---- sockets ----

    /// socket: opens a socket with the overlapped attribute: SOCK_STREAM (TCP) and SOCK_DGRAM (UDP) of
    /// AF_INET and AF_INET6, SOCK_STREAM and SOCK_SEQPACKET of AF_UNIX. The handle belongs to the program
    /// until closesocket.
    public static long socket(int af, int type, int protocol) {
        return WSASocket(af, type, protocol, null, 0, WSA_FLAG_OVERLAPPED);
    }

    /// WSASocket: opens a socket, with the overlapped attribute only if `dwFlags` has WSA_FLAG_OVERLAPPED.
    /// `g` is ignored, as Windows ignores it; other flags than WSA_FLAG_NO_HANDLE_INHERIT (descriptors here
    /// never are inherited) are WSAEINVAL.
    public static long WSASocket(int af, int type, int protocol, WSAPROTOCOL_INFO lpProtocolInfo, int g,
            int dwFlags) {
        Caller caller = Calls.started();
        if (caller == null) {
            return INVALID_SOCKET;
        }
        Protocols.Choice choice = Protocols.choose(af, type, protocol, lpProtocolInfo);
        if (choice.code() != 0 || (dwFlags & ~(WSA_FLAG_OVERLAPPED | WSA_FLAG_NO_HANDLE_INHERIT)) != 0) {
            Calls.fail(caller, choice.code() != 0 ? choice.code() : Winerror.WSAEINVAL);
            return INVALID_SOCKET;
        }
        boolean overlapped = (dwFlags & WSA_FLAG_OVERLAPPED) != 0;
        Engine engine = caller.engine();
        long result = choice.unix() ? engine.openUnix(choice.stream(), overlapped)
                : engine.open(choice.ipv6(), choice.stream(), overlapped);
        return Calls.handle(caller, result);
    }

    /// bind: names the socket. An address that only connections which wait out their time hold is free, as
    /// on Windows; one that a live socket holds is WSAEADDRINUSE.
    public static int bind(long s, SOCKADDR name, int namelen) {
        Caller caller = Calls.started();
        Socket socket = Calls.socket(caller, s);
        if (socket == null) {
            return SOCKET_ERROR;
        }
        SocketAddress address = Sockaddr.decode(name, namelen);
        return address == null ? Calls.fail(caller, Calls.addressError(name))
                : Calls.status(caller, socket.handshake().bind(address));
    }

    /// listen: takes connections; at most `backlog` wait to be accepted (SOMAXCONN: as many as the system
    /// allows).
    public static int listen(long s, int backlog) {
        Caller caller = Calls.started();
        Socket socket = Calls.socket(caller, s);
        return socket == null ? SOCKET_ERROR : Calls.status(caller, socket.handshake().listen(backlog));
    }

    /// accept: takes a connection, and waits for one, alertably, unless the listener is non-blocking. Its
    /// address is written to `addr` if both pointers are given. The new socket has the listener's
    /// attributes and options.
    public static long accept(long s, SOCKADDR addr, DWORD addrlen) {
        Caller caller = Calls.started();
        Socket socket = Calls.socket(caller, s);
        if (socket == null) {
            return INVALID_SOCKET;
        }
        if (addr != null && (addrlen == null || addrlen.value < Sockaddr.sizeof(Calls.family(socket)))) {
            Calls.fail(caller, Winerror.WSAEFAULT);
            return INVALID_SOCKET;
        }
        SocketAddress[] peer = new SocketAddress[1];
        long accepted = Calls.handle(caller, socket.handshake().accept(caller, peer));
        if (accepted != INVALID_SOCKET && addr != null) {
            Sockaddr.encode(peer[0], Calls.family(socket), addr, addrlen);
        }
        return accepted;
    }

    /// connect: connects, and waits for the outcome, alertably. A non-blocking socket answers
    /// WSAEWOULDBLOCK and goes on; a second connect then tells WSAEALREADY, WSAEISCONN or why it failed.
    ///
    /// A datagram socket gets a peer, at once and as often as it likes: it sends there by default, and
    /// receives from there alone. An address of zeros ends that. WSAEPROTOTYPE: the socket that listens at
    /// a path is of another type.
    public static int connect(long s, SOCKADDR name, int namelen) {
        Caller caller = Calls.started();
        Socket socket = Calls.socket(caller, s);
        if (socket == null) {
            return SOCKET_ERROR;
        }
        SocketAddress address = Sockaddr.decode(name, namelen);
        return address == null ? Calls.fail(caller, Calls.addressError(name))
                : Calls.status(caller, socket.handshake().connect(peer(socket, address), caller));
    }

    private static SocketAddress peer(Socket socket, SocketAddress address) {
        return socket.isConnectionless() && address instanceof InetSocketAddress internet
                && internet.getAddress().isAnyLocalAddress() ? null : address;
    }

    /// WSAConnect: as connect. TCP carries no data with a connect: `lpCallerData` must be null (else
    /// WSAEOPNOTSUPP), `lpCalleeData` gets length 0; quality of service is ignored.
    public static int WSAConnect(long s, SOCKADDR name, int namelen, WSABUF lpCallerData, WSABUF lpCalleeData,
            Object lpSQOS, Object lpGQOS) {
        if (lpCallerData != null) {
            Caller caller = Calls.started();
            return Calls.socket(caller, s) == null ? SOCKET_ERROR
                    : Calls.fail(caller, Winerror.WSAEOPNOTSUPP);
        }
        int result = connect(s, name, namelen);
        if (result == 0 && lpCalleeData != null) {
            lpCalleeData.len = 0;
        }
        return result;
    }

    /// shutdown: ends receiving (SD_RECEIVE), sending (SD_SEND) or both. Sends that are pending leave
    /// first, then the peer sees the end; a pending receive stays pending.
    public static int shutdown(long s, int how) {
        Caller caller = Calls.started();
        Socket socket = Calls.socket(caller, s);
        if (socket == null) {
            return SOCKET_ERROR;
        }
        if (how < SD_RECEIVE || how > SD_BOTH) {
            return Calls.fail(caller, Winerror.WSAEINVAL);
        }
        return Calls.status(caller, socket.shutdown(how != SD_SEND, how != SD_RECEIVE));
    }

    /// closesocket: ends what is pending (sends, accepts and datagram receives with WSA_OPERATION_ABORTED,
    /// stream receives with WSAECONNABORTED), each indicated once, and closes.
    public static int closesocket(long s) {
        Caller caller = Calls.started();
        if (Calls.socket(caller, s) == null) {
            return SOCKET_ERROR;
        }
        return caller.engine().close(s, caller) ? Calls.status(caller, 0) : Calls.fail(caller, Winerror.WSAENOTSOCK);
    }

    /// getsockname: the socket's own address; WSAEINVAL before it has one.
    public static int getsockname(long s, SOCKADDR name, DWORD namelen) {
        Caller caller = Calls.started();
        Socket socket = Calls.socket(caller, s);
        return socket == null ? SOCKET_ERROR
                : Calls.address(caller, socket, socket.localAddress(), Winerror.WSAEINVAL, name, namelen);
    }

    /// getpeername: the address of the other side; WSAENOTCONN without one.
    public static int getpeername(long s, SOCKADDR name, DWORD namelen) {
        Caller caller = Calls.started();
        Socket socket = Calls.socket(caller, s);
        return socket == null ? SOCKET_ERROR
                : Calls.address(caller, socket, socket.peerAddress(), Winerror.WSAENOTCONN, name, namelen);
    }

    /// ioctlsocket: FIONBIO (0 blocking, else non-blocking), FIONREAD (bytes that can be received at once),
    /// SIOCATMARK (0 while urgent data waits to be read, else 1) and SIO_FLUSH (leaves `argp` alone). Others
    /// are WSAEOPNOTSUPP. More on each at [#WSAIoctl].
    public static int ioctlsocket(long s, int cmd, DWORD argp) {
        Caller caller = Calls.started();
        Socket socket = Calls.socket(caller, s);
        if (socket == null) {
            return SOCKET_ERROR;
        }
        if (argp == null) {
            return Calls.fail(caller, Winerror.WSAEFAULT);
        }
        long result = Controls.make(caller, socket, cmd, argp.value);
        if (result >= 0 && Controls.answers(cmd)) {
            argp.value = (int) result;
        }
        return Calls.status(caller, result);
    }

    /// WSAIoctl: controls the socket. Every command is done when the call returns; with `lpOverlapped` it is
    /// indicated all the same, as for [#WSASend] and with 0 bytes.
    ///
    /// | `dwIoControlCode` | in | out |
    /// |---|---|---|
    /// | FIONBIO | 4 bytes: 0 blocking, else non-blocking | |
    /// | FIONREAD | | 4 bytes: how many bytes can be received at once |
    /// | SIOCATMARK | | 4 bytes: 0 while urgent data waits to be read, else 1 |
    /// | SIO_FLUSH | | |
    ///
    /// `lpcbBytesReturned` must be there, and gets the bytes written. A missing or short buffer is WSAEFAULT;
    /// what a command does not use is not looked at. Any memory that this thread can access will do.
    ///
    /// With SO_OOBINLINE, SIOCATMARK is 1 also where the urgent byte comes next. SIO_FLUSH ends every send
    /// that is pending, whichever thread started it, with WSA_OPERATION_ABORTED and the bytes that had left;
    /// what the kernel has taken is sent. Another command is WSAEOPNOTSUPP; with `lpOverlapped` it is pending
    /// first, and ends so.
    public static int WSAIoctl(long s, int dwIoControlCode, MemorySegment lpvInBuffer, int cbInBuffer,
            MemorySegment lpvOutBuffer, int cbOutBuffer, DWORD lpcbBytesReturned, WSAOVERLAPPED lpOverlapped,
            LPWSAOVERLAPPED_COMPLETION_ROUTINE lpCompletionRoutine) {
        Caller caller = Calls.started();
        Socket socket = Calls.socket(caller, s);
        if (socket == null) {
            return SOCKET_ERROR;
        }
        if (lpcbBytesReturned == null) {
            return Calls.fail(caller, Winerror.WSAEFAULT);
        }
        Controls.Buffers buffers = new Controls.Buffers(lpvInBuffer, cbInBuffer, lpvOutBuffer, cbOutBuffer);
        long result = Controls.make(caller, socket, dwIoControlCode, buffers,
                socket.isOverlapped() ? lpOverlapped : null, lpCompletionRoutine);
        return Calls.count(caller, result, lpcbBytesReturned);
    }

    /// getsockopt: writes an option to `optval`, which has room for `optlen.value` bytes, and its length to
    /// `optlen`.
    public static int getsockopt(long s, int level, int optname, MemorySegment optval, DWORD optlen) {
        Caller caller = Calls.started();
        Socket socket = Calls.socket(caller, s);
        if (socket == null) {
            return SOCKET_ERROR;
        }
        if (optlen == null) {
            return Calls.fail(caller, Winerror.WSAEFAULT);
        }
        long result = socket.option(level, optname, optval, optlen.value);
        if (result >= 0) {
            optlen.value = (int) result;
        }
        return Calls.status(caller, result);
    }

    /// setsockopt: sets an option to the `optlen` bytes at `optval`, which may be heap memory
    /// (`MemorySegment.ofArray(new int[] {1})`).
    public static int setsockopt(long s, int level, int optname, MemorySegment optval, int optlen) {
        Caller caller = Calls.started();
        Socket socket = Calls.socket(caller, s);
        return socket == null ? SOCKET_ERROR
                : Calls.status(caller, socket.setOption(level, optname, optval, optlen));
    }

    // ---- sending and receiving ----

    /// send: sends `len` bytes of `buf` and returns how many were taken. A blocking socket waits,
    /// alertably, until all are; a non-blocking one takes what fits, or answers WSAEWOULDBLOCK. Any memory
    /// that this thread can read may be given, and it is the caller's again on return.
    public static int send(long s, MemorySegment buf, int len, int flags) {
        return sendto(s, buf, len, flags, null, 0);
    }

    /// sendto: as [#send], but one datagram to `to`; see [#WSASendTo].
    public static int sendto(long s, MemorySegment buf, int len, int flags, SOCKADDR to, int tolen) {
        Caller caller = Calls.started();
        Socket socket = Calls.socket(caller, s);
        int code = socket == null ? 0 : Transfers.sendFlagsError(socket, flags);
        if (socket == null || code != 0) {
            return socket == null ? SOCKET_ERROR : Calls.fail(caller, code);
        }
        Request request = caller.send(socket, flags, !socket.isNonBlocking());
        code = Transfers.receiverError(request, to, tolen);
        return Calls.count(caller, code != 0 ? Transfers.refuse(request, code)
                : Transfers.call(caller, request, buf, len));
    }

    /// recv: receives at most `len` bytes into `buf` and returns how many; 0 is the end of the stream. A
    /// blocking socket waits for them, alertably.
    public static int recv(long s, MemorySegment buf, int len, int flags) {
        return recvfrom(s, buf, len, flags, null, null);
    }

    /// recvfrom: as [#recv], but one datagram, and its sender's address to `from`; see [#WSARecvFrom]. Of a
    /// datagram that is longer than `len` the rest is lost: WSAEMSGSIZE.
    public static int recvfrom(long s, MemorySegment buf, int len, int flags, SOCKADDR from, DWORD fromlen) {
        Caller caller = Calls.started();
        Socket socket = Calls.socket(caller, s);
        int code = socket == null ? 0 : Transfers.receiveFlagsError(socket, flags);
        if (socket == null || code != 0) {
            return socket == null ? SOCKET_ERROR : Calls.fail(caller, code);
        }
        Request request = caller.receive(socket, flags & RECEIVE_FLAGS, (flags & MSG_WAITALL) != 0);
        code = Transfers.senderError(request, from, fromlen);
        return Calls.count(caller, code != 0 ? Transfers.refuse(request, code)
                : Transfers.call(caller, request, buf, len));
    }

    /// WSASend: sends the buffers in their order.
    ///
    /// **Overlapped** (`lpOverlapped` given, the socket has the attribute): returns 0 with
    /// `lpNumberOfBytesSent` set when all bytes were taken at once (the indication is scheduled already),
    /// or `SOCKET_ERROR` with WSA_IO_PENDING, and completes when they are; any other error: nothing was
    /// started and nothing will be indicated. With `lpCompletionRoutine` the routine is queued to this
    /// thread and runs in its next alertable wait; else the event in `hEvent` is set; with neither,
    /// `lpOverlapped` alone tells.
    ///
    /// **Otherwise** as [#send].
    ///
    /// The array and its elements may be used again at once. The buffers' memory belongs to the system
    /// until the request completes; it must be native, and accessible from every thread (`Arena.ofAuto`,
    /// `ofShared`, `global`): otherwise WSAEFAULT. Closing its arena while the request is pending ends the
    /// request with WSAEFAULT.
    ///
    /// On Linux the first send that a pass of completion routines begins on a socket is attempted at once;
    /// further ones are pending and leave together when the pass ends. More than 1 MiB is always pending.
    /// MSG_PARTIAL is for SOCK_SEQPACKET: the part is copied, and leaves with the first send without the flag,
    /// as one message of at most 1 MiB. Elsewhere it is WSAEOPNOTSUPP.
    public static int WSASend(long s, WSABUF[] lpBuffers, int dwBufferCount, DWORD lpNumberOfBytesSent,
            int dwFlags, WSAOVERLAPPED lpOverlapped, LPWSAOVERLAPPED_COMPLETION_ROUTINE lpCompletionRoutine) {
        Caller caller = Calls.started();
        Socket socket = Calls.socket(caller, s);
        if (socket == null) {
            return SOCKET_ERROR;
        }
        return send(caller, socket, lpBuffers, dwBufferCount, lpNumberOfBytesSent, dwFlags, null, 0,
                lpOverlapped, lpCompletionRoutine);
    }

    /// WSASendTo: sends the buffers in their order as one datagram to `lpTo`, or, without that, to the peer
    /// that the socket is connected to. A socket that has no address gets one. Completion, memory and the two
    /// ways to wait are as for [#WSASend]. On a connection it is [#WSASend], and the address is ignored.
    ///
    /// WSAEMSGSIZE: longer than SO_MAX_MSG_SIZE, or than a router let through; WSAECONNRESET and
    /// WSAENETRESET: what the network has answered to an earlier datagram of this socket. Nothing was sent
    /// then.
    public static int WSASendTo(long s, WSABUF[] lpBuffers, int dwBufferCount, DWORD lpNumberOfBytesSent,
            int dwFlags, SOCKADDR lpTo, int iTolen, WSAOVERLAPPED lpOverlapped,
            LPWSAOVERLAPPED_COMPLETION_ROUTINE lpCompletionRoutine) {
        Caller caller = Calls.started();
        Socket socket = Calls.socket(caller, s);
        if (socket == null) {
            return SOCKET_ERROR;
        }
        return send(caller, socket, lpBuffers, dwBufferCount, lpNumberOfBytesSent, dwFlags, lpTo, iTolen,
                lpOverlapped, lpCompletionRoutine);
    }

    private static int send(Caller caller, Socket socket, WSABUF[] lpBuffers, int dwBufferCount,
            DWORD lpNumberOfBytesSent, int dwFlags, SOCKADDR lpTo, int iTolen, WSAOVERLAPPED lpOverlapped,
            LPWSAOVERLAPPED_COMPLETION_ROUTINE lpCompletionRoutine) {
        boolean overlapped = lpOverlapped != null && socket.isOverlapped();
        int code = Transfers.pointersError(lpNumberOfBytesSent, lpOverlapped);
        code = code != 0 ? code : Transfers.sendFlagsError(socket, dwFlags);
        if (code != 0) {
            return Calls.fail(caller, code);
        }
        Request request = caller.send(socket, dwFlags, overlapped || !socket.isNonBlocking());
        code = Transfers.receiverError(request, lpTo, iTolen);
        long result = code != 0 ? Transfers.refuse(request, code)
                : Transfers.move(caller, request, lpBuffers, dwBufferCount, overlapped ? lpOverlapped : null,
                        lpCompletionRoutine);
        return Calls.count(caller, result, lpNumberOfBytesSent);
    }

    /// WSARecv: receives into the buffers in their order, as much as there is (with MSG_WAITALL: until they
    /// are full). Completion, memory and the two ways to wait are as for [#WSASend]. `lpFlags` is read at
    /// the call and set to 0 by an immediate completion. A request without any room waits for data and
    /// leaves it there.
    public static int WSARecv(long s, WSABUF[] lpBuffers, int dwBufferCount, DWORD lpNumberOfBytesRecvd,
            DWORD lpFlags, WSAOVERLAPPED lpOverlapped,
            LPWSAOVERLAPPED_COMPLETION_ROUTINE lpCompletionRoutine) {
        Caller caller = Calls.started();
        Socket socket = Calls.socket(caller, s);
        if (socket == null) {
            return SOCKET_ERROR;
        }
        return receive(caller, socket, lpBuffers, dwBufferCount, lpNumberOfBytesRecvd, lpFlags, null, null,
                lpOverlapped, lpCompletionRoutine);
    }

    /// WSARecvFrom: receives one datagram into the buffers in their order, and its sender's address into
    /// `lpFrom` (if that is not null; `lpFromlen` says how much room there is, and then how much was used).
    /// Completion, memory and the two ways to wait are as for [#WSASend]. `lpFrom` and `lpFromlen` are the
    /// system's until the request completes, and written then. On a connection it is [#WSARecv].
    ///
    /// A datagram that is longer than the buffers fills them, and its rest is lost: WSAEMSGSIZE, with
    /// `lpNumberOfBytesRecvd` and `lpFlags` (MSG_PARTIAL) set; an overlapped request completes with that code
    /// and the count, always after WSA_IO_PENDING. Too little room for the address is WSAEFAULT, and the
    /// datagram stays. WSAECONNRESET, WSAENETRESET: what the network has answered to an earlier datagram of
    /// this socket.
    public static int WSARecvFrom(long s, WSABUF[] lpBuffers, int dwBufferCount, DWORD lpNumberOfBytesRecvd,
            DWORD lpFlags, SOCKADDR lpFrom, DWORD lpFromlen, WSAOVERLAPPED lpOverlapped,
            LPWSAOVERLAPPED_COMPLETION_ROUTINE lpCompletionRoutine) {
        Caller caller = Calls.started();
        Socket socket = Calls.socket(caller, s);
        if (socket == null) {
            return SOCKET_ERROR;
        }
        return receive(caller, socket, lpBuffers, dwBufferCount, lpNumberOfBytesRecvd, lpFlags, lpFrom,
                lpFromlen, lpOverlapped, lpCompletionRoutine);
    }

    private static int receive(Caller caller, Socket socket, WSABUF[] lpBuffers, int dwBufferCount,
            DWORD lpNumberOfBytesRecvd, DWORD lpFlags, SOCKADDR lpFrom, DWORD lpFromlen,
            WSAOVERLAPPED lpOverlapped, LPWSAOVERLAPPED_COMPLETION_ROUTINE lpCompletionRoutine) {
        boolean overlapped = lpOverlapped != null && socket.isOverlapped();
        int code = lpFlags == null ? Winerror.WSAEFAULT
                : Transfers.pointersError(lpNumberOfBytesRecvd, lpOverlapped);
        code = code != 0 ? code : Transfers.receiveFlagsError(socket, lpFlags.value);
        if (code != 0) {
            return Calls.fail(caller, code);
        }
        int flags = lpFlags.value;
        Request request = caller.receive(socket, flags & RECEIVE_FLAGS, (flags & MSG_WAITALL) != 0);
        code = Transfers.senderError(request, lpFrom, lpFromlen);
        long result = code != 0 ? Transfers.refuse(request, code)
                : Transfers.move(caller, request, lpBuffers, dwBufferCount, overlapped ? lpOverlapped : null,
                        lpCompletionRoutine);
        return Transfers.received(caller, result, lpBuffers, dwBufferCount, lpNumberOfBytesRecvd, lpFlags,
                overlapped);
    }

    /// WSAGetOverlappedResult: how the request of `lpOverlapped` ended. Pending: WSA_IO_INCOMPLETE, or with
    /// `fWait` it waits, not alertably, for the event in `hEvent`, or for the socket if there is none. The
    /// outcome is true for success; `lpcbTransfer` gets the bytes moved, `lpdwFlags` (which may be null)
    /// the flags. Of a datagram that was too long (WSAEMSGSIZE) `lpcbTransfer` gets what was stored.
    ///
    /// `fWait` for a request that has a completion routine and is pending, which the page forbids, is
    /// WSAEINVAL.
    public static boolean WSAGetOverlappedResult(long s, WSAOVERLAPPED lpOverlapped, DWORD lpcbTransfer,
            boolean fWait, DWORD lpdwFlags) {
        Caller caller = Calls.started();
        Socket socket = Calls.socket(caller, s);
        if (socket == null) {
            return false;
        }
        if (lpOverlapped == null || lpcbTransfer == null) {
            Calls.fail(caller, Winerror.WSAEFAULT);
            return false;
        }
        int code = Transfers.result(caller, socket, lpOverlapped, fWait);
        if (code == 0 || code == Winerror.WSAEMSGSIZE) {
            lpcbTransfer.value = (int) lpOverlapped.InternalHigh;
        }
        if (code == 0 && lpdwFlags != null) {
            lpdwFlags.value = 0;
        }
        caller.lastError(code);
        return code == 0;
    }

    // ---- events ----

    /// WSACreateEvent: a manual-reset event, unsignalled; WSA_INVALID_EVENT if there are too many. It
    /// belongs to the program until WSACloseEvent.
    public static long WSACreateEvent() {
        Caller caller = Calls.started();
        if (caller == null) {
            return WSA_INVALID_EVENT;
        }
        long event = caller.engine().createEvent(true, false);
        caller.lastError(event == 0 ? Winerror.WSA_NOT_ENOUGH_MEMORY : 0);
        return event;
    }

    /// WSACloseEvent: gives up the handle. Requests that were given it go on, and signal nobody.
    public static boolean WSACloseEvent(long hEvent) {
        Caller caller = Calls.started();
        return caller != null
                && Calls.flag(caller, caller.engine().closeEvent(hEvent) ? 0 : Winerror.WSA_INVALID_HANDLE);
    }

    /// WSASetEvent: signals the event, and wakes who waits for it.
    public static boolean WSASetEvent(long hEvent) {
        Caller caller = Calls.started();
        EventObject event = Calls.event(caller, hEvent);
        if (event == null) {
            return false;
        }
        event.signal(caller);
        return Calls.flag(caller, 0);
    }

    /// WSAResetEvent: unsignals the event.
    public static boolean WSAResetEvent(long hEvent) {
        Caller caller = Calls.started();
        EventObject event = Calls.event(caller, hEvent);
        if (event == null) {
            return false;
        }
        event.reset();
        return Calls.flag(caller, 0);
    }

    /// WSAWaitForMultipleEvents: waits for one of the first `cEvents` events, or for all, at most
    /// `dwTimeout` milliseconds (unsigned; WSA_INFINITE), and drives this thread's requests meanwhile.
    /// Returns WSA_WAIT_EVENT_0 + the lowest signalled index, WSA_WAIT_TIMEOUT, WSA_WAIT_FAILED, or, if
    /// `fAlertable`, WSA_WAIT_IO_COMPLETION after routines have run. A signalled event comes before
    /// routines. Sockets may be waited for too. Unless it fails, it leaves the last error alone.
    ///
    /// Interrupts do not end the wait; the flag is kept.
    public static int WSAWaitForMultipleEvents(int cEvents, long[] lphEvents, boolean fWaitAll, int dwTimeout,
            boolean fAlertable) {
        Caller caller = Calls.started();
        if (caller == null) {
            return WSA_WAIT_FAILED;
        }
        EventObject.Wait wait = caller.eventWait(fWaitAll);
        int code = Calls.fill(caller, wait, cEvents, lphEvents);
        if (code != 0) {
            return Calls.fail(caller, code);
        }
        int ended = caller.await(wait, Calls.nanos(dwTimeout), fAlertable);
        return ended == Caller.SATISFIED ? WSA_WAIT_EVENT_0 + wait.index() : ended;
    }

    // ---- byte order ----

    /// htons: to network byte order.
    public static short htons(int hostshort) {
        return Short.reverseBytes((short) hostshort);
    }

    /// ntohs: from network byte order; the result is unsigned.
    public static int ntohs(int netshort) {
        return Short.toUnsignedInt(Short.reverseBytes((short) netshort));
    }

    /// htonl: to network byte order.
    public static int htonl(int hostlong) {
        return Integer.reverseBytes(hostlong);
    }

    /// ntohl: from network byte order.
    public static int ntohl(int netlong) {
        return Integer.reverseBytes(netlong);
    }
}
