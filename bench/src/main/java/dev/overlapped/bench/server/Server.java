package dev.overlapped.bench.server;

/// A server under test.
public interface Server {
    /// How many connections may wait to be accepted.
    int BACKLOG = 4096;

    /// Listens on a free port of 127.0.0.1, tells it to [Control#listening], and serves for ever; returns
    /// early only if its work goes on in other threads.
    void serve(ServerOptions options) throws Exception;
}
