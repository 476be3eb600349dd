package dev.overlapped.winsock2.types;

/// A completion routine: code of the application that is told that a request has completed.
///
/// It runs on the thread that started the request, and only while that thread is in an alertable wait; never
/// in the call that started the request, and never nested for one socket. No lock is held while it runs, so
/// it may call every function, including ones that start further requests. It runs once for each request that
/// was started, whatever became of it, unless the thread ends or the last `WSACleanup` comes first.
@FunctionalInterface
public interface LPWSAOVERLAPPED_COMPLETION_ROUTINE {
    /// Tells of one completion. [WSAOVERLAPPED#Internal] and [WSAOVERLAPPED#InternalHigh] are written before.
    ///
    /// @param dwError how the request ended: 0, or a Winsock code such as `WSA_OPERATION_ABORTED`
    /// @param cbTransferred the bytes transferred, unsigned
    /// @param lpOverlapped the object that was passed with the request, which is free for the next one
    /// @param dwFlags 0; for a receive, what `WSAGetOverlappedResult` would return in its flags
    void invoke(int dwError, int cbTransferred, WSAOVERLAPPED lpOverlapped, int dwFlags);
}
