package dev.overlapped.bench.measure;

import java.util.Locale;

/// Something measured in a run, as a number.
public enum Metric {
    /// Operations per second: messages, sends, or connections.
    RATE("ops/s", 0, true),
    /// The server's CPU time for an operation, all its threads but those that compile.
    CPU("CPU ns/op", 0, false),
    /// What the threads that compile took beside it, in the whole window.
    JIT("JIT ms", 1, false),
    /// The middle of the round trips, or of a connection's life.
    P50("p50 us", 1, false),
    /// 99 of 100 took no longer.
    P99("p99 us", 1, false),
    /// 999 of 1,000 took no longer.
    P999("p99.9 us", 1, false),
    /// Connections that waited for one answer for a quarter of the window or longer. Few messages are among
    /// those, and so no percentile tells of them.
    STARVED("starved", 0, false),
    /// Datagrams that have not come back in the whole window.
    LOST("lost", 0, false),
    /// System calls of the server for an operation, seen in a run of their own.
    CALLS("calls/op", 3, false),
    /// Java heap allocated by the server for an operation.
    ALLOCATED("B/op", 2, false),
    /// Times that a server's thread stopped by itself, for an operation.
    WAITS("waits/op", 4, false),
    /// Times that a server's thread was stopped, for an operation.
    PREEMPTIONS("preempt/op", 4, false),
    /// How often in a second any thread of the server stopped by itself; told of idle servers.
    WAITS_PER_SECOND("waits/s", 1, false),
    /// How often in a second the engine thread of ours woke.
    ENGINE_WAKE_UPS("engine/s", 1, false),
    /// The server's resident memory at the end.
    RSS("RSS MiB", 1, false),
    /// Resident memory that a connection has added.
    RSS_PER_CONNECTION("RSS B/conn", 0, false),
    /// Java heap that a connection has added, after a collection.
    HEAP_PER_CONNECTION("heap B/conn", 0, false),
    /// Native memory that Java code has allocated for a connection.
    NATIVE_PER_CONNECTION("native B/conn", 0, false),
    /// The share of one CPU that the server used.
    SERVER_BUSY("server CPU", 2, false),
    /// The share of one CPU that the load generator's thread used.
    LOAD_BUSY("load CPU", 2, false);

    private final String label;
    private final int digits;
    private final boolean moreIsBetter;

    Metric(String label, int digits, boolean moreIsBetter) {
        this.label = label;
        this.digits = digits;
        this.moreIsBetter = moreIsBetter;
    }

    /// The head of its column.
    public String label() {
        return label;
    }

    /// Whether a larger number is the better one.
    public boolean isMoreBetter() {
        return moreIsBetter;
    }

    /// A value in the digits that make sense.
    public String text(double value) {
        return String.format(Locale.ROOT, "%,." + digits + "f", value);
    }
}
