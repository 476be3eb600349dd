package dev.overlapped.trust.soak;

import dev.overlapped.winsock2.Winerror;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/// What has happened so far, over all threads.
final class Tally {
    /// More are not told one by one.
    private static final int TOLD_MAX = 20;

    final LongAdder started = new LongAdder();
    final LongAdder ended = new LongAdder();
    final LongAdder bytes = new LongAdder();
    final LongAdder datagrams = new LongAdder();
    final LongAdder connections = new LongAdder();
    final LongAdder resets = new LongAdder();
    final LongAdder cancels = new LongAdder();
    final LongAdder abandoned = new LongAdder();
    final LongAdder interrupts = new LongAdder();
    /// What was refused for want of descriptors.
    final LongAdder refused = new LongAdder();
    private final AtomicInteger violations = new AtomicInteger();
    private final ConcurrentLinkedQueue<String> untold = new ConcurrentLinkedQueue<>();
    /// While descriptors are being used up, and for a while after, calls may fail for want of them.
    private volatile boolean scarce;

    /// A promise was broken.
    void violation(String what) {
        if (violations.incrementAndGet() <= TOLD_MAX) {
            untold.add(what);
        }
    }

    int violations() {
        return violations.get();
    }

    /// What has been wrong since the last time.
    List<String> news() {
        List<String> news = untold.stream().toList();
        untold.removeAll(news);
        return news;
    }

    /// Whether calls may fail for want of descriptors from here on.
    void descriptorsAreScarce(boolean are) {
        scarce = are;
    }

    /// Whether `code` is a refusal that has its reason.
    boolean isRefusal(int code) {
        boolean is = scarce && (code == Winerror.WSAEMFILE || code == Winerror.WSAENOBUFS);
        if (is) {
            refused.increment();
        }
        return is;
    }

    /// Requests that have been started and have not ended.
    long pending() {
        return started.sum() - ended.sum();
    }
}
