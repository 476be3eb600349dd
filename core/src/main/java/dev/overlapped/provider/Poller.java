package dev.overlapped.provider;

/// A set of watched descriptors that can be waited on. Safe for use by several threads at once; the engine
/// keeps [#close] apart from every other call. Results are 0 or a count, or `-errno`.
public interface Poller {
    /// Begins to watch `descriptor`, edge-triggered unless `interest` has LEVEL. What is ready already is
    /// reported.
    int watch(int descriptor, long key, int interest);

    /// Changes what a watched descriptor is watched for; what is ready at that moment is reported again.
    int rewatch(int descriptor, long key, int interest);

    /// Ends the watch.
    int unwatch(int descriptor);

    /// Watches another poller of the same provider, level-triggered while `on`. The first call for a poller
    /// costs time in proportion to what it watches, later ones do not.
    int nest(Poller inner, long key, boolean on);

    /// Ends [#nest].
    int unnest(Poller inner);

    /// Waits for events, at most `timeoutNanos` (0: does not wait; negative: for ever), and leaves them in
    /// `events`. Returns their number, 0 also after [#wakeUp] and after a signal. Negative: the network has
    /// ended, as a simulated one does, and the engine thread with it.
    int poll(ReadyEvents events, long timeoutNanos);

    /// Makes the current or the next [#poll] return.
    void wakeUp();

    /// Releases everything. Nobody may be polling, and no other call may follow.
    void close();
}
