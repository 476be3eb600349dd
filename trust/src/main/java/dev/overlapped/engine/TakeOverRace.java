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

    /// The thread that has started a receive leaves a wait of its own while another one begins to wait for
    /// the event. Only then do bytes come, and only that other one is there to take them.
    ///
    /// The follower says that it waits and writes itself into the list, then looks whether anybody drives;
    /// the leaver stops driving, then looks for followers that wait.
    ///
    /// Caught: `Waiter.poll` that follows before it says that it waits.
    @JCStressTest
    @Outcome(id = "satisfied, done", expect = Expect.ACCEPTABLE, desc = "The follower has taken over.")
    @Outcome(expect = Expect.FORBIDDEN, desc = "It follows a thread that has gone.")
    @State
    public static class Follow {
        /// Each time that the starter leaves, the follower may be about to sleep.
        private static final int WAITS = 16;

        private final RaceStart start = new RaceStart();
        private final RaceStage stage = new RaceStage();
        private final Caller starter = stage.caller();
        private final Caller follower = stage.caller();
        private final RaceRecord told = new RaceRecord();
        private final EventObject event = new EventObject(false, false);
        private final EventObject second = new EventObject(false, false);

        public Follow() {
            // So that there is a reactor for it, and both are as far at the same time.
            follower.sleep(0, false);
            stage.socket.start(stage.receive(starter, told, null, event), starter);
            // It is followed as well, which makes the time between the one and the sleep long.
            Socket other = stage.connection();
            other.start(stage.receive(other, starter, new RaceRecord(), null, second), starter);
        }

        @Actor
        public void leave() {
            start.meet();
            for (int waits = 0; waits < WAITS; waits++) {
                starter.sleep(0, false);
            }
            stage.arrive();
        }

        @Actor
        public void follow(LL_Result r) {
            start.meet();
            r.r1 = stage.await(follower, event, second);
        }

        @Arbiter
        public void end(LL_Result r) {
            r.r2 = stage.end(told);
        }
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
            other.signal(starter);
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
