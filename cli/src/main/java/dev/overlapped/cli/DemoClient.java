package dev.overlapped.cli;

import dev.overlapped.cli.terminal.RunFailedException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/// The other side of the page's program: connects to it, reads to the end of the stream, and compares every
/// byte.
final class DemoClient implements AutoCloseable {
    private static final long RETRY_MILLIS = 10;
    /// Nothing in the demo takes this long; a port that somebody else listens on might never say a word.
    private static final int READ_TIMEOUT_MILLIS = 10_000;

    private final InetSocketAddress address;
    private final PrintWriter stdout;
    private Socket socket = new Socket();

    /// A client of the program at that port of this host, which says on `stdout` what it sees.
    DemoClient(int port, PrintWriter stdout) {
        this.address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        this.stdout = stdout;
    }

    /// Connects, as soon as the program listens; gives up, silently, when the program has ended before.
    void connect(DemoServer server) throws IOException, InterruptedException {
        while (server.isRunning()) {
            try {
                socket.connect(address);
                return;
            } catch (ConnectException e) {
                // Refused: it does not listen yet. A socket whose connect failed cannot be used again.
                socket.close();
                socket = new Socket();
                Thread.sleep(RETRY_MILLIS);
            }
        }
    }

    /// Reads ten buffers and the end of the stream.
    void readAndCheck() throws IOException {
        stdout.println("Connected to " + address.getAddress().getHostAddress() + ":" + address.getPort());
        socket.setSoTimeout(READ_TIMEOUT_MILLIS);
        InputStream in = socket.getInputStream();
        for (int i = 1; i <= WsaSendExample.SEND_COUNT; i++) {
            byte[] block = in.readNBytes(WsaSendExample.DATA_BUFSIZE);
            if (block.length != WsaSendExample.DATA_BUFSIZE) {
                throw new RunFailedException(
                    "the stream ended after " + block.length + " bytes of buffer " + i);
            }
            check(block, i);
            stdout.println("Read " + block.length + " bytes, buffer " + i + " of " + WsaSendExample.SEND_COUNT
                + ", every byte right");
        }
        if (in.read() >= 0) {
            throw new RunFailedException("more bytes arrived than were sent");
        }
        stdout.println("End of stream");
    }

    private static void check(byte[] block, int number) {
        for (int i = 0; i < block.length; i++) {
            if (block[i] != WsaSendExample.contentAt(i)) {
                throw new RunFailedException("byte " + i + " of buffer " + number + " is wrong: " + block[i]
                    + " instead of " + WsaSendExample.contentAt(i));
            }
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
