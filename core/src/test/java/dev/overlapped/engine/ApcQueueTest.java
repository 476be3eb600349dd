package dev.overlapped.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The routines of one thread: their order, their passes, their limits.
class ApcQueueTest {
    private final ApcQueue apcs = new ApcQueue();
    private final List<String> told = new ArrayList<>();

    private void add(Socket socket, String name) {
        apcs.add(OneThread.apc(socket, () -> told.add(name)));
    }

    private static void addNothing(ApcQueue to, int times) {
        ApcQueue.Apc nothing = OneThread.apc(null, () -> { });
        for (int i = 0; i < times; i++) {
            to.add(nothing);
        }
    }

    @Test
    void whatOthersHaveQueuedBeforeGoesFirst() {
        apcs.addFromElsewhere(OneThread.apc(null, () -> told.add("first")));
        add(null, "second");
        apcs.addFromElsewhere(OneThread.apc(null, () -> told.add("third")));
        assertThat(apcs.hasRunnable()).isTrue();
        apcs.run(new OneThread().caller);
        assertThat(told).containsExactly("first", "second", "third");
        assertThat(apcs.hasRunnable()).isFalse();
    }

    @Test
    void soManyCallsWaitAndOneMoreIsRefusedUntilOneLeaves() {
        for (int i = 0; i < ApcQueue.CALLS_MAX; i++) {
            assertThat(apcs.takesCall()).isTrue();
        }
        assertThat(apcs.takesCall()).isFalse();
        assertThat(apcs.takesCall()).isFalse();
        apcs.callLeaves();
        assertThat(apcs.takesCall()).isTrue();
        assertThat(apcs.takesCall()).isFalse();
    }

    @Test
    void withSoManyRoutinesWaitingNoRequestIsToBringOneMore() {
        addNothing(apcs, ApcQueue.ROUTINES_MAX - 1);
        assertThat(apcs.takesRoutine()).isTrue();
        addNothing(apcs, 1);
        assertThat(apcs.takesRoutine()).isFalse();
    }

    @Test
    void whatIsPutAsideWaitsToo() {
        OneThread one = new OneThread();
        Socket socket = one.sockets.stream();
        List<Boolean> takes = new ArrayList<>();
        apcs.add(OneThread.apc(socket, () -> apcs.run(one.caller)));
        add(socket, "put aside");
        apcs.add(OneThread.apc(null, () -> takes.add(apcs.takesRoutine())));
        addNothing(apcs, 1);
        apcs.add(OneThread.apc(null, () -> takes.add(apcs.takesRoutine())));
        addNothing(apcs, ApcQueue.ROUTINES_MAX - 3);
        apcs.run(one.caller);
        assertThat(takes).containsExactly(false, true);
        assertThat(told).containsExactly("put aside");
    }

    @Test
    void aRoutineRunsInsideAnotherOneUnlessBothAreOfOneSocket() {
        OneThread one = new OneThread();
        Socket socket = one.sockets.stream();
        Socket other = one.sockets.stream();
        apcs.add(OneThread.apc(socket, () -> {
            assertThat(apcs.hasRunnable()).isFalse();
            add(null, "of none");
            assertThat(apcs.hasRunnable()).isTrue();
            add(other, "of another socket");
            apcs.run(one.caller);
            told.add("outer");
        }));
        add(socket, "of the same socket");
        apcs.run(one.caller);
        assertThat(told).containsExactly("of none", "of another socket", "outer", "of the same socket");
    }

    @Test
    void callsThatHaveNoSocketRunInsideOneAnother() {
        OneThread one = new OneThread();
        apcs.add(OneThread.apc(null, () -> {
            add(null, "inner");
            assertThat(apcs.hasRunnable()).isTrue();
            apcs.run(one.caller);
            told.add("outer");
        }));
        apcs.run(one.caller);
        assertThat(told).containsExactly("inner", "outer");
    }

    @Test
    void itKnowsWhetherTheNextRoutineIsOfTheSameSocket() {
        OneThread one = new OneThread();
        Socket socket = one.sockets.stream();
        assertThat(apcs.goesOnWith(socket)).isFalse();
        add(socket, "routine");
        assertThat(apcs.goesOnWith(socket)).isTrue();
        assertThat(apcs.goesOnWith(one.sockets.stream())).isFalse();
    }

    @Test
    void whatARoutineThrowsIsReportedAndTheNextOneRuns() {
        OneThread one = new OneThread();
        Thread thread = new Thread(() -> { });
        thread.setUncaughtExceptionHandler((where, thrown) -> {
            assertThat(where).isSameAs(thread);
            told.add(thrown.getMessage());
        });
        List<Boolean> inRoutine = new ArrayList<>();
        apcs.add(OneThread.apc(null, () -> {
            inRoutine.add(apcs.isInRoutine());
            throw new IllegalStateException("meant");
        }));
        add(null, "next");
        apcs.run(new Caller(one.engine, thread, 0));
        assertThat(told).containsExactly("meant", "next");
        assertThat(inRoutine).containsExactly(true);
        assertThat(apcs.isInRoutine()).isFalse();
    }

    // ---- passes ----

    @Test
    void whatARoutineQueuesRunsInALaterPass() {
        List<Long> passes = new ArrayList<>();
        apcs.add(OneThread.apc(null, () -> {
            passes.add(apcs.pass());
            apcs.add(OneThread.apc(null, () -> passes.add(apcs.pass())));
        }));
        apcs.add(OneThread.apc(null, () -> passes.add(apcs.pass())));
        long before = apcs.pass();
        apcs.run(new OneThread().caller);
        assertThat(passes).containsExactly(before + 1, before + 1, before + 2);
    }

    @Test
    void thePassesOfEachThreadAreInARangeOfTheirOwn() {
        assertThat(new ApcQueue().pass()).isGreaterThan(apcs.pass() + Integer.MAX_VALUE);
    }

    /// Begets itself, and takes so long each time.
    private int runsOfOneThatBegetsItself(long nanos) {
        OneThread one = new OneThread();
        int[] runs = new int[1];
        Runnable[] routine = new Runnable[1];
        routine[0] = () -> {
            runs[0]++;
            one.caller.sleep(nanos, false);
            apcs.add(OneThread.apc(null, routine[0]));
        };
        apcs.add(OneThread.apc(null, routine[0]));
        apcs.run(one.caller);
        return runs[0];
    }

    @Test
    void aRoutineThatBegetsItselfRunsInSoManyPasses() {
        assertThat(runsOfOneThatBegetsItself(0)).isEqualTo(ApcQueue.PASSES_MAX);
    }

    /// The clock starts when the first pass ends.
    @Test
    void noPassBeginsWhenThePassesHaveTakenTooLong() {
        assertThat(runsOfOneThatBegetsItself(ApcQueue.PASSES_NANOS_MAX / 2)).isEqualTo(4);
        assertThat(runsOfOneThatBegetsItself(ApcQueue.PASSES_NANOS_MAX / 2 + 1)).isEqualTo(3);
    }

    // ---- looks at the network ----

    /// Runs `first` routines, of which one begets `then` more, with bytes there to be received. What is told:
    /// the routines, and the receive.
    private static List<String> run(OneThread one, int first, int then) {
        Socket[] pair = one.sockets.connection();
        one.startReceive(pair[1], one.caller, "receive", null);
        one.write(pair[0]);
        one.told.clear();
        for (int i = 1; i < first; i++) {
            one.queue(null, one.caller, () -> one.told.add("routine"));
        }
        one.queue(null, one.caller, () -> {
            one.told.add("routine");
            for (int i = 0; i < then; i++) {
                one.queue(null, one.caller, () -> one.told.add("routine"));
            }
        });
        one.caller.sleep(0, true);
        return one.told;
    }

    @Test
    void afterSoManyRoutinesTheNetworkIsLookedAt() {
        int many = ApcQueue.ROUTINES_PER_POLL;
        assertThat(run(new OneThread(), many, 0)).doesNotContain("receive=0");
        assertThat(run(new OneThread(), many + 1, 0).indexOf("receive=0")).isEqualTo(many);
    }

    @Test
    void theNetworkIsLookedAtBetweenTwoPassesIfTheNextOneIsTooLong() {
        int many = ApcQueue.ROUTINES_PER_POLL;
        assertThat(run(new OneThread(), many / 2, many / 2)).doesNotContain("receive=0");
        assertThat(run(new OneThread(), many / 2, many / 2 + 1).indexOf("receive=0")).isEqualTo(many / 2);
    }

    @Test
    void theRoutinesOfSeveralWaitsCountTogetherUnlessOneOfThemPolled() {
        int many = ApcQueue.ROUTINES_PER_POLL;
        OneThread one = new OneThread();
        addNothing(one, many / 2);
        one.caller.sleep(0, true);
        assertThat(run(one, many, 0).indexOf("receive=0")).isEqualTo(many / 2);
        OneThread polls = new OneThread();
        addNothing(polls, many / 2);
        polls.caller.sleep(0, true);
        polls.caller.sleep(0, false);
        assertThat(run(polls, many, 0)).doesNotContain("receive=0");
    }

    private static void addNothing(OneThread to, int times) {
        for (int i = 0; i < times; i++) {
            to.queue(null, to.caller, () -> { });
        }
    }
}
