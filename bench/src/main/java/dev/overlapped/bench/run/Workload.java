package dev.overlapped.bench.run;

import dev.overlapped.bench.load.LoadKind;
import dev.overlapped.bench.measure.Metric;
import dev.overlapped.bench.server.ServerOptions;
import java.util.Set;

/// Something that servers are compared at.
///
/// @param id its name on the command line
/// @param title what it is, for tables
/// @param kind what the load generator does
/// @param connections how many, at a time
/// @param messageBytes the length of a message
/// @param server what the server does
/// @param pinned whether server and load share one CPU, so that a round trip wakes no other
/// @param lead the figure that the comparison is about
/// @param reference which of ours the others are compared with
/// @param peers who can take part
public record Workload(String id, String title, LoadKind kind, int connections, int messageBytes,
        ServerOptions server, boolean pinned, Metric lead, Peer reference,
        Set<Peer> peers) {
    /// The same with not more connections than that.
    public Workload limitedTo(int mostConnections) {
        return new Workload(id, title, kind, Math.min(connections, mostConnections), messageBytes, server,
            pinned, lead, reference, peers);
    }

    @Override
    public String toString() {
        return id;
    }
}
