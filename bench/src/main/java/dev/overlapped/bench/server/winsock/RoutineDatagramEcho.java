package dev.overlapped.bench.server.winsock;

import static dev.overlapped.winsock2.Synchapi.INFINITE;
import static dev.overlapped.winsock2.Synchapi.SleepEx;

import dev.overlapped.bench.server.Server;
import dev.overlapped.bench.server.ServerOptions;
import dev.overlapped.winsock2.types.LPWSAOVERLAPPED_COMPLETION_ROUTINE;
import dev.overlapped.winsock2.types.WSAOVERLAPPED;
import java.io.IOException;
import java.io.UncheckedIOException;

/// Echo of datagrams by completion routines: several receives outstanding, each of which becomes the send of
/// what it received, and a receive again.
public final class RoutineDatagramEcho implements Server {
    private final LPWSAOVERLAPPED_COMPLETION_ROUTINE received = this::received;
    private final LPWSAOVERLAPPED_COMPLETION_ROUTINE sent = this::sent;

    @Override
    public void serve(ServerOptions options) throws IOException {
        for (DatagramRequest request : DatagramRequest.all(Winsock.datagrams(), options.bufferBytes())) {
            request.receive(received);
        }
        while (true) {
            SleepEx(INFINITE, true);
        }
    }

    private void received(int dwError, int cbTransferred, WSAOVERLAPPED lpOverlapped, int dwFlags) {
        DatagramRequest request = (DatagramRequest) lpOverlapped;
        try {
            if (dwError == 0) {
                request.send(cbTransferred, sent);
            } else {
                request.receive(received); // A client has gone before its answer came.
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void sent(int dwError, int cbTransferred, WSAOVERLAPPED lpOverlapped, int dwFlags) {
        try {
            ((DatagramRequest) lpOverlapped).receive(received);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
