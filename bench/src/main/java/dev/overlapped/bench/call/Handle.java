package dev.overlapped.bench.call;

import dev.overlapped.handle.HandleTable;
import java.util.Arrays;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// What every call begins with. The table is the library's own class, which is not exported: this program has
/// the library on its class path.
@State(Scope.Thread)
public class Handle {
    private static final int HANDLES = 1024;

    private final HandleTable table = new HandleTable();
    private final long[] handles = new long[HANDLES];
    private int next;

    /// A table of 1,024 handles.
    public Handle() {
        Arrays.setAll(handles, _ -> table.add(new Object()));
    }

    /// Each of them in turn.
    @Benchmark
    public Object lookUp() {
        next = (next + 1) % HANDLES;
        return table.get(handles[next]);
    }
}
