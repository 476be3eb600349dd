package dev.overlapped.provider.simulated;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.SplittableRandom;

/// How a simulated network behaves. The same options and the same calls give the same run, byte by byte.
///
/// Begin with [#calm] or [#stormy] and say what is to be different:
/// `SimulatedOptions.calm(7).withBufferBytes(30).with(Chance.SHORT_SENDS, 0.5)`.
///
/// @param seed           chooses everything that is left to chance
/// @param bufferBytes    what one direction of a connection holds: sent, and not taken by the other side. A
///                       datagram socket takes datagrams as long as it holds less
/// @param delayNanosMax  the longest while that anything takes
/// @param descriptorsMax how many descriptors there are, two for each poller as with the kernel
/// @param chances        how probable what is, from 0 (never) to 1 (always); what is missing never happens
public record SimulatedOptions(
        long seed,
        int bufferBytes,
        long delayNanosMax,
        int descriptorsMax,
        Map<Chance, Double> chances) {
    private static final int CALM_BUFFER_BYTES = 64 * 1024;
    private static final int CALM_DESCRIPTORS_MAX = 1 << 20;
    private static final int STORMY_BUFFER_BYTES_MAX = 3000;
    private static final long STORMY_DELAY_NANOS = 2_000_000;
    /// A storm has a seed of its own, so that its mix says nothing about what comes.
    private static final long STORM = 0x5742_4D52_4F54_53L;

    public SimulatedOptions {
        if (bufferBytes < 1 || delayNanosMax < 1 || descriptorsMax < 0) {
            throw new IllegalArgumentException(
                    "a buffer needs a byte, a delay a nanosecond, and descriptors cannot be fewer than none");
        }
        EnumMap<Chance, Double> copy = new EnumMap<>(Chance.class);
        copy.putAll(chances);
        copy.forEach((chance, probability) -> {
            if (!(probability >= 0 && probability <= 1)) {
                throw new IllegalArgumentException(chance + " cannot have the probability " + probability);
            }
        });
        chances = Collections.unmodifiableMap(copy);
    }

    /// A network where nothing goes wrong and everything arrives at once.
    public static SimulatedOptions calm(long seed) {
        return new SimulatedOptions(seed, CALM_BUFFER_BYTES, 1, CALM_DESCRIPTORS_MAX, Map.of());
    }

    /// A network where everything goes wrong that can: how much of each, the seed chooses.
    public static SimulatedOptions stormy(long seed) {
        SplittableRandom random = new SplittableRandom(seed ^ STORM);
        boolean roomy = random.nextInt(4) == 0;
        SimulatedOptions storm = calm(seed).withDelayNanosMax(STORMY_DELAY_NANOS)
                .withBufferBytes(roomy ? CALM_BUFFER_BYTES : 1 + random.nextInt(STORMY_BUFFER_BYTES_MAX));
        for (Chance chance : Chance.values()) {
            // Some of them not at all, so that the others show what they do alone.
            double part = random.nextInt(4) == 0 ? 0 : random.nextDouble();
            storm = storm.with(chance, part * chance.stormyMax);
        }
        return storm;
    }

    /// The same, but for how probable `chance` is.
    public SimulatedOptions with(Chance chance, double probability) {
        EnumMap<Chance, Double> changed = new EnumMap<>(Chance.class);
        changed.putAll(chances);
        changed.put(chance, probability);
        return new SimulatedOptions(seed, bufferBytes, delayNanosMax, descriptorsMax, changed);
    }

    /// The same with other buffers.
    public SimulatedOptions withBufferBytes(int bytes) {
        return new SimulatedOptions(seed, bytes, delayNanosMax, descriptorsMax, chances);
    }

    /// The same with other delays.
    public SimulatedOptions withDelayNanosMax(long nanos) {
        return new SimulatedOptions(seed, bufferBytes, nanos, descriptorsMax, chances);
    }

    /// The same with more or fewer descriptors.
    public SimulatedOptions withDescriptorsMax(int descriptors) {
        return new SimulatedOptions(seed, bufferBytes, delayNanosMax, descriptors, chances);
    }

    /// How probable `chance` is.
    public double probability(Chance chance) {
        return chances.getOrDefault(chance, 0.0);
    }
}
