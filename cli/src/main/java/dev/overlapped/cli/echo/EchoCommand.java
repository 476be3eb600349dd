package dev.overlapped.cli.echo;

import static dev.overlapped.winsock2.Winsock2.closesocket;

import dev.overlapped.ListeningSocket;
import dev.overlapped.WinsockException;
import dev.overlapped.cli.tcp.HostPort;
import dev.overlapped.cli.tcp.TcpSockets;
import dev.overlapped.cli.tcp.WinsockSession;
import dev.overlapped.cli.terminal.OptionRange;
import dev.overlapped.cli.terminal.RunFailedException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// A server that sends back what it receives, on one thread, until it is told to stop.
@Command(name = "echo",
    description = {
        "Send back to each client what it sends, all clients on one thread; or, with virtual threads, "
            + "each on its own.",
        "Prints 'listening on ADDRESS:PORT' when it is ready, and serves until it gets SIGTERM or "
            + "SIGINT, which end it with exit code 0. With routines there may be any number of clients, "
            + "with events 63 at a time. 'overlapped load' is a client for it."
    })
public final class EchoCommand implements Callable<Integer> {
    private static final int BACKLOG_CONNECTIONS = 4096;
    private static final int LARGEST_BUFFER_BYTES = 16 << 20;
    private static final int STOP_SECONDS = 10;

    /// How the completion of a request becomes known.
    enum Wait { routine, event, virtual }

    /// The page's functions, or the Java API beside them.
    enum Api { winsock, idiomatic }

    @Spec
    private CommandSpec spec;

    @Option(names = "--port", required = true, paramLabel = "PORT",
        description = "The TCP port to listen on; 0 takes a free one, which is printed.")
    private int port;

    @Option(names = "--bind", paramLabel = "ADDRESS", defaultValue = "127.0.0.1",
        description = "The address to listen on (default: ${DEFAULT-VALUE}).")
    private String address;

    @Option(names = "--wait", paramLabel = "HOW", defaultValue = "routine",
        description = "How to learn of a completion: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Wait wait;

    @Option(names = "--api", paramLabel = "API", defaultValue = "winsock",
        description = {
            "Which API to use: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}). winsock waits by "
                + "routine or event, idiomatic by routine or on virtual threads."
        })
    private Api api;

    @Option(names = "--buffer", paramLabel = "BYTES", defaultValue = "4096",
        description = "The buffer that each connection has (default: ${DEFAULT-VALUE}).")
    private int bufferBytes;

    private final CountDownLatch ended = new CountDownLatch(1);

    private EchoCommand() {
    }

    @Override
    public Integer call() {
        OptionRange.check(spec, "--port", port, 0, HostPort.LARGEST_PORT);
        OptionRange.check(spec, "--buffer", bufferBytes, 1, LARGEST_BUFFER_BYTES);
        if (wait == (api == Api.winsock ? Wait.virtual : Wait.event)) {
            throw new ParameterException(spec.commandLine(), "--api " + api + " has no --wait " + wait);
        }
        try {
            if (api == Api.winsock) {
                serveByWinsock();
            } else {
                serveIdiomatically();
            }
        } finally {
            ended.countDown();
        }
        return ExitCode.OK;
    }

    private void serveIdiomatically() {
        InetSocketAddress local = new InetSocketAddress(address, port);
        if (local.isUnresolved()) {
            throw new RunFailedException("there is no address for " + address);
        }
        try (ListeningSocket listener = ListeningSocket.bind(local, BACKLOG_CONNECTIONS)) {
            InetSocketAddress bound = (InetSocketAddress) listener.localAddress();
            serve(new HostPort(bound.getAddress().getHostAddress(), bound.getPort()), wait == Wait.virtual
                ? new VirtualThreadEcho(listener, bufferBytes) : new SocketEcho(listener, bufferBytes));
        } catch (WinsockException e) {
            throw new RunFailedException(e.getMessage());
        }
    }

    private void serveByWinsock() {
        try (WinsockSession _ = WinsockSession.open()) {
            TcpSockets.Listening listening =
                TcpSockets.listening(new HostPort(address, port), BACKLOG_CONNECTIONS);
            try {
                PrintWriter err = spec.commandLine().getErr();
                serve(listening.address(), wait == Wait.routine
                    ? new RoutineEcho(listening, bufferBytes, err)
                    : new EventEcho(listening, bufferBytes, err));
            } finally {
                closesocket(listening.socket());
            }
        }
    }

    private void serve(HostPort bound, EchoServer server) {
        Thread hook = Thread.ofPlatform().name("stop").unstarted(() -> endOnSignal(server));
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            PrintWriter out = spec.commandLine().getOut();
            out.println("listening on " + bound);
            out.flush();
            server.run();
        } finally {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException _) {
                // The process is ending, and the hook is what has stopped the server: it waits for us.
            }
        }
    }

    /// Runs in the shutdown hook. A process that a signal ends would have the exit code 128 and the signal's
    /// number, whatever the hooks do; but for a server, to be told to stop is to end well, and only `halt`
    /// can say so. Nothing is lost by it: this hook is the last thing that the process has to do, and the
    /// output is flushed.
    private void endOnSignal(EchoServer server) {
        server.stop();
        boolean inTime;
        try {
            inTime = ended.await(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException _) {
            inTime = false;
        }
        Runtime.getRuntime().halt(inTime ? ExitCode.OK : ExitCode.SOFTWARE);
    }
}
