package dev.overlapped.winsock2;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.util.Arrays;

import dev.overlapped.winsock2.types.DWORD;
import dev.overlapped.winsock2.types.SOCKADDR;
import dev.overlapped.winsock2.types.SOCKADDR_IN;
import dev.overlapped.winsock2.types.SOCKADDR_IN6;
import dev.overlapped.winsock2.types.SOCKADDR_STORAGE;
import dev.overlapped.winsock2.types.SOCKADDR_UN;

/// Translates between the addresses of Winsock, as objects and as bytes, and those of Java, which is what the
/// engine speaks.
///
/// The layout is that of Windows, which is little-endian: numbers in host byte order have their lowest byte
/// first, whatever the machine. Flow information has no place in Java's addresses: it is ignored one way and
/// 0 the other way.
final class Sockaddr {
    // As in Winsock2.
    private static final int AF_UNIX = 1;
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 23;

    private static final ValueLayout.OfShort HOST_SHORT =
        ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt HOST_INT =
        ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    // Offsets in the C structures, from the start.
    private static final int PORT = 2;
    private static final int ADDRESS4 = 4;
    private static final int ZERO4 = 8;
    private static final int FLOWINFO = 4;
    private static final int ADDRESS6 = 8;
    private static final int SCOPE = 24;

    private static final int BYTES4 = 4;
    private static final int BYTES6 = 16;

    private Sockaddr() {
    }

    /// The size in bytes of an address of this family; 0 if the family is neither IPv4 nor IPv6.
    static int sizeof(int family) {
        return switch (family) {
            case AF_INET -> SOCKADDR_IN.SIZEOF;
            case AF_INET6 -> SOCKADDR_IN6.SIZEOF;
            case AF_UNIX -> SOCKADDR_UN.SIZEOF;
            default -> 0;
        };
    }

    /// Whether the family that `name` holds is one of ours.
    static boolean hasKnownFamily(SOCKADDR name) {
        return sizeof(family(name)) != 0;
    }

    /// The size in bytes of the address that `name` holds; 0 if its family is neither IPv4 nor IPv6.
    static int sizeof(SOCKADDR name) {
        return sizeof(family(name));
    }

    static int family(SOCKADDR name) {
        return switch (name) {
            case SOCKADDR_IN in -> in.sin_family;
            case SOCKADDR_IN6 in6 -> in6.sin6_family;
            case SOCKADDR_UN un -> un.sun_family;
            case SOCKADDR_STORAGE storage -> storage.ss_family;
        };
    }

    /// The address that `name` holds; null if there is none, if its family is not IPv4 or IPv6 or not the one
    /// of the object's kind, or if `namelen` says that less than a whole address is there.
    ///
    /// An IPv6 address stays one, an IPv4-mapped one too: its class still says which family the caller used.
    /// A scope id of 2³¹ or more, which no interface has, is dropped.
    static SocketAddress decode(SOCKADDR name, int namelen) {
        return switch (name) {
            case null -> null;
            case SOCKADDR_IN in ->
                in.sin_family == AF_INET && namelen >= SOCKADDR_IN.SIZEOF ? decode(in) : null;
            case SOCKADDR_IN6 in6 ->
                in6.sin6_family == AF_INET6 && namelen >= SOCKADDR_IN6.SIZEOF ? decode(in6) : null;
            case SOCKADDR_UN un ->
                un.sun_family == AF_UNIX && namelen > Short.BYTES ? path(un, namelen) : null;
            case SOCKADDR_STORAGE storage ->
                decode(readBody(storage.ss_family, MemorySegment.ofArray(storage.__ss_data), -PORT), namelen);
        };
    }

    /// An address without a path is none here: what Linux makes of it is no file.
    private static UnixDomainSocketAddress path(SOCKADDR_UN un, int namelen) {
        int end = 0;
        while (end < Math.min(namelen - Short.BYTES, un.sun_path.length - 1) && un.sun_path[end] != 0) {
            end++;
        }
        try {
            return end == 0 ? null
                : UnixDomainSocketAddress.of(new String(un.sun_path, 0, end, StandardCharsets.UTF_8));
        } catch (InvalidPathException _) {
            return null;
        }
    }

    private static InetSocketAddress decode(SOCKADDR_IN in) {
        byte[] bytes = new byte[BYTES4];
        MemorySegment.ofArray(bytes).set(HOST_INT, 0, in.sin_addr.s_addr);
        return new InetSocketAddress(address(bytes, 0), port(in.sin_port));
    }

    private static InetSocketAddress decode(SOCKADDR_IN6 in6) {
        return new InetSocketAddress(address(in6.sin6_addr.s6_addr, in6.sin6_scope_id), port(in6.sin6_port));
    }

    private static int port(short netshort) {
        return Short.toUnsignedInt(Short.reverseBytes(netshort));
    }

    private static InetAddress address(byte[] bytes, int scope) {
        try {
            // A scope of -1 is Java's "none"; 0 would make it print as "%0".
            return bytes.length == BYTES4 ? InetAddress.getByAddress(bytes)
                : Inet6Address.getByAddress(null, bytes, scope == 0 ? -1 : scope);
        } catch (UnknownHostException e) {
            throw new AssertionError("an address of " + bytes.length + " bytes", e);
        }
    }

    /// Writes `from` in the form of `family`, the family of the socket, and its size to `length`. Returns
    /// false, with nothing written, if `length` or `into` leaves too little room, if one is null, or if
    /// `from` has no such form. An IPv4 address is written IPv4-mapped if the family is IPv6.
    static boolean encode(SocketAddress address, int family, SOCKADDR into, DWORD length) {
        int size = sizeof(family);
        if (address instanceof UnixDomainSocketAddress file) {
            return encode(file, into, length);
        }
        InetSocketAddress from = (InetSocketAddress) address;
        byte[] bytes = bytes(from, family);
        if (size == 0 || bytes == null || length == null || length.value < size) {
            return false;
        }
        switch (into) {
            case SOCKADDR_IN in when family == AF_INET -> {
                in.sin_family = AF_INET;
                in.sin_port = Short.reverseBytes((short) from.getPort());
                in.sin_addr.s_addr = MemorySegment.ofArray(bytes).get(HOST_INT, 0);
            }
            case SOCKADDR_IN6 in6 when family == AF_INET6 -> {
                in6.sin6_family = AF_INET6;
                in6.sin6_port = Short.reverseBytes((short) from.getPort());
                in6.sin6_flowinfo = 0;
                System.arraycopy(bytes, 0, in6.sin6_addr.s6_addr, 0, BYTES6);
                in6.sin6_scope_id = scope(from);
            }
            case SOCKADDR_STORAGE storage -> {
                storage.ss_family = (short) family;
                writeBody(from, bytes, MemorySegment.ofArray(storage.__ss_data), -PORT);
            }
            case null, default -> {
                return false;
            }
        }
        length.value = size;
        return true;
    }

    private static boolean encode(UnixDomainSocketAddress file, SOCKADDR into, DWORD length) {
        byte[] path = file.getPath().toString().getBytes(StandardCharsets.UTF_8);
        byte[] room = into instanceof SOCKADDR_UN un ? un.sun_path
            : into instanceof SOCKADDR_STORAGE storage ? storage.__ss_data : null;
        if (room == null || length == null || length.value < SOCKADDR_UN.SIZEOF) {
            return false;
        }
        if (into instanceof SOCKADDR_STORAGE storage) {
            storage.ss_family = AF_UNIX;
        } else {
            ((SOCKADDR_UN) into).sun_family = AF_UNIX;
        }
        Arrays.fill(room, 0, SOCKADDR_UN.SIZEOF - Short.BYTES, (byte) 0);
        System.arraycopy(path, 0, room, 0, Math.min(path.length, SOCKADDR_UN.SIZEOF - Short.BYTES - 1));
        length.value = SOCKADDR_UN.SIZEOF;
        return true;
    }

    /// The bytes of the address in the form of `family`, or null if it has none.
    private static byte[] bytes(InetSocketAddress from, int family) {
        if (from == null || from.getAddress() == null) {
            return null;
        }
        byte[] bytes = from.getAddress().getAddress();
        if (family == AF_INET6 && bytes.length == BYTES4) {
            byte[] mapped = new byte[BYTES6];
            mapped[10] = mapped[11] = (byte) 0xff;
            System.arraycopy(bytes, 0, mapped, BYTES6 - BYTES4, BYTES4);
            return mapped;
        }
        if (family == AF_INET && bytes.length == BYTES6) {
            return isMapped(bytes) ? Arrays.copyOfRange(bytes, BYTES6 - BYTES4, BYTES6) : null;
        }
        return bytes;
    }

    private static boolean isMapped(byte[] bytes) {
        for (int i = 0; i < 10; i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        return bytes[10] == (byte) 0xff && bytes[11] == (byte) 0xff;
    }

    private static int scope(InetSocketAddress from) {
        return from.getAddress() instanceof Inet6Address address ? address.getScopeId() : 0;
    }

    /// Writes a whole address, [#sizeof] bytes with every byte defined, as Windows lays it out: for
    /// `AcceptEx`, which leaves addresses in the caller's memory. The address must have a form in `family`,
    /// which it has when it comes from a socket of that family; that the memory is writable and large enough
    /// is for the caller to see to.
    static void write(InetSocketAddress a, int family, MemorySegment into, long offset) {
        byte[] bytes = bytes(a, family);
        if (bytes == null || sizeof(family) == 0 || family == AF_UNIX) {
            throw new AssertionError(a + " as an address of family " + family);
        }
        into.set(HOST_SHORT, offset, (short) family);
        writeBody(a, bytes, into, offset);
    }

    /// The same for a path.
    static void write(UnixDomainSocketAddress file, MemorySegment into, long offset) {
        SOCKADDR_UN un = new SOCKADDR_UN();
        encode(file, un, new DWORD(SOCKADDR_UN.SIZEOF));
        into.set(HOST_SHORT, offset, (short) AF_UNIX);
        MemorySegment.copy(un.sun_path, 0, into, ValueLayout.JAVA_BYTE, offset + Short.BYTES,
            un.sun_path.length);
    }

    /// Writes what follows the family. `start` is where the family would be, which can be before the memory
    /// begins.
    private static void writeBody(InetSocketAddress a, byte[] bytes, MemorySegment into, long start) {
        into.set(HOST_SHORT, start + PORT, Short.reverseBytes((short) a.getPort()));
        if (bytes.length == BYTES4) {
            MemorySegment.copy(bytes, 0, into, ValueLayout.JAVA_BYTE, start + ADDRESS4, BYTES4);
            into.asSlice(start + ZERO4, SOCKADDR_IN.SIZEOF - ZERO4).fill((byte) 0);
        } else {
            into.set(HOST_INT, start + FLOWINFO, 0);
            MemorySegment.copy(bytes, 0, into, ValueLayout.JAVA_BYTE, start + ADDRESS6, BYTES6);
            into.set(HOST_INT, start + SCOPE, scope(a));
        }
    }

    /// The address that lies in memory, as a new object of its family's kind; null if the family found there
    /// is none of ours, or if the memory ends before the address does. The opposite of [#write].
    static SOCKADDR read(MemorySegment from, long offset) {
        short family = from.get(HOST_SHORT, offset);
        return sizeof(family) > from.byteSize() - offset ? null : readBody(family, from, offset);
    }

    /// Reads what follows the family. `start` is where the family would be, which can be before the memory
    /// begins.
    private static SOCKADDR readBody(short family, MemorySegment from, long start) {
        return switch (family) {
            case AF_INET -> {
                SOCKADDR_IN in = new SOCKADDR_IN();
                in.sin_family = family;
                in.sin_port = from.get(HOST_SHORT, start + PORT);
                in.sin_addr.s_addr = from.get(HOST_INT, start + ADDRESS4);
                yield in;
            }
            case AF_INET6 -> {
                SOCKADDR_IN6 in6 = new SOCKADDR_IN6();
                in6.sin6_family = family;
                in6.sin6_port = from.get(HOST_SHORT, start + PORT);
                in6.sin6_flowinfo = from.get(HOST_INT, start + FLOWINFO);
                byte[] bytes = in6.sin6_addr.s6_addr;
                MemorySegment.copy(from, ValueLayout.JAVA_BYTE, start + ADDRESS6, bytes, 0, BYTES6);
                in6.sin6_scope_id = from.get(HOST_INT, start + SCOPE);
                yield in6;
            }
            case AF_UNIX -> {
                SOCKADDR_UN un = new SOCKADDR_UN();
                un.sun_family = family;
                MemorySegment.copy(from, ValueLayout.JAVA_BYTE, start + Short.BYTES, un.sun_path, 0,
                    un.sun_path.length);
                yield un;
            }
            default -> null;
        };
    }
}
