package dev.overlapped.linux;

/// Numbers of the C headers that the calls of this package take, the same on x86-64 and aarch64. Error
/// numbers that the library speaks of are in `dev.overlapped.provider.Errno`; here are those that stay below
/// it.
public final class Constants {
    // <errno.h>
    public static final int ENOENT = 2;
    public static final int EINTR = 4;
    public static final int ENOSYS = 38;

    // <sys/socket.h>
    public static final int AF_UNSPEC = 0;
    public static final int AF_UNIX = 1;
    public static final int AF_INET = 2;
    public static final int AF_INET6 = 10;
    public static final int SOCK_STREAM = 1;
    public static final int SOCK_DGRAM = 2;
    public static final int SOCK_SEQPACKET = 5;
    public static final int SOCK_NONBLOCK = 0x800;
    public static final int SOCK_CLOEXEC = 0x80000;
    public static final int SHUT_WR = 1;
    public static final int MSG_OOB = 1;
    public static final int MSG_PEEK = 2;
    public static final int MSG_DONTROUTE = 4;
    public static final int MSG_TRUNC = 0x20;
    public static final int MSG_ERRQUEUE = 0x2000;
    public static final int MSG_NOSIGNAL = 0x4000;
    public static final int SOL_SOCKET = 1;
    public static final int SO_REUSEADDR = 2;
    public static final int SO_DONTROUTE = 5;
    public static final int SO_BROADCAST = 6;
    public static final int SO_SNDBUF = 7;
    public static final int SO_RCVBUF = 8;
    public static final int SO_KEEPALIVE = 9;
    public static final int SO_OOBINLINE = 10;
    public static final int SO_LINGER = 13;
    public static final int SO_PROTOCOL = 38;

    // <netinet/in.h>, <linux/errqueue.h>
    public static final int IPPROTO_IP = 0;
    public static final int IPPROTO_UDP = 17;
    public static final int IP_TTL = 2;
    public static final int IP_RECVERR = 11;
    public static final int IPV6_UNICAST_HOPS = 16;
    public static final int IPV6_RECVERR = 25;
    public static final int SO_EE_ORIGIN_ICMP = 2;
    public static final int SO_EE_ORIGIN_ICMP6 = 3;

    // <netinet/in.h>, <linux/tcp.h>
    public static final int IPPROTO_TCP = 6;
    public static final int IPPROTO_IPV6 = 41;
    public static final int IPV6_V6ONLY = 26;
    public static final int TCP_NODELAY = 1;
    public static final int TCP_KEEPIDLE = 4;
    public static final int TCP_KEEPINTVL = 5;
    public static final int TCP_KEEPCNT = 6;
    public static final int TCP_INFO = 11;
    public static final int TCP_USER_TIMEOUT = 18;

    // <sys/ioctl.h>
    public static final int FIONREAD = 0x541B;
    public static final int SIOCATMARK = 0x8905;
    public static final int SIOCGIFFLAGS = 0x8913;

    // <net/if.h>
    public static final int IFNAMSIZ = 16;
    public static final int IFF_UP = 1;

    // <sys/epoll.h>, <sys/eventfd.h>, <sys/timerfd.h>
    public static final int EPOLL_CLOEXEC = 0x80000;
    public static final int EPOLL_CTL_ADD = 1;
    public static final int EPOLL_CTL_DEL = 2;
    public static final int EPOLL_CTL_MOD = 3;
    public static final int EPOLLIN = 0x1;
    public static final int EPOLLPRI = 0x2;
    public static final int EPOLLOUT = 0x4;
    public static final int EPOLLERR = 0x8;
    public static final int EPOLLHUP = 0x10;
    public static final int EPOLLRDHUP = 0x2000;
    public static final int EPOLLET = 0x80000000;
    public static final int EFD_NONBLOCK = 0x800;
    public static final int EFD_CLOEXEC = 0x80000;
    public static final int TFD_NONBLOCK = 0x800;
    public static final int TFD_CLOEXEC = 0x80000;
    public static final int CLOCK_MONOTONIC = 1;

    // <sys/syscall.h>, <linux/pidfd.h>
    public static final int SYS_PIDFD_OPEN = 434;
    public static final int PIDFD_THREAD = 0x80;

    // <netdb.h>
    public static final int AI_PASSIVE = 0x1;
    public static final int AI_CANONNAME = 0x2;
    public static final int AI_NUMERICHOST = 0x4;
    public static final int AI_NUMERICSERV = 0x400;
    public static final int EAI_BADFLAGS = -1;
    public static final int EAI_NONAME = -2;
    public static final int EAI_AGAIN = -3;
    public static final int EAI_FAIL = -4;
    public static final int EAI_NODATA = -5;
    public static final int EAI_FAMILY = -6;
    public static final int EAI_SOCKTYPE = -7;
    public static final int EAI_SERVICE = -8;
    public static final int EAI_ADDRFAMILY = -9;
    public static final int EAI_MEMORY = -10;
    public static final int EAI_SYSTEM = -11;

    private Constants() {
    }
}
