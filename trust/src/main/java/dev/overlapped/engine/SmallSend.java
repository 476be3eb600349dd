package dev.overlapped.engine;

import static dev.overlapped.engine.SimulatedRoutines.require;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// One of the two sends of a [SmallProgram], as that sees it.
final class SmallSend {
    /// How somebody is told of its end, and whether it goes on when its thread ends.
    enum Telling { ROUTINE, EVENT, EVENT_OUTLIVING }

    /// NEW: not started. REFUSED: there will be no indication. PENDING: the call said so, or is under way.
    enum State { NEW, REFUSED, PENDING, ENDED }

    static final int BYTES = 3;

    /// What they send; nobody writes it, so it serves all programs. Never released.
    private static final MemorySegment CONTENT = Arena.global().allocate(2L * BYTES);

    static {
        for (int i = 0; i < CONTENT.byteSize(); i++) {
            CONTENT.set(ValueLayout.JAVA_BYTE, i, (byte) ('a' + i));
        }
    }

    private final int number;
    final Telling telling;
    /// Where it waits, once its call has said that it does.
    OperationQueue queue;
    EventObject event;
    State state = State.NEW;
    boolean isCancelled;
    int code;
    int bytes;

    /// The first is number 0.
    SmallSend(int number, Telling telling) {
        this.number = number;
        this.telling = telling;
    }

    MemorySegment buffer() {
        return CONTENT.asSlice((long) number * BYTES, BYTES);
    }

    /// What the peer receives of it.
    byte[] taken() {
        return buffer().asSlice(0, bytes).toArray(ValueLayout.JAVA_BYTE);
    }

    void end(int outcome, long moved) {
        require(state == State.PENDING, "it ends once, after its start", this);
        boolean tells = event != null && event.isSignalled();
        require(!tells, "its outcome is written before its event is set", this);
        boolean isGuarded = queue == null || Thread.holdsLock(queue);
        require(isGuarded, "it is attempted, and told of, under the lock of its direction", this);
        state = State.ENDED;
        code = outcome;
        bytes = (int) moved;
        require(code != 0 || bytes == BYTES, "a send ends when all its bytes are taken", this);
    }

    boolean isPending() {
        return state == State.PENDING;
    }

    boolean hasEnded() {
        return state == State.ENDED;
    }

    boolean endsWithThread() {
        return telling != Telling.EVENT_OUTLIVING;
    }

    @Override
    public String toString() {
        return "send " + number + ' ' + telling + ' ' + state + ", code " + code + ", bytes " + bytes;
    }
}
