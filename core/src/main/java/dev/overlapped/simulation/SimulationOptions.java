package dev.overlapped.simulation;

import dev.overlapped.provider.simulated.SimulatedOptions;
import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/// How a simulated network behaves. Probabilities are between 0 (never) and 1 (always).
///
/// Begin with [#ofSeed] or [#calm] and say what is to be different:
/// `SimulationOptions.ofSeed(seed).with(Trouble.RESETS, 0.01)`.
///
/// @param seed        chooses everything that is left to chance: the same program does the same again
/// @param bufferBytes what one direction of a connection holds: sent, and not taken by the other side. A
///                    datagram socket takes datagrams as long as it holds less
/// @param delayMax    the longest while that anything takes
/// @param preemptions how probable it is that another thread has its turn where the one that runs could go on
/// @param troubles    how probable what is; what is missing never happens
public record SimulationOptions(
        long seed,
        int bufferBytes,
        Duration delayMax,
        double preemptions,
        Map<Trouble, Double> troubles) {
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final Duration DELAY_MAX = Duration.ofMillis(2);
    private static final double PREEMPTIONS = 0.25;

    /// Throws `IllegalArgumentException` if there is no such network.
    public SimulationOptions {
        if (!(preemptions >= 0 && preemptions <= 1)) {
            throw new IllegalArgumentException("preemptions cannot have the probability " + preemptions);
        }
        EnumMap<Trouble, Double> copy = new EnumMap<>(Trouble.class);
        copy.putAll(troubles);
        troubles = Collections.unmodifiableMap(copy);
        network(seed, bufferBytes, delayMax, troubles);
    }

    /// All that TCP may do to a stream, often: bytes in other pieces than they were sent in, and late. All
    /// that UDP may do to datagrams as well: some are lost, some are doubled, some overtaken. No connection
    /// is refused or lost.
    public static SimulationOptions ofSeed(long seed) {
        return calm(seed).with(Trouble.SHORT_SENDS, 0.3).with(Trouble.SHORT_RECEIVES, 0.3)
                .with(Trouble.DELAYS, 0.5).with(Trouble.LOST_DATAGRAMS, 0.1)
                .with(Trouble.DOUBLED_DATAGRAMS, 0.1).with(Trouble.OVERTAKEN_DATAGRAMS, 0.2);
    }

    /// Nothing goes wrong, and everything arrives at once; who runs when is still the seed's.
    public static SimulationOptions calm(long seed) {
        return new SimulationOptions(seed, BUFFER_BYTES, DELAY_MAX, PREEMPTIONS, Map.of());
    }

    /// The same, but for how probable `trouble` is.
    public SimulationOptions with(Trouble trouble, double probability) {
        EnumMap<Trouble, Double> changed = new EnumMap<>(Trouble.class);
        changed.putAll(troubles);
        changed.put(trouble, probability);
        return new SimulationOptions(seed, bufferBytes, delayMax, preemptions, changed);
    }

    /// The same with other buffers.
    public SimulationOptions withBufferBytes(int bytes) {
        return new SimulationOptions(seed, bytes, delayMax, preemptions, troubles);
    }

    /// The same with other delays.
    public SimulationOptions withDelayMax(Duration longest) {
        return new SimulationOptions(seed, bufferBytes, longest, preemptions, troubles);
    }

    /// The same with threads that lose their turn more or less often.
    public SimulationOptions withPreemptions(double probability) {
        return new SimulationOptions(seed, bufferBytes, delayMax, probability, troubles);
    }

    /// The network that these describe.
    SimulatedOptions network() {
        return network(seed, bufferBytes, delayMax, troubles);
    }

    private static SimulatedOptions network(long seed, int bufferBytes, Duration delayMax,
            Map<Trouble, Double> troubles) {
        SimulatedOptions network = SimulatedOptions.calm(seed).withBufferBytes(bufferBytes)
                .withDelayNanosMax(delayMax.toNanos());
        for (Map.Entry<Trouble, Double> each : troubles.entrySet()) {
            network = network.with(each.getKey().chance, each.getValue());
        }
        return network;
    }
}
