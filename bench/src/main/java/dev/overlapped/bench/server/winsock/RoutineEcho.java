package dev.overlapped.bench.server.winsock;

import static dev.overlapped.winsock2.Synchapi.INFINITE;
import static dev.overlapped.winsock2.Synchapi.SleepEx;

import dev.overlapped.bench.server.Server;
import dev.overlapped.bench.server.ServerOptions;
import dev.overlapped.winsock2.types.LPWSAOVERLAPPED_COMPLETION_ROUTINE;
import dev.overlapped.winsock2.types.WSAOVERLAPPED;
import java.io.IOException;
import java.io.UncheckedIOException;

/// Echo by completion routines: the loop is one `SleepEx`.
public final class RoutineEcho implements Server {
    private final LPWSAOVERLAPPED_COMPLETION_ROUTINE accepted = this::accepted;
    private final LPWSAOVERLAPPED_COMPLETION_ROUTINE received = this::received;
    private final LPWSAOVERLAPPED_COMPLETION_ROUTINE sent = this::sent;
    private Acceptor acceptor;
    private ConnectionPool pool;

    @Override
    public void serve(ServerOptions options) throws IOException {
        pool = new ConnectionPool(options.bufferBytes());
        acceptor = new Acceptor(Winsock.listening());
        acceptor.post(accepted);
        while (true) {
            SleepEx(INFINITE, true);
        }
    }

    private void accepted(int dwError, int cbTransferred, WSAOVERLAPPED lpOverlapped, int dwFlags) {
        if (dwError == 0) {
            EchoConnection connection = pool.take(acceptor.take());
            if (!connection.receive(received)) {
                pool.release(connection);
            }
        }
        try {
            acceptor.post(accepted);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void received(int dwError, int cbTransferred, WSAOVERLAPPED lpOverlapped, int dwFlags) {
        EchoConnection connection = (EchoConnection) lpOverlapped;
        if (dwError != 0 || cbTransferred == 0 || !connection.send(cbTransferred, sent)) {
            pool.release(connection);
        }
    }

    private void sent(int dwError, int cbTransferred, WSAOVERLAPPED lpOverlapped, int dwFlags) {
        EchoConnection connection = (EchoConnection) lpOverlapped;
        if (dwError != 0 || !connection.receive(received)) {
            pool.release(connection);
        }
    }
}
