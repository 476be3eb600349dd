package dev.overlapped.winsock2;

import dev.overlapped.engine.Caller;
import dev.overlapped.winsock2.types.PAPCFUNC;
import java.util.concurrent.ConcurrentHashMap;

/// processthreadsapi.h: what asynchronous procedure calls need of threads. For its conventions see
/// [Winsock2]; these functions need no WSAStartup.
public final class Processthreadsapi {
    private static final long CURRENT_THREAD = -2;

    /// Threads that have asked for their number, while they live.
    private static final ConcurrentHashMap<Integer, Caller> NUMBERED = new ConcurrentHashMap<>();

    private Processthreadsapi() {
    }

    /// GetCurrentThread: a handle that means the calling thread, whichever thread uses it.
    public static long GetCurrentThread() {
        return CURRENT_THREAD;
    }

    /// GetCurrentThreadId: the number of the calling thread, for OpenThread. It is `Thread.threadId()`.
    public static int GetCurrentThreadId() {
        int number = (int) Thread.currentThread().threadId();
        NUMBERED.values().removeIf(Caller::hasEnded);
        NUMBERED.put(number, Caller.current());
        return number;
    }

    /// OpenThread: a handle for the thread that got `dwThreadId` from [#GetCurrentThreadId]; 0 with
    /// ERROR_INVALID_PARAMETER if there is none any more, or with ERROR_NOT_ENOUGH_MEMORY if 1,048,576 handles
    /// are open. The rights are not looked at. Closed with CloseHandle.
    public static long OpenThread(int dwDesiredAccess, boolean bInheritHandle, int dwThreadId) {
        Caller caller = Caller.current();
        Caller named = NUMBERED.get(dwThreadId);
        if (named == null || named.hasEnded() || named.engine() != caller.engine()) {
            caller.lastError(Winerror.WSA_INVALID_PARAMETER);
            return 0;
        }
        long handle = caller.engine().nameObject(named);
        caller.lastError(handle == 0 ? Winerror.ERROR_NOT_ENOUGH_MEMORY : 0);
        return handle;
    }

    /// QueueUserAPC: queues a call of `pfnAPC` with `dwData` to a thread; it runs in that thread's next
    /// alertable wait, or in the one it is in. 0 on failure: WSA_INVALID_HANDLE, ERROR_GEN_FAILURE when the
    /// thread has ended, or ERROR_NOT_ENOUGH_MEMORY when 65,536 calls wait for it already.
    public static int QueueUserAPC(PAPCFUNC pfnAPC, long hThread, long dwData) {
        Caller caller = Caller.current();
        Caller target = hThread == CURRENT_THREAD ? caller
                : caller.engine().object(hThread) instanceof Caller named ? named : null;
        int code = pfnAPC == null ? Winerror.WSA_INVALID_PARAMETER
                : target == null ? Winerror.WSA_INVALID_HANDLE : 0;
        if (code == 0) {
            code = switch (target.queue(() -> pfnAPC.invoke(dwData), caller)) {
                case QUEUED -> 0;
                case FULL -> Winerror.ERROR_NOT_ENOUGH_MEMORY;
                case ENDED -> Winerror.ERROR_GEN_FAILURE;
            };
        }
        return Calls.flag(caller, code) ? 1 : 0;
    }
}
