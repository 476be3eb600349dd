package dev.overlapped.simulation;

import java.time.Duration;

/// How a simulated network behaves. Probabilities are between 0 (never) and 1 (always).
///
/// @param seed            chooses everything that is left to chance: the same program does the same again
/// @param bufferBytes     what one direction of a connection holds: sent, and not taken by the other side
/// @param shortSends      that the network takes less of a send at once than it has room for
/// @param shortReceives   that the bytes of one send arrive in two parts
/// @param delays          that bytes, an end, a reset or a connect takes a while; else it is there at once
/// @param delayMax        the longest such while
/// @param refusedConnects that a connect is refused although somebody listens
/// @param preemptions     that another thread has its turn where the one that runs could go on
public record SimulationOptions(
        long seed,
        int bufferBytes,
        double shortSends,
        double shortReceives,
        double delays,
        Duration delayMax,
        double refusedConnects,
        double preemptions) {
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final Duration DELAY_MAX = Duration.ofMillis(2);

    /// All that TCP may do to a stream, often: bytes in other pieces than they were sent in, and late. No
    /// connect is refused.
    public static SimulationOptions ofSeed(long seed) {
        return new SimulationOptions(seed, BUFFER_BYTES, 0.3, 0.3, 0.5, DELAY_MAX, 0, 0.25);
    }

    /// Nothing goes wrong, and everything arrives at once; who runs when is still the seed's.
    public static SimulationOptions calm(long seed) {
        return new SimulationOptions(seed, BUFFER_BYTES, 0, 0, 0, DELAY_MAX, 0, 0.25);
    }
}
