package dev.overlapped.cli.stream;

import static dev.overlapped.winsock2.Synchapi.INFINITE;
import static dev.overlapped.winsock2.Synchapi.SleepEx;

import dev.overlapped.winsock2.types.LPWSAOVERLAPPED_COMPLETION_ROUTINE;
import dev.overlapped.winsock2.types.WSAOVERLAPPED;

/// Completions told by routines: each routine starts the next send with the request that has just completed,
/// and the thread does nothing but wait.
final class RoutineSending {
    private RoutineSending() {
    }

    /// Sends all blocks, with each of `requests` outstanding.
    static void run(BlockSender sender, SendRequest[] requests) {
        // The routine names itself, so it cannot be a lambda; there is one for all sends.
        LPWSAOVERLAPPED_COMPLETION_ROUTINE routine = new LPWSAOVERLAPPED_COMPLETION_ROUTINE() {
            @Override
            public void invoke(int dwError, int cbTransferred,
                    WSAOVERLAPPED lpOverlapped, int dwFlags) {
                sender.completed(dwError, cbTransferred);
                sender.post((SendRequest) lpOverlapped, this);
            }
        };
        for (SendRequest request : requests) {
            sender.post(request, routine);
        }
        while (!sender.isEnded()) {
            SleepEx(INFINITE, true);
        }
    }
}
