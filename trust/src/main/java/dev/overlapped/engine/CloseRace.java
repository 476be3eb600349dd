package dev.overlapped.engine;

import dev.overlapped.error.WinsockErrors;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.openjdk.jcstress.infra.results.LL_Result;

/// A socket is closed while others use it. The network counts calls on the descriptor that come after its
/// close: the number may be another socket's by then.
public final class CloseRace {
    private CloseRace() {
    }

    private static String of(long result) {
        return result > 0 ? "at once" : switch ((int) -result) {
            case WinsockErrors.WSA_IO_PENDING -> "pending";
            case WinsockErrors.WSAENOTSOCK -> "no socket";
            default -> "failed";
        };
    }

    /// A receive starts.
    ///
    /// Caught: `OperationQueue.start` that asks whether it is closed before it takes the lock.
    @JCStressTest
    @Outcome(id = "pending, connection aborted", expect = Expect.ACCEPTABLE, desc = "The close has ended it.")
    @Outcome(id = "no socket, untold", expect = Expect.ACCEPTABLE, desc = "It came too late.")
    @Outcome(expect = Expect.FORBIDDEN, desc = "It is pending for ever, or on a descriptor that is closed.")
    @State
    public static class Receive {
        private final RaceStart start = new RaceStart();
        private final RaceStage stage = new RaceStage();
        private final Caller starter = stage.caller();
        private final Caller closer = stage.caller();
        private final RaceRecord told = new RaceRecord();
        private final Request request = stage.receive(starter, told, null, null);

        @Actor
        public void start(LL_Result r) {
            start.meet();
            r.r1 = of(stage.socket.start(request, starter));
        }

        @Actor
        public void close() {
            start.meet();
            stage.engine.close(stage.socket.handle(), closer);
        }

        @Arbiter
        public void end(LL_Result r) {
            r.r2 = stage.end(told);
        }
    }

    /// A send starts, and there is room for it.
    ///
    /// Caught: `Socket.close` that closes the descriptor before it closes the queues.
    @JCStressTest
    @Outcome(id = "at once, done, 4", expect = Expect.ACCEPTABLE, desc = "It has left.")
    @Outcome(id = "no socket, untold, 0", expect = Expect.ACCEPTABLE, desc = "It came too late.")
    @Outcome(expect = Expect.FORBIDDEN, desc = "Its bytes and its end contradict each other, or the close.")
    @State
    public static class Send {
        private final RaceStart start = new RaceStart();
        private final RaceStage stage = new RaceStage();
        private final int descriptor = stage.socket.descriptor();
        private final Caller starter = stage.caller();
        private final Caller closer = stage.caller();
        private final RaceRecord told = new RaceRecord();
        private final Request request = stage.send(starter, told);

        @Actor
        public void start(LLL_Result r) {
            start.meet();
            r.r1 = of(stage.socket.start(request, starter));
        }

        @Actor
        public void close() {
            start.meet();
            stage.engine.close(stage.socket.handle(), closer);
        }

        @Arbiter
        public void end(LLL_Result r) {
            r.r2 = stage.end(told);
            r.r3 = stage.network.bytesSent(descriptor);
        }
    }

    /// A receive completes.
    ///
    /// Caught: `Socket.close` that closes the descriptor before it closes the queues.
    @JCStressTest
    @Outcome(id = "done, 0", expect = Expect.ACCEPTABLE, desc = "It has its bytes.")
    @Outcome(id = "connection aborted, 4", expect = Expect.ACCEPTABLE, desc = "The close has ended it.")
    @Outcome(expect = Expect.FORBIDDEN, desc = "It was not told once, or on a descriptor that is closed.")
    @State
    public static class Completion {
        private final RaceStart start = new RaceStart();
        private final RaceStage stage = new RaceStage();
        private final int descriptor = stage.socket.descriptor();
        private final Caller starter = stage.caller();
        private final Caller driver = stage.caller();
        private final Caller closer = stage.caller();
        private final RaceRecord told = new RaceRecord();

        public Completion() {
            stage.socket.start(stage.receive(starter, told, null, null), starter);
            stage.arrive();
        }

        @Actor
        public void complete() {
            start.meet();
            stage.drive(starter.waiter().heldReactor(), driver);
        }

        @Actor
        public void close() {
            start.meet();
            stage.engine.close(stage.socket.handle(), closer);
        }

        @Arbiter
        public void end(LL_Result r) {
            r.r1 = stage.end(told);
            r.r2 = stage.network.bytesLeft(descriptor);
        }
    }
}
