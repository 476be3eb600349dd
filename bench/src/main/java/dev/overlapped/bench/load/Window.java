package dev.overlapped.bench.load;

import dev.overlapped.bench.measure.Figures;
import dev.overlapped.bench.measure.Metric;
import dev.overlapped.bench.measure.ProcessSample;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/// The time in which is measured, after the warm-up. The load's thread samples the server itself, at the
/// moments between which it counts: nothing is sent while it does so.
final class Window {
    /// A VM compiles what has been done often enough, however long that takes.
    private static final int WARM_OPERATIONS = 30_000;
    /// On a machine that is busy with something else a short window may pass without a single operation.
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final LoadOrder order;
    private final Conversation conversation;
    private final Histogram latencies = new Histogram(TimeUnit.MINUTES.toNanos(1), 3);
    private final long warmFrom = System.nanoTime();
    private final Compilers compilers;
    private ProcessSample before;
    private long ownBefore;
    private long begunAt = Long.MAX_VALUE;
    private long until = Long.MAX_VALUE;
    private double operations;
    private int lost;

    /// A window whose warm-up begins now.
    Window(LoadOrder order, Conversation conversation) throws IOException {
        this.order = order;
        this.conversation = conversation;
        this.compilers = new Compilers(order.process());
    }

    /// Whether the load should go on; opens the window when the warm-up is over, and closes it when its time
    /// is, and something has been seen in it.
    boolean isOpen(long now) throws IOException {
        if (begunAt == Long.MAX_VALUE) {
            if (isWarm(now - warmFrom)) {
                open();
            }
            return true;
        }
        return now - until < 0 || (isEmpty() && now - until < PATIENCE_NANOS);
    }

    private boolean isEmpty() {
        return switch (order.kind()) {
            case IDLE -> false;
            case SINK -> operations == 0;
            case ECHO, FIXED_RATE, CONNECT, DATAGRAM -> latencies.getTotalCount() == 0;
        };
    }

    /// The compilers are asked all the while: whether they rest is known only after some time.
    private boolean isWarm(long nanos) throws IOException {
        if (nanos >= order.warmNanos() + order.settleNanos()) {
            return true;
        }
        boolean isCompiled = compilers.isAtRest()
            && (operations >= WARM_OPERATIONS || order.kind() == LoadKind.IDLE);
        return isCompiled && nanos >= order.warmNanos();
    }

    /// Whether counting has begun.
    boolean isCounting() {
        return begunAt != Long.MAX_VALUE;
    }

    /// The moment it was opened at.
    long begunAt() {
        return begunAt;
    }

    private void open() throws IOException {
        conversation.measuring();
        before = ProcessSample.of(order.process());
        ownBefore = ProcessSample.ownCpuNanos();
        operations = 0;
        lost = 0;
        latencies.reset();
        begunAt = System.nanoTime();
        until = begunAt + order.windowNanos();
    }

    /// So many operations are done.
    void count(double number) {
        operations += number;
    }

    /// An operation is done; its time counts unless it was begun before the window.
    void count(long operationBegunAt, long now) {
        operations++;
        if (begunAt != Long.MAX_VALUE && operationBegunAt - begunAt >= 0) {
            latencies.recordValue(Math.min(now - operationBegunAt, latencies.getHighestTrackableValue()));
        }
    }

    /// A datagram has not come back.
    void countLost() {
        lost++;
    }

    /// What was seen in the window, which ends now.
    Figures figures() throws IOException {
        double nanos = System.nanoTime() - begunAt;
        long own = ProcessSample.ownCpuNanos() - ownBefore;
        ProcessSample after = ProcessSample.of(order.process());
        double seconds = nanos / 1e9;
        long cpu = after.cpuNanos() - before.cpuNanos();
        long waits = after.waits() - before.waits();
        Figures figures = new Figures()
            .put(Metric.JIT, (after.jitNanos() - before.jitNanos()) / 1e6)
            .put(Metric.RSS, after.residentBytes() / (double) (1 << 20))
            .put(Metric.ENGINE_WAKE_UPS, (after.engineWaits() - before.engineWaits()) / seconds)
            .put(Metric.WAITS_PER_SECOND, waits / seconds)
            .put(Metric.SERVER_BUSY, cpu / nanos)
            .put(Metric.LOAD_BUSY, own / nanos);
        if (order.kind() == LoadKind.DATAGRAM) {
            figures.put(Metric.LOST, lost);
        }
        if (operations > 0) {
            figures.put(Metric.RATE, operations / seconds)
                .put(Metric.CPU, cpu / operations)
                .put(Metric.WAITS, waits / operations)
                .put(Metric.PREEMPTIONS, (after.preemptions() - before.preemptions()) / operations);
        }
        if (latencies.getTotalCount() > 0) {
            figures.put(Metric.P50, latencies.getValueAtPercentile(50) / 1e3)
                .put(Metric.P99, latencies.getValueAtPercentile(99) / 1e3)
                .put(Metric.P999, latencies.getValueAtPercentile(99.9) / 1e3);
        }
        return figures;
    }
}
