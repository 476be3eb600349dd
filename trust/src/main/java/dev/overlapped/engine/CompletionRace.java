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

/// A request is completed by another thread than the one that starts it, cancels it, or looks for its end.
public final class CompletionRace {
    private CompletionRace() {
    }

    /// A thread starts a receive, and the bytes come.
    ///
    /// Caught: `OperationQueue.startUnderLock` that takes no lock.
    @JCStressTest
    @Outcome(id = "at once, done", expect = Expect.ACCEPTABLE, desc = "The bytes were there before.")
    @Outcome(id = "pending, done", expect = Expect.ACCEPTABLE, desc = "Whoever drives has completed it.")
    @Outcome(expect = Expect.FORBIDDEN, desc = "It was not told once, or two threads were in the network.")
    @State
    public static class Start {
        private final RaceStart start = new RaceStart();
        private final RaceStage stage = new RaceStage();
        private final Caller starter = stage.caller();
        private final Caller driver = stage.caller();
        private final RaceRecord told = new RaceRecord();
        private final Request request;

        public Start() {
            stage.receiveOnce(starter, driver);
            request = stage.receive(starter, told, null, null);
        }

        @Actor
        public void start(LL_Result r) {
            start.meet();
            long result = stage.socket.start(request, starter);
            r.r1 = result == RaceStage.BYTES ? "at once"
                    : result == -WinsockErrors.WSA_IO_PENDING ? "pending" : "failed";
        }

        @Actor
        public void complete() {
            start.meet();
            stage.arrive();
            stage.drive(starter.waiter().heldReactor(), driver);
        }

        @Arbiter
        public void end(LL_Result r) {
            stage.drive(starter.waiter().heldReactor(), driver);
            r.r2 = stage.end(told);
        }
    }

    /// A receive is cancelled while it completes.
    ///
    /// Caught: `OperationQueue.cancel` that takes no lock.
    @JCStressTest
    @Outcome(id = "0, done, 0", expect = Expect.ACCEPTABLE, desc = "It has its bytes.")
    @Outcome(id = "1, aborted, 4", expect = Expect.ACCEPTABLE, desc = "The bytes are there for the next one.")
    @Outcome(expect = Expect.FORBIDDEN, desc = "It was not told once, or bytes are lost.")
    @State
    public static class Cancel {
        private final RaceStart start = new RaceStart();
        private final RaceStage stage = new RaceStage();
        private final Caller starter = stage.caller();
        private final Caller driver = stage.caller();
        private final Caller canceller = stage.caller();
        private final RaceRecord told = new RaceRecord();

        public Cancel() {
            stage.socket.start(stage.receive(starter, told, null, null), starter);
            stage.arrive();
        }

        @Actor
        public void complete() {
            start.meet();
            stage.drive(starter.waiter().heldReactor(), driver);
        }

        @Actor
        public void cancel(LLL_Result r) {
            start.meet();
            r.r1 = stage.socket.cancel(told, null, canceller);
        }

        @Arbiter
        public void end(LLL_Result r) {
            r.r2 = stage.end(told);
            r.r3 = stage.network.bytesLeft(stage.socket.descriptor());
        }
    }

    /// A thread looks at the event of a request, and then at its outcome.
    ///
    /// Caught: `Request.finish` that sets the event before it publishes the outcome.
    @JCStressTest
    @Outcome(id = "unsignalled, 0", expect = Expect.ACCEPTABLE, desc = "It has not ended.")
    @Outcome(id = "unsignalled, 4", expect = Expect.ACCEPTABLE, desc = "It ended between the two looks.")
    @Outcome(id = "signalled, 4", expect = Expect.ACCEPTABLE, desc = "It has ended.")
    @Outcome(expect = Expect.FORBIDDEN, desc = "The indication has come before the outcome.")
    @State
    public static class Indication {
        private final RaceStart start = new RaceStart();
        private final RaceStage stage = new RaceStage();
        private final Caller starter = stage.caller();
        private final Caller driver = stage.caller();
        private final RaceRecord told = new RaceRecord();
        private final EventObject event = new EventObject(true, false);

        public Indication() {
            stage.socket.start(stage.receive(starter, told, null, event), starter);
            stage.arrive();
        }

        @Actor
        public void complete() {
            start.meet();
            stage.drive(starter.waiter().heldReactor(), driver);
        }

        @Actor
        public void look(LL_Result r) {
            start.meet();
            r.r1 = event.isSignalled() ? "signalled" : "unsignalled";
            r.r2 = told.bytes();
        }
    }
}
