package dev.overlapped.examples;

import dev.overlapped.BufferPool;
import dev.overlapped.ListeningSocket;
import dev.overlapped.OverlappedSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;

/// Passes connections on to another address: `Proxy PORT HOST PORT`.
///
/// Back-pressure: a direction receives again only when what it had is sent, so a slow reader slows its
/// writer, and a connection has two buffers however much it moves. Half-close: the end of one direction is
/// passed on, and the other goes on until it ends too.
final class Proxy {
    private static final int BUFFERS = 200;
    private static final int BUFFER_BYTES = 16 << 10;

    private final BufferPool pool = new BufferPool(BUFFERS, BUFFER_BYTES);

    private Proxy() {
    }

    public static void main(String... args) throws Exception {
        var here = new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[0]));
        var there = new InetSocketAddress(args[1], Integer.parseInt(args[2]));
        Proxy proxy = new Proxy();
        ListeningSocket listener = ListeningSocket.bind(here);
        System.out.println("listening on " + listener.localAddress());
        while (true) {
            OverlappedSocket client = listener.accept().await();
            Thread.ofVirtual().start(() -> proxy.serve(client, there));
        }
    }

    private void serve(OverlappedSocket client, SocketAddress there) {
        try (client; OverlappedSocket server = OverlappedSocket.connect(there).await()) {
            Thread back = Thread.ofVirtual().start(() -> pass(server, client));
            pass(client, server);
            back.join();
        } catch (IOException | InterruptedException e) {
            System.err.println(e.getMessage());
        }
    }

    private void pass(OverlappedSocket from, OverlappedSocket to) {
        ByteBuffer buffer = null;
        try {
            buffer = pool.take();
            while (from.receive(buffer.clear()).await() >= 0) {
                to.send(buffer.flip()).await();
            }
            to.shutdownOutput();
        } catch (IOException | InterruptedException e) {
            // The other direction is over as well, and its requests end with this.
            from.close();
            to.close();
        } finally {
            if (buffer != null) {
                pool.release(buffer);
            }
        }
    }
}
