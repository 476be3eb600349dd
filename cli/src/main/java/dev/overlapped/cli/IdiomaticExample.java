package dev.overlapped.cli;

import dev.overlapped.ListeningSocket;
import dev.overlapped.OverlappedSocket;
import dev.overlapped.WinsockException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/// What [WsaSendExample] does, in the idiomatic API: the same bytes to one client, and the same lines.
final class IdiomaticExample {
    private IdiomaticExample() {
    }

    static int main(PrintWriter stdout, int port) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(WsaSendExample.DATA_BUFSIZE);
        while (buffer.hasRemaining()) {
            buffer.put(WsaSendExample.contentAt(buffer.position()));
        }
        try (ListeningSocket listener = ListeningSocket.bind(new InetSocketAddress("0.0.0.0", port), 1);
                OverlappedSocket client = listener.accept().await()) {
            stdout.printf("Client Accepted...\n");
            for (int i = 0; i < WsaSendExample.SEND_COUNT; i++) {
                stdout.printf("Wrote %d bytes\n", client.send(buffer.rewind()).await());
            }
            return 0;
        } catch (WinsockException e) {
            stdout.printf("%s failed with error: %d\n", e.function(), e.code());
        } catch (InterruptedException e) {
            stdout.printf("interrupted\n");
        }
        return 1;
    }
}
