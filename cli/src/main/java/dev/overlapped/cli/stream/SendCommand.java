package dev.overlapped.cli.stream;

import static dev.overlapped.winsock2.Winsock2.INVALID_SOCKET;
import static dev.overlapped.winsock2.Winsock2.SD_SEND;
import static dev.overlapped.winsock2.Winsock2.SOCKET_ERROR;
import static dev.overlapped.winsock2.Winsock2.accept;
import static dev.overlapped.winsock2.Winsock2.closesocket;
import static dev.overlapped.winsock2.Winsock2.recv;
import static dev.overlapped.winsock2.Winsock2.shutdown;

import dev.overlapped.cli.tcp.HostPort;
import dev.overlapped.cli.tcp.TcpSockets;
import dev.overlapped.cli.tcp.WinsockSession;
import dev.overlapped.cli.terminal.JsonLine;
import dev.overlapped.cli.terminal.OptionRange;
import dev.overlapped.cli.terminal.ProgressBar;
import dev.overlapped.cli.terminal.RunFailedException;
import java.io.PrintWriter;
import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// One stream to one client, with any number of sends outstanding.
@Command(name = "send",
    description = {
        "Send blocks to one client by overlapped WSASend, several outstanding.",
        "Listens, takes one connection, sends COUNT blocks of SIZE bytes, and waits until the client "
            + "has closed. Every byte depends on its position in the stream, so the checksum tells when one"
            + " is lost, doubled or out of order. The last line on standard output is a JSON object: the "
            + "numbers of sends and bytes, the seconds from the first send to the last completion, how many"
            + " sends completed at once and how many later, and the CRC-32C of the stream. 'overlapped "
            + "drain' is a client for it."
    })
public final class SendCommand implements Callable<Integer> {
    private static final long LARGEST_COUNT = 100_000_000_000L;
    private static final int LARGEST_SIZE_BYTES = 64 << 20;
    /// What the engine takes per socket and direction.
    private static final int LARGEST_DEPTH = 65_536;
    private static final long LARGEST_MEMORY_BYTES = 1L << 30;
    private static final double NANOS_PER_SECOND = 1e9;

    /// How the completion of a send becomes known.
    enum Wait { event, routine }

    @Spec
    private CommandSpec spec;

    @Option(names = "--port", required = true, paramLabel = "PORT",
        description = "The TCP port to listen on; 0 takes a free one, which is printed.")
    private int port;

    @Option(names = "--bind", paramLabel = "ADDRESS", defaultValue = "127.0.0.1",
        description = "The address to listen on (default: ${DEFAULT-VALUE}).")
    private String address;

    @Option(names = "--count", required = true, paramLabel = "COUNT",
        description = "How many blocks to send.")
    private long count;

    @Option(names = "--size", required = true, paramLabel = "SIZE",
        description = "How many bytes a block has.")
    private int size;

    @Option(names = "--depth", paramLabel = "DEPTH", defaultValue = "1",
        description = "How many sends to keep outstanding (default: ${DEFAULT-VALUE}).")
    private int depth;

    @Option(names = "--wait", paramLabel = "HOW", defaultValue = "event",
        description = "How to learn of a completion: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Wait wait;

    private SendCommand() {
    }

    @Override
    public Integer call() {
        checkOptions();
        PrintWriter err = spec.commandLine().getErr();
        try (WinsockSession _ = WinsockSession.open()) {
            long client = acceptOne(err);
            ProgressBar progress = ProgressBar.on(err, count);
            BlockSender sender = new BlockSender(client, count, size, progress);
            try {
                long nanos = send(sender);
                sender.throwFailure();
                finish(client);
                progress.end();
                report(sender, nanos / NANOS_PER_SECOND);
            } finally {
                progress.end();
                closesocket(client);
            }
        }
        return 0;
    }

    private void checkOptions() {
        OptionRange.check(spec, "--port", port, 0, HostPort.LARGEST_PORT);
        OptionRange.check(spec, "--count", count, 1, LARGEST_COUNT);
        OptionRange.check(spec, "--size", size, 1, LARGEST_SIZE_BYTES);
        OptionRange.check(spec, "--depth", depth, 1, LARGEST_DEPTH);
        if ((long) depth * size > LARGEST_MEMORY_BYTES) {
            throw new ParameterException(spec.commandLine(),
                "--depth times --size is the memory in use, and may be at most 1 GiB");
        }
    }

    private long acceptOne(PrintWriter err) {
        TcpSockets.Listening listening = TcpSockets.listening(new HostPort(address, port), 1);
        try {
            err.println("listening on " + listening.address());
            err.flush();
            long client = accept(listening.socket(), null, null);
            if (client == INVALID_SOCKET) {
                throw WinsockSession.failed("accept");
            }
            return client;
        } finally {
            closesocket(listening.socket());
        }
    }

    /// Returns the nanoseconds from the first send to the last completion.
    private long send(BlockSender sender) {
        SendRequest[] requests = new SendRequest[(int) Math.min(depth, count)];
        for (int i = 0; i < requests.length; i++) {
            requests[i] = new SendRequest(size);
        }
        long start = System.nanoTime();
        switch (wait) {
            case event -> EventSending.run(sender, requests);
            case routine -> RoutineSending.run(sender, requests);
        }
        return System.nanoTime() - start;
    }

    /// Says that there is no more to come, and waits for the client to say the same: then it has read
    /// everything.
    private static void finish(long client) {
        if (shutdown(client, SD_SEND) == SOCKET_ERROR) {
            throw WinsockSession.failed("shutdown");
        }
        int received = recv(client, MemorySegment.ofArray(new byte[1]), 1, 0);
        if (received == SOCKET_ERROR) {
            throw WinsockSession.failed("recv");
        }
        if (received > 0) {
            throw new RunFailedException("the client sent something; it should only read");
        }
    }

    private void report(BlockSender sender, double seconds) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(new JsonLine()
            .add("sends", sender.sends())
            .add("bytes", sender.bytes())
            .add("seconds", seconds, 6)
            .add("sends_per_s", sender.sends() / seconds, 1)
            .add("immediate", sender.immediate())
            .add("pending", sender.pending())
            .add("crc32c", HexFormat.of().toHexDigits((int) sender.checksum())));
        out.flush();
    }
}
