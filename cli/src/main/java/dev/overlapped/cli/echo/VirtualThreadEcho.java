package dev.overlapped.cli.echo;

import dev.overlapped.ListeningSocket;
import dev.overlapped.OverlappedSocket;
import dev.overlapped.WinsockException;
import dev.overlapped.cli.terminal.RunFailedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The server as one virtual thread for each connection, which waits for each request. Any number of
/// connections.
final class VirtualThreadEcho implements EchoServer {
    private final ListeningSocket listener;
    private final int bufferBytes;
    private final Set<OverlappedSocket> open = ConcurrentHashMap.newKeySet();
    private volatile boolean stopped;

    VirtualThreadEcho(ListeningSocket listener, int bufferBytes) {
        this.listener = listener;
        this.bufferBytes = bufferBytes;
    }

    @Override
    public void run() {
        try {
            while (true) {
                OverlappedSocket connection = listener.accept().await();
                open.add(connection);
                Thread.startVirtualThread(() -> echo(connection));
            }
        } catch (WinsockException e) {
            if (!stopped) {
                throw new RunFailedException(e.getMessage());
            }
        } catch (InterruptedException e) {
            throw new RunFailedException("interrupted");
        } finally {
            open.forEach(OverlappedSocket::close);
        }
    }

    private void echo(OverlappedSocket connection) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(bufferBytes);
        try (connection) {
            while (connection.receive(buffer.clear()).await() >= 0) {
                connection.send(buffer.flip()).await();
            }
        } catch (IOException | InterruptedException e) {
            // The client has gone, or the server goes: either way the connection is over.
            assert !connection.isOpen();
        } finally {
            open.remove(connection);
        }
    }

    @Override
    public void stop() {
        stopped = true;
        listener.close();
    }
}
