package dev.overlapped.provider;

/// What the engine does with threads, so that a network that is not a kernel can say who runs when. The
/// engine holds no lock in [#park], [#unpark] and [#turn].
///
/// Whether a thread lives is the thread's own to say (`isAlive`), whatever the network is.
public interface Threads {
    /// A daemon that is to run `body`, and has not been started.
    Thread newDaemon(String name, Runnable body);

    /// Runs `what`, which may be the program's code, on a thread of a pool; `first` before it on a thread
    /// that is new to the engine. The caller may hold locks.
    void execute(Runnable first, Runnable what);

    /// A number of the calling platform thread that [TransportProvider#openThreadWatch] understands.
    int id();

    /// Parks the calling thread until [#unpark], an interrupt, or `nanos` from now (negative: for ever); it
    /// may return for no reason. `blocker` is what a thread dump shows.
    void park(Object blocker, long nanos);

    /// Ends the current or the next [#park] of `thread`.
    void unpark(Thread thread);

    /// Here another thread may overtake the calling one in a way that matters: a network that chooses who
    /// runs chooses now.
    void turn();
}
