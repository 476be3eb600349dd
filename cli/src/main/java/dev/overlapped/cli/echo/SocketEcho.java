package dev.overlapped.cli.echo;

import dev.overlapped.Alertable;
import dev.overlapped.CompletionRoutine;
import dev.overlapped.ListeningSocket;
import dev.overlapped.Overlapped;
import dev.overlapped.OverlappedSocket;
import dev.overlapped.WinsockException;
import dev.overlapped.cli.terminal.RunFailedException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.Set;

/// The server as routines of the idiomatic API, in an event loop. Any number of connections; a request costs
/// no object.
final class SocketEcho implements EchoServer {
    /// One client.
    private record Connection(OverlappedSocket socket, MemorySegment buffer) {
    }

    private final ListeningSocket listener;
    private final int bufferBytes;
    private final Alertable loop = Alertable.current();
    private final Set<Connection> open = new HashSet<>();
    // Made once: a method reference made at each call would be an object for each request.
    private final CompletionRoutine<Connection> received = this::received;
    private final CompletionRoutine<Connection> sent = this::sent;
    /// What ends the loop; a routine has nobody to throw it to.
    private WinsockException failure;

    SocketEcho(ListeningSocket listener, int bufferBytes) {
        this.listener = listener;
        this.bufferBytes = bufferBytes;
    }

    @Override
    public void run() {
        try {
            listener.accept().onCompletion(this::accepted);
            Alertable.runUntilStopped();
        } catch (InterruptedException e) {
            throw new RunFailedException("interrupted");
        } finally {
            open.forEach(connection -> connection.socket.close());
        }
        if (failure != null) {
            throw new RunFailedException(failure.getMessage());
        }
    }

    private void accepted(Overlapped<OverlappedSocket> request) throws WinsockException {
        failure = request.failure();
        if (failure != null) {
            loop.stop();
            return;
        }
        Connection connection = new Connection(request.result(), Arena.ofAuto().allocate(bufferBytes));
        open.add(connection);
        connection.socket.receive(connection.buffer, connection, received);
        listener.accept().onCompletion(this::accepted);
    }

    private void received(int error, long bytes, Connection connection) {
        if (error != 0 || bytes < 0) {
            close(connection);
        } else {
            connection.socket.send(connection.buffer.asSlice(0, bytes), connection, sent);
        }
    }

    private void sent(int error, long bytes, Connection connection) {
        if (error != 0) {
            close(connection);
        } else {
            connection.socket.receive(connection.buffer, connection, received);
        }
    }

    private void close(Connection connection) {
        open.remove(connection);
        connection.socket.close();
    }

    @Override
    public void stop() {
        loop.stop();
    }
}
