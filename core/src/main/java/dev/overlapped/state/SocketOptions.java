package dev.overlapped.state;

import dev.overlapped.error.WinsockErrors;
import dev.overlapped.operation.Operation;
import dev.overlapped.provider.SocketKind;
import dev.overlapped.provider.SocketOptionName;
import dev.overlapped.provider.TransportProvider;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// The options of one socket, in Winsock's numbers and with Winsock's rules. What Linux defines otherwise
/// (times, sharing of addresses, the sizes that were asked for) is kept here; the rest goes to the
/// provider. Results are counts or negated codes.
///
/// Guarded by the socket's monitor; the time-outs are read by the calls they belong to.
public final class SocketOptions {
    private static final int SOL_SOCKET = 0xffff;
    private static final int IPPROTO_IP = 0;
    private static final int IPPROTO_TCP = 6;
    private static final int IPPROTO_IPV6 = 41;

    private static final int SO_DEBUG = 1;
    private static final int SO_ACCEPTCONN = 2;
    private static final int SO_REUSEADDR = 4;
    private static final int SO_EXCLUSIVEADDRUSE = ~SO_REUSEADDR;
    private static final int SO_KEEPALIVE = 8;
    private static final int SO_DONTROUTE = 0x10;
    private static final int SO_BROADCAST = 0x20;
    private static final int SO_LINGER = 0x80;
    private static final int SO_DONTLINGER = ~SO_LINGER;
    private static final int SO_OOBINLINE = 0x100;
    private static final int SO_SNDBUF = 0x1001;
    private static final int SO_RCVBUF = 0x1002;
    private static final int SO_SNDTIMEO = 0x1005;
    private static final int SO_RCVTIMEO = 0x1006;
    private static final int SO_ERROR = 0x1007;
    private static final int SO_TYPE = 0x1008;
    private static final int SO_UPDATE_ACCEPT_CONTEXT = 0x700B;
    private static final int SO_MAX_MSG_SIZE = 0x2003;
    private static final int IP_TTL = 4;
    private static final int IPV6_UNICAST_HOPS = 4;
    private static final int TCP_NODELAY = 1;
    private static final int TCP_KEEPIDLE = 3;
    private static final int TCP_MAXRT = 5;
    private static final int TCP_KEEPCNT = 16;
    private static final int TCP_KEEPINTVL = 17;
    private static final int IPV6_V6ONLY = 27;

    private static final int SOCK_STREAM = 1;
    private static final int SOCK_DGRAM = 2;
    private static final int SOCK_SEQPACKET = 5;
    /// What Linux takes of the send buffer beside the message.
    private static final int UNIX_OVERHEAD_BYTES = 32;
    private static final int UDP_BYTES_MAX = 65_535 - 20 - 8;
    private static final int UDP6_BYTES_MAX = 65_535 - 8;
    private static final int NANOS_PER_MS = 1_000_000;
    private static final int INT_BYTES = 4;
    private static final int MAXRT_MS_MAX = Integer.MAX_VALUE;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;

    private final TransportProvider provider;
    private final SocketKind kind;
    private final Connection connection;
    private boolean debug;
    private boolean reuseAddress;
    private boolean exclusiveAddress;
    private boolean lingers;
    private int lingerSeconds;
    /// What the program asked for; the kernel doubles and bounds it. -1: not asked for.
    private int sendBuffer = -1;
    private int receiveBuffer = -1;
    private volatile int sendTimeoutMs;
    private volatile int receiveTimeoutMs;
    private volatile boolean urgentInline;
    private final ToldOptions told = new ToldOptions();

    /// An accepted connection inherits its listener's options; the kernel has passed on those it knows.
    public SocketOptions(TransportProvider provider, SocketKind kind, Connection connection,
            SocketOptions inherited) {
        this.provider = provider;
        this.kind = kind;
        this.connection = connection;
        if (inherited != null) {
            reuseAddress = inherited.reuseAddress;
            exclusiveAddress = inherited.exclusiveAddress;
            inherit(inherited);
        }
    }

    /// Whatever the program has not set here is as in `other`, whose descriptor's copy this socket has.
    private void inherit(SocketOptions other) {
        lingers = told.has(SocketOptionName.LINGER) ? lingers : other.lingers;
        lingerSeconds = told.has(SocketOptionName.LINGER) ? lingerSeconds : other.lingerSeconds;
        sendBuffer = sendBuffer >= 0 ? sendBuffer : other.sendBuffer;
        receiveBuffer = receiveBuffer >= 0 ? receiveBuffer : other.receiveBuffer;
        sendTimeoutMs = sendTimeoutMs != 0 ? sendTimeoutMs : other.sendTimeoutMs;
        receiveTimeoutMs = receiveTimeoutMs != 0 ? receiveTimeoutMs : other.receiveTimeoutMs;
        urgentInline = told.has(SocketOptionName.OOB_INLINE) ? urgentInline : other.urgentInline;
    }

    /// A connection of `listener` takes this socket's place: what was not set here is the listener's.
    public void moveTo(int descriptor, SocketOptions listener) {
        inherit(listener);
        told.repeat(provider, descriptor);
    }

    public boolean sharesAddress() {
        return reuseAddress;
    }

    /// SO_EXCLUSIVEADDRUSE: nobody else may have the address.
    public boolean keepsAddress() {
        return exclusiveAddress;
    }

    /// How long a blocking call may wait; negative: for ever.
    public long timeoutNanos(Operation.Kind kind) {
        long ms = switch (kind) {
            case SEND, SEND_TO -> Integer.toUnsignedLong(sendTimeoutMs);
            case RECEIVE, RECEIVE_FROM -> Integer.toUnsignedLong(receiveTimeoutMs);
            case ACCEPT, CONNECT -> 0;
        };
        return ms == 0 ? -1 : ms * NANOS_PER_MS;
    }

    public boolean isUrgentInline() {
        return urgentInline;
    }

    // ---- setting ----

    /// Sets an option to `length` bytes at `value`; 0 or a negated code.
    public long set(int descriptor, int level, int name, MemorySegment value, int length) {
        if (value == null || length < 1 || length > value.byteSize() || !value.scope().isAlive()
                || !value.isAccessibleBy(Thread.currentThread())) {
            return -WinsockErrors.WSAEFAULT;
        }
        int number = switch (length) {
            case 1 -> value.get(ValueLayout.JAVA_BYTE, 0);
            case 2, 3 -> value.get(SHORT, 0);
            default -> value.get(INT, 0);
        };
        return switch (level) {
            case SOL_SOCKET -> setOfSocket(descriptor, name, number, value, length);
            case IPPROTO_TCP -> setOfTcp(descriptor, name, number, length);
            case IPPROTO_IP, IPPROTO_IPV6 -> setOfIp(descriptor, level, name, number);
            default -> -WinsockErrors.WSAEINVAL;
        };
    }

    private long setOfIp(int descriptor, int level, int name, int number) {
        SocketOptionName option = ofIp(level, name);
        return option == null ? -WinsockErrors.WSAENOPROTOOPT
                : put(descriptor, option, option == SocketOptionName.IPV6_ONLY ? bit(number) : number);
    }

    /// Null: there is no such option of this socket's family.
    private SocketOptionName ofIp(int level, int name) {
        if (level == IPPROTO_IP) {
            boolean isIpv4 = kind.family() == SocketKind.Family.IPV4;
            return name == IP_TTL && isIpv4 ? SocketOptionName.TIME_TO_LIVE : null;
        }
        return !kind.isIpv6() ? null : switch (name) {
            case IPV6_V6ONLY -> SocketOptionName.IPV6_ONLY;
            case IPV6_UNICAST_HOPS -> SocketOptionName.HOPS;
            default -> null;
        };
    }

    private long setOfSocket(int descriptor, int name, int number, MemorySegment value, int length) {
        switch (name) {
            case SO_DEBUG -> debug = number != 0;
            case SO_REUSEADDR, SO_EXCLUSIVEADDRUSE -> {
                return setSharing(name, number != 0);
            }
            case SO_KEEPALIVE -> {
                return put(descriptor, SocketOptionName.KEEP_ALIVE, bit(number));
            }
            case SO_DONTROUTE -> {
                return put(descriptor, SocketOptionName.DONT_ROUTE, bit(number));
            }
            case SO_BROADCAST -> {
                return !kind.isConnectionless() ? -WinsockErrors.WSAENOPROTOOPT
                        : put(descriptor, SocketOptionName.BROADCAST, bit(number));
            }
            case SO_OOBINLINE -> {
                urgentInline = number != 0;
                return put(descriptor, SocketOptionName.OOB_INLINE, bit(number));
            }
            case SO_LINGER -> {
                return length < INT_BYTES ? -WinsockErrors.WSAEFAULT
                        : setLinger(descriptor, value.get(SHORT, 0) != 0,
                                Short.toUnsignedInt(value.get(SHORT, 2)));
            }
            case SO_DONTLINGER -> {
                return setLinger(descriptor, number == 0, lingerSeconds);
            }
            default -> {
                return setNumberOfSocket(descriptor, name, number, length);
            }
        }
        return 0;
    }

    private long setNumberOfSocket(int descriptor, int name, int number, int length) {
        if (name != SO_UPDATE_ACCEPT_CONTEXT && length < INT_BYTES) {
            return -WinsockErrors.WSAEFAULT;
        }
        switch (name) {
            case SO_SNDBUF -> {
                sendBuffer = number;
                return put(descriptor, SocketOptionName.SEND_BUFFER, number);
            }
            case SO_RCVBUF -> {
                receiveBuffer = number;
                return put(descriptor, SocketOptionName.RECEIVE_BUFFER, number);
            }
            case SO_SNDTIMEO -> sendTimeoutMs = number;
            case SO_RCVTIMEO -> receiveTimeoutMs = number;
            case SO_UPDATE_ACCEPT_CONTEXT -> {
                return connection.is(Connection.State.CONNECTED) ? 0 : -WinsockErrors.WSAENOTCONN;
            }
            default -> {
                return -WinsockErrors.WSAENOPROTOOPT;
            }
        }
        return 0;
    }

    private long setSharing(int name, boolean on) {
        boolean otherIsOn = name == SO_REUSEADDR ? exclusiveAddress : reuseAddress;
        if (on && otherIsOn) {
            return -WinsockErrors.WSAEINVAL;
        }
        if (name == SO_REUSEADDR) {
            reuseAddress = on;
        } else {
            exclusiveAddress = on;
        }
        return 0;
    }

    private long setLinger(int descriptor, boolean on, int seconds) {
        if (!kind.isStream()) {
            return -WinsockErrors.WSAENOPROTOOPT;
        }
        lingers = on;
        lingerSeconds = seconds;
        return put(descriptor, SocketOptionName.LINGER, on ? 1 : 0, seconds);
    }

    private long setOfTcp(int descriptor, int name, int number, int length) {
        if (!kind.isTcp()) {
            return -WinsockErrors.WSAENOPROTOOPT;
        }
        if (name != TCP_NODELAY && length < INT_BYTES) {
            return -WinsockErrors.WSAEFAULT;
        }
        return switch (name) {
            case TCP_NODELAY -> put(descriptor, SocketOptionName.NO_DELAY, bit(number));
            case TCP_KEEPIDLE -> put(descriptor, SocketOptionName.KEEP_ALIVE_IDLE_SECONDS, number);
            case TCP_KEEPINTVL -> put(descriptor, SocketOptionName.KEEP_ALIVE_INTERVAL_SECONDS, number);
            case TCP_KEEPCNT -> put(descriptor, SocketOptionName.KEEP_ALIVE_COUNT, number);
            case TCP_MAXRT -> number < 0 ? put(descriptor, SocketOptionName.USER_TIMEOUT_MILLIS, 0)
                    : put(descriptor, SocketOptionName.USER_TIMEOUT_MILLIS,
                            (int) Math.min(number * 1000L, MAXRT_MS_MAX));
            default -> -WinsockErrors.WSAENOPROTOOPT;
        };
    }

    private static int bit(int number) {
        return number != 0 ? 1 : 0;
    }

    private long put(int descriptor, SocketOptionName option, int... values) {
        int result = provider.setOption(descriptor, option, MemorySegment.ofArray(values));
        if (result >= 0) {
            told.add(option, values);
        }
        return code(result);
    }

    // ---- getting ----

    /// Writes an option to `value`, which has room for `length` bytes; the bytes written, or a negated code.
    public long get(int descriptor, int level, int name, MemorySegment value, int length) {
        if (value == null || length < 1 || length > value.byteSize() || value.isReadOnly()
                || !value.scope().isAlive() || !value.isAccessibleBy(Thread.currentThread())) {
            return -WinsockErrors.WSAEFAULT;
        }
        if (level == SOL_SOCKET && name == SO_LINGER) {
            return kind.isStream() ? writeLinger(value, length) : -WinsockErrors.WSAENOPROTOOPT;
        }
        long number = switch (level) {
            case SOL_SOCKET -> ofSocket(descriptor, name);
            case IPPROTO_TCP -> kind.isTcp() ? ofTcp(descriptor, name) : -WinsockErrors.WSAENOPROTOOPT;
            case IPPROTO_IP, IPPROTO_IPV6 -> ofIp(level, name) == null ? -WinsockErrors.WSAENOPROTOOPT
                    : fetch(descriptor, ofIp(level, name));
            default -> -WinsockErrors.WSAEINVAL;
        };
        return number < 0 ? number : write((int) number, isBoolean(level, name), value, length);
    }

    private static boolean isBoolean(int level, int name) {
        return switch (level) {
            case SOL_SOCKET -> name < SO_SNDBUF;
            case IPPROTO_TCP -> name == TCP_NODELAY;
            case IPPROTO_IPV6 -> name == IPV6_V6ONLY;
            default -> false;
        };
    }

    /// A BOOL may be asked for in a smaller place; a number may not.
    private static long write(int number, boolean isBoolean, MemorySegment value, int length) {
        if (length >= INT_BYTES) {
            value.set(INT, 0, number);
            return INT_BYTES;
        }
        if (!isBoolean) {
            return -WinsockErrors.WSAEFAULT;
        }
        value.set(ValueLayout.JAVA_BYTE, 0, (byte) number);
        return 1;
    }

    private long writeLinger(MemorySegment value, int length) {
        if (length < INT_BYTES) {
            return -WinsockErrors.WSAEFAULT;
        }
        value.set(SHORT, 0, (short) (lingers ? 1 : 0));
        value.set(SHORT, 2, (short) lingerSeconds);
        return INT_BYTES;
    }

    /// The number, or a negated code; times are unsigned.
    private long ofSocket(int descriptor, int name) {
        return switch (name) {
            case SO_DEBUG -> debug ? 1 : 0;
            case SO_ACCEPTCONN -> connection.is(Connection.State.LISTENING) ? 1 : 0;
            case SO_REUSEADDR -> reuseAddress ? 1 : 0;
            case SO_EXCLUSIVEADDRUSE -> exclusiveAddress ? 1 : 0;
            case SO_KEEPALIVE -> fetch(descriptor, SocketOptionName.KEEP_ALIVE);
            case SO_DONTROUTE -> fetch(descriptor, SocketOptionName.DONT_ROUTE);
            case SO_BROADCAST -> !kind.isConnectionless() ? -WinsockErrors.WSAENOPROTOOPT
                    : fetch(descriptor, SocketOptionName.BROADCAST);
            case SO_OOBINLINE -> urgentInline ? 1 : 0;
            case SO_DONTLINGER -> lingers ? 0 : 1;
            case SO_SNDBUF -> sendBuffer >= 0 ? sendBuffer : fetch(descriptor, SocketOptionName.SEND_BUFFER);
            case SO_RCVBUF -> receiveBuffer >= 0 ? receiveBuffer
                    : fetch(descriptor, SocketOptionName.RECEIVE_BUFFER);
            case SO_SNDTIMEO -> Integer.toUnsignedLong(sendTimeoutMs);
            case SO_RCVTIMEO -> Integer.toUnsignedLong(receiveTimeoutMs);
            case SO_ERROR -> connection.connectFailure();
            case SO_MAX_MSG_SIZE -> messageBytesMax(descriptor);
            case SO_TYPE -> switch (kind.type()) {
                case STREAM -> SOCK_STREAM;
                case DATAGRAM -> SOCK_DGRAM;
                case SEQPACKET -> SOCK_SEQPACKET;
            };
            default -> -WinsockErrors.WSAENOPROTOOPT;
        };
    }

    /// The payload of the largest UDP datagram, without options of IPv4; what one message of a local
    /// connection may have.
    private long messageBytesMax(int descriptor) {
        if (kind.isStream()) {
            return -WinsockErrors.WSAENOPROTOOPT;
        }
        if (!kind.isConnectionless()) {
            return fetch(descriptor, SocketOptionName.SEND_BUFFER) - UNIX_OVERHEAD_BYTES;
        }
        return kind.isIpv6() ? UDP6_BYTES_MAX : UDP_BYTES_MAX;
    }

    private long ofTcp(int descriptor, int name) {
        return switch (name) {
            case TCP_NODELAY -> fetch(descriptor, SocketOptionName.NO_DELAY);
            case TCP_KEEPIDLE -> fetch(descriptor, SocketOptionName.KEEP_ALIVE_IDLE_SECONDS);
            case TCP_KEEPINTVL -> fetch(descriptor, SocketOptionName.KEEP_ALIVE_INTERVAL_SECONDS);
            case TCP_KEEPCNT -> fetch(descriptor, SocketOptionName.KEEP_ALIVE_COUNT);
            case TCP_MAXRT -> {
                long ms = fetch(descriptor, SocketOptionName.USER_TIMEOUT_MILLIS);
                yield ms < 0 ? ms : ms / 1000;
            }
            default -> -WinsockErrors.WSAENOPROTOOPT;
        };
    }

    private long fetch(int descriptor, SocketOptionName option) {
        int[] number = new int[1];
        int result = provider.option(descriptor, option, MemorySegment.ofArray(number));
        return result < 0 ? code(result) : number[0];
    }

    private static long code(int result) {
        return result >= 0 ? 0 : -WinsockErrors.codeOf(-result);
    }
}
