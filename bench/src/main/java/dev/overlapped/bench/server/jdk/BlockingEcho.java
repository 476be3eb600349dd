package dev.overlapped.bench.server.jdk;

import dev.overlapped.bench.server.Control;
import dev.overlapped.bench.server.Server;
import dev.overlapped.bench.server.ServerOptions;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/// Echo on blocking sockets, one connection after the other on one platform thread: what a single round trip
/// costs in Java at the least.
public final class BlockingEcho implements Server {
    @Override
    public void serve(ServerOptions options) throws IOException {
        byte[] buffer = new byte[options.bufferBytes()];
        try (ServerSocket listener = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress())) {
            Control.listening(listener.getLocalPort());
            while (true) {
                echo(listener.accept(), buffer);
            }
        }
    }

    private static void echo(Socket socket, byte[] buffer) {
        try (socket) {
            socket.setTcpNoDelay(true);
            InputStream in = socket.getInputStream();
            OutputStream out = socket.getOutputStream();
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                out.write(buffer, 0, count);
            }
        } catch (IOException _) {
            // The client has gone; there is nothing to lose.
        }
    }
}
