package dev.overlapped.cli.echo;

import static dev.overlapped.winsock2.Winsock2.INVALID_SOCKET;
import static dev.overlapped.winsock2.Winsock2.closesocket;

import java.lang.foreign.Arena;
import java.util.ArrayDeque;

/// Connections whose clients have gone, kept for the next ones. Their buffers are memory of one arena, which
/// lives as long as the server: connections come and go much faster than a collector would release an arena
/// for each.
final class ConnectionPool {
    private final Arena arena = Arena.ofAuto();
    private final int bufferBytes;
    private final ArrayDeque<EchoConnection> idle = new ArrayDeque<>();

    ConnectionPool(int bufferBytes) {
        this.bufferBytes = bufferBytes;
    }

    /// A connection for that client.
    EchoConnection take(long socket) {
        EchoConnection connection = idle.poll();
        if (connection == null) {
            connection = new EchoConnection(arena.allocate(bufferBytes));
        }
        connection.socket = socket;
        return connection;
    }

    /// Closes the client's socket and keeps the connection. A request that is still outstanding ends by it;
    /// unless the server is ending, there is none.
    void release(EchoConnection connection) {
        closesocket(connection.socket);
        connection.socket = INVALID_SOCKET;
        idle.push(connection);
    }
}
