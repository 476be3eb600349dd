package dev.overlapped;

import dev.overlapped.engine.Caller;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/// A thread that runs routines, and the waits in which it does.
///
/// Routines of requests that a thread has started ([Overlapped#onCompletion], [CompletionRoutine]), and calls
/// that were queued to it ([#execute]), run on that thread, and only while it is in one of the waits of this
/// class: so a thread is never interrupted where it does not say so. In a wait they run one after another;
/// routines of one socket never run inside each other.
///
/// The waits throw [InterruptedException] if the thread is interrupted; routines that were queued stay so.
/// The pages are *SleepEx*, *WSAWaitForMultipleEvents* (with fAlertable) and *QueueUserAPC*.
public final class Alertable implements Executor {
    private static final ThreadLocal<Alertable> CURRENT = ThreadLocal.withInitial(Alertable::new);

    private final Caller thread = Caller.current();
    private volatile boolean stopped;

    private Alertable() {
    }

    /// The calling thread, for others to queue calls to.
    public static Alertable current() {
        return CURRENT.get();
    }

    // ---- from any thread ----

    /// Queues a call to this thread, which runs it in its next alertable wait, or in the one it is in, after
    /// what was queued before. Any thread. The page is *QueueUserAPC*.
    ///
    /// @throws RejectedExecutionException if the thread has ended, or if 65,536 calls wait for it already
    @Override
    public void execute(Runnable call) {
        Caller.Queueing queueing = thread.queue(Objects.requireNonNull(call), Caller.current());
        if (queueing != Caller.Queueing.QUEUED) {
            throw new RejectedExecutionException(queueing == Caller.Queueing.ENDED
                    ? "the thread has ended" : "too many calls wait for the thread");
        }
    }

    /// Ends [#runUntilStopped] of this thread, or the next one if none is under way. Any thread.
    public void stop() {
        stopped = true;
        // Where calls wait already, one of them lets the thread look.
        if (thread.queue(() -> { }, Caller.current()) == Caller.Queueing.ENDED) {
            stopped = false;
        }
    }

    // ---- waits of the calling thread ----

    /// Runs routines as they come, until [#stop] is called for this thread: an event loop.
    public static void runUntilStopped() throws InterruptedException {
        Alertable self = current();
        while (!self.stopped) {
            sleep(-1);
        }
        self.stopped = false;
    }

    /// Sleeps until routines have run (true) or the time is over (false). The page is *SleepEx*.
    public static boolean sleep(Duration timeout) throws InterruptedException {
        return sleep(WaitableEvent.nanos(timeout));
    }

    private static boolean sleep(long nanos) throws InterruptedException {
        int ended = Caller.current().sleepInterruptibly(nanos, true);
        if (ended == Caller.INTERRUPTED) {
            throw new InterruptedException();
        }
        return ended == Caller.IO_COMPLETION;
    }

    /// Waits until it has ended or is set, and runs routines meanwhile.
    public static void await(Waitable waitable) throws InterruptedException {
        WaitableEvent.await(false, new Waitable[] {waitable}, -1, true);
    }

    /// As [WaitableEvent#awaitAny(Duration, Waitable...)], and runs routines meanwhile.
    public static int awaitAny(Duration timeout, Waitable... waitables) throws InterruptedException {
        return WaitableEvent.await(false, waitables, WaitableEvent.nanos(timeout), true);
    }

    /// As [WaitableEvent#awaitAll(Duration, Waitable...)], and runs routines meanwhile.
    public static boolean awaitAll(Duration timeout, Waitable... waitables) throws InterruptedException {
        return WaitableEvent.await(true, waitables, WaitableEvent.nanos(timeout), true) >= 0;
    }
}
