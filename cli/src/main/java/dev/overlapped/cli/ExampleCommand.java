package dev.overlapped.cli;

import dev.overlapped.cli.tcp.HostPort;
import dev.overlapped.cli.terminal.OptionRange;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// The page's program alone: it prints what the page's program prints, and nothing else.
@Command(name = "example",
    description = {
        "Run the example program of the WSASend page.",
        "It waits for one client on all IPv4 addresses, sends it ten buffers of 4096 bytes by "
            + "overlapped WSASend, and prints exactly what the page's program prints. A client to try it "
            + "with: nc -d 127.0.0.1 27015"
    })
final class ExampleCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--port", paramLabel = "PORT", defaultValue = "27015",
        description = "The TCP port to listen on (default: ${DEFAULT-VALUE}, the page's).")
    private int port;

    @Option(names = "--api", paramLabel = "API", defaultValue = "winsock",
        description = "Which API to use: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Api api;

    /// The page's functions, or the Java API beside them.
    enum Api { winsock, idiomatic }

    @Override
    public Integer call() {
        OptionRange.check(spec, "--port", port, 1, HostPort.LARGEST_PORT);
        if (api == Api.idiomatic) {
            return IdiomaticExample.main(spec.commandLine().getOut(), port);
        }
        return WsaSendExample.main(spec.commandLine().getOut(), Integer.toString(port));
    }
}
