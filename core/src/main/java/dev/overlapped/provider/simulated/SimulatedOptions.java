package dev.overlapped.provider.simulated;

/// How a simulated network behaves. The same options and the same calls give the same run, byte by byte.
/// Probabilities are between 0 (never) and 1 (always).
///
/// @param seed            chooses everything that is left to chance
/// @param bufferBytes     what one direction of a connection holds: sent, and not taken by the other side
/// @param shortSends      that a send takes less than there is room for; the rest has room a while later
/// @param shortReceives   that the bytes of one send arrive in two parts
/// @param delays          that bytes, an end, a reset or a connect takes a while; else it is there at once
/// @param delayNanosMax   the longest such while
/// @param refusedConnects that a connect is refused although somebody listens
public record SimulatedOptions(
        long seed,
        int bufferBytes,
        double shortSends,
        double shortReceives,
        double delays,
        long delayNanosMax,
        double refusedConnects) {
    private static final int CALM_BUFFER_BYTES = 64 * 1024;

    public SimulatedOptions {
        if (bufferBytes < 1 || delayNanosMax < 1) {
            throw new IllegalArgumentException("a buffer needs a byte, and a delay a nanosecond");
        }
    }

    /// A network where nothing goes wrong and everything arrives at once.
    public static SimulatedOptions calm(long seed) {
        return new SimulatedOptions(seed, CALM_BUFFER_BYTES, 0, 0, 0, 1, 0);
    }
}
