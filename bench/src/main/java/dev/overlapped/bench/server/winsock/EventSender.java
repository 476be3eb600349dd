package dev.overlapped.bench.server.winsock;

import static dev.overlapped.winsock2.Winsock2.INVALID_SOCKET;
import static dev.overlapped.winsock2.Winsock2.WSACreateEvent;
import static dev.overlapped.winsock2.Winsock2.WSAGetOverlappedResult;
import static dev.overlapped.winsock2.Winsock2.WSAResetEvent;
import static dev.overlapped.winsock2.Winsock2.WSAWaitForMultipleEvents;
import static dev.overlapped.winsock2.Winsock2.WSA_INFINITE;
import static dev.overlapped.winsock2.Winsock2.WSA_INVALID_EVENT;
import static dev.overlapped.winsock2.Winsock2.WSA_WAIT_FAILED;
import static dev.overlapped.winsock2.Winsock2.accept;
import static dev.overlapped.winsock2.Winsock2.closesocket;

import dev.overlapped.bench.server.Server;
import dev.overlapped.bench.server.ServerOptions;
import dev.overlapped.winsock2.types.DWORD;
import java.io.IOException;

/// Sends by events, the loop of the WSASend page: start, wait, take the result, reset. With more than one
/// outstanding it waits for the oldest, since a stream's sends complete in order. One connection after the
/// other.
public final class EventSender implements Server {
    private final DWORD transferred = new DWORD();
    private final DWORD flags = new DWORD();
    private final long[] event = new long[1];

    @Override
    public void serve(ServerOptions options) throws IOException {
        SendRequest[] requests = SendRequest.all(options);
        long listener = Winsock.listening();
        for (SendRequest request : requests) {
            request.hEvent = WSACreateEvent();
            if (request.hEvent == WSA_INVALID_EVENT) {
                throw Winsock.failed("WSACreateEvent");
            }
        }
        while (true) {
            long socket = accept(listener, null, null);
            if (socket == INVALID_SOCKET) {
                throw Winsock.failed("accept");
            }
            Winsock.noDelay(socket);
            send(socket, requests);
            closesocket(socket);
        }
    }

    /// Returns when the client has gone and nothing is outstanding any more.
    private void send(long socket, SendRequest[] requests) throws IOException {
        boolean[] started = new boolean[requests.length];
        boolean open = true;
        for (int i = 0; i < requests.length; i++) {
            started[i] = requests[i].post(socket, null);
            open &= started[i];
        }
        while (open) {
            for (int i = 0; i < requests.length && open; i++) {
                open = completed(socket, requests[i]);
                started[i] = open && requests[i].post(socket, null);
                open &= started[i];
            }
        }
        for (int i = 0; i < requests.length; i++) {
            if (started[i]) {
                completed(socket, requests[i]);
            }
        }
    }

    private boolean completed(long socket, SendRequest request) throws IOException {
        event[0] = request.hEvent;
        if (WSAWaitForMultipleEvents(1, event, true, WSA_INFINITE, true) == WSA_WAIT_FAILED) {
            throw Winsock.failed("WSAWaitForMultipleEvents");
        }
        boolean good = WSAGetOverlappedResult(socket, request, transferred, false, flags);
        WSAResetEvent(request.hEvent);
        return good && transferred.value == request.messageBytes();
    }
}
