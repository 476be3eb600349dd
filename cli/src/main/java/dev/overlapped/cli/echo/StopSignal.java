package dev.overlapped.cli.echo;

import static dev.overlapped.winsock2.Handleapi.CloseHandle;
import static dev.overlapped.winsock2.Processthreadsapi.GetCurrentThreadId;
import static dev.overlapped.winsock2.Processthreadsapi.OpenThread;
import static dev.overlapped.winsock2.Processthreadsapi.QueueUserAPC;

import dev.overlapped.cli.tcp.WinsockSession;

/// How another thread ends a loop that sits in an alertable wait: by a procedure call queued to the loop's
/// thread, which the wait runs before it returns. No socket, no event and no time-out is needed for it.
final class StopSignal implements AutoCloseable {
    /// `THREAD_SET_CONTEXT` of winnt.h, the access that `QueueUserAPC` asks for.
    private static final int THREAD_SET_CONTEXT = 0x0010;

    private final long thread;
    /// Read and written by the loop's thread alone, so it need not be volatile.
    private boolean given;

    /// A signal to the thread that calls.
    StopSignal() {
        thread = OpenThread(THREAD_SET_CONTEXT, false, GetCurrentThreadId());
        if (thread == 0) {
            throw WinsockSession.failed("OpenThread");
        }
    }

    /// Gives the signal, from any thread. After [#close] the loop is over anyway, and nothing happens.
    void give() {
        QueueUserAPC(_ -> given = true, thread, 0);
    }

    /// Whether the loop should end; asked by the loop's thread.
    boolean isGiven() {
        return given;
    }

    @Override
    public void close() {
        CloseHandle(thread);
    }
}
