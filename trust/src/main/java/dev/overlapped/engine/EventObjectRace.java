package dev.overlapped.engine;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.openjdk.jcstress.infra.results.LL_Result;

/// Signals of events are taken by several threads, which hold no lock while they look.
public final class EventObjectRace {
    private EventObjectRace() {
    }

    private static String taken(boolean taken) {
        return taken ? "taken" : "not";
    }

    /// Two threads take one signal.
    ///
    /// Caught: `take` that is not synchronized.
    @JCStressTest
    @Outcome(id = {"taken, not", "not, taken"}, expect = Expect.ACCEPTABLE, desc = "One of them has it.")
    @Outcome(expect = Expect.FORBIDDEN, desc = "Both have it, or none.")
    @State
    public static class Take {
        private final RaceStart start = new RaceStart();
        private final EventObject event = new EventObject(false, true);

        @Actor
        public void one(LL_Result r) {
            start.meet();
            r.r1 = taken(event.take());
        }

        @Actor
        public void other(LL_Result r) {
            start.meet();
            r.r2 = taken(event.take());
        }
    }

    /// One thread waits for two events, another one takes the second of them.
    ///
    /// Caught: `takeAll` that takes each event when it finds it signalled.
    @JCStressTest
    @Outcome(id = "taken, not, unsignalled", expect = Expect.ACCEPTABLE, desc = "The wait for both has both.")
    @Outcome(id = "not, taken, signalled", expect = Expect.ACCEPTABLE, desc = "The wait for both has none.")
    @Outcome(expect = Expect.FORBIDDEN, desc = "A signal is lost, or was taken twice.")
    @State
    public static class TakeAll {
        private final RaceStart start = new RaceStart();
        private final EventObject first = new EventObject(false, true);
        private final EventObject second = new EventObject(false, true);
        private final EventObject.Wait both = new EventObject.Wait();

        public TakeAll() {
            first.named(4);
            second.named(8);
            both.prepare(true);
            both.add(first);
            both.add(second);
        }

        @Actor
        public void all(LLL_Result r) {
            start.meet();
            r.r1 = taken(both.isSatisfied(null));
        }

        @Actor
        public void one(LLL_Result r) {
            start.meet();
            r.r2 = taken(second.take());
        }

        @Arbiter
        public void rest(LLL_Result r) {
            r.r3 = first.isSignalled() ? "signalled" : "unsignalled";
        }
    }
}
