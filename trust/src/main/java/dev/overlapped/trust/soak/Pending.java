package dev.overlapped.trust.soak;

/// A request that was started. The thread that has started it waits for it, or another one if that has ended.
interface Pending {
    /// Waits in its way until it has ended.
    void await() throws InterruptedException;

    /// Asks for its end; any thread.
    void cancel();

    /// Whether it has ended; for whoever did not start it.
    boolean isDone();

    /// Whether it ends with the thread that has started it.
    boolean endsWithThread();

    /// Winsock's code, once it has ended; also of one that could not be started.
    int code();

    /// The bytes it has moved, once it has ended.
    long bytes();

    /// Says what was wrong with how it was told of, or null; after its socket has closed, once it has ended.
    /// `abandoned`: the thread that would have been told was gone.
    String complaint(boolean abandoned);
}
