package dev.overlapped.engine;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/// One request of a random program, as the program sees it: what it asked for, what it has been told.
final class SimulatedTransfer {
    /// NEW: not started. PENDING: it has begun. DONE: the outcome is published.
    enum State { NEW, PENDING, DONE }

    /// What stands in a buffer where nothing was received.
    private static final byte POISON = (byte) 0xEF;

    final int number;
    /// What its thread does with routines.
    final SimulatedRoutines owner;
    final SimulatedEnd end;
    final boolean sends;
    final List<MemorySegment> buffers = new ArrayList<>();
    private long length;
    /// Its memory may be closed while it is pending.
    final boolean doomed;
    /// The socket it was started on; an accept's is the listener.
    Socket socket;
    /// Where a datagram goes to; null: nobody knows.
    SimulatedEnd to;
    /// The port that a datagram has come from, as the request was told.
    int fromPort;
    EventObject event;
    boolean hasRoutine;
    /// It is a call: nobody is told but its caller.
    boolean isCall;
    boolean begun;
    boolean wasRefused;
    boolean cancelled;
    State state = State.NEW;
    int code = -1;
    long bytes = -1;
    /// When it ended. Time moves only when nobody can run, so whoever waits is told at that moment.
    private long endedAt = Long.MAX_VALUE;

    SimulatedTransfer(int number, SimulatedRoutines owner, SimulatedEnd end, boolean sends, boolean doomed) {
        this.number = number;
        this.owner = owner;
        this.end = end;
        this.sends = sends;
        this.doomed = doomed;
        this.socket = end.socket;
    }

    /// It was started on a listener.
    boolean isAccept() {
        return socket != end.socket;
    }

    /// Adds a buffer: with content to be sent, or poisoned.
    void add(MemorySegment buffer) {
        buffers.add(buffer);
        for (long i = 0; i < buffer.byteSize(); i++) {
            buffer.set(ValueLayout.JAVA_BYTE, i, sends ? contentAt(length + i) : POISON);
        }
        length += buffer.byteSize();
    }

    long length() {
        return length;
    }

    /// The byte at `offset` of what this request sends; unlike that of any other request.
    byte contentAt(long offset) {
        long mixed = (number + 1) * 0x9E37_79B9_7F4A_7C15L + offset * 0xC2B2_AE3D_27D4_EB4FL;
        mixed ^= mixed >>> 29;
        return (byte) ((mixed * 0xBF58_476D_1CE4_E5B9L) >>> 56);
    }

    /// What was received.
    byte[] received() {
        byte[] received = new byte[(int) bytes];
        int done = 0;
        for (int i = 0; done < bytes; i++) {
            int count = (int) Math.min(bytes - done, buffers.get(i).byteSize());
            MemorySegment.copy(buffers.get(i), ValueLayout.JAVA_BYTE, 0, received, done, count);
            done += count;
        }
        return received;
    }

    /// Whether everything behind its bytes is as it was before the request, as far as anybody can see.
    boolean isUntouchedBehind() {
        long skipped = bytes;
        for (MemorySegment buffer : buffers) {
            for (long i = skipped; buffer.scope().isAlive() && i < buffer.byteSize(); i++) {
                if (buffer.get(ValueLayout.JAVA_BYTE, i) != POISON) {
                    return false;
                }
            }
            skipped = Math.max(0, skipped - buffer.byteSize());
        }
        return true;
    }

    /// It tells its event, or has told it.
    boolean hasEvent() {
        return event != null && begun && !wasRefused;
    }

    void endsAt(long now) {
        state = State.DONE;
        endedAt = now;
    }

    long endedAt() {
        return endedAt;
    }

    boolean isPending() {
        return state == State.PENDING;
    }

    @Override
    public String toString() {
        return (sends ? "send " : "receive ") + number + " of " + length() + " on " + end + " of " + owner
                + " " + state
                + (hasRoutine ? " with routine" : event != null ? " with event" : "")
                + (state == State.DONE ? ", code " + code + ", bytes " + bytes : "");
    }
}
