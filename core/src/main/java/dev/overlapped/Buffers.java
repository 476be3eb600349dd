package dev.overlapped;

import dev.overlapped.engine.Engine;
import dev.overlapped.engine.Request;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicLong;

/// The buffers of one request while they are the system's: who has them, and copies of what the system cannot
/// use, which is heap memory and memory of one thread.
///
/// The starting thread fills it before the start; [#giveBack] is called once, at the end, by whoever ends the
/// request.
final class Buffers {
    /// Bytes of the blocks that this process holds as copies at a time; one block more is WSAENOBUFS.
    static final long COPIED_BYTES_MAX = 64L << 20;
    /// Bytes that one receive of a stream copies at most: it may well get fewer than it has room for.
    static final long COPIED_RECEIVE_BYTES_MAX = 16 << 10;

    private final ByteBuffer[] lent;
    private final MemorySegment[] segments;
    private int lentCount;
    private long room;
    /// No further bytes are wanted, since a copy is shorter than what it stands for.
    private boolean cut;
    private Copy copies;

    /// Stands for a piece of the program's memory, from byte `offset` of the request on.
    ///
    /// @param program null for what is sent
    /// @param only    the one thread that may touch the program's memory, or null
    private record Copy(MemorySegment block, long offset, long length, MemorySegment program, Thread only,
            Copy next) {
    }

    Buffers(ByteBuffer... buffers) {
        lent = buffers.clone();
        segments = null;
    }

    Buffers(MemorySegment... segments) {
        lent = null;
        this.segments = segments.clone();
    }

    // ---- before the start ----

    /// Hands everything to `request`; 0 or why it cannot begin. A receive copies at most `copiedMax` bytes.
    ///
    /// @throws RuntimeException on misuse: then nothing is lent, and the request is discarded
    int lend(Request request, Overlapped<?> to, boolean receives, long copiedMax) {
        try {
            int code = 0;
            for (int i = 0; lent != null && i < lent.length && code == 0; i++) {
                if (receives && lent[i].isReadOnly()) {
                    throw new ReadOnlyBufferException();
                }
                InFlight.add(lent[i], to);
                lentCount++;
                code = add(request, MemorySegment.ofBuffer(lent[i]), receives, copiedMax);
            }
            for (int i = 0; segments != null && i < segments.length && code == 0; i++) {
                code = add(request, segments[i], receives, copiedMax);
            }
            return code;
        } catch (RuntimeException e) {
            giveBack(0);
            request.discard();
            throw e;
        }
    }

    private int add(Request request, MemorySegment segment, boolean receives, long copiedMax) {
        if (receives && segment.isReadOnly()) {
            throw new IllegalArgumentException("a receive cannot write to read-only memory");
        }
        if (cut || segment.byteSize() == 0) {
            return 0;
        }
        if (Engine.isShared(segment) || !segment.scope().isAlive()) {
            room += segment.byteSize();
            return request.add(segment, segment.byteSize(), true) ? 0 : WinsockException.WSAEFAULT;
        }
        Thread thread = Thread.currentThread();
        if (!segment.isAccessibleBy(thread)) {
            throw new WrongThreadException("the memory of a buffer belongs to another thread");
        }
        long length = receives ? Math.min(segment.byteSize(), copiedMax) : segment.byteSize();
        MemorySegment block = CopiedMemory.take(length);
        if (block == null) {
            return WinsockException.WSAENOBUFS;
        }
        cut = length < segment.byteSize();
        copies = new Copy(block, room, length, receives ? segment : null, segment.isNative() ? thread : null,
                copies);
        room += length;
        if (!receives) {
            MemorySegment.copy(segment, 0, block, 0, length);
        }
        return request.add(block, length, true) ? 0 : WinsockException.WSAEFAULT;
    }

    // ---- at the end ----

    /// The request has ended, and has moved `moved` bytes that count. No code of the program runs here.
    void giveBack(long moved) {
        Copy unsettled = null;
        for (Copy each = copies; each != null; each = each.next) {
            CopiedMemory.countOut(each.block.byteSize());
            long got = Math.clamp(moved - each.offset, 0, each.length);
            if (each.program != null && each.only != null && got > 0) {
                unsettled = new Copy(each.block, 0, got, each.program, each.only, unsettled);
            } else {
                if (each.program != null) {
                    MemorySegment.copy(each.block, 0, each.program, 0, got);
                }
                CopiedMemory.keep(each.block);
            }
        }
        copies = unsettled;
        long left = moved;
        for (int i = 0; i < lentCount; i++) {
            left -= advance(lent[i], left);
            InFlight.remove(lent[i]);
        }
    }

    private static int advance(ByteBuffer buffer, long bytes) {
        int here = (int) Math.min(bytes, buffer.remaining());
        try {
            buffer.position(buffer.position() + here);
        } catch (IllegalArgumentException e) {
            // The program has changed the limit meanwhile, of a buffer that was not its own: nothing to move.
            assert here > 0;
        }
        return here;
    }

    /// Fills memory that only the calling thread may touch, if there is such.
    void settle() {
        Copy each = copies;
        if (each == null || !Thread.currentThread().equals(each.only)) {
            return;
        }
        copies = null;
        for (; each != null; each = each.next) {
            try {
                MemorySegment.copy(each.block, 0, each.program, 0, each.length);
            } catch (IllegalStateException e) {
                // The program has closed the memory's arena: nobody can read it.
                assert !each.program.scope().isAlive();
            }
            CopiedMemory.keep(each.block);
        }
    }

    /// Whether the thread that started the request has to fill its memory itself.
    boolean needOwner() {
        for (Copy each = copies; each != null; each = each.next) {
            if (each.program != null && each.only != null) {
                return true;
            }
        }
        return false;
    }

    /// Whether there was room for a byte.
    boolean hadRoom() {
        return room > 0;
    }

    // ---- who has which buffer ----

    /// The request that has `buffer` at this moment, or null.
    static Overlapped<?> requestOf(ByteBuffer buffer) {
        return InFlight.requestOf(buffer);
    }

    /// Byte buffers that are in a request, by identity: two views of one memory are two buffers. In stripes,
    /// so that threads seldom meet.
    private static final class InFlight {
        private static final int STRIPES = 64;
        private static final List<IdentityHashMap<ByteBuffer, Overlapped<?>>> MAPS = new ArrayList<>();

        static {
            for (int i = 0; i < STRIPES; i++) {
                MAPS.add(new IdentityHashMap<>());
            }
        }

        private static IdentityHashMap<ByteBuffer, Overlapped<?>> stripe(ByteBuffer of) {
            return MAPS.get(System.identityHashCode(of) & STRIPES - 1);
        }

        static void add(ByteBuffer buffer, Overlapped<?> to) {
            IdentityHashMap<ByteBuffer, Overlapped<?>> stripe = stripe(buffer);
            synchronized (stripe) {
                if (stripe.putIfAbsent(buffer, to) != null) {
                    throw new IllegalStateException("the buffer is in a request that has not ended");
                }
            }
        }

        static void remove(ByteBuffer buffer) {
            IdentityHashMap<ByteBuffer, Overlapped<?>> stripe = stripe(buffer);
            synchronized (stripe) {
                stripe.remove(buffer);
            }
        }

        static Overlapped<?> requestOf(ByteBuffer buffer) {
            IdentityHashMap<ByteBuffer, Overlapped<?>> stripe = stripe(buffer);
            synchronized (stripe) {
                return stripe.get(buffer);
            }
        }
    }

    /// Native memory for copies: counted, and kept in sizes of powers of two for the next use.
    private static final class CopiedMemory {
        private static final long KEPT_BYTES_MAX = 4 << 20;
        private static final int SMALLEST_BITS = 12;
        private static final int LARGEST_BITS = 20;
        private static final AtomicLong COUNTED = new AtomicLong();
        private static final AtomicLong KEPT = new AtomicLong();
        private static final List<ConcurrentLinkedDeque<MemorySegment>> SIZES = new ArrayList<>();

        static {
            for (int bits = SMALLEST_BITS; bits <= LARGEST_BITS; bits++) {
                SIZES.add(new ConcurrentLinkedDeque<>());
            }
        }

        private static int bits(long bytes) {
            return Math.max(SMALLEST_BITS, Long.SIZE - Long.numberOfLeadingZeros(bytes - 1));
        }

        /// A block of at least `bytes` bytes, or null when there are too many.
        static MemorySegment take(long bytes) {
            int bits = bits(bytes);
            long blockBytes = bits > LARGEST_BITS ? bytes : 1L << bits;
            if (COUNTED.addAndGet(blockBytes) > COPIED_BYTES_MAX) {
                countOut(blockBytes);
                return null;
            }
            MemorySegment block = bits > LARGEST_BITS ? null : SIZES.get(bits - SMALLEST_BITS).pollLast();
            if (block != null) {
                KEPT.addAndGet(-block.byteSize());
                return block;
            }
            try {
                return Arena.ofAuto().allocate(blockBytes);
            } catch (OutOfMemoryError e) {
                countOut(blockBytes);
                return null;
            }
        }

        static void countOut(long bytes) {
            COUNTED.addAndGet(-bytes);
        }

        static void keep(MemorySegment block) {
            int bits = bits(block.byteSize());
            if (bits <= LARGEST_BITS && KEPT.addAndGet(block.byteSize()) <= KEPT_BYTES_MAX) {
                SIZES.get(bits - SMALLEST_BITS).addLast(block);
            } else if (bits <= LARGEST_BITS) {
                KEPT.addAndGet(-block.byteSize());
            }
        }
    }
}
