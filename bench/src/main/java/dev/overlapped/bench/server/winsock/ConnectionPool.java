package dev.overlapped.bench.server.winsock;

import static dev.overlapped.winsock2.Winsock2.closesocket;

import java.lang.foreign.Arena;
import java.util.ArrayDeque;

/// Connections whose clients have gone, for the next ones: their buffers are memory of one arena, which
/// lives as long as the server.
final class ConnectionPool {
    private final Arena arena = Arena.ofAuto();
    private final int bufferBytes;
    private final ArrayDeque<EchoConnection> idle = new ArrayDeque<>();

    ConnectionPool(int bufferBytes) {
        this.bufferBytes = bufferBytes;
    }

    EchoConnection take(long socket) {
        EchoConnection connection = idle.poll();
        if (connection == null) {
            connection = new EchoConnection(arena.allocate(bufferBytes));
        }
        connection.socket = socket;
        return connection;
    }

    /// Closes the client's socket; no request of the connection is outstanding.
    void release(EchoConnection connection) {
        closesocket(connection.socket);
        idle.push(connection);
    }
}
