package dev.overlapped.engine;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/// The engine thread takes back a reactor whose thread has nothing pending any more, since others have
/// completed it, while that thread needs it again.
public final class LeaseRace {
    private LeaseRace() {
    }

    /// A receive has been completed by another thread than the one that started it, and the patience with
    /// that one is at its end.
    private static void haveNothingPending(RaceStage stage, Caller owner) {
        stage.receiveOnce(owner, stage.caller());
        stage.exhaustPatience();
    }

    /// The thread starts another request. It counts the request, then looks whether the reactor is still its
    /// own; the engine thread holds the reactor's monitor, looks whether anything is counted, and takes it.
    ///
    /// Caught: `Waiter.pend` that looks at the lease before it counts the request.
    @JCStressTest
    @Outcome(id = "its own, done", expect = Expect.ACCEPTABLE, desc = "It has a reactor, and its bytes.")
    @Outcome(expect = Expect.FORBIDDEN, desc = "Its request is at a reactor that is somebody else's.")
    @State
    public static class Start {
        private final RaceStart start = new RaceStart();
        private final RaceStage stage = new RaceStage();
        private final Caller owner = stage.caller();
        private final RaceRecord told = new RaceRecord();
        private final Request request;

        public Start() {
            haveNothingPending(stage, owner);
            request = stage.receive(owner, told, null, null);
        }

        @Actor
        public void reclaim() {
            start.meet();
            stage.turn();
        }

        @Actor
        public void start() {
            start.meet();
            stage.socket.start(request, owner);
        }

        @Arbiter
        public void end(LL_Result r) {
            Caller lessee = owner.waiter().heldReactor().owner();
            r.r1 = lessee == owner ? "its own" : "not its own";
            stage.arrive();
            owner.sleep(0, false);
            r.r2 = stage.end(told);
        }
    }

    /// The thread waits, and so polls. At the end nobody needs the reactor, and it is in the pool once.
    ///
    /// Caught: `Reactor.reclaim` that writes the state whatever has become of it.
    @JCStressTest
    @Outcome(id = "free, once", expect = Expect.ACCEPTABLE, desc = "It is in the pool.")
    @Outcome(expect = Expect.FORBIDDEN, desc = "It is in the pool twice, or while its thread polls.")
    @State
    public static class Wait {
        private final RaceStart start = new RaceStart();
        private final RaceStage stage = new RaceStage();
        private final Caller owner = stage.caller();
        private final Reactor reactor;

        public Wait() {
            haveNothingPending(stage, owner);
            reactor = owner.waiter().heldReactor();
        }

        @Actor
        public void reclaim() {
            start.meet();
            stage.turn();
        }

        @Actor
        public void poll() {
            start.meet();
            owner.sleep(0, false);
        }

        @Arbiter
        public void end(LL_Result r) {
            boolean inUse = reactor.isDriven() || reactor.isAdopted() || reactor.idleWord() != 0;
            r.r1 = inUse ? "in use" : "free";
            Reactor one = stage.engine.takeReactor(stage.caller());
            r.r2 = one == stage.engine.takeReactor(stage.caller()) ? "twice" : stage.verdict("once");
        }
    }
}
