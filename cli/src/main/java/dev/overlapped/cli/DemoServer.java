package dev.overlapped.cli;

import java.io.PrintWriter;
import java.util.concurrent.CountDownLatch;

/// The page's program on a thread of its own, watched by the lines that it prints: it tells in no other way
/// how far it is.
final class DemoServer {
    private final PrintWriter terminal;
    private final int port;
    private final CountDownLatch firstLineOrEnd = new CountDownLatch(1);
    private final Thread thread;

    // Written by the program's thread alone, read by the thread that runs the demo.
    private volatile String firstLine = "";
    private volatile String lastLine = "";
    private volatile int exitCode = 1;

    private DemoServer(PrintWriter terminal, int port) {
        this.terminal = terminal;
        this.port = port;
        this.thread = Thread.ofPlatform().name("server").daemon().unstarted(this::run);
    }

    /// Starts the program; its lines go to `terminal`, marked as the server's.
    static DemoServer start(PrintWriter terminal, int port) {
        DemoServer server = new DemoServer(terminal, port);
        server.thread.start();
        return server;
    }

    /// Whether the program has not ended yet.
    boolean isRunning() {
        return thread.isAlive();
    }

    /// Waits until the program has a client, which is `true`, or has ended without one.
    boolean awaitClient() throws InterruptedException {
        firstLineOrEnd.await();
        return firstLine.startsWith("Client Accepted");
    }

    /// Waits for the program's end, and returns its exit code.
    int awaitEnd() throws InterruptedException {
        thread.join();
        return exitCode;
    }

    /// The last line so far.
    String lastLine() {
        return lastLine;
    }

    private void run() {
        try (PrintWriter stdout = new PrintWriter(new SpeakerLines(terminal, "server", this::said), true)) {
            exitCode = WsaSendExample.main(stdout, Integer.toString(port));
        } finally {
            firstLineOrEnd.countDown();
        }
    }

    private void said(String line) {
        lastLine = line;
        if (firstLine.isEmpty()) {
            firstLine = line;
            firstLineOrEnd.countDown();
        }
    }
}
