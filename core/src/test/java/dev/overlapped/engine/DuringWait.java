package dev.overlapped.engine;

/// Has something happen while a caller sits in a wait, all on one thread, which plays both.
final class DuringWait {
    private DuringWait() {
    }

    /// Does `what` while `caller` waits, which ends then.
    static void of(Caller caller, Runnable what) {
        int _ = caller.waiter().await(new Waiter.Condition() {
            private boolean begun;

            @Override
            public void begin(Caller by) {
                begun = true;
            }

            @Override
            public boolean isSatisfied(Caller by) {
                if (begun) {
                    what.run();
                }
                return begun;
            }
        }, -1, false);
    }

    /// As [#of], and `caller` waits for `event`.
    static void of(Caller caller, EventObject event, Runnable what) {
        EventObject.Wait wait = new EventObject.Wait();
        wait.add(event);
        of(caller, () -> {
            wait.begin(caller);
            what.run();
            wait.end(caller);
        });
    }
}
