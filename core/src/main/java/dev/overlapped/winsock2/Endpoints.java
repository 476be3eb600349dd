package dev.overlapped.winsock2;

import dev.overlapped.address.Endpoint;
import dev.overlapped.winsock2.types.DWORD;
import dev.overlapped.winsock2.types.SOCKADDR;
import dev.overlapped.winsock2.types.SOCKADDR_IN;
import dev.overlapped.winsock2.types.SOCKADDR_IN6;
import dev.overlapped.winsock2.types.SOCKADDR_STORAGE;
import dev.overlapped.winsock2.types.SOCKADDR_UN;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Where datagrams go to and come from, between the addresses of Winsock and those of the engine. As
/// [Sockaddr], but it makes no object.
final class Endpoints {
    /// The port of the service that throws everything away. Windows sends to port 0, which Linux cannot.
    private static final int DISCARD_PORT = 9;

    private static final VarHandle SHORTS =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INTS =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    // Offsets in the array of a SOCKADDR_STORAGE, which begins behind the family.
    private static final int PORT = 0;
    private static final int ADDRESS4 = 2;
    private static final int ZERO4 = 6;
    private static final int FLOWINFO = 2;
    private static final int ADDRESS6 = 6;
    private static final int SCOPE = 22;

    private Endpoints() {
    }

    private static int family(boolean ipv6) {
        return ipv6 ? Winsock2.AF_INET6 : Winsock2.AF_INET;
    }

    /// Reads where a datagram of a socket goes to; 0 or the code why it cannot.
    static int read(SOCKADDR name, int namelen, boolean ipv6, Endpoint into) {
        if (namelen < Sockaddr.sizeof(family(ipv6))) {
            return Winerror.WSAEFAULT;
        }
        if (Sockaddr.family(name) != family(ipv6)) {
            return Winerror.WSAEAFNOSUPPORT;
        }
        if (!isOfKind(name, ipv6)) {
            return Winerror.WSAEFAULT;
        }
        switch (name) {
            case SOCKADDR_IN in -> into.setIpv4(Integer.reverseBytes(in.sin_addr.s_addr), port(in.sin_port));
            case SOCKADDR_IN6 in6 -> into.setIpv6((long) LONGS.get(in6.sin6_addr.s6_addr, 0),
                    (long) LONGS.get(in6.sin6_addr.s6_addr, Long.BYTES), in6.sin6_scope_id,
                    port(in6.sin6_port));
            case SOCKADDR_UN _ -> throw new AssertionError("a path is no address of a datagram");
            case SOCKADDR_STORAGE storage -> readBody(storage.__ss_data, ipv6, into);
        }
        return into.isWildcard() ? Winerror.WSAEADDRNOTAVAIL : 0;
    }

    /// Whether the object can hold an address of a socket's family, whatever family it names.
    private static boolean isOfKind(SOCKADDR name, boolean ipv6) {
        return name instanceof SOCKADDR_STORAGE
                || (ipv6 ? name instanceof SOCKADDR_IN6 : name instanceof SOCKADDR_IN);
    }

    private static void readBody(byte[] data, boolean ipv6, Endpoint into) {
        int port = port(Short.reverseBytes((short) SHORTS.get(data, PORT)));
        if (ipv6) {
            into.setIpv6((long) LONGS.get(data, ADDRESS6), (long) LONGS.get(data, ADDRESS6 + Long.BYTES),
                    Integer.reverseBytes((int) INTS.get(data, SCOPE)), port);
        } else {
            into.setIpv4((int) INTS.get(data, ADDRESS4), port);
        }
    }

    private static int port(short netshort) {
        int port = Short.toUnsignedInt(Short.reverseBytes(netshort));
        return port == 0 ? DISCARD_PORT : port;
    }

    /// Whether an address of a socket's family can be left in `into` and `length`.
    static boolean hasRoom(SOCKADDR into, DWORD length, boolean ipv6) {
        return length != null && length.value >= Sockaddr.sizeof(family(ipv6)) && isOfKind(into, ipv6);
    }

    /// Writes where a datagram has come from, into what had room for it at the call.
    static void write(Endpoint from, SOCKADDR into, DWORD length) {
        short port = Short.reverseBytes((short) from.port());
        switch (into) {
            case SOCKADDR_IN in -> {
                in.sin_family = Winsock2.AF_INET;
                in.sin_port = port;
                in.sin_addr.s_addr = Integer.reverseBytes(from.ipv4());
            }
            case SOCKADDR_IN6 in6 -> {
                in6.sin6_family = Winsock2.AF_INET6;
                in6.sin6_port = port;
                in6.sin6_flowinfo = 0;
                LONGS.set(in6.sin6_addr.s6_addr, 0, from.high());
                LONGS.set(in6.sin6_addr.s6_addr, Long.BYTES, from.low());
                in6.sin6_scope_id = from.scope();
            }
            case SOCKADDR_UN _ -> throw new AssertionError("no room for " + from);
            case SOCKADDR_STORAGE storage -> {
                storage.ss_family = (short) family(from.isIpv6());
                writeBody(from, storage.__ss_data);
            }
        }
        length.value = Sockaddr.sizeof(family(from.isIpv6()));
    }

    private static void writeBody(Endpoint from, byte[] data) {
        SHORTS.set(data, PORT, (short) from.port());
        if (from.isIpv6()) {
            INTS.set(data, FLOWINFO, 0);
            LONGS.set(data, ADDRESS6, from.high());
            LONGS.set(data, ADDRESS6 + Long.BYTES, from.low());
            INTS.set(data, SCOPE, Integer.reverseBytes(from.scope()));
        } else {
            INTS.set(data, ADDRESS4, from.ipv4());
            LONGS.set(data, ZERO4, 0L);
        }
    }
}
