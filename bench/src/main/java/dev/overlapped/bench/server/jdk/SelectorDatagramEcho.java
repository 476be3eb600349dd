package dev.overlapped.bench.server.jdk;

import dev.overlapped.bench.server.Control;
import dev.overlapped.bench.server.Server;
import dev.overlapped.bench.server.ServerOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;

/// Echo of datagrams on one selector: as many as are there, and a wait for room only when there was none.
public final class SelectorDatagramEcho implements Server {
    private ByteBuffer buffer;
    /// Whom the buffer's content is for, while there is no room to send it.
    private SocketAddress waiting;

    @Override
    public void serve(ServerOptions options) throws IOException {
        buffer = ByteBuffer.allocateDirect(options.bufferBytes());
        try (Selector selector = Selector.open();
            DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET)) {
            channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            channel.configureBlocking(false);
            SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
            Control.listening(channel.socket().getLocalPort());
            while (true) {
                selector.select(_ -> { });
                try {
                    echoAll(channel);
                } catch (PortUnreachableException _) {
                    // A client has gone before its answer came.
                    waiting = null;
                }
                key.interestOps(waiting == null ? SelectionKey.OP_READ : SelectionKey.OP_WRITE);
            }
        }
    }

    private void echoAll(DatagramChannel channel) throws IOException {
        while (waiting == null || channel.send(buffer, waiting) > 0) {
            buffer.clear();
            waiting = channel.receive(buffer);
            if (waiting == null) {
                return;
            }
            buffer.flip();
        }
    }
}
