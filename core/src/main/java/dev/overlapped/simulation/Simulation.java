package dev.overlapped.simulation;

import dev.overlapped.engine.Caller;
import dev.overlapped.engine.Engine;
import dev.overlapped.provider.simulated.SimulatedProvider;
import dev.overlapped.provider.simulated.SimulatedThreads;
import dev.overlapped.provider.simulated.ThreadOptions;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;

/// A program of some threads on a network inside the process. Both APIs work in its threads as they do
/// anywhere: sockets on loopback addresses, waits, routines. Only there is no kernel beneath, time is
/// virtual, and one thread runs at a time; which one, and what the network does, is chosen by a seed. So a
/// test can run a protocol through thousands of schedules in seconds, and what fails is repeated by its seed.
///
/// ```java
/// Simulation simulation = new Simulation(SimulationOptions.ofSeed(seed));
/// simulation.thread("server", () -> serve(address));
/// simulation.thread("client", () -> use(address));
/// simulation.run();
/// ```
///
/// Its threads wait for each other by this library's waits, [#sleep] and [#awaitUntil], and by nothing else:
/// a thread that blocks in `Object.wait`, a lock or a future keeps its turn, and nobody else can run. Threads
/// that it has not made have no part in its network. See docs/SIMULATION.md.
public final class Simulation {
    /// What a thread does. What it throws fails the run.
    public interface Body {
        /// Runs on its thread, in its turns.
        void run() throws Exception;
    }

    private final SimulationOptions options;
    private final List<Runnable> starts = new ArrayList<>();
    /// Grows in the turns of the threads, one at a time.
    private final StringBuilder trace = new StringBuilder();
    private SimulatedProvider provider;
    private SimulatedThreads threads;
    private Engine engine;

    /// A network that has no threads yet.
    public Simulation(SimulationOptions options) {
        this.options = options;
    }

    // ---- from outside ----

    /// Adds a platform thread. It starts with [#run], or at once if a thread of the simulation adds it.
    public void thread(String name, Body body) {
        add(name, false, body);
    }

    /// As [#thread], a virtual one.
    public void virtualThread(String name, Body body) {
        add(name, true, body);
    }

    private void add(String name, boolean virtual, Body body) {
        if (threads == null) {
            starts.add(() -> start(name, virtual, body));
        } else {
            start(name, virtual, body);
        }
    }

    private void start(String name, boolean virtual, Body body) {
        threads.newThread(name, virtual, () -> {
            Caller.introduce(engine);
            say("begins");
            try {
                body.run();
            } catch (Exception e) {
                throw new AssertionError(e.toString(), e);
            }
            say("ends");
        }).start();
    }

    /// Runs until all threads have ended; once.
    ///
    /// @throws AssertionError with the seed and the trace: a thread has thrown something, or nothing can
    ///                        happen any more although not all have ended. The others are ended then
    public void run() {
        if (threads != null) {
            throw new IllegalStateException("it has run");
        }
        provider = new SimulatedProvider(options.network(), new ThreadOptions(options.preemptions(), true),
                new SplittableRandom(options.seed()), () -> { });
        threads = provider.threads();
        engine = new Engine(provider, true);
        try {
            starts.forEach(Runnable::run);
            threads.awaitAll();
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "\n" + trace, e);
        } finally {
            threads.end();
        }
    }

    /// What was said, line by line: the time in nanoseconds, the thread, what it said. The same for the same
    /// seed.
    public String trace() {
        return trace.toString();
    }

    // ---- from its threads ----

    /// Adds a line to the trace.
    public void say(String what) {
        trace.append(provider.nanoTime()).append(' ').append(Thread.currentThread().getName()).append(": ")
                .append(what).append('\n');
    }

    /// The virtual time since the beginning.
    public Duration time() {
        return Duration.ofNanos(provider.nanoTime());
    }

    /// Lets the calling thread do something else for so long, of which the library knows nothing.
    public void sleep(Duration duration) {
        threads.sleep(duration.toNanos());
    }

    /// Waits for something that other threads of the simulation do. `what` is said if it never happens.
    public void awaitUntil(BooleanSupplier holds, String what) {
        threads.awaitUntil(holds, what);
    }

    /// Another thread may have its turn: a place between two steps of the program.
    public void turn() {
        threads.turn();
    }

    /// Interrupts a thread of the simulation.
    public void interrupt(Thread thread) {
        threads.interrupt(thread);
    }

    /// Loses the connection whose one end is at `local`, to both sides and at once, as a router may do.
    /// False: there is none.
    public boolean reset(SocketAddress local) {
        return provider.reset(local);
    }
}
