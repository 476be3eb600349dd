package dev.overlapped;

import dev.overlapped.engine.Caller;
import dev.overlapped.engine.EventObject;
import java.time.Duration;

/// Something to wait for that a program sets itself, alone or together with requests: Winsock's event object
/// (*WSACreateEvent*, *WSASetEvent*, *WSAWaitForMultipleEvents*).
///
/// Any thread may use it. It needs no closing. Waits throw [InterruptedException] when the thread is
/// interrupted, on platform and virtual threads; while it waits a platform thread does the work of its own
/// pending requests. A wait here never runs routines; those of [Alertable] do.
public final class WaitableEvent implements Waitable {
    /// The most that one call may wait for.
    public static final int WAITABLES_MAX = EventObject.Wait.EVENTS_MAX;

    /// What a wait answers when the time is over.
    static final int TIMED_OUT = -1;

    private static final long FOR_EVER = -1;

    private final EventObject event;

    private WaitableEvent(boolean manualReset) {
        event = EventObject.unnamed(manualReset);
    }

    /// An event that stays set until it is reset: every waiter sees it.
    public static WaitableEvent manualReset() {
        return new WaitableEvent(true);
    }

    /// An event that is unset by the one wait that it ends.
    public static WaitableEvent autoReset() {
        return new WaitableEvent(false);
    }

    /// Sets it, and wakes who waits for it.
    public void set() {
        event.signal(Caller.current());
    }

    /// Unsets it.
    public void reset() {
        event.reset();
    }

    /// Whether it is set; takes nothing from it.
    public boolean isSet() {
        return event.isSignalled();
    }

    /// Waits until it is set.
    public void await() throws InterruptedException {
        awaitOne(event, FOR_EVER);
    }

    /// Waits until it is set, at most `timeout`. False: the time is over.
    public boolean await(Duration timeout) throws InterruptedException {
        return awaitOne(event, nanos(timeout));
    }

    /// Waits until one of them has ended or is set; returns its index, the lowest if there are several. At
    /// most [#WAITABLES_MAX] of them.
    public static int awaitAny(Waitable... waitables) throws InterruptedException {
        return await(false, waitables, FOR_EVER, false);
    }

    /// As [#awaitAny(Waitable...)], for at most `timeout`. -1: the time is over.
    public static int awaitAny(Duration timeout, Waitable... waitables) throws InterruptedException {
        return await(false, waitables, nanos(timeout), false);
    }

    /// Waits until all of them have ended or are set at one moment. None may be there twice.
    public static void awaitAll(Waitable... waitables) throws InterruptedException {
        await(true, waitables, FOR_EVER, false);
    }

    /// As [#awaitAll(Waitable...)], for at most `timeout`. False: the time is over, and no event was unset.
    public static boolean awaitAll(Duration timeout, Waitable... waitables) throws InterruptedException {
        return await(true, waitables, nanos(timeout), false) != TIMED_OUT;
    }

    // ---- how waits are made; [Alertable] has the alertable ones ----

    static long nanos(Duration timeout) {
        if (timeout.isNegative()) {
            return 0;
        }
        // Longer than this process will run: for ever.
        return timeout.toSeconds() > Integer.MAX_VALUE ? FOR_EVER : timeout.toNanos();
    }

    static boolean awaitOne(EventObject event, long nanos) throws InterruptedException {
        Caller caller = Caller.current();
        EventObject.Wait wait = caller.eventWait(false);
        wait.add(event);
        return await(caller, wait, nanos, false) != Caller.TIMEOUT;
    }

    static int await(boolean all, Waitable[] waitables, long nanos, boolean alertable)
            throws InterruptedException {
        if (waitables.length == 0 || waitables.length > WAITABLES_MAX) {
            throw new IllegalArgumentException("a wait is for 1 to " + WAITABLES_MAX);
        }
        Caller caller = Caller.current();
        EventObject.Wait wait = caller.eventWait(all);
        for (Waitable each : waitables) {
            EventObject event = switch (each) {
                case Overlapped<?> request -> request.awaited(caller);
                case WaitableEvent own -> own.event;
            };
            if (!wait.add(event)) {
                throw new IllegalArgumentException("one of them is there twice");
            }
        }
        return await(caller, wait, nanos, alertable) == Caller.TIMEOUT ? TIMED_OUT : wait.index();
    }

    /// An alertable wait runs routines meanwhile, and goes on.
    private static int await(Caller caller, EventObject.Wait wait, long nanos, boolean alertable)
            throws InterruptedException {
        long began = nanos > 0 && alertable ? System.nanoTime() : 0;
        long left = nanos;
        while (true) {
            int ended = caller.awaitInterruptibly(wait, left, alertable);
            if (ended == Caller.INTERRUPTED) {
                throw new InterruptedException();
            }
            if (ended != Caller.IO_COMPLETION) {
                return ended;
            }
            left = nanos > 0 ? Math.max(0, nanos - (System.nanoTime() - began)) : nanos;
        }
    }
}
