package dev.overlapped.winsock2;

import dev.overlapped.engine.RaceStart;
import dev.overlapped.winsock2.types.WSAOVERLAPPED;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.J_Result;

/// A program looks at the structure of a request until it has ended, and then at once at the bytes.
///
/// Caught: `OverlappedCompletion.publish` that writes `Internal` before `InternalHigh`.
@JCStressTest
@Outcome(id = "4", expect = Expect.ACCEPTABLE, desc = "It has ended, and the bytes are there.")
@Outcome(expect = Expect.FORBIDDEN, desc = "It has ended, and the bytes are not there.")
@State
public class OverlappedRace {
    private static final long BYTES = 4;
    /// Before, nothing parts one look from the next.
    private static final int LOOKS_BEFORE_PAUSE = 1000;

    private final WSAOVERLAPPED overlapped = new WSAOVERLAPPED();

    public OverlappedRace() {
        OverlappedCompletion.INSTANCE.begun(overlapped);
    }

    @Actor
    public void complete() {
        OverlappedCompletion.INSTANCE.publish(overlapped, 0, BYTES);
    }

    @Actor
    public void look(J_Result r) {
        for (int looks = 0; overlapped.Internal == Ntstatus.PENDING; looks++) {
            if (looks > LOOKS_BEFORE_PAUSE) {
                RaceStart.pause(looks);
            }
        }
        r.r1 = overlapped.InternalHigh;
    }
}
