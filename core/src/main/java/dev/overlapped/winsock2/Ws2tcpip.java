package dev.overlapped.winsock2;

import dev.overlapped.engine.Caller;
import dev.overlapped.engine.Engine;
import dev.overlapped.winsock2.types.ADDRINFOA;
import dev.overlapped.winsock2.types.DWORD;
import dev.overlapped.winsock2.types.Ref;
import dev.overlapped.winsock2.types.SOCKADDR;
import dev.overlapped.winsock2.types.SOCKADDR_IN;
import dev.overlapped.winsock2.types.SOCKADDR_IN6;
import java.net.InetSocketAddress;

/// ws2tcpip.h: names and addresses. For its conventions see [Winsock2].
public final class Ws2tcpip {
    // Constants of ws2tcpip.h and of ws2ipdef.h, which it includes. IPPROTO_IPV6 is in Winsock2, as in C.

    // Flags of getaddrinfo's hints.
    /// The address is to be bound; without a node name it is the wildcard.
    public static final int AI_PASSIVE = 0x00000001;
    /// Also return the canonical name.
    public static final int AI_CANONNAME = 0x00000002;
    /// The node name is an address, do not ask for it.
    public static final int AI_NUMERICHOST = 0x00000004;
    /// The service name is a number.
    public static final int AI_NUMERICSERV = 0x00000008;
    public static final int AI_DNS_ONLY = 0x00000010;
    public static final int AI_FORCE_CLEAR_TEXT = 0x00000020;
    public static final int AI_BYPASS_DNS_CACHE = 0x00000040;
    public static final int AI_RETURN_TTL = 0x00000080;
    /// With `AI_V4MAPPED`: IPv6 addresses and mapped IPv4 addresses.
    public static final int AI_ALL = 0x00000100;
    /// Only families that this machine has an address of.
    public static final int AI_ADDRCONFIG = 0x00000400;
    /// Without an IPv6 address return IPv4-mapped ones.
    public static final int AI_V4MAPPED = 0x00000800;
    public static final int AI_NON_AUTHORITATIVE = 0x00004000;
    public static final int AI_SECURE = 0x00008000;
    public static final int AI_RETURN_PREFERRED_NAMES = 0x00010000;
    public static final int AI_FQDN = 0x00020000;
    public static final int AI_FILESERVER = 0x00040000;
    public static final int AI_DISABLE_IDN_ENCODING = 0x00080000;
    public static final int AI_SECURE_WITH_FALLBACK = 0x00100000;
    public static final int AI_EXCLUSIVE_CUSTOM_SERVERS = 0x00200000;
    public static final int AI_RETURN_RESPONSE_FLAGS = 0x10000000;
    public static final int AI_REQUIRE_SECURE = 0x20000000;
    public static final int AI_RESOLUTION_HANDLE = 0x40000000;
    public static final int AI_EXTENDED = 0x80000000;

    // Flags of getnameinfo, and how long its results can be.
    public static final int NI_NOFQDN = 0x01;
    public static final int NI_NUMERICHOST = 0x02;
    public static final int NI_NAMEREQD = 0x04;
    public static final int NI_NUMERICSERV = 0x08;
    public static final int NI_DGRAM = 0x10;
    public static final int NI_MAXHOST = 1025;
    public static final int NI_MAXSERV = 32;

    // What getaddrinfo returns: Winsock codes under other names.
    public static final int EAI_AGAIN = Winerror.WSATRY_AGAIN;
    public static final long EAI_BADFLAGS = Winerror.WSAEINVAL;
    public static final int EAI_FAIL = Winerror.WSANO_RECOVERY;
    public static final int EAI_FAMILY = Winerror.WSAEAFNOSUPPORT;
    public static final int EAI_MEMORY = Winerror.WSA_NOT_ENOUGH_MEMORY;
    public static final int EAI_NOSECURENAME = Winerror.WSA_SECURE_HOST_NOT_FOUND;
    public static final int EAI_NONAME = Winerror.WSAHOST_NOT_FOUND;
    public static final int EAI_NODATA = EAI_NONAME;
    public static final int EAI_SERVICE = Winerror.WSATYPE_NOT_FOUND;
    public static final int EAI_SOCKTYPE = Winerror.WSAESOCKTNOSUPPORT;
    public static final int EAI_IPSECPOLICY = Winerror.WSA_IPSEC_NAME_POLICY;

    // Options of the level IPPROTO_IP.
    public static final int IP_OPTIONS = 1;
    public static final int IP_HDRINCL = 2;
    public static final int IP_TOS = 3;
    public static final int IP_TTL = 4;
    public static final int IP_MULTICAST_IF = 9;
    public static final int IP_MULTICAST_TTL = 10;
    public static final int IP_MULTICAST_LOOP = 11;
    public static final int IP_ADD_MEMBERSHIP = 12;
    public static final int IP_DROP_MEMBERSHIP = 13;
    public static final int IP_DONTFRAGMENT = 14;

    // Options of the level IPPROTO_IPV6.
    public static final int IPV6_HOPOPTS = 1;
    public static final int IPV6_HDRINCL = 2;
    public static final int IPV6_UNICAST_HOPS = 4;
    public static final int IPV6_MULTICAST_IF = 9;
    public static final int IPV6_MULTICAST_HOPS = 10;
    public static final int IPV6_MULTICAST_LOOP = 11;
    public static final int IPV6_ADD_MEMBERSHIP = 12;
    public static final int IPV6_JOIN_GROUP = IPV6_ADD_MEMBERSHIP;
    public static final int IPV6_DROP_MEMBERSHIP = 13;
    public static final int IPV6_LEAVE_GROUP = IPV6_DROP_MEMBERSHIP;
    public static final int IPV6_DONTFRAG = 14;
    public static final int IPV6_PKTINFO = 19;
    public static final int IPV6_HOPLIMIT = 21;
    public static final int IPV6_PROTECTION_LEVEL = 23;
    /// An IPv6 socket takes no IPv4; Windows starts with it on, Linux off.
    public static final int IPV6_V6ONLY = 27;

    // Options of the level IPPROTO_TCP beside TCP_NODELAY.
    /// Seconds without traffic before a keep-alive.
    public static final int TCP_KEEPALIVE = 3;
    public static final int TCP_KEEPIDLE = TCP_KEEPALIVE;
    /// Seconds that sent data may stay unacknowledged; -1: the system's limit. It bounds a shut window too.
    public static final int TCP_MAXRT = 5;
    /// Keep-alives without an answer before the connection is given up.
    public static final int TCP_KEEPCNT = 16;
    /// Seconds between keep-alives.
    public static final int TCP_KEEPINTVL = 17;

    // How long addresses as text can be, in bytes with the NUL.
    public static final int INET_ADDRSTRLEN = 22;
    public static final int INET6_ADDRSTRLEN = 65;

    private static final int FLAGS = AI_PASSIVE | AI_CANONNAME | AI_NUMERICHOST | AI_NUMERICSERV;

    private Ws2tcpip() {
    }

    /// getaddrinfo: asks the system's resolver (the C library's) for addresses, and may wait for it.
    /// Returns 0 or the code itself (WSAHOST_NOT_FOUND, WSATYPE_NOT_FOUND, WSAEAFNOSUPPORT,
    /// WSAESOCKTNOSUPPORT, WSAEINVAL …), and leaves the list in `ppResult`. AI_ADDRCONFIG and AI_V4MAPPED
    /// have no effect; other flags than these and the first four are WSAEINVAL.
    public static int getaddrinfo(String pNodeName, String pServiceName, ADDRINFOA pHints,
            Ref<ADDRINFOA> ppResult) {
        Caller caller = Calls.started();
        if (caller == null) {
            return Winerror.WSANOTINITIALISED;
        }
        int code = ppResult == null ? Winerror.WSAEFAULT : resolve(pNodeName, pServiceName, pHints, ppResult);
        caller.lastError(code);
        return code;
    }

    private static int resolve(String node, String service, ADDRINFOA hints, Ref<ADDRINFOA> result) {
        result.value = null;
        if (node == null && service == null) {
            return Winerror.WSAHOST_NOT_FOUND;
        }
        ADDRINFOA wanted = hints != null ? hints : new ADDRINFOA();
        if ((wanted.ai_flags & ~(FLAGS | AI_ADDRCONFIG | AI_V4MAPPED)) != 0
                || wanted.ai_addrlen != 0 || wanted.ai_addr != null || wanted.ai_next != null) {
            return Winerror.WSAEINVAL;
        }
        Protocols.Hint hint = Protocols.hint(wanted.ai_family, wanted.ai_socktype, wanted.ai_protocol);
        if (hint.code() != 0) {
            return hint.code();
        }
        ADDRINFOA[] last = new ADDRINFOA[1];
        return Caller.current().engine().resolve(node, service, wanted.ai_flags,
                new Engine.Wanted(hint.ipv6(), hint.stream()),
                (ipv6, stream, address, canonical) -> {
                    ADDRINFOA next = describe(ipv6, stream, address, wanted.ai_flags);
                    if (last[0] == null) {
                        next.ai_canonname = canonical;
                        result.value = next;
                    } else {
                        last[0].ai_next = next;
                    }
                    last[0] = next;
                });
    }

    private static ADDRINFOA describe(boolean ipv6, boolean stream, InetSocketAddress address, int flags) {
        ADDRINFOA info = new ADDRINFOA();
        info.ai_flags = flags;
        info.ai_family = ipv6 ? Winsock2.AF_INET6 : Winsock2.AF_INET;
        info.ai_socktype = stream ? Winsock2.SOCK_STREAM : Winsock2.SOCK_DGRAM;
        info.ai_protocol = stream ? Winsock2.IPPROTO_TCP : Winsock2.IPPROTO_UDP;
        SOCKADDR name = ipv6 ? new SOCKADDR_IN6() : new SOCKADDR_IN();
        DWORD length = new DWORD(Sockaddr.sizeof(info.ai_family));
        Sockaddr.encode(address, info.ai_family, name, length);
        info.ai_addr = name;
        info.ai_addrlen = length.value;
        return info;
    }

    /// freeaddrinfo: gives up a list of [#getaddrinfo]. Here the collector frees it; the call is for the
    /// page's sake.
    public static void freeaddrinfo(ADDRINFOA pAddrInfo) {
        if (pAddrInfo != null) {
            pAddrInfo.ai_next = null;
        }
    }
}
