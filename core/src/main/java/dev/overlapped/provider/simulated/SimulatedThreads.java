package dev.overlapped.provider.simulated;

import dev.overlapped.provider.Threads;
import dev.overlapped.provider.simulated.SimulatedPoller.Source;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// Real threads, of which exactly one runs at any moment: the one that has the turn. It passes the turn on
/// where it waits, and may do so in the places that the engine and the program name ([#turn]). Who gets it is
/// left to the schedule's choices, so a run depends on nothing but them.
///
/// The thread that made the network is the first of its threads, and in many a test the only one. It starts
/// the others, waits for them ([#awaitAll]), and ends the simulation ([#end]). What another one throws, and
/// that nothing can happen any more, it is told in its wait.
///
/// Everything here belongs to the thread that has the turn, but for `turn` itself: it is written by the
/// thread that passes it on, and what that one did before is seen by the one that gets it.
public final class SimulatedThreads implements Threads {
    /// Without progress of the program's threads for so long, what goes on is the engine's timers alone.
    private static final long STILL_NANOS_MAX = TimeUnit.HOURS.toNanos(1);
    /// So many turns in one instant, and time goes on although threads could: to compute takes time too.
    private static final int TURNS_PER_INSTANT_MAX = 1_000;
    /// How often the first thread looks whether the one that has the turn waits for something else, and how
    /// many such looks in a row are a mistake of the program.
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int LOOKS_MAX = 8;

    /// Ends a thread of a simulation that is over. Whoever catches it meets it again in its next wait.
    private static final class Over extends Error {
        private static final long serialVersionUID = 1;

        Over() {
            super("the simulation is over", null, false, false);
        }
    }

    private final Schedule schedule;
    private final ThreadOptions options;
    private final Runnable atTurns;
    /// In the order they were made.
    private final List<SimulatedThread> members = new ArrayList<>();
    private final Map<Thread, SimulatedThread> byThread = new HashMap<>();
    private final SimulatedThread first;
    /// Who has the turn. Volatile for the looks of the first thread, which has not.
    private volatile SimulatedThread running;
    private final AtomicInteger turns = new AtomicInteger();
    private SimulatedThread justEnded;
    /// What the first thread is still to be told.
    private AssertionError failure;
    private boolean over;
    private int turnsInInstant;
    private long instant;
    private long progressAt;

    /// `atTurns` is run by each thread where it may lose its turn, holding what it holds.
    SimulatedThreads(Schedule schedule, ThreadOptions options, Runnable atTurns) {
        this.schedule = schedule;
        this.options = options;
        this.atTurns = atTurns;
        this.first = newMember("main", false);
        first.thread = Thread.currentThread();
        byThread.put(first.thread, first);
        running = first;
    }

    private SimulatedThread newMember(String name, boolean isDaemon) {
        SimulatedThread made = new SimulatedThread(members.size() + 1, name, isDaemon);
        members.add(made);
        return made;
    }

    /// Fails unless the calling thread has the turn.
    SimulatedThread self() {
        SimulatedThread self = running;
        if (!Thread.currentThread().equals(self.thread)) {
            throw schedule.mistake("it is the turn of " + self.name() + ", not of " + Thread.currentThread()
                    + "; the network belongs to its own threads");
        }
        return self;
    }

    // ---- threads ----

    @Override
    public Thread newDaemon(String name, Runnable body) {
        return newThread(Thread.ofPlatform().daemon(), newMember(name, true), body);
    }

    /// A thread that is to run `body` in its turns, and has not been started. The simulation goes on until
    /// all of these have ended.
    public Thread newThread(String name, boolean virtual, Runnable body) {
        self();
        Thread.Builder builder = virtual ? Thread.ofVirtual() : Thread.ofPlatform().daemon();
        return newThread(builder, newMember(name, false), body);
    }

    /// A thread of its own each time.
    @Override
    public void execute(Runnable first, Runnable what) {
        newThread("pool", false, () -> {
            first.run();
            what.run();
        }).start();
    }

    private Thread newThread(Thread.Builder builder, SimulatedThread member, Runnable body) {
        member.thread = builder.name(member.name()).unstarted(() -> run(member, body));
        member.thread.setUncaughtExceptionHandler((_, thrown) -> fail(thrown));
        byThread.put(member.thread, member);
        return member.thread;
    }

    private void run(SimulatedThread member, Runnable body) {
        member.take();
        try {
            body.run();
        } catch (Throwable e) {
            fail(e);
        }
        member.ended = true;
        member.watches.forEach(each -> each.signal(Source.READABLE));
        // Not this thread chooses who is next, since what others wait for may be that it is dead.
        justEnded = member;
        pass(first);
    }

    private void fail(Throwable thrown) {
        if (failure == null && !over && !(thrown instanceof Over)) {
            String what = "thread " + self().name() + ": " + thrown;
            failure = new AssertionError(schedule.mistake(what).getMessage(), thrown);
        }
    }

    @Override
    public int id() {
        return self().number();
    }

    /// Something that becomes readable when the thread of that number ends; null if it has, or if there is no
    /// way to watch it.
    Source watchEnd(int number) {
        SimulatedThread watched = number < 1 || number > members.size() ? null : members.get(number - 1);
        if (watched == null || watched.ended) {
            return null;
        }
        Source source = new Source(() -> watched.ended ? Source.READABLE : 0,
                () -> "the end of " + watched.name());
        watched.watches.add(source);
        return source;
    }

    boolean watchesEnds() {
        return options.watchesEnds();
    }

    // ---- passing the turn ----

    @Override
    public void turn() {
        SimulatedThread self = self();
        atTurns.run();
        if (!over && schedule.happens(options.preemptions())) {
            progress(self);
            passAndTake(self, next(self));
        }
    }

    /// The calling thread waits until `until` holds or it is `deadline`. False: the simulation is over, and
    /// the caller is one of the engine's, which ends by itself.
    boolean await(BooleanSupplier until, long deadline, Supplier<String> what) {
        SimulatedThread self = self();
        atTurns.run();
        progress(self);
        self.until = until;
        self.deadline = deadline;
        self.what = what;
        passAndTake(self, over ? self : next(null));
        self.until = null;
        if (over && !self.isDaemon() && self != first) {
            throw new Over();
        }
        return !over;
    }

    private void passAndTake(SimulatedThread self, SimulatedThread next) {
        SimulatedThread to = next;
        while (to != self) {
            pass(to);
            take(self);
            to = buriesOne() ? next(null) : self;
        }
        if (self == first && failure != null) {
            AssertionError told = failure;
            failure = null;
            throw told;
        }
    }

    private void take(SimulatedThread self) {
        if (self == first) {
            takeAsFirst();
        } else {
            self.take();
        }
    }

    /// Also sees to it that the one that has the turn does not wait for something else.
    private void takeAsFirst() {
        int before = turns.get();
        int looks = 0;
        while (!first.takeWithin(LOOK_NANOS)) {
            SimulatedThread has = running;
            looks = turns.get() == before && has.isStuck() ? looks + 1 : 0;
            before = turns.get();
            if (looks == LOOKS_MAX) {
                throw schedule.mistake("thread " + has.name() + " has the turn, and waits outside of the"
                        + " simulation:" + has.stack());
            }
        }
    }

    private void pass(SimulatedThread next) {
        turns.incrementAndGet();
        running = next;
        next.give();
    }

    /// Who runs next: `current`, unless that is null, or another one that can.
    private SimulatedThread next(SimulatedThread current) {
        while (true) {
            List<SimulatedThread> candidates = candidates(current);
            if (over || failure != null) {
                return first;
            }
            if (!candidates.isEmpty()) {
                return candidates.get(schedule.below(candidates.size()));
            }
            boolean goesOn = jump() && schedule.now() - progressAt <= STILL_NANOS_MAX;
            if (!goesOn) {
                failure = schedule.mistake("nothing can happen any more:" + described());
            }
        }
    }

    /// `current` comes first, then the others in the order they were made.
    private List<SimulatedThread> candidates(SimulatedThread current) {
        turnsInInstant = instant == schedule.now() ? turnsInInstant + 1 : 0;
        instant = schedule.now();
        if (turnsInInstant > TURNS_PER_INSTANT_MAX) {
            jump();
        }
        List<SimulatedThread> candidates = new ArrayList<>();
        if (current != null) {
            candidates.add(current);
        }
        for (SimulatedThread each : members) {
            if (each != current && each.canRun(schedule.now())) {
                candidates.add(each);
            }
        }
        return candidates;
    }

    /// Time goes on to what is due next. False: nothing will ever be.
    private boolean jump() {
        long deadline = Long.MAX_VALUE;
        for (SimulatedThread each : members) {
            if (each.lives() && each.until != null) {
                deadline = Math.min(deadline, each.deadline);
            }
        }
        return schedule.jump(deadline) || deadline != Long.MAX_VALUE;
    }

    private void progress(SimulatedThread self) {
        progressAt = self.isDaemon() ? progressAt : schedule.now();
    }

    private String described() {
        StringBuilder text = new StringBuilder();
        for (SimulatedThread each : members) {
            if (each.lives()) {
                text.append("\n  thread ").append(each);
            }
        }
        return text.toString();
    }

    /// The first thread has got the turn from one that has ended, and waits until it is dead, as everybody
    /// can see then.
    private boolean buriesOne() {
        SimulatedThread ended = justEnded;
        justEnded = null;
        boolean interrupted = false;
        while (ended != null && ended.thread.isAlive()) {
            try {
                ended.thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return ended != null;
    }

    // ---- waits ----

    @Override
    public void park(Object blocker, long nanos) {
        SimulatedThread self = self();
        boolean wakes = self.unparked || Thread.currentThread().isInterrupted();
        await(() -> wakes || self.unparked, deadline(nanos), () -> "parked");
        self.unparked = false;
    }

    long deadline(long nanos) {
        return nanos < 0 || nanos > Long.MAX_VALUE - schedule.now() ? Long.MAX_VALUE : schedule.now() + nanos;
    }

    @Override
    public void unpark(Thread thread) {
        self();
        byThread.get(thread).unparked = true;
    }

    /// Interrupts a thread of the simulation. The thread's own `interrupt` would not show one that parks.
    public void interrupt(Thread thread) {
        thread.interrupt();
        unpark(thread);
    }

    /// The calling thread does something else for so long, of which the engine knows nothing.
    public void sleep(long nanos) {
        await(() -> false, deadline(nanos), () -> "asleep");
    }

    /// The calling thread waits for something that other threads of the simulation do.
    public void awaitUntil(BooleanSupplier holds, String what) {
        await(holds, Long.MAX_VALUE, () -> what);
    }

    // ---- the first thread ----

    /// Waits until all threads but the engine's have ended, and throws what one of them has thrown.
    public void awaitAll() {
        await(() -> members.stream().allMatch(each -> each == first || each.isDaemon() || !each.lives()),
                Long.MAX_VALUE, () -> "for all others");
    }

    /// Ends what still runs, one thread after the other: nobody gets another turn after this. Only the first
    /// thread may call it, after which the network can be looked at but not used.
    public void end() {
        self();
        over = true;
        for (SimulatedThread each : List.copyOf(members)) {
            if (each != first && each.lives()) {
                pass(each);
                take(first);
                boolean _ = buriesOne();
            }
        }
    }
}
