package dev.overlapped;

import dev.overlapped.engine.Caller;
import dev.overlapped.engine.EventObject;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.IdentityHashMap;

/// A number of direct buffers of one size, to be used again and again. A server that takes its buffers from
/// here has a bound on its memory, and waits when it is reached.
///
/// Any thread may use it. Closing it waits until no request has one of its buffers, and then frees the
/// memory: so the system never writes to freed memory, whatever order a program ends in.
public final class BufferPool implements AutoCloseable {
    private final Arena arena = Arena.ofShared();
    /// All of them, and whether somebody has it. Guarded by `free`, as `closed`.
    private final IdentityHashMap<ByteBuffer, Boolean> all = new IdentityHashMap<>();
    private final ArrayDeque<ByteBuffer> free = new ArrayDeque<>();
    private boolean closed;

    /// A pool of `count` buffers of `bytes` bytes each, all allocated now.
    public BufferPool(int count, int bytes) {
        if (count < 1 || bytes < 1) {
            throw new IllegalArgumentException("needs a buffer, and room in it");
        }
        MemorySegment memory = arena.allocate((long) count * bytes, Long.BYTES);
        for (long i = 0; i < count; i++) {
            ByteBuffer buffer = memory.asSlice(i * bytes, bytes).asByteBuffer();
            all.put(buffer, false);
            free.add(buffer);
        }
    }

    /// Takes a buffer, cleared; waits until there is one.
    ///
    /// @throws IllegalStateException if the pool is closed
    public ByteBuffer take() throws InterruptedException {
        synchronized (free) {
            ByteBuffer buffer = poll();
            while (buffer == null) {
                free.wait();
                buffer = poll();
            }
            return buffer;
        }
    }

    /// Takes a buffer, cleared; null if there is none.
    ///
    /// @throws IllegalStateException if the pool is closed
    public ByteBuffer tryTake() {
        synchronized (free) {
            return poll();
        }
    }

    private ByteBuffer poll() {
        if (closed) {
            throw new IllegalStateException("the pool is closed");
        }
        ByteBuffer buffer = free.pollLast();
        if (buffer != null) {
            all.put(buffer.clear(), true);
        }
        return buffer;
    }

    /// Gives a buffer back.
    ///
    /// @throws IllegalStateException if a request has it, or if it was given back before
    /// @throws IllegalArgumentException if it is not of this pool
    public void release(ByteBuffer buffer) {
        if (Buffers.requestOf(buffer) != null) {
            throw new IllegalStateException("the buffer is in a request that has not ended");
        }
        synchronized (free) {
            Boolean isTaken = all.get(buffer);
            if (isTaken == null) {
                throw new IllegalArgumentException("the buffer is not of this pool");
            }
            if (!isTaken) {
                throw new IllegalStateException("the buffer was given back before");
            }
            all.put(buffer, false);
            free.addLast(buffer);
            free.notify();
        }
    }

    /// Hands out no more, waits until no request has a buffer of this pool, and frees the memory. It waits
    /// without an end for a request that never ends: close or cancel first what may be pending. An interrupt
    /// does not end the wait, and is kept. A second time does nothing.
    @Override
    public void close() {
        synchronized (free) {
            if (closed) {
                return;
            }
            closed = true;
            free.notifyAll();
        }
        Caller caller = Caller.current();
        for (ByteBuffer each : all.keySet()) {
            for (Overlapped<?> user = Buffers.requestOf(each); user != null; user = Buffers.requestOf(each)) {
                EventObject.Wait wait = caller.eventWait(false);
                wait.add(user.awaited(caller));
                caller.await(wait, -1, false);
            }
        }
        arena.close();
    }
}
