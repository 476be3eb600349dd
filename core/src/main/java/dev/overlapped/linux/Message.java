package dev.overlapped.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.MemorySegment.Scope;
import java.util.Arrays;

/// The `struct msghdr` of one thread, with its entries and with what must stay alive while the kernel uses
/// them.
///
/// The JDK holds a segment that is passed to a call by reference, so that its arena cannot close meanwhile.
/// An entry has only an address, which nobody holds. So one segment of each scope that can close goes along
/// as an argument that the C function does not see, since it takes three; at most [#HELD_MAX] of them. There
/// are shapes of 0, 1, 4 and 16 such arguments.
public final class Message {
    /// The most entries that Linux takes in one call (IOV_MAX).
    public static final int PIECES_MAX = 1024;
    /// The most scopes that one call can hold.
    public static final int HELD_MAX = 16;
    /// The bytes of memory that cannot be held that fit in one call: more than the largest datagram.
    public static final int COPIED_BYTES_MAX = 64 * 1024;

    /// The same for a message that must go in one call.
    public static final int WHOLE_BYTES_MAX = 1 << 20;

    private static final int PIECES_AT_START = 16;

    /// The classes of scopes that end only when nothing refers to them. The API does not say which they are,
    /// so it is seen from samples; a class that a closeable arena uses as well is not among them.
    private static final Class<?> GLOBAL = neverClosed(Arena.global().scope());
    private static final Class<?> AUTOMATIC = neverClosed(Arena.ofAuto().scope());
    private static final Class<?> HEAP = neverClosed(MemorySegment.ofArray(new byte[1]).scope());

    // All native memory here is owned by the arena of the thread's scratch memory.
    private final Arena arena;
    final MemorySegment errno;
    private final MemorySegment msghdr;
    private final MemorySegment address;
    private boolean addressed;
    private MemorySegment iovecs;
    private int capacity = PIECES_AT_START;
    /// Null until the first heap memory is sent or received.
    private MemorySegment copies;
    private int copied;
    private int pieces;
    /// Padded with the null pointer; emptied after each call, so that nobody's memory is kept alive from
    /// here.
    final MemorySegment[] held = new MemorySegment[HELD_MAX];
    private int heldCount;

    Message(Arena arena, MemorySegment errno) {
        this.arena = arena;
        this.errno = errno;
        msghdr = arena.allocate(Msghdr.SIZE, Long.BYTES);
        address = arena.allocate(Scratch.ADDRESS_BYTES, Long.BYTES);
        iovecs = arena.allocate(PIECES_AT_START * Iovec.SIZE, Long.BYTES);
        Arrays.fill(held, MemorySegment.NULL);
    }

    private static Class<?> neverClosed(Scope sample) {
        try (Arena confined = Arena.ofConfined(); Arena shared = Arena.ofShared()) {
            Class<?> type = sample.getClass();
            return type == confined.scope().getClass() || type == shared.scope().getClass() ? null : type;
        }
    }

    /// Begins anew.
    public void clear() {
        for (int i = 0; i < heldCount; i++) {
            held[i] = MemorySegment.NULL;
        }
        heldCount = 0;
        pieces = 0;
        copied = 0;
        if (addressed) {
            addressed = false;
            Msghdr.name(msghdr, MemorySegment.NULL, 0);
        }
    }

    /// Room for the address that the message goes to or comes from; without effect before [#addressBytes].
    public MemorySegment address() {
        return address;
    }

    /// The message has an address of this many bytes, or leaves one of at most so many.
    public void addressBytes(int bytes) {
        addressed = true;
        Msghdr.name(msghdr, address, bytes);
    }

    /// The bytes of the address that the kernel has left.
    public int addressBytes() {
        return Msghdr.nameLength(msghdr);
    }

    /// Makes room for that many entries, at most [#PIECES_MAX]; whoever appends has asked for it. It is made
    /// beforehand and not while appending, since the compiler checks the bounds of a loop before it begins,
    /// and would throw the loop's code away each time that the room was not there yet.
    public void reserve(int entries) {
        if (entries > capacity) {
            capacity = Math.min(PIECES_MAX, Math.max(entries, capacity * 4));
            iovecs = arena.allocate(capacity * Iovec.SIZE, Long.BYTES);
        }
    }

    /// Appends bytes of native memory, to be used where they are. False, with nothing appended, if their
    /// scope is one more than can be held.
    public boolean add(MemorySegment segment, long start, long bytes) {
        Scope scope = segment.scope();
        Class<?> type = scope.getClass();
        boolean staysAlive = type == GLOBAL || type == AUTOMATIC || type == HEAP;
        if (!staysAlive && !hold(segment, scope)) {
            return false;
        }
        append(segment.address() + start, bytes);
        return true;
    }

    private boolean hold(MemorySegment segment, Scope scope) {
        for (int i = heldCount - 1; i >= 0; i--) {
            if (held[i].scope().equals(scope)) {
                return true;
            }
        }
        if (heldCount == HELD_MAX) {
            return false;
        }
        held[heldCount++] = segment;
        return true;
    }

    /// Appends a copy of the bytes, as many as there is room for, and returns how many those are.
    public long addCopy(MemorySegment segment, long start, long bytes) {
        long offset = copied;
        long taken = addRoom(bytes);
        MemorySegment.copy(segment, start, copies, offset, taken);
        return taken;
    }

    /// Appends room for bytes that [#copyOut] takes to where they belong, as much as there is; returns how
    /// much.
    public long addRoom(long bytes) {
        if (copies == null) {
            copies = arena.allocate(COPIED_BYTES_MAX);
        }
        long taken = Math.min(bytes, COPIED_BYTES_MAX - copied);
        if (taken > 0) {
            append(copies.address() + copied, taken);
            copied += (int) taken;
        }
        return taken;
    }

    /// Makes room for a whole message, as its only entry. False: there is none for so many bytes.
    public boolean addWhole(long bytes) {
        clear();
        if (bytes > WHOLE_BYTES_MAX) {
            return false;
        }
        if (copies == null || copies.byteSize() < bytes) {
            copies = arena.allocate(bytes > COPIED_BYTES_MAX ? WHOLE_BYTES_MAX : COPIED_BYTES_MAX);
        }
        append(copies.address(), bytes);
        copied = (int) bytes;
        return true;
    }

    /// Copies bytes into the room that [#addRoom] made, `offset` counted over all of it.
    public void copyIn(long offset, MemorySegment from, long start, long bytes) {
        MemorySegment.copy(from, start, copies, offset, bytes);
    }

    /// Copies received bytes out of the room that [#addRoom] made, `offset` counted over all of it.
    public void copyOut(long offset, MemorySegment to, long start, long bytes) {
        MemorySegment.copy(copies, offset, to, start, bytes);
    }

    private void append(long address, long bytes) {
        Iovec.entry(iovecs, pieces, address, bytes);
        pieces++;
    }

    /// The entries there are.
    public int pieces() {
        return pieces;
    }

    /// The bytes that entry `index` asks for.
    public long length(int index) {
        return Iovec.length(iovecs, index);
    }

    /// Writes what the kernel reads and returns it. From here until the call nothing may be appended.
    MemorySegment seal() {
        Msghdr.pieces(msghdr, iovecs, pieces);
        return msghdr;
    }

    /// The number of held segments, rounded up to a number that calls exist for.
    int shape() {
        if (heldCount <= 1) {
            return heldCount;
        }
        return heldCount <= 4 ? 4 : HELD_MAX;
    }

    /// Sends the entries of `message`. If a held scope is closed (IllegalStateException) or belongs to
    /// another thread (WrongThreadException), the kernel has not been called. The same is true of [#recvmsg].
    public static long sendmsg(int fd, Message message, int flags) {
        return HotCalls.sendmsg(message.errno, fd, message.seal(), flags, message.held, message.shape());
    }

    /// Receives into the entries of `message`; they stay readable until it is cleared.
    public static long recvmsg(int fd, Message message, int flags) {
        return HotCalls.recvmsg(message.errno, fd, message.seal(), flags, message.held, message.shape());
    }
}
