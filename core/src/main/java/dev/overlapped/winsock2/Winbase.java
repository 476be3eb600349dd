package dev.overlapped.winsock2;

import dev.overlapped.winsock2.types.WSAOVERLAPPED;

/// winbase.h. For its conventions see [Winsock2].
public final class Winbase {
    private Winbase() {
    }

    /// HasOverlappedIoCompleted: whether the request of `lpOverlapped` has ended. It only reads the
    /// structure; a thread that polls it and never waits relies on the engine thread for progress.
    public static boolean HasOverlappedIoCompleted(WSAOVERLAPPED lpOverlapped) {
        return lpOverlapped != null && lpOverlapped.Internal != Ntstatus.PENDING;
    }
}
