package dev.overlapped.provider;

/// The events of one poll: keys and [Interest] bits. It belongs to the thread that polls, never to a poller,
/// since any thread may poll any poller.
public final class ReadyEvents {
    /// The most events that one poll hands out.
    public static final int EVENTS_MAX = 64;

    private final long[] keys = new long[EVENTS_MAX];
    private final int[] bits = new int[EVENTS_MAX];
    private int size;

    /// Begins a new poll.
    public void clear() {
        size = 0;
    }

    /// Adds an event; the provider calls this at most [#EVENTS_MAX] times a poll.
    public void add(long key, int readiness) {
        keys[size] = key;
        bits[size] = readiness;
        size++;
    }

    public int size() {
        return size;
    }

    /// As many as one poll hands out: there may be more.
    public boolean isFull() {
        return size == EVENTS_MAX;
    }

    /// The key that the descriptor was watched under.
    public long key(int index) {
        return keys[index];
    }

    /// READ, WRITE and SPECIAL of [Interest].
    public int readiness(int index) {
        return bits[index];
    }
}
