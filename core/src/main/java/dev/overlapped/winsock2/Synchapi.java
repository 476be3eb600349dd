package dev.overlapped.winsock2;

import dev.overlapped.engine.Caller;

/// synchapi.h: sleeping, and events of both kinds. For its conventions see [Winsock2]; these functions need
/// no WSAStartup.
public final class Synchapi {
    /// No time-out.
    public static final int INFINITE = 0xFFFFFFFF;
    /// What SleepEx returns after routines have run.
    public static final int WAIT_IO_COMPLETION = 192;

    private Synchapi() {
    }

    /// SleepEx: sleeps for `dwMilliseconds` (unsigned; INFINITE) and drives this thread's requests
    /// meanwhile. If `bAlertable`, it runs the routines that are queued to this thread and returns
    /// WAIT_IO_COMPLETION; otherwise, and when the time is over, 0. The last error is left alone.
    /// Interrupts do not end it; the flag is kept.
    public static int SleepEx(int dwMilliseconds, boolean bAlertable) {
        int ended = Caller.current().sleep(Calls.nanos(dwMilliseconds), bAlertable);
        return ended == Caller.IO_COMPLETION ? WAIT_IO_COMPLETION : 0;
    }

    /// CreateEvent: an event that stays signalled until it is reset (`bManualReset`), or until one wait has
    /// taken the signal. Security attributes and names do not exist here and must be null
    /// (ERROR_INVALID_PARAMETER). It is closed with CloseHandle or WSACloseEvent.
    public static long CreateEventA(Object lpEventAttributes, boolean bManualReset, boolean bInitialState,
            String lpName) {
        Caller caller = Caller.current();
        if (lpEventAttributes != null || lpName != null) {
            caller.lastError(Winerror.WSA_INVALID_PARAMETER);
            return 0;
        }
        long event = caller.engine().createEvent(bManualReset, bInitialState);
        caller.lastError(event == 0 ? Winerror.WSA_NOT_ENOUGH_MEMORY : 0);
        return event;
    }
}
