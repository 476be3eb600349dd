package dev.overlapped.cli.stream;

import static dev.overlapped.winsock2.Winerror.WSA_IO_PENDING;
import static dev.overlapped.winsock2.Winsock2.SOCKET_ERROR;
import static dev.overlapped.winsock2.Winsock2.WSACloseEvent;
import static dev.overlapped.winsock2.Winsock2.WSACreateEvent;
import static dev.overlapped.winsock2.Winsock2.WSAGetLastError;
import static dev.overlapped.winsock2.Winsock2.WSAGetOverlappedResult;
import static dev.overlapped.winsock2.Winsock2.WSARecv;
import static dev.overlapped.winsock2.Winsock2.WSAWaitForMultipleEvents;
import static dev.overlapped.winsock2.Winsock2.WSA_INFINITE;
import static dev.overlapped.winsock2.Winsock2.WSA_INVALID_EVENT;
import static dev.overlapped.winsock2.Winsock2.WSA_WAIT_FAILED;
import static dev.overlapped.winsock2.Winsock2.closesocket;

import dev.overlapped.cli.tcp.HostPort;
import dev.overlapped.cli.tcp.TcpSockets;
import dev.overlapped.cli.tcp.WinsockSession;
import dev.overlapped.cli.terminal.JsonLine;
import dev.overlapped.winsock2.types.DWORD;
import dev.overlapped.winsock2.types.WSABUF;
import dev.overlapped.winsock2.types.WSAOVERLAPPED;
import java.io.PrintWriter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.concurrent.Callable;
import java.util.zip.CRC32C;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// Reads a stream to its end, and tells what it was.
@Command(name = "drain",
    description = {
        "Read a stream to its end by overlapped WSARecv.",
        "Connects, and reads until the peer has no more to send. A refused connection is tried again "
            + "for 10 seconds. The last line on standard output is a JSON object: the number of bytes, the "
            + "seconds from connected to the end, and the CRC-32C of the stream."
    })
public final class DrainCommand implements Callable<Integer> {
    private static final int PATIENCE_SECONDS = 10;
    /// Large enough for few calls, small enough to be summed up while it is in the cache.
    private static final int BUFFER_BYTES = 256 << 10;
    private static final double NANOS_PER_SECOND = 1e9;

    @Spec
    private CommandSpec spec;

    @Option(names = "--connect", required = true, paramLabel = "HOST:PORT",
        converter = HostPort.Converter.class, description = "Where to connect to.")
    private HostPort peer;

    private final CRC32C checksum = new CRC32C();
    private long bytes;

    private DrainCommand() {
    }

    @Override
    public Integer call() {
        try (WinsockSession _ = WinsockSession.open()) {
            long socket = TcpSockets.connected(peer, PATIENCE_SECONDS);
            long start = System.nanoTime();
            try {
                drain(socket);
            } finally {
                closesocket(socket);
            }
            report((System.nanoTime() - start) / NANOS_PER_SECOND);
        }
        return 0;
    }

    private void drain(long socket) {
        MemorySegment memory = Arena.ofAuto().allocate(BUFFER_BYTES);
        ByteBuffer view = memory.asByteBuffer();
        WSABUF[] buffers = {new WSABUF(memory, BUFFER_BYTES)};
        DWORD received = new DWORD();
        DWORD flags = new DWORD();
        WSAOVERLAPPED overlapped = new WSAOVERLAPPED();
        overlapped.hEvent = WSACreateEvent();
        if (overlapped.hEvent == WSA_INVALID_EVENT) {
            throw WinsockSession.failed("WSACreateEvent");
        }
        try {
            long[] events = {overlapped.hEvent};
            do {
                flags.value = 0;
                if (WSARecv(socket, buffers, 1, null, flags, overlapped, null) == SOCKET_ERROR) {
                    if (WSAGetLastError() != WSA_IO_PENDING) {
                        throw WinsockSession.failed("WSARecv");
                    }
                    if (WSAWaitForMultipleEvents(1, events, true, WSA_INFINITE, false) == WSA_WAIT_FAILED) {
                        throw WinsockSession.failed("WSAWaitForMultipleEvents");
                    }
                }
                if (!WSAGetOverlappedResult(socket, overlapped, received, false, flags)) {
                    throw WinsockSession.failed("WSARecv");
                }
                checksum.update(view.clear().limit(received.value));
                bytes += received.value;
            } while (received.value > 0);
        } finally {
            WSACloseEvent(overlapped.hEvent);
        }
    }

    private void report(double seconds) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(new JsonLine()
            .add("bytes", bytes)
            .add("seconds", seconds, 6)
            .add("crc32c", HexFormat.of().toHexDigits((int) checksum.getValue())));
        out.flush();
    }
}
