package dev.overlapped.bench.run;

import static dev.overlapped.bench.run.Peer.BLOCKING;
import static dev.overlapped.bench.run.Peer.C_BLOCKING;
import static dev.overlapped.bench.run.Peer.C_EPOLL;
import static dev.overlapped.bench.run.Peer.EVENT;
import static dev.overlapped.bench.run.Peer.NETTY_EPOLL;
import static dev.overlapped.bench.run.Peer.NETTY_EPOLL_FC;
import static dev.overlapped.bench.run.Peer.NETTY_URING;
import static dev.overlapped.bench.run.Peer.NETTY_URING_FC;
import static dev.overlapped.bench.run.Peer.NIO2;
import static dev.overlapped.bench.run.Peer.ROUTINE;
import static dev.overlapped.bench.run.Peer.SELECTOR;
import static dev.overlapped.bench.run.Peer.VIRTUAL;

import dev.overlapped.bench.load.LoadKind;
import dev.overlapped.bench.measure.Metric;
import dev.overlapped.bench.server.ServerOptions;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// All workloads. Their names begin with a letter of the list that they are from: (a) ping-pong, (b) echo,
/// (c) bulk, (d) many small sends outstanding, (e) gather, (f) connections that come and go, (g) idle ones,
/// (h) datagrams, (i) a fixed rate.
public final class Workloads {
    /// What echo servers receive into, except where it is their memory that is looked at.
    private static final int ECHO_BUFFER_BYTES = 16 << 10;
    /// More than a datagram on any usual network has.
    private static final int DATAGRAM_BUFFER_BYTES = 2048;
    /// As many connections as one wait by events takes.
    private static final int MOST_EVENTS = 64;

    private static final Set<Peer> BY_READINESS_OR_COMPLETION =
        EnumSet.of(SELECTOR, NIO2, VIRTUAL, NETTY_EPOLL, NETTY_URING, C_EPOLL, ROUTINE);
    private static final Set<Peer> SENDERS =
        EnumSet.of(SELECTOR, NIO2, VIRTUAL, NETTY_EPOLL, NETTY_URING, C_BLOCKING, ROUTINE, EVENT);

    private Workloads() {
    }

    /// In the order of their names.
    public static List<Workload> all() {
        List<Workload> all = new ArrayList<>();
        all.add(pingPong("a-1", 1));
        all.add(pingPong("a-1k", 1024));
        for (int connections : new int[] {1, 64, 512, 2000}) {
            all.add(echo("b-" + connections + "x64", connections, 64));
            all.add(echo("b-" + connections + "x4k", connections, 4096));
        }
        all.add(bulk("c-1", "4 KiB sends, the loop of the WSASend page", ServerOptions.send(4096, 1, 1),
            EVENT));
        all.add(bulk("c-64", "4 KiB sends, 64 outstanding", ServerOptions.send(4096, 64, 1), ROUTINE));
        all.add(bulk("c-64k", "64 KiB sends", ServerOptions.send(64 << 10, 1, 1), ROUTINE));
        all.add(small());
        all.add(bulk("e", "16 x 256 B gathered in each send", ServerOptions.send(4096, 1, 16),
            ROUTINE));
        all.add(new Workload("f", "connections that live for one message of 64 B, 16 at a time",
            LoadKind.CONNECT, 16, 64, ServerOptions.echo(ECHO_BUFFER_BYTES), false, Metric.RATE, ROUTINE,
            with(BY_READINESS_OR_COMPLETION, EVENT)));
        all.add(new Workload("g", "10,000 idle connections, buffers of 64 B each", LoadKind.IDLE, 10_000, 1,
            ServerOptions.echo(64), false, Metric.RSS_PER_CONNECTION, ROUTINE,
            BY_READINESS_OR_COMPLETION));
        all.add(new Workload("h", "echo of datagrams, 64 sockets, 64 B", LoadKind.DATAGRAM, 64, 64,
            ServerOptions.datagrams(DATAGRAM_BUFFER_BYTES), false, Metric.CPU, ROUTINE,
            EnumSet.of(SELECTOR, NETTY_EPOLL, NETTY_URING, C_BLOCKING, ROUTINE, EVENT)));
        all.add(new Workload("i", "64 x 64 B at a fixed rate, half of the slowest one's peak",
            LoadKind.FIXED_RATE, 64, 64, ServerOptions.echo(ECHO_BUFFER_BYTES), false, Metric.P99,
            ROUTINE,
            with(BY_READINESS_OR_COMPLETION, EVENT)));
        return List.copyOf(all);
    }

    /// The one of that name.
    public static Workload named(String id) {
        return all().stream().filter(w -> w.id().equals(id)).findFirst().orElseThrow();
    }

    private static Workload pingPong(String id, int bytes) {
        return new Workload(id, "ping-pong, 1 connection, " + size(bytes) + ", both ends on one CPU",
            LoadKind.ECHO, 1, bytes, ServerOptions.echo(ECHO_BUFFER_BYTES), true, Metric.P50,
            ROUTINE,
            with(BY_READINESS_OR_COMPLETION, EVENT, BLOCKING, C_BLOCKING));
    }

    private static Workload echo(String id, int connections, int bytes) {
        return new Workload(id, "echo, " + connections + " connections, " + size(bytes), LoadKind.ECHO,
            connections, bytes, ServerOptions.echo(ECHO_BUFFER_BYTES), false, Metric.CPU,
            ROUTINE, connections <= MOST_EVENTS
                ? with(BY_READINESS_OR_COMPLETION, EVENT) : BY_READINESS_OR_COMPLETION);
    }

    private static Workload bulk(String id, String title, ServerOptions server, Peer reference) {
        return new Workload(id, title, LoadKind.SINK, 1, server.messageBytes(), server, false, Metric.CPU,
            reference, SENDERS);
    }

    private static Workload small() {
        ServerOptions server = ServerOptions.send(256, 64, 1);
        return new Workload("d", "64 sends of 256 B kept outstanding", LoadKind.SINK, 1,
            server.messageBytes(), server, false, Metric.RATE, ROUTINE,
            with(SENDERS, NETTY_EPOLL_FC, NETTY_URING_FC));
    }

    private static Set<Peer> with(Set<Peer> peers, Peer... more) {
        Set<Peer> all = EnumSet.copyOf(peers);
        all.addAll(List.of(more));
        return all;
    }

    private static String size(int bytes) {
        return bytes >= 1024 ? bytes / 1024 + " KiB" : bytes + " B";
    }
}
