package dev.overlapped.engine;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/// A thread has ended with a request pending. The engine thread finds that out, while another thread
/// completes the request.
public final class ThreadEndRace {
    /// A thread that has ended.
    private static final Thread ENDED = ended();
    /// Turns of the engine thread until it has let go of what a thread has left: a look, and one in case that
    /// the request was just being completed.
    private static final int TURNS_MAX = 2;

    private ThreadEndRace() {
    }

    private static Thread ended() {
        Thread thread = new Thread();
        thread.start();
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError("nobody interrupts a race", e);
        }
        return thread;
    }

    /// Whether the reactor of the thread has become free, after what the engine thread has left to do.
    private static String freed(RaceStage stage, Reactor reactor) {
        for (int turns = 0; reactor.owner() != null && turns < TURNS_MAX; turns++) {
            if (!stage.network.passTime()) {
                return "kept";
            }
            stage.turn();
        }
        return reactor.owner() == null ? "free" : "kept";
    }

    /// The request has a routine, which was to run on that thread, and so it ends.
    ///
    /// Caught: `OperationQueue.cancel` that takes no lock.
    @JCStressTest
    @Outcome(id = "done, 0, free", expect = Expect.ACCEPTABLE, desc = "It has its bytes; nobody is told.")
    @Outcome(id = "aborted, 4, free", expect = Expect.ACCEPTABLE, desc = "It has ended with its thread.")
    @Outcome(expect = Expect.FORBIDDEN, desc = "It was not told once, or its reactor is lost.")
    @State
    public static class Aborted {
        private final RaceStart start = new RaceStart();
        private final RaceStage stage = new RaceStage();
        private final Caller ended = stage.caller(ENDED);
        private final Caller driver = stage.caller();
        private final RaceRecord told = new RaceRecord();
        private final Reactor reactor;

        public Aborted() {
            stage.socket.start(stage.receive(ended, told, told, null), ended);
            reactor = ended.waiter().heldReactor();
            stage.exhaustPatience();
            stage.arrive();
        }

        @Actor
        public void notice() {
            start.meet();
            stage.turn();
        }

        @Actor
        public void complete() {
            start.meet();
            stage.drive(reactor, driver);
        }

        @Arbiter
        public void end(LLL_Result r) {
            r.r3 = freed(stage, reactor);
            r.r1 = stage.end(told);
            r.r2 = stage.network.bytesLeft(stage.socket.descriptor());
        }
    }

    /// The request may outlive its thread, and goes over to the engine thread.
    ///
    /// Caught: `OperationQueue.passOn` that takes no lock.
    @JCStressTest
    @Outcome(id = "done, none, free", expect = Expect.ACCEPTABLE, desc = "It has its bytes, whosever it was.")
    @Outcome(expect = Expect.FORBIDDEN, desc = "It is lost, or counts for the wrong thread.")
    @State
    public static class PassedOn {
        private final RaceStart start = new RaceStart();
        private final RaceStage stage = new RaceStage();
        private final Caller ended = stage.caller(ENDED);
        private final Caller driver = stage.caller();
        private final RaceRecord told = new RaceRecord();
        private final EventObject event = new EventObject(true, false);
        private final Reactor reactor;

        public PassedOn() {
            Request request = stage.receive(ended, told, null, event);
            request.outliveThread();
            stage.socket.start(request, ended);
            reactor = ended.waiter().heldReactor();
            stage.exhaustPatience();
            stage.arrive();
        }

        @Actor
        public void notice() {
            start.meet();
            stage.turn();
        }

        @Actor
        public void complete() {
            start.meet();
            stage.drive(reactor, driver);
        }

        @Arbiter
        public void end(LLL_Result r) {
            stage.drive(stage.engine.adoption().reactor(), driver);
            r.r3 = freed(stage, reactor);
            r.r1 = stage.end(told);
            boolean pending = ended.waiter().hasPending()
                    || stage.engine.adoption().self().waiter().hasPending();
            r.r2 = pending ? "pending" : "none";
        }
    }
}
