package dev.overlapped.engine;

import dev.overlapped.provider.TransportProvider;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.openjdk.jcstress.infra.results.L_Result;

/// The engine thread loses its patience with a thread, and adopts its reactor, while that thread or another
/// one does something about it.
public final class AdoptionRace {
    private AdoptionRace() {
    }

    /// The thread comes back.
    ///
    /// Caught: `Adoption.adopt` that nests the reactor without looking whether it is still adopted.
    @JCStressTest
    @Outcome(id = "its own, unwatched, 0", expect = Expect.ACCEPTABLE, desc = "It was back before.")
    @Outcome(id = "its own, unwatched, 1", expect = Expect.ACCEPTABLE_INTERESTING, desc = "It took it back.")
    @Outcome(expect = Expect.FORBIDDEN, desc = "The engine thread watches what it does not look after.")
    @State
    public static class Return {
        private final RaceStart start = new RaceStart();
        private final RaceStage stage = new RaceStage();
        private final Caller owner = stage.caller();

        public Return() {
            stage.socket.start(stage.receive(owner, new RaceRecord(), null, null), owner);
            stage.exhaustPatience();
        }

        @Actor
        public void adopt() {
            start.meet();
            stage.turn();
        }

        @Actor
        public void come() {
            start.meet();
            owner.sleep(0, false);
        }

        @Arbiter
        public void look(LLL_Result r) {
            Reactor reactor = owner.waiter().heldReactor();
            r.r1 = reactor.isAdopted() ? "adopted" : "its own";
            r.r2 = stage.verdict(stage.isNested(reactor) ? "watched" : "unwatched");
            r.r3 = stage.engine.instruments().adopted();
        }
    }

    /// The engine thread looks around while a thread leaves a wait with a request pending. The leaver stops
    /// driving, then looks whether the timer is armed; the engine thread says that it is not, then looks who
    /// does not drive.
    ///
    /// Caught: `Adoption.lookAround` that says after its look that the timer is not armed.
    @JCStressTest
    @Outcome(id = "armed", expect = Expect.ACCEPTABLE, desc = "One of them has seen to it.")
    @Outcome(expect = Expect.FORBIDDEN, desc = "Nobody will look after the request.")
    @State
    public static class Leave {
        private final RaceStart start = new RaceStart();
        private final RaceStage stage = new RaceStage();
        private final Caller leaver = stage.caller();

        public Leave() {
            stage.socket.start(stage.receive(leaver, new RaceRecord(), null, null), leaver);
            stage.network.passTime();
        }

        @Actor
        public void lookAround() {
            start.meet();
            stage.turn();
        }

        @Actor
        public void leave() {
            start.meet();
            leaver.sleep(0, false);
        }

        @Arbiter
        public void look(L_Result r) {
            r.r1 = stage.verdict(stage.network.isTimerArmed() ? "armed" : "not armed");
        }
    }

    /// A direction has had its turns, and whoever drives it leaves the rest to the reactor where it is at
    /// home. The lister lists it, then looks whether the reactor is adopted; the engine thread adopts, then
    /// looks what is listed.
    ///
    /// Caught: `Adoption.adopt` that runs what is listed before it adopts.
    @JCStressTest
    @Outcome(id = "done", expect = Expect.ACCEPTABLE, desc = "The engine thread has gone on with it.")
    @Outcome(expect = Expect.FORBIDDEN, desc = "It is listed where nobody looks.")
    @State
    public static class Listing {
        /// The driver has its turns at those, and the rest leaves at once.
        private static final int PIECES = OperationQueue.ROUNDS_MAX + TransportProvider.PIECES_USED_MIN;
        /// What is left when the engine thread begins, so that both are there at the same time.
        private static final int BYTES_LEFT = RaceStage.BYTES * (TransportProvider.PIECES_USED_MIN + 2);

        private final RaceStart start = new RaceStart();
        private final RaceStage stage = new RaceStage();
        private final int descriptor = stage.socket.descriptor();
        private final Caller owner = stage.caller();
        private final Caller driver = stage.caller();
        private final RaceRecord told = new RaceRecord();

        public Listing() {
            stage.socket.start(stage.receiveAll(owner, PIECES, told), owner);
            stage.exhaustPatience();
            stage.network.arrive(descriptor, RaceStage.BYTES * PIECES);
        }

        @Actor
        public void list() {
            start.meet();
            stage.drive(owner.waiter().heldReactor(), driver);
        }

        @Actor
        public void adopt() {
            start.meet();
            for (int looks = 0; stage.network.bytesLeft(descriptor) > BYTES_LEFT; looks++) {
                RaceStart.pause(looks);
            }
            stage.turn();
        }

        @Arbiter
        public void end(L_Result r) {
            if (stage.engine.adoption().reactor().hasRunnable()) {
                stage.turn();
            }
            r.r1 = stage.end(told);
        }
    }
}
