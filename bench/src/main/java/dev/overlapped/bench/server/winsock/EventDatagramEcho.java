package dev.overlapped.bench.server.winsock;

import static dev.overlapped.winsock2.Winbase.HasOverlappedIoCompleted;
import static dev.overlapped.winsock2.Winsock2.WSACreateEvent;
import static dev.overlapped.winsock2.Winsock2.WSAGetOverlappedResult;
import static dev.overlapped.winsock2.Winsock2.WSAResetEvent;
import static dev.overlapped.winsock2.Winsock2.WSAWaitForMultipleEvents;
import static dev.overlapped.winsock2.Winsock2.WSA_INFINITE;
import static dev.overlapped.winsock2.Winsock2.WSA_INVALID_EVENT;
import static dev.overlapped.winsock2.Winsock2.WSA_WAIT_EVENT_0;
import static dev.overlapped.winsock2.Winsock2.WSA_WAIT_FAILED;

import dev.overlapped.bench.server.Server;
import dev.overlapped.bench.server.ServerOptions;
import dev.overlapped.winsock2.types.DWORD;
import java.io.IOException;

/// Echo of datagrams by events, one for each of the requests that are outstanding.
public final class EventDatagramEcho implements Server {
    private final DWORD transferred = new DWORD();
    private final DWORD flags = new DWORD();

    @Override
    public void serve(ServerOptions options) throws IOException {
        DatagramRequest[] requests = DatagramRequest.all(Winsock.datagrams(), options.bufferBytes());
        long[] events = new long[requests.length];
        for (int i = 0; i < events.length; i++) {
            events[i] = WSACreateEvent();
            if (events[i] == WSA_INVALID_EVENT) {
                throw Winsock.failed("WSACreateEvent");
            }
            requests[i].hEvent = events[i];
            requests[i].receive(null);
        }
        while (true) {
            int rc = WSAWaitForMultipleEvents(events.length, events, false, WSA_INFINITE, false);
            if (rc == WSA_WAIT_FAILED) {
                throw Winsock.failed("WSAWaitForMultipleEvents");
            }
            // The first event that is set; those behind it are looked at as well.
            for (int i = rc - WSA_WAIT_EVENT_0; i < requests.length; i++) {
                if (HasOverlappedIoCompleted(requests[i])) {
                    completed(requests[i]);
                }
            }
        }
    }

    private void completed(DatagramRequest request) throws IOException {
        boolean good = WSAGetOverlappedResult(request.socket(), request, transferred, false, flags);
        WSAResetEvent(request.hEvent);
        if (good && !request.sending) {
            request.send(transferred.value, null);
        } else {
            request.receive(null);
        }
    }
}
