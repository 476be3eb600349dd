package dev.overlapped.engine;

import dev.overlapped.error.WinsockErrors;
import dev.overlapped.provider.simulated.SimulatedOptions;
import dev.overlapped.provider.simulated.SimulatedProvider;
import dev.overlapped.provider.simulated.SimulatedThreads;
import dev.overlapped.provider.simulated.ThreadOptions;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// A program of a few threads on the real engine and a simulated network, chosen by a seed: they share some
/// connections and sockets for datagrams, start requests in all ways, wait in all ways for their own and for
/// each other's, cancel, shut down and close, stay away for long, and end with requests pending; and all that
/// in [SimulatedWeather]. At last the first one drains what is left. What the engine promises is checked by
/// [SimulatedRequests] whenever something ends, by [SimulatedLocks] wherever a thread may lose its turn, and
/// here after each step.
///
/// Who runs when is left to the seed as well, so a run is repeated by its seed.
public final class SimulatedProgram {
    static final int ABORTED = WinsockErrors.WSA_OPERATION_ABORTED;
    static final int CONNECTIONS_MAX = 4;

    private static final int STEPS = 40;
    private static final int OTHERS_MAX = 3;
    private static final int APIS_EVERY = 4;
    private static final long MILLI = 1_000_000;
    /// After so long nothing is on its way any more.
    private static final long LONG_NANOS = 10_000 * MILLI;
    /// After so long a thread that only computes is adopted, whatever it has pending.
    private static final long AWAY_NANOS = 3_000 * MILLI;

    private final long seed;
    private final SplittableRandom random;
    private final StringBuilder trace = new StringBuilder();
    private final SimulatedProvider provider;
    private final SimulatedThreads threads;
    private final Engine engine;
    private final SimulatedLocks locks;
    private final SimulatedWeather weather;
    private final SimulatedRequests requests;
    private final SimulatedConnections connections;
    private final Arena doomed = Arena.ofShared();

    public SimulatedProgram(long seed) {
        this.seed = seed;
        this.random = new SplittableRandom(seed);
        SimulatedOptions options = SimulatedWeather.options(seed, random);
        ThreadOptions threadOptions = new ThreadOptions(random.nextDouble() * 0.5, random.nextInt(4) > 0);
        this.locks = new SimulatedLocks();
        this.provider = new SimulatedProvider(options, threadOptions, new SplittableRandom(seed),
                locks::requireNone);
        this.threads = provider.threads();
        this.engine = new Engine(locks.watching(provider), true);
        locks.watch(engine);
        this.weather = new SimulatedWeather(options, provider, random);
        this.requests = new SimulatedRequests(engine, random, weather);
        this.connections = new SimulatedConnections(engine, random, requests, weather);
    }

    /// Runs it; what it did, line by line. One seed in four is a program on the public APIs instead.
    public String run() {
        if (seed % APIS_EVERY == 0) {
            threads.end();
            return new SimulatedApis(seed).run();
        }
        try {
            start("first", false, this::runFirst);
            threads.awaitAll();
            threads.sleep(LONG_NANOS);
            requireNothingLeft();
            return trace.toString();
        } catch (Throwable e) {
            throw new AssertionError("seed " + seed + ": " + e.getMessage() + "\n" + trace, e);
        } finally {
            threads.end();
        }
    }

    private Thread start(String name, boolean virtual, Runnable body) {
        Thread thread = threads.newThread(name, virtual, () -> {
            SimulatedRoutines routines = new SimulatedRoutines(engine, trace, this::inRoutine);
            requests.join(routines);
            body.run();
            routines.endThread();
        });
        Thread.UncaughtExceptionHandler toldToTheFirst = thread.getUncaughtExceptionHandler();
        thread.setUncaughtExceptionHandler((on, thrown) -> {
            if (!(thrown instanceof SimulatedRoutines.Planned)) {
                toldToTheFirst.uncaughtException(on, thrown);
            }
        });
        thread.start();
        return thread;
    }

    private SimulatedRoutines routines() {
        return requests.routines();
    }

    // ---- threads ----

    private void runFirst() {
        connections.listen();
        connections.openMailboxes();
        connections.connect();
        List<Thread> others = new ArrayList<>();
        for (int i = random.nextInt(OTHERS_MAX + 1); i > 0; i--) {
            boolean virtual = random.nextInt(3) == 0;
            others.add(start((virtual ? "virtual" : "platform") + i, virtual, this::runOther));
        }
        for (int steps = STEPS; steps > 0; steps--) {
            if (random.nextInt(30) == 0) {
                connections.connect();
            }
            step();
        }
        threads.awaitUntil(() -> others.stream().noneMatch(Thread::isAlive), "for the others' ends");
        settle();
        finish();
    }

    private void runOther() {
        for (int steps = 1 + random.nextInt(STEPS); steps > 0; steps--) {
            step();
        }
    }

    private void step() {
        threads.turn();
        SimulatedEnd end = connections.any();
        switch (random.nextInt(30)) {
            case 0 -> away();
            case 1 -> cancel();
            case 2 -> end();
            case 3 -> {
                doomOrCall();
                if (random.nextInt(3) == 0) {
                    weather.change(connections.any(), routines());
                }
            }
            case 4, 5, 6, 7, 8, 9, 10, 11 -> move(end, true);
            case 12, 13, 14, 15, 16, 17 -> move(end, false);
            case 18, 19, 20 -> requests.awaitEvents();
            case 21 -> routines().sleep(random.nextLong(3 * MILLI), false);
            case 22, 23 -> routines().sleep(0, true);
            default -> routines().sleep(random.nextLong(2 * MILLI), true);
        }
        requests.check();
    }

    /// The engine hears nothing of this thread for a while.
    private void away() {
        long nanos = random.nextLong(AWAY_NANOS);
        routines().say("away for " + nanos);
        threads.sleep(nanos);
    }

    private void move(SimulatedEnd end, boolean sends) {
        for (int count = end == null ? 0 : 1 + random.nextInt(4); count > 0; count--) {
            requests.start(end, sends, random.nextInt(12) == 0 ? doomed : null);
        }
    }

    private void cancel() {
        SimulatedEnd end = connections.any();
        if (random.nextBoolean()) {
            requests.cancelOne();
        } else if (end != null) {
            end.cancelled = true;
            requests.cancelAll(end.socket);
        }
    }

    private void end() {
        SimulatedEnd end = connections.any();
        if (end == null) {
            return;
        }
        switch (random.nextInt(6)) {
            case 0, 1, 2 -> connections.shutdown(end);
            case 3, 4 -> connections.close(end);
            default -> {
                if (end.isForDatagrams()) {
                    connections.choosePeer(end);
                    return;
                }
                routines().say("reset " + end);
                end.reset = true;
                end.peer.reset = true;
                provider.reset(end.socket.descriptor());
            }
        }
    }

    private void doomOrCall() {
        SimulatedEnd end = connections.any();
        if (random.nextInt(4) == 0 && doomed.scope().isAlive()) {
            routines().say("close the arena");
            doomed.close();
        } else if (end != null) {
            requests.call(end, random.nextBoolean());
        }
    }

    /// What a routine does besides being run.
    private void inRoutine(SimulatedEnd end) {
        locks.requireNone();
        switch (random.nextInt(16)) {
            case 0, 1, 2, 3 -> {
                if (end.isUsable()) {
                    requests.start(end, random.nextInt(3) > 0, null);
                }
            }
            case 4, 5 -> move(connections.any(), true);
            case 6 -> move(connections.any(), false);
            case 7 -> routines().sleep(random.nextLong(MILLI), true);
            case 8 -> cancel();
            case 9 -> throw new SimulatedRoutines.Planned();
            default -> {
                if (random.nextInt(20) == 0) {
                    end();
                }
            }
        }
    }

    // ---- the end ----

    /// Everything that can end by itself does: all ends stop sending, and read to the end.
    private void settle() {
        routines().say("settle");
        routines().settle();
        weather.settle(routines());
        connections.closeMailboxes();
        boolean more;
        do {
            long before = requests.ended();
            if (!requests.isAccepting()) {
                connections.closeStrays();
            }
            more = false;
            for (SimulatedEnd end : connections.ends()) {
                more |= end.isUsable() && settle(end);
            }
            more |= requests.hasPending();
            boolean over = routines().sleep(more ? LONG_NANOS : 0, true) == Caller.TIMEOUT;
            requests.check();
            require(!more || !over || requests.ended() > before, "nothing happens any more: " + requests);
        } while (more);
    }

    /// True: it has not read to the end.
    private boolean settle(SimulatedEnd end) {
        if (!end.sendingShut) {
            connections.shutdown(end);
        }
        if (!end.ended && !end.broken && !requests.isReceiving(end)) {
            requests.start(end, false, null);
        }
        return !end.ended && !end.broken;
    }

    private void finish() {
        connections.finish();
        require(!requests.hasPending(), "pending after everything is closed");
        routines().sleep(LONG_NANOS, true);
        requests.finish();
    }

    /// All threads have ended.
    private void requireNothingLeft() {
        List<Reactor> reactors = new ArrayList<>();
        engine.forEachReactor(reactors::add);
        reactors.forEach(each -> require(each.owner() == null || each == engine.adoption().reactor(),
                "a reactor is not given back"));
        require(provider.openPollers() == reactors.size(), provider.openPollers() + " pollers are open");
        require(provider.openDescriptors() == 1, provider.openDescriptors() + " descriptors are open");
        require(provider.leftovers().bytes() == 0, "bytes are left: " + provider.leftovers());
        if (doomed.scope().isAlive()) {
            doomed.close();
        }
    }

    static void require(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }
}
