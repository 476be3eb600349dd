package dev.overlapped.engine;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/// Routines are queued to a thread while it runs those that it has.
///
/// Caught: `ApcQueue.addFromElsewhere` that says that there is something before it has added it.
@JCStressTest
@Outcome(id = {"0, first second", "1, first second", "2, first second"}, expect = Expect.ACCEPTABLE,
    desc = "So many have run in the first wait, and each of them once and in order.")
@Outcome(expect = Expect.FORBIDDEN, desc = "A routine was lost, doubled or overtaken.")
@State
public class ApcQueueRace {
    private final RaceStart start = new RaceStart();
    private final RaceStage stage = new RaceStage();
    private final Caller owner = stage.caller();
    private final Caller sender = stage.caller();
    private int runs;
    private String order = "";

    private void run(String name) {
        order = runs == 0 ? name : order + " " + name;
        runs++;
    }

    @Actor
    public void queue() {
        start.meet();
        owner.queue(() -> run("first"), sender);
        owner.queue(() -> run("second"), sender);
    }

    @Actor
    public void beAlertable(LL_Result r) {
        start.meet();
        owner.sleep(0, true);
        r.r1 = runs;
    }

    @Arbiter
    public void end(LL_Result r) {
        owner.sleep(0, true);
        r.r2 = order;
    }
}
