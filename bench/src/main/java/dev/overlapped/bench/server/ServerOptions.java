package dev.overlapped.bench.server;

import java.util.List;

/// How a server is to serve; the same for all peers of a workload.
///
/// @param role what it does with a connection
/// @param bufferBytes [Role#ECHO], [Role#DATAGRAM]: the buffer of each connection or request, which no
///     message exceeds
/// @param messageBytes [Role#SEND]: the length of a message, its pieces together
/// @param depth [Role#SEND]: how many messages are kept outstanding, by peers that can do so
/// @param pieces [Role#SEND]: in how many buffers of equal length a message lies
public record ServerOptions(Role role, int bufferBytes, int messageBytes, int depth, int pieces) {
    /// An echo server.
    public static ServerOptions echo(int bufferBytes) {
        return new ServerOptions(Role.ECHO, bufferBytes, 0, 0, 0);
    }

    /// An echo server for datagrams.
    public static ServerOptions datagrams(int bufferBytes) {
        return new ServerOptions(Role.DATAGRAM, bufferBytes, 0, 0, 0);
    }

    /// A server that sends.
    public static ServerOptions send(int messageBytes, int depth, int pieces) {
        return new ServerOptions(Role.SEND, 0, messageBytes, depth, pieces);
    }

    /// The words of a command line, which [#parse] understands and the C servers too.
    public List<String> words() {
        return List.of(role.name(), Integer.toString(bufferBytes), Integer.toString(messageBytes),
            Integer.toString(depth), Integer.toString(pieces));
    }

    /// What [#words] has written.
    static ServerOptions parse(List<String> words) {
        return new ServerOptions(Role.valueOf(words.get(0)), Integer.parseInt(words.get(1)),
            Integer.parseInt(words.get(2)), Integer.parseInt(words.get(3)), Integer.parseInt(words.get(4)));
    }

    /// After so many bytes the stream of a sender repeats: each of the outstanding messages has its own
    /// content, so that a client sees whether they come in order.
    public int periodBytes() {
        return messageBytes * depth;
    }

    /// The length of a piece.
    public int pieceBytes() {
        return messageBytes / pieces;
    }
}
