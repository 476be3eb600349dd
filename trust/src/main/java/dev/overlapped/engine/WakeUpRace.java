package dev.overlapped.engine;

import java.util.Arrays;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;
import org.openjdk.jcstress.infra.results.L_Result;

/// A thread goes to sleep while another one makes true what it waits for: it must not sleep through that. The
/// waiter writes its mode and then looks; the other one makes it true and then reads the mode. A wake-up that
/// is lost shows after [RaceNetwork#PATIENCE_NANOS].
public final class WakeUpRace {
    /// Nobody sets them. Waited for as well, they make the time between a look and the sleep long.
    private static final EventObject[] OTHERS = others();

    private WakeUpRace() {
    }

    private static EventObject[] others() {
        EventObject[] others = new EventObject[EventObject.Wait.EVENTS_MAX - 1];
        Arrays.setAll(others, _ -> new EventObject(false, false));
        return others;
    }

    private static EventObject.Wait waitFor(EventObject event, Caller waiter) {
        EventObject.Wait wait = waiter.eventWait(false);
        wait.add(event);
        for (EventObject other : OTHERS) {
            wait.add(other);
        }
        return wait;
    }

    /// A thread polls until an event is set.
    ///
    /// Caught: `Waiter.poll` that looks at the condition before it writes the mode.
    @JCStressTest
    @Outcome(id = "satisfied, 0", expect = Expect.ACCEPTABLE, desc = "It was set before the thread slept.")
    @Outcome(id = "satisfied, 1", expect = Expect.ACCEPTABLE_INTERESTING, desc = "The thread was woken.")
    @Outcome(expect = Expect.FORBIDDEN, desc = "It sleeps on.")
    @State
    public static class Event {
        private final RaceStart start = new RaceStart();
        private final RaceStage stage = new RaceStage();
        private final Caller waiter = stage.caller();
        private final Caller setter = stage.caller();
        private final EventObject event = new EventObject(false, false);

        @Actor
        public void sleep(LL_Result r) {
            start.meet();
            r.r1 = stage.ended(waiter.await(waitFor(event, waiter), -1, false));
        }

        @Actor
        public void set() {
            start.meet();
            event.signal(setter);
        }

        @Arbiter
        public void count(LL_Result r) {
            r.r2 = stage.engine.instruments().wakeUps();
        }
    }

    /// A thread for which no descriptor is left parks until an event is set, as virtual threads do.
    ///
    /// It is for `Waiter.park` that looks at the condition before it writes the mode. That has not been seen
    /// to fail here, in 200,000 states: the same mistake in `poll` has, above.
    @JCStressTest
    @Outcome(id = "satisfied, 0", expect = Expect.ACCEPTABLE, desc = "It was set before the thread slept.")
    @Outcome(id = "satisfied, 1", expect = Expect.ACCEPTABLE_INTERESTING, desc = "The thread was woken.")
    @Outcome(expect = Expect.FORBIDDEN, desc = "It sleeps on.")
    @State
    public static class Park {
        private final RaceStart start = new RaceStart();
        private final RaceStage stage = new RaceStage(1);
        private final Caller setter = stage.caller();
        private final EventObject event = new EventObject(false, false);

        /// Here, since it is this thread that is to be unparked.
        @Actor
        public void sleep(LL_Result r) {
            start.meet();
            Caller waiter = stage.caller();
            EventObject.Wait wait = waitFor(event, waiter);
            long began = System.nanoTime();
            int ended = waiter.await(wait, RaceNetwork.PATIENCE_NANOS, false);
            // At the end of its time it looks once more.
            boolean overslept = System.nanoTime() - began >= RaceNetwork.PATIENCE_NANOS;
            r.r1 = ended == Caller.SATISFIED && !overslept ? "satisfied" : "overslept";
        }

        @Actor
        public void set() {
            start.meet();
            event.signal(setter);
        }

        @Arbiter
        public void count(LL_Result r) {
            r.r2 = stage.engine.instruments().wakeUps();
        }
    }

    /// A thread sleeps alertably, and another one queues a routine to it.
    ///
    /// Caught: `Caller.deliverLater` that asks whether the thread waits before it queues.
    @JCStressTest
    @Outcome(id = "routines have run, 1", expect = Expect.ACCEPTABLE, desc = "It has run the routine.")
    @Outcome(expect = Expect.FORBIDDEN, desc = "It sleeps on.")
    @State
    public static class Routine {
        private final RaceStart start = new RaceStart();
        private final RaceStage stage = new RaceStage();
        private final Caller waiter = stage.caller();
        private final Caller sender = stage.caller();
        private int runs;

        @Actor
        public void sleep(LL_Result r) {
            start.meet();
            r.r1 = stage.ended(waiter.sleep(-1, true));
            r.r2 = runs;
        }

        @Actor
        public void queue() {
            start.meet();
            waiter.queue(() -> runs++, sender);
        }
    }

    /// A thread waits in a call, which another one completes.
    ///
    /// Caught: `Request.finish` that wakes nobody for a call.
    @JCStressTest
    @Outcome(id = "4", expect = Expect.ACCEPTABLE, desc = "The call has returned its bytes.")
    @Outcome(expect = Expect.FORBIDDEN, desc = "It would wait for ever.")
    @State
    public static class Call {
        private final RaceStart start = new RaceStart();
        private final RaceStage stage = new RaceStage();
        private final Caller caller = stage.caller();
        private final Caller driver = stage.caller();

        public Call() {
            stage.receiveOnce(caller, driver);
        }

        @Actor
        public void call(L_Result r) {
            start.meet();
            long moved = stage.socket.call(stage.receive(caller, new RaceRecord(), null, null), caller);
            r.r1 = stage.verdict(Long.toString(moved));
        }

        @Actor
        public void complete() {
            start.meet();
            stage.arrive();
            stage.drive(caller.waiter().heldReactor(), driver);
        }
    }

    /// The engine thread sleeps, and another thread lists a direction that it is to attempt.
    ///
    /// Caught: `Waiter.pollAsEngine` that looks at the list before it writes the mode.
    @JCStressTest
    @Outcome(id = "attempted, 0", expect = Expect.ACCEPTABLE, desc = "It was listed before the thread slept.")
    @Outcome(id = "attempted, 1", expect = Expect.ACCEPTABLE_INTERESTING, desc = "The thread was woken.")
    @Outcome(expect = Expect.FORBIDDEN, desc = "It sleeps on.")
    @State
    public static class EngineThread {
        private final RaceStart start = new RaceStart();
        private final RaceStage stage = new RaceStage();
        private final Caller lister = stage.caller();
        private final Reactor engines = stage.engine.adoption().reactor();
        private final OperationQueue direction;

        public EngineThread() {
            Request request = stage.receive(lister, new RaceRecord(), null, null);
            stage.socket.start(request, lister);
            direction = request.queue();
        }

        @Actor
        public void sleep() {
            start.meet();
            stage.turn();
        }

        @Actor
        public void list() {
            start.meet();
            engines.makeRunnable(direction, lister);
            lister.afterUnlock();
        }

        @Arbiter
        public void count(LL_Result r) {
            r.r1 = stage.verdict(engines.hasRunnable() ? "listed" : "attempted");
            r.r2 = stage.engine.instruments().wakeUps();
        }
    }
}
