package dev.overlapped.bench.call;

import dev.overlapped.flight.Flight;
import jdk.jfr.Recording;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// What a request pays for the events of flight recordings while nobody records them. The class that is asked
/// is not exported: this program has the library on its class path.
public class RecordingOff {
    /// In a VM that has recorded nothing yet.
    @Benchmark
    public boolean neverRecorded() {
        return Flight.isWatched();
    }

    /// While a recording runs that asks for other events.
    @Benchmark
    public boolean othersRecorded(Other other) {
        return Flight.isWatched();
    }

    /// A recording of something else.
    @State(Scope.Benchmark)
    public static class Other {
        private final Recording recording = new Recording();

        @Setup
        public void start() {
            recording.enable("jdk.ThreadStart");
            recording.start();
        }

        @TearDown
        public void stop() {
            recording.close();
        }
    }
}
