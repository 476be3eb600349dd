package dev.overlapped.bench.run;

/// A way to write a server.
public enum Peer {
    ROUTINE("routine", "Overlapped, routines", true),
    EVENT("event", "Overlapped, events", true),
    SELECTOR("selector", "JDK Selector", true),
    NIO2("nio2", "JDK NIO.2", true),
    VIRTUAL("virtual", "JDK virtual threads", true),
    BLOCKING("blocking", "JDK platform thread", true),
    NETTY_EPOLL("netty-epoll", "Netty epoll", true),
    NETTY_EPOLL_FC("netty-epoll-fc", "Netty epoll, flushes consolidated", true),
    NETTY_URING("netty-uring", "Netty io_uring", true),
    NETTY_URING_FC("netty-uring-fc", "Netty io_uring, flushes consolidated", true),
    C_EPOLL("c-epoll", "C epoll", false),
    C_BLOCKING("c-blocking", "C blocking", false);

    private final String id;
    private final String label;
    private final boolean java;

    Peer(String id, String label, boolean java) {
        this.id = id;
        this.label = label;
        this.java = java;
    }

    /// Its name on the command line.
    public String id() {
        return id;
    }

    /// Its name in tables.
    public String label() {
        return label;
    }

    /// Whether its server is a Java program; a C program otherwise.
    public boolean isJava() {
        return java;
    }

    /// Whether it is this library.
    public boolean isOurs() {
        return this == ROUTINE || this == EVENT;
    }

    @Override
    public String toString() {
        return id;
    }
}
