package dev.overlapped.cli.load;

import org.HdrHistogram.Histogram;

/// What a run has come to. Messages and times are those of the measured part; errors and wrong bytes are
/// those of all of it.
final class LoadResult {
    private static final long LONGEST_NANOS = 600_000_000_000L;
    private static final int DIGITS = 3;

    private final Histogram times = new Histogram(LONGEST_NANOS, DIGITS);
    private long errors;
    private long wrongBytes;
    private String firstError = "";

    /// A message came back whole, that long after it was begun.
    void message(long nanos) {
        times.recordValue(Math.min(nanos, LONGEST_NANOS));
    }

    /// So many bytes that came back were not those that were sent.
    void wrongBytes(long count) {
        wrongBytes += count;
    }

    /// A connection failed, or a message never came back.
    void error(String what) {
        if (errors == 0) {
            firstError = what;
        }
        errors++;
    }

    long messages() {
        return times.getTotalCount();
    }

    long errors() {
        return errors;
    }

    long wrongBytes() {
        return wrongBytes;
    }

    /// What the first of the errors was; empty if there was none.
    String firstError() {
        return firstError;
    }

    /// The time that so many per cent of the messages took at most, in microseconds.
    double microsAtPercentile(double percentile) {
        return times.getValueAtPercentile(percentile) / 1e3;
    }
}
