package dev.overlapped.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// ```c
/// struct addrinfo {
///     int              ai_flags;
///     int              ai_family;
///     int              ai_socktype;
///     int              ai_protocol;
///     socklen_t        ai_addrlen;
///     struct sockaddr *ai_addr;
///     char            *ai_canonname;
///     struct addrinfo *ai_next;
/// };
/// ```
///
/// One entry of a list that getaddrinfo made. The C library owns the memory until freeaddrinfo: nobody may
/// read an entry after that.
public final class Addrinfo {
    static final long AI_FLAGS = 0;
    static final long AI_FAMILY = 4;
    static final long AI_SOCKTYPE = 8;
    static final long AI_PROTOCOL = 12;
    static final long AI_ADDRLEN = 16;
    static final long AI_ADDR = 24;
    static final long AI_CANONNAME = 32;
    static final long AI_NEXT = 40;
    static final long SIZE = 48;

    /// Owned by the C library.
    private final MemorySegment entry;

    private Addrinfo(MemorySegment entry) {
        this.entry = entry;
    }

    /// The entry that getaddrinfo left the address of.
    public static Addrinfo first(MemorySegment result) {
        return at(result.get(ValueLayout.ADDRESS, 0));
    }

    /// The entry at an address, or null where the list ends.
    @SuppressWarnings("restricted")
    private static Addrinfo at(MemorySegment address) {
        return address.address() == 0 ? null : new Addrinfo(address.reinterpret(SIZE));
    }

    /// What getaddrinfo is asked for, in memory of `arena`.
    public static MemorySegment hints(Arena arena, int flags, int family, int type) {
        MemorySegment hints = arena.allocate(SIZE, Long.BYTES);
        hints.set(ValueLayout.JAVA_INT, AI_FLAGS, flags);
        hints.set(ValueLayout.JAVA_INT, AI_FAMILY, family);
        hints.set(ValueLayout.JAVA_INT, AI_SOCKTYPE, type);
        return hints;
    }

    public int family() {
        return entry.get(ValueLayout.JAVA_INT, AI_FAMILY);
    }

    public int type() {
        return entry.get(ValueLayout.JAVA_INT, AI_SOCKTYPE);
    }

    /// The `struct sockaddr` of this entry.
    @SuppressWarnings("restricted")
    public MemorySegment address() {
        long length = Integer.toUnsignedLong(entry.get(ValueLayout.JAVA_INT, AI_ADDRLEN));
        return entry.get(ValueLayout.ADDRESS, AI_ADDR).reinterpret(length);
    }

    /// The canonical name, or null where there is none.
    @SuppressWarnings("restricted")
    public String canonicalName() {
        MemorySegment name = entry.get(ValueLayout.ADDRESS, AI_CANONNAME);
        return name.address() == 0 ? null : name.reinterpret(Long.MAX_VALUE).getString(0);
    }

    /// The entry after this one, or null.
    public Addrinfo next() {
        return at(entry.get(ValueLayout.ADDRESS, AI_NEXT));
    }

    /// Releases the whole list that begins with this entry.
    public void free() {
        Libc.freeaddrinfo(entry);
    }
}
