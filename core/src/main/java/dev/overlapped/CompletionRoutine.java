package dev.overlapped;

/// Is called with the end of a request that was started with an attachment: the form that costs no object per
/// request. It runs on the thread that started the request, while that thread waits alertably
/// ([Alertable]), and never while another routine of the same socket runs.
///
/// Winsock calls it *LPWSAOVERLAPPED_COMPLETION_ROUTINE*.
///
/// @param <A> what the program gave along
@FunctionalInterface
public interface CompletionRoutine<A> {
    /// The request has ended. What this throws is reported to the thread's handler of uncaught exceptions,
    /// and the wait goes on.
    ///
    /// @param error 0, or Winsock's code of the failure
    /// @param bytes bytes that were moved; -1 for a receive that found the end of the stream
    /// @param attachment as given to the request
    void completed(int error, long bytes, A attachment) throws Exception;
}
