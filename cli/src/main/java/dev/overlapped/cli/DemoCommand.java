package dev.overlapped.cli;

import dev.overlapped.cli.tcp.HostPort;
import dev.overlapped.cli.terminal.OptionRange;
import dev.overlapped.cli.terminal.RunFailedException;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// The page's program and a client of it in one terminal. The client is a plain Java socket, so that what it
/// sees is what any program would see.
@Command(name = "demo",
    description = {
        "Run the example program of the WSASend page, and a client that checks every byte.",
        "Lines of the page's program begin with 'server', those of the client with 'client'."
    })
final class DemoCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--port", paramLabel = "PORT", defaultValue = "27015",
        description = "The TCP port to use (default: ${DEFAULT-VALUE}, the page's); 0 takes a free one.")
    private int port;

    @Override
    public Integer call() {
        OptionRange.check(spec, "--port", port, 0, HostPort.LARGEST_PORT);
        PrintWriter terminal = spec.commandLine().getOut();
        try {
            return run(terminal, port == 0 ? freePort() : port);
        } catch (IOException e) {
            throw new RunFailedException("the client failed: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RunFailedException("interrupted");
        }
    }

    private int run(PrintWriter terminal, int actualPort) throws IOException, InterruptedException {
        DemoServer server = DemoServer.start(terminal, actualPort);
        try (PrintWriter stdout = new PrintWriter(new SpeakerLines(terminal, "client", _ -> { }), true);
                DemoClient client = new DemoClient(actualPort, stdout)) {
            client.connect(server);
            // A client can be connected to whoever has the port: only the program itself tells that it is the
            // one.
            if (server.awaitClient()) {
                client.readAndCheck();
            }
            int exitCode = server.awaitEnd();
            if (server.lastLine().equals("bind failed with error: 10048")) {
                throw new RunFailedException("port " + actualPort + " is taken; --port 0 takes a free one");
            }
            if (exitCode != 0) {
                throw new RunFailedException("the page's program ended with " + exitCode);
            }
        }
        terminal.println("All " + WsaSendExample.DATA_BUFSIZE * WsaSendExample.SEND_COUNT
            + " bytes arrived as they were sent.");
        terminal.flush();
        return 0;
    }

    /// The page's program never tells its port, so it must be given one. Somebody else could take it before
    /// the program binds it; the demo then ends as with any port that is taken.
    private static int freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }
}
