package dev.overlapped.bench.call;

import static dev.overlapped.bench.call.Link.check;
import static dev.overlapped.winsock2.Processthreadsapi.GetCurrentThread;
import static dev.overlapped.winsock2.Processthreadsapi.QueueUserAPC;
import static dev.overlapped.winsock2.Synchapi.INFINITE;
import static dev.overlapped.winsock2.Synchapi.SleepEx;
import static dev.overlapped.winsock2.Synchapi.WAIT_IO_COMPLETION;

import dev.overlapped.winsock2.types.PAPCFUNC;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// Routines without a request: queued by their own thread, and run in its next alertable wait.
@State(Scope.Thread)
public class RoutineDelivery {
    private static final int MANY = 64;

    private long told;
    private final PAPCFUNC routine = number -> told += number;

    /// One routine in each wait.
    @Benchmark
    public long oneInAWait() {
        QueueUserAPC(routine, GetCurrentThread(), 1);
        check(SleepEx(INFINITE, true) == WAIT_IO_COMPLETION, "SleepEx");
        return told;
    }

    /// 64 routines in each wait.
    @Benchmark
    @OperationsPerInvocation(MANY)
    public long manyInAWait() {
        for (int i = 0; i < MANY; i++) {
            QueueUserAPC(routine, GetCurrentThread(), 1);
        }
        check(SleepEx(INFINITE, true) == WAIT_IO_COMPLETION, "SleepEx");
        return told;
    }
}
