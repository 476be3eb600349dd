package dev.overlapped.winsock2;

import static dev.overlapped.winsock2.Winbase.HasOverlappedIoCompleted;
import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.winsock2.types.WSABUF;
import dev.overlapped.winsock2.types.WSAOVERLAPPED;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/// One request of the stress test, overlapped or a call, with what it moves and how often it was told of.
final class StressRequest extends WSAOVERLAPPED {
    /// How its end is told.
    enum Telling { CALL, NOTHING, ROUTINE, OWN_EVENT, SHARED_EVENT }

    static final int LENGTH_MAX = 256 << 10;
    private static final int PATTERN_STARTS = 65_521;
    /// What is sent is cut from here, from a place that depends on the request's number.
    private static final MemorySegment PATTERN = pattern();
    private static final AtomicInteger NUMBERS = new AtomicInteger();

    final int number = NUMBERS.incrementAndGet();
    final boolean sends;
    final int length;
    final Telling telling;
    final Thread starter = Thread.currentThread();
    final AtomicInteger told = new AtomicInteger();
    /// Its starter has waited alertably until it was told.
    volatile boolean mustHaveBeenTold;
    private MemorySegment memory;

    StressRequest(boolean sends, int length, Telling telling) {
        this.sends = sends;
        this.length = length;
        this.telling = telling;
        memory = Arena.ofAuto().allocate(length);
        if (sends) {
            memory.copyFrom(sent());
        }
        Internal = Posted.POISON;
        InternalHigh = Posted.POISON;
        Offset = Posted.POISON;
    }

    private static MemorySegment pattern() {
        byte[] bytes = new byte[PATTERN_STARTS + LENGTH_MAX];
        new Random(1).nextBytes(bytes);
        return MemorySegment.ofArray(bytes);
    }

    /// The bytes that a send sends.
    MemorySegment sent() {
        return PATTERN.asSlice(number * 7919L % PATTERN_STARTS, length);
    }

    /// The whole buffer of a receive.
    MemorySegment memory() {
        return memory;
    }

    /// It has been checked; only what it was told is still of interest.
    void forgetMemory() {
        memory = null;
    }

    /// Its memory in `pieces` of about the same length.
    WSABUF[] buffers(int pieces) {
        WSABUF[] buffers = new WSABUF[pieces];
        int from = 0;
        for (int i = 0; i < pieces; i++) {
            int to = (int) ((long) length * (i + 1) / pieces);
            buffers[i] = new WSABUF();
            buffers[i].buf = memory.asSlice(from, to - from);
            buffers[i].len = to - from;
            from = to;
        }
        return buffers;
    }

    /// For a call: how it ended. Without a count nobody knows how much it has moved.
    void callEnded(int count, int code) {
        InternalHigh = Math.max(count, 0);
        Internal = Ntstatus.of(count < 0 ? code : 0);
    }

    boolean hasCompleted() {
        return HasOverlappedIoCompleted(this);
    }

    /// 0 or the code it ended with.
    int code() {
        return Ntstatus.toWinsock(Internal);
    }

    /// Its completion routine.
    void tell(int dwError, int cbTransferred, int dwFlags) {
        assertThat(Thread.currentThread()).isSameAs(starter);
        assertThat(told.incrementAndGet()).as("routines of %s", this).isOne();
        assertThat(hasCompleted()).isTrue();
        assertThat(dwError).isEqualTo(code());
        assertThat(cbTransferred).isEqualTo((int) InternalHigh);
        assertThat(dwFlags).isZero();
    }

    @Override
    public String toString() {
        return "%s %d of %d bytes by %s, telling %s: Internal %x, InternalHigh %d, told %s".formatted(
                sends ? "send" : "receive", number, length, starter.getName(), telling, Internal,
                        InternalHigh, told);
    }
}
