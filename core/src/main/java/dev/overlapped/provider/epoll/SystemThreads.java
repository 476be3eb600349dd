package dev.overlapped.provider.epoll;

import dev.overlapped.linux.Libc;
import dev.overlapped.provider.Threads;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

/// Threads as they are: the system chooses who runs.
final class SystemThreads implements Threads {
    @Override
    public Thread newDaemon(String name, Runnable body) {
        return Thread.ofPlatform().daemon().name(name).unstarted(body);
    }

    /// A thread of the common pool is known to the system's engine, as every thread is.
    @Override
    public void execute(Runnable first, Runnable what) {
        var _ = CompletableFuture.runAsync(what);
    }

    @Override
    public int id() {
        return Libc.gettid();
    }

    @Override
    public void park(Object blocker, long nanos) {
        if (nanos < 0) {
            LockSupport.park(blocker);
        } else {
            LockSupport.parkNanos(blocker, nanos);
        }
    }

    @Override
    public void unpark(Thread thread) {
        LockSupport.unpark(thread);
    }

    /// The system does so at any time.
    @Override
    public void turn() {
    }
}
