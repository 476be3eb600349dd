package dev.overlapped.provider;

/// What a [Poller] watches a descriptor for, and what it reports. Bits, to be combined.
public final class Interest {
    /// Bytes, a connection or an end of stream can be taken.
    public static final int READ = 1;
    /// Bytes can be sent, or a connect has ended.
    public static final int WRITE = 2;
    /// Reported only: the peer has closed, an error waits, or urgent data is there. After it a short read no
    /// longer proves that the descriptor is empty, since the event will not come a second time.
    public static final int SPECIAL = 4;
    /// Asked only: report as long as it lasts, not only when it begins. For nested pollers and thread ends.
    public static final int LEVEL = 8;

    private Interest() {
    }
}
