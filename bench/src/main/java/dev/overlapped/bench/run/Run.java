package dev.overlapped.bench.run;

import dev.overlapped.bench.load.IdleLoad;
import dev.overlapped.bench.load.LoadKind;
import dev.overlapped.bench.load.LoadOrder;
import dev.overlapped.bench.measure.Figures;
import dev.overlapped.bench.measure.Metric;
import dev.overlapped.bench.measure.ProcessSample;
import dev.overlapped.bench.process.Child;
import dev.overlapped.bench.process.RunFailedException;
import dev.overlapped.bench.process.SystemCalls;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalDouble;

/// One server, from its start to its end, under the load of one workload.
final class Run implements AutoCloseable {
    private static final long START_SECONDS = 30;
    private static final long ANSWER_SECONDS = 30;
    /// Besides what was asked for: connections have to be opened, and machines may be busy.
    private static final long GRACE_SECONDS = 60;

    private final Workload workload;
    private final Peer peer;
    private final Child load;
    private final Child server;
    private final int port;

    /// Starts the server.
    Run(Workload workload, Peer peer, Commands commands, Child load) throws IOException, RunFailedException,
            InterruptedException {
        this.workload = workload;
        this.peer = peer;
        this.load = load;
        server = new Child(commands.server(peer, workload), commands.file(workload + "." + peer + ".err"));
        try {
            port = Integer.parseInt(server.expect("listening on", START_SECONDS));
        } catch (RunFailedException e) {
            server.close();
            throw new RunFailedException(e.getMessage(), false);
        }
    }

    /// Measures, with that number of messages per second where they are sent at fixed moments.
    Figures measure(LoadKind kind, double rate, Plan plan)
            throws IOException, RunFailedException, InterruptedException {
        int windowMillis = plan.windowMillis();
        begin(kind, rate, plan.warmMillis(), plan.settleMillis(), windowMillis);
        Memory before = kind == LoadKind.IDLE ? memory() : Memory.NONE;
        load.say("go");
        load.expect("measuring", seconds(plan.warmMillis() + plan.settleMillis()));
        OptionalDouble allocated = allocated();
        Figures figures = Figures.parse(load.expect("result", seconds(windowMillis)));
        OptionalDouble allocatedSince = allocated();
        OptionalDouble rateSeen = figures.value(Metric.RATE);
        if (allocated.isPresent() && rateSeen.isPresent()) {
            double operations = rateSeen.getAsDouble() * windowMillis / 1000;
            figures.put(Metric.ALLOCATED,
                (allocatedSince.getAsDouble() - allocated.getAsDouble()) / operations);
        }
        if (kind == LoadKind.IDLE) {
            addMemory(figures, before, memory());
        }
        load.say("end");
        return figures;
    }

    private void addMemory(Figures figures, Memory before, Memory after) {
        double connections = workload.connections() - IdleLoad.FIRST_CONNECTIONS;
        if (connections <= 0) {
            return;
        }
        figures.put(Metric.RSS_PER_CONNECTION, (after.resident - before.resident) / connections);
        if (peer.isJava()) {
            figures.put(Metric.HEAP_PER_CONNECTION, (after.heap - before.heap) / connections);
            if (after.nativeBytes >= 0) {
                figures.put(Metric.NATIVE_PER_CONNECTION,
                    (after.nativeBytes - before.nativeBytes) / connections);
            }
        }
    }

    /// Counts the server's system calls for an operation, by that strace; nothing if none was done. What a
    /// server has sent before it is traced lies in the sockets' buffers and is counted as sent all the same,
    /// which makes the calls of a bulk sender seem fewer by some percent.
    OptionalDouble callsPerOperation(Path strace, Path summary, int millis) throws IOException,
            RunFailedException, InterruptedException {
        begin(workload.kind(), 0, 0, 0, millis);
        try (SystemCalls calls = new SystemCalls(strace, server.number(), summary)) {
            load.say("go");
            load.expect("measuring", seconds(0));
            double rate = Figures.parse(load.expect("result", seconds(millis))).value(Metric.RATE).orElse(0);
            long counted = calls.count();
            load.say("end");
            return rate == 0 ? OptionalDouble.empty() : OptionalDouble.of(counted / (rate * millis / 1000));
        }
    }

    private void begin(LoadKind kind, double rate, int warmMillis, int settleMillis, int windowMillis)
            throws RunFailedException, InterruptedException {
        load.say(new LoadOrder(kind, port, server.number(), workload.connections(), workload.messageBytes(),
            workload.server().periodBytes(), rate, warmMillis, settleMillis, windowMillis).line());
        load.expect("ready", GRACE_SECONDS);
    }

    private OptionalDouble allocated() throws RunFailedException, InterruptedException {
        if (!peer.isJava()) {
            return OptionalDouble.empty();
        }
        server.say("allocated");
        return OptionalDouble.of(Double.parseDouble(server.expect("allocated", ANSWER_SECONDS)));
    }

    private Memory memory() throws IOException, RunFailedException, InterruptedException {
        // Before the collections that precede the other numbers, which move memory about.
        long resident = ProcessSample.of(server.number()).residentBytes();
        if (!peer.isJava()) {
            return new Memory(resident, 0, 0);
        }
        server.say("memory");
        String[] words = server.expect("memory", ANSWER_SECONDS).split(" ", -1);
        return new Memory(resident, Long.parseLong(words[0]), Long.parseLong(words[1]));
    }

    private static long seconds(int millis) {
        return millis / 1000 + GRACE_SECONDS;
    }

    @Override
    public void close() {
        server.close();
    }

    private record Memory(long resident, long heap, long nativeBytes) {
        static final Memory NONE = new Memory(0, 0, 0);
    }
}
