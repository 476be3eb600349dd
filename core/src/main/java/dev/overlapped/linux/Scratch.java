package dev.overlapped.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// The native memory that the system calls of one thread use, so that a call allocates nothing.
///
/// Each thread, platform or virtual, has its own, and no call keeps anything in it past its return. The
/// memory belongs to an automatic arena: it goes when the thread has gone.
public final class Scratch {
    /// The most events that one epoll_wait leaves here.
    public static final int EVENTS_MAX = 64;
    /// `sizeof(struct sockaddr_storage)`.
    public static final int ADDRESS_BYTES = 128;
    /// More than any socket option needs, TCP_INFO included.
    public static final int OPTION_BYTES = 256;

    private static final ThreadLocal<Scratch> OF_THREAD = ThreadLocal.withInitial(Scratch::new);

    private final Arena arena = Arena.ofAuto();
    // All of these are owned by this thread's arena.
    final MemorySegment errno = arena.allocate(Linking.ERRNO_SIZE, Long.BYTES);
    private final MemorySegment address = arena.allocate(ADDRESS_BYTES, Long.BYTES);
    private final MemorySegment length = arena.allocate(Integer.BYTES, Long.BYTES);
    private final MemorySegment option = arena.allocate(OPTION_BYTES, Long.BYTES);
    private final MemorySegment event = arena.allocate(EpollEvent.NATIVE.size(), Long.BYTES);
    private final MemorySegment timer = arena.allocate(Itimerspec.SIZE, Long.BYTES);
    /// Null until this thread polls; only few threads do.
    private MemorySegment events;
    private final Message message = new Message(arena, errno);

    private Scratch() {
    }

    /// The scratch memory of the calling thread.
    public static Scratch current() {
        return OF_THREAD.get();
    }

    /// What errno was after the last failed call of this thread, for the calls that do not return it.
    public int errno() {
        return Linking.errno(errno);
    }

    /// Room for any socket address.
    public MemorySegment address() {
        return address;
    }

    /// Where calls leave and take the length of an address or of an option.
    public MemorySegment length() {
        return length;
    }

    /// Room for the value of a socket option.
    public MemorySegment option() {
        return option;
    }

    /// The one event that epoll_ctl takes.
    public MemorySegment event() {
        return event;
    }

    /// The time that a timer is set to.
    public MemorySegment timer() {
        return timer;
    }

    /// The events that epoll_wait leaves.
    public MemorySegment events() {
        if (events == null) {
            events = arena.allocate((long) EVENTS_MAX * EpollEvent.NATIVE.size(), Long.BYTES);
        }
        return events;
    }

    /// The header of a gathered or scattered transfer.
    public Message message() {
        return message;
    }
}
