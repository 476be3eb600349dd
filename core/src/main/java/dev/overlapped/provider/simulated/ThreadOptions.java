package dev.overlapped.provider.simulated;

/// How the threads of a simulation behave.
///
/// @param preemptions   how likely another thread gets its turn where the running one could go on
/// @param watchesEnds   whether a thread's end can be watched, as Linux can since 6.9
public record ThreadOptions(double preemptions, boolean watchesEnds) {
    /// Another thread in every fourth place, and ends are watched.
    public static final ThreadOptions USUAL = new ThreadOptions(0.25, true);
}
