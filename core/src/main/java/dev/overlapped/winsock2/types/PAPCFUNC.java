package dev.overlapped.winsock2.types;

/// An asynchronous procedure call of the application's own, queued to a thread with `QueueUserAPC`. It runs
/// on that thread, while that thread is in an alertable wait, in one queue with the completion routines.
@FunctionalInterface
public interface PAPCFUNC {
    /// Runs.
    ///
    /// @param Parameter the `dwData` that was passed to `QueueUserAPC`
    void invoke(long Parameter);
}
