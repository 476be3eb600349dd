package dev.overlapped.engine;

import dev.overlapped.provider.simulated.SimulatedOptions;
import dev.overlapped.provider.simulated.SimulatedProvider;
import dev.overlapped.provider.simulated.SimulatedThreads;
import dev.overlapped.provider.simulated.ThreadOptions;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/// An engine on a simulated network, and threads of that which take turns, as `choices` says.
final class SeveralThreads {
    final SimulatedProvider provider;
    final SimulatedThreads threads;
    final Engine engine;
    /// How often a thread came to a place where another one could go on.
    int turns;

    /// With `engineThread` the engine has its own among them.
    SeveralThreads(SimulatedOptions network, ThreadOptions options, RandomGenerator choices,
            boolean engineThread) {
        provider = new SimulatedProvider(network, options, choices, () -> turns++);
        threads = provider.threads();
        engine = new Engine(provider, engineThread);
    }

    /// A thread that is one of the engine's callers; it begins when the calling one lets others go on.
    Thread start(String name, boolean virtual, Consumer<Caller> body) {
        Thread thread = threads.newThread(name, virtual, () -> body.accept(Caller.introduce(engine)));
        thread.start();
        return thread;
    }

    /// Lets them go on until all have ended.
    void run() {
        try {
            threads.awaitAll();
        } finally {
            threads.end();
        }
    }
}
