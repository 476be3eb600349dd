package dev.overlapped.bench.check;

import dev.overlapped.bench.call.CallBenchmarks;
import dev.overlapped.bench.call.CallResults;
import dev.overlapped.bench.run.Spread;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// The bars of single calls, which the micro-benchmarks are held against.
///
/// The time that WSASend takes over a bare send is a difference within a round, and has all rounds. What is
/// allocated does not vary from one VM to the next unless something is wrong, and has three: but each VM gets
/// a longer warm-up, since interpreted code allocates what compiled code does not.
public final class CallBars {
    private static final int MOST_NANOS = 150;
    private static final double MOST_BYTES = 0.01;
    private static final int BYTES_ROUNDS = 3;
    /// A stretch of a benchmark, of which there are three, is so much of the window of a run.
    private static final double STRETCH = 0.25;
    /// And in the warm-up before bytes are counted.
    private static final double BYTES_WARM_UP = 0.5;
    private static final int START_MILLIS = 900;

    private static final Pattern SENDS = Pattern.compile("SendImmediate\\.(bare|wsaSend)$");
    /// What is done, and the benchmark that does it.
    private static final Map<String, String> ALLOCATING = allocating();

    private final CallResults times;
    private final CallResults bytes;

    private CallBars(CallResults times, CallResults bytes) {
        this.times = times;
        this.bytes = bytes;
    }

    private static Map<String, String> allocating() {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("send, immediate, routine", "SendImmediate.wsaSendThenRoutine");
        all.put("send, immediate, event", "SendImmediate.wsaSendThenEvent");
        all.put("send, pending, routine", "SendPending.wsaSendsThenRoutines");
        all.put("send, pending, event", "SendPending.wsaSendsThenEvents");
        all.put("receive, pending, routine", "ReceivePending.wsaRecvThenRoutine");
        all.put("receive, pending, event", "ReceivePending.wsaRecvThenEvent");
        return all;
    }

    /// How long [#measure] takes, roughly.
    public static Duration estimate(int rounds, double windowSeconds) {
        double times = rounds * 2 * (START_MILLIS + 6 * STRETCH * windowSeconds * 1000);
        double bytes = Math.min(rounds, BYTES_ROUNDS) * ALLOCATING.size()
            * (START_MILLIS + 3 * (STRETCH + BYTES_WARM_UP) * windowSeconds * 1000);
        return Duration.ofMillis((long) (times + bytes));
    }

    /// Runs the benchmarks that the bars are about.
    public static CallBars measure(int rounds, double windowSeconds, List<String> javaOptions,
            PrintWriter progress) {
        int stretch = (int) (windowSeconds * 1000 * STRETCH);
        CallResults times = CallBenchmarks.run(SENDS, rounds, stretch, stretch, javaOptions, progress);
        Pattern allocating = Pattern.compile("(" + String.join("|", ALLOCATING.values()) + ")$");
        CallResults bytes = CallBenchmarks.run(allocating, Math.min(rounds, BYTES_ROUNDS),
            (int) (windowSeconds * 1000 * BYTES_WARM_UP), stretch, javaOptions, progress);
        return new CallBars(times, bytes);
    }

    /// All of them, judged. One whose benchmark went wrong in any round is not measured.
    public List<Verdict> verdicts() {
        List<Verdict> all = new ArrayList<>();
        boolean isPaired = times.isComplete(CallResults.BARE_SEND) && times.isComplete(CallResults.WSA_SEND);
        all.add(Verdict.atMost("WSASend immediate, ns over a bare FFM send", MOST_NANOS,
            isPaired ? times.overBareSend() : Optional.empty()));
        ALLOCATING.forEach((what, benchmark) -> {
            Optional<Spread> measured = bytes.isComplete(benchmark)
                ? Optional.of(bytes.bytes(benchmark)) : Optional.empty();
            all.add(Verdict.atMost("bytes allocated, " + what, MOST_BYTES, measured));
        });
        return all;
    }

    /// The benchmarks that went wrong.
    public List<String> failures() {
        List<String> all = new ArrayList<>();
        times.failures().forEach((benchmark, why) -> all.add("benchmark " + benchmark + ", " + why));
        bytes.failures().forEach((benchmark, why) -> all.add("benchmark " + benchmark + ", " + why));
        return all;
    }
}
