package dev.overlapped.bench.server.winsock;

import static dev.overlapped.winsock2.Synchapi.INFINITE;
import static dev.overlapped.winsock2.Synchapi.SleepEx;
import static dev.overlapped.winsock2.Winsock2.INVALID_SOCKET;
import static dev.overlapped.winsock2.Winsock2.accept;
import static dev.overlapped.winsock2.Winsock2.closesocket;

import dev.overlapped.bench.server.Server;
import dev.overlapped.bench.server.ServerOptions;
import dev.overlapped.winsock2.types.LPWSAOVERLAPPED_COMPLETION_ROUTINE;
import dev.overlapped.winsock2.types.WSAOVERLAPPED;
import java.io.IOException;

/// Sends by completion routines: each posts the request again that has completed. One connection after the
/// other.
public final class RoutineSender implements Server {
    private final LPWSAOVERLAPPED_COMPLETION_ROUTINE sent = this::sent;
    private long socket;
    private int outstanding;

    @Override
    public void serve(ServerOptions options) throws IOException {
        SendRequest[] requests = SendRequest.all(options);
        long listener = Winsock.listening();
        while (true) {
            socket = accept(listener, null, null);
            if (socket == INVALID_SOCKET) {
                throw Winsock.failed("accept");
            }
            Winsock.noDelay(socket);
            for (SendRequest request : requests) {
                post(request);
            }
            while (outstanding > 0) {
                SleepEx(INFINITE, true);
            }
            closesocket(socket);
        }
    }

    private void post(SendRequest request) {
        if (request.post(socket, sent)) {
            outstanding++;
        }
    }

    private void sent(int dwError, int cbTransferred, WSAOVERLAPPED lpOverlapped, int dwFlags) {
        outstanding--;
        SendRequest request = (SendRequest) lpOverlapped;
        if (dwError == 0 && cbTransferred == request.messageBytes()) {
            post(request);
        }
    }
}
