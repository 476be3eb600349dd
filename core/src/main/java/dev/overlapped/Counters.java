package dev.overlapped;

import dev.overlapped.engine.Caller;
import dev.overlapped.engine.Engine;

/// What the engine of this JVM has done since it was started, counted over all sockets and threads.
///
/// The numbers are read one after another while the engine goes on, so they belong to slightly different
/// moments.
///
/// @param immediate requests that ended within the call that started them
/// @param pending   requests that had to wait
/// @param gathered  sends that left in a system call together with others
/// @param adopted   times the engine thread took over for a thread that was not waiting
/// @param wakeUps   times one thread woke another
public record Counters(long immediate, long pending, long gathered, long adopted, long wakeUps) {
    /// The counts of this moment. Any thread; starts the engine if nothing has yet.
    public static Counters current() {
        Engine.Instruments now = Caller.current().engine().instruments();
        return new Counters(now.immediate(), now.pending(), now.gathered(), now.adopted(), now.wakeUps());
    }
}
