package dev.overlapped.provider.simulated;

import dev.overlapped.provider.BufferList;
import dev.overlapped.provider.simulated.SimulatedPoller.Source;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// One direction of a connection: bytes on their way, bytes that have arrived, and the end behind them.
///
/// It follows the kernel where the engine could tell: a short send means that there is no room now, a short
/// receive that nothing else has arrived, each arrival is an edge, and room is reported only when a third of
/// the buffer is free, and only to a writer that has met its want.
final class Pipe {
    /// Room is worth reporting from this part of the buffer on.
    private static final int WRITABLE_PART = 3;

    private final Schedule schedule;
    private final Network network;
    private final Source writer;
    private final Source reader;
    /// What happens when nothing has crossed the link for too long.
    private final Runnable isUnanswered;
    /// Arrived bytes from `head` on, then those on their way.
    private final byte[] ring;
    private int head;
    private int arrived;
    private int inFlight;
    /// Nothing is admitted for a while, room or not: the send before came short.
    private boolean congested;
    private boolean wantsRoom;
    /// The reader has been told of bytes, or the writer of room, before there were any.
    private boolean readableTooSoon;
    private boolean writableTooSoon;
    /// Until then the reader receives nothing, whatever arrives.
    private long stalledUntil;
    /// The end has come, though bytes may be on their way that were sent before it.
    private boolean endDue;
    private boolean ended;
    private boolean cut;
    /// What happens when bytes arrive after the reader has closed; null while it is open.
    private Runnable atClosedDoor;

    Pipe(Schedule schedule, Network network, Source writer, Source reader, Runnable isUnanswered) {
        this.schedule = schedule;
        this.network = network;
        this.writer = writer;
        this.reader = reader;
        this.isUnanswered = isUnanswered;
        this.ring = new byte[schedule.options().bufferBytes()];
    }

    // ---- the writer's side ----

    private int room() {
        return congested ? 0 : ring.length - arrived - inFlight;
    }

    /// Whether there is room to speak of. Who hears that there is none will be told when there is.
    boolean isWritable() {
        boolean writable = (long) room() * WRITABLE_PART >= ring.length;
        wantsRoom |= !writable;
        return writable || writableTooSoon;
    }

    /// How many of `asked` bytes a send takes now. Less: the writer will be told when there is room.
    int admit(long asked) {
        writableTooSoon = false;
        int admitted = (int) Math.min(asked, room());
        if (admitted > 1 && schedule.happens(Chance.SHORT_SENDS)) {
            admitted = 1 + schedule.below(admitted - 1);
            congest();
        }
        wantsRoom |= admitted < asked;
        if (wantsRoom && schedule.happens(Chance.FALSE_READINESS)) {
            schedule.later(() -> {
                writableTooSoon = true;
                writer.signal(Source.WRITABLE);
            });
        }
        return admitted;
    }

    private void congest() {
        congested = true;
        schedule.later(() -> {
            congested = false;
            reportRoom();
        });
    }

    private void reportRoom() {
        if (wantsRoom && isWritable()) {
            wantsRoom = false;
            writer.signal(Source.WRITABLE);
        }
    }

    /// Takes the first `bytes` bytes of `buffers`, which were admitted.
    void write(BufferList buffers, int bytes) {
        if (cut) {
            // They leave, and nobody is there any more; the reset that says so is on its way.
            return;
        }
        int left = bytes;
        for (int i = 0; left > 0; i++) {
            int length = (int) Math.min(left, buffers.length(i));
            append(buffers.segment(i), buffers.start(i), length);
            left -= length;
        }
        int first = bytes;
        if (bytes > 1 && schedule.happens(Chance.SHORT_RECEIVES)) {
            first = 1 + schedule.below(bytes - 1);
            int rest = bytes - first;
            schedule.later(() -> cross(() -> arrive(rest)));
        }
        int atOnce = first;
        if (schedule.happens(Chance.FALSE_READINESS)) {
            readableTooSoon = true;
            reader.signal(Source.READABLE);
            schedule.later(() -> cross(() -> arrive(atOnce)));
        } else {
            schedule.soon(() -> cross(() -> arrive(atOnce)));
        }
    }

    private void cross(Runnable arrival) {
        network.cross(arrival, isUnanswered);
    }

    private void append(MemorySegment from, long start, int length) {
        int tail = (head + arrived + inFlight) % ring.length;
        int straight = Math.min(length, ring.length - tail);
        MemorySegment.copy(from, ValueLayout.JAVA_BYTE, start, ring, tail, straight);
        MemorySegment.copy(from, ValueLayout.JAVA_BYTE, start + straight, ring, 0, length - straight);
        inFlight += length;
    }

    /// Nothing follows.
    void end() {
        schedule.soon(() -> cross(() -> {
            endDue = true;
            arriveAtEnd();
        }));
    }

    // ---- the reader's side ----

    /// The oldest `bytes` bytes that are on their way arrive: whatever the delays, none overtakes another.
    private void arrive(int bytes) {
        if (cut) {
            return;
        }
        inFlight -= bytes;
        arrived += bytes;
        if (atClosedDoor != null) {
            atClosedDoor.run();
            return;
        }
        reader.signal(Source.READABLE);
        arriveAtEnd();
    }

    private void arriveAtEnd() {
        if (endDue && inFlight == 0 && !ended && !cut) {
            ended = true;
            reader.signal(Source.EVERYTHING);
        }
    }

    private boolean isStalled() {
        return schedule.now() < stalledUntil;
    }

    /// Bytes that the reader can take.
    int arrived() {
        return isStalled() ? 0 : arrived;
    }

    /// Bytes that nobody has taken, wherever they are.
    int untaken() {
        return arrived + inFlight;
    }

    /// Whether bytes have arrived, to be taken now or later.
    boolean hasArrived() {
        return arrived > 0;
    }

    /// Whether the reader should look. One that has been told too soon finds nothing.
    boolean isReadable() {
        return arrived() > 0 || hasEnded() || readableTooSoon;
    }

    /// The reader will see the end once it has taken what has arrived.
    boolean hasEnded() {
        return ended && !isStalled();
    }

    /// The reader receives nothing for `nanos`.
    void stall(long nanos) {
        stalledUntil = Math.max(stalledUntil, schedule.now() + nanos);
        schedule.after(nanos, () -> reader.signal(Source.EVERYTHING));
    }

    /// Moves what has arrived to `buffers`; returns how many bytes. With `peek` they stay.
    int read(BufferList buffers, boolean peek) {
        readableTooSoon = false;
        int bytes = (int) Math.min(arrived(), buffers.remaining());
        int done = 0;
        for (int i = 0; done < bytes; i++) {
            int length = (int) Math.min(bytes - done, buffers.length(i));
            copyOut((head + done) % ring.length, buffers.segment(i), buffers.start(i), length);
            done += length;
        }
        if (!peek) {
            head = (head + bytes) % ring.length;
            arrived -= bytes;
            reportRoom();
            if (bytes > 0 && schedule.happens(Chance.STALLS)) {
                stall(schedule.nanos());
            }
        }
        return bytes;
    }

    private void copyOut(int from, MemorySegment to, long start, int length) {
        int straight = Math.min(length, ring.length - from);
        MemorySegment.copy(ring, from, to, ValueLayout.JAVA_BYTE, start, straight);
        MemorySegment.copy(ring, 0, to, ValueLayout.JAVA_BYTE, start + straight, length - straight);
    }

    /// The reader has closed: `whatThen` answers bytes that still arrive.
    void abandon(Runnable whatThen) {
        atClosedDoor = whatThen;
    }

    /// The connection is lost, and with it what is on its way; what has arrived can be taken.
    void cut() {
        cut = true;
        inFlight = 0;
        stalledUntil = 0;
    }

    @Override
    public String toString() {
        return arrived + " arrived, " + inFlight + " on their way of " + ring.length
                + (congested ? ", congested" : "") + (isStalled() ? ", stalled" : "")
                + (ended ? ", ended" : "") + (cut ? ", cut" : "");
    }
}
