package dev.overlapped.engine;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/// A thread waits for what another one has started: it follows as long as that one drives, and takes the
/// direction over when it does not.
public final class TakeOverRace {
    private TakeOverRace() {
    }

    /// A thread waits for the event of a request and for another event. That one is set, and while the thread
    /// leaves its wait the request is started: it must not become the guest of somebody who has gone.
    ///
    /// Caught: `Reactor.sendGuestsHome` that goes on admitting guests until it has sent them home.
    @JCStressTest
    @Outcome(id = "satisfied, done", expect = Expect.ACCEPTABLE, desc = "The starter has its bytes.")
    @Outcome(expect = Expect.FORBIDDEN, desc = "The request stays where nobody looks.")
    @State
    public static class Guest {
        private final RaceStart start = new RaceStart();
        private final RaceStage stage = new RaceStage();
        private final Caller starter = stage.caller();
        private final Caller waiter = stage.caller();
        private final RaceRecord told = new RaceRecord();
        private final EventObject event = new EventObject(true, false);
        private final EventObject other = new EventObject(true, false);
        private final Request request = stage.receive(starter, told, null, event);

        @Actor
        public void start() {
            start.meet();
            stage.engine.set(other, starter);
            stage.socket.start(request, starter);
        }

        @Actor
        public void leave(LL_Result r) {
            start.meet();
            r.r1 = stage.await(waiter, event, other);
        }

        @Arbiter
        public void end(LL_Result r) {
            stage.arrive();
            starter.sleep(0, false);
            r.r2 = stage.end(told);
        }
    }
}
