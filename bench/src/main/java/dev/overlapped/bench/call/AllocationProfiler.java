package dev.overlapped.bench.call;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

/// Bytes allocated per operation by all threads but the one that JMH itself runs on. JMH's own profiler `gc`
/// counts that one too: 8 KiB for each stretch that is measured, in which a million system calls have room.
public final class AllocationProfiler implements InternalProfiler {
    /// The name of its result.
    static final String LABEL = "allocated";

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private long before;

    private static long allocated() {
        return THREADS.getTotalThreadAllocatedBytes() - THREADS.getCurrentThreadAllocatedBytes();
    }

    @Override
    public String getDescription() {
        return "Bytes allocated by all threads but JMH's own";
    }

    @Override
    public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
        before = allocated();
    }

    @Override
    public Collection<? extends Result<?>> afterIteration(BenchmarkParams benchmark,
            IterationParams iteration, IterationResult result) {
        double bytes = allocated() - before;
        return List.of(new ScalarResult(LABEL, bytes / result.getMetadata().getAllOps(), "B/op",
            AggregationPolicy.AVG));
    }
}
