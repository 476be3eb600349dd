package dev.overlapped.cli.echo;

/// A server that sends back what it receives, on the one thread that calls [#run], or on threads of its own.
///
/// A server is made on the thread that runs it. [#stop] alone is called by other threads.
interface EchoServer {
    /// Serves until [#stop], or throws a [dev.overlapped.cli.terminal.RunFailedException]. No connection is
    /// left open.
    void run();

    /// Lets [#run] return soon. The listening socket stays its owner's.
    void stop();
}
