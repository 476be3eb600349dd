package dev.overlapped.bench.server.winsock;

import static dev.overlapped.winsock2.Winbase.HasOverlappedIoCompleted;
import static dev.overlapped.winsock2.Winsock2.WSACreateEvent;
import static dev.overlapped.winsock2.Winsock2.WSAGetOverlappedResult;
import static dev.overlapped.winsock2.Winsock2.WSAResetEvent;
import static dev.overlapped.winsock2.Winsock2.WSAWaitForMultipleEvents;
import static dev.overlapped.winsock2.Winsock2.WSA_INFINITE;
import static dev.overlapped.winsock2.Winsock2.WSA_INVALID_EVENT;
import static dev.overlapped.winsock2.Winsock2.WSA_MAXIMUM_WAIT_EVENTS;
import static dev.overlapped.winsock2.Winsock2.WSA_WAIT_EVENT_0;
import static dev.overlapped.winsock2.Winsock2.WSA_WAIT_FAILED;

import dev.overlapped.bench.server.Server;
import dev.overlapped.bench.server.ServerOptions;
import dev.overlapped.winsock2.types.DWORD;
import dev.overlapped.winsock2.types.WSAOVERLAPPED;
import java.io.IOException;

/// Echo by events, one for each connection, as many as one wait takes: 64. While there are fewer, the next
/// place is the acceptor's; with the last one taken, nobody is accepted until a connection ends.
public final class EventEcho implements Server {
    /// The connections, and the acceptor if there is a place left.
    private final WSAOVERLAPPED[] requests = new WSAOVERLAPPED[WSA_MAXIMUM_WAIT_EVENTS];
    private final long[] events = new long[WSA_MAXIMUM_WAIT_EVENTS];
    private final DWORD transferred = new DWORD();
    private final DWORD flags = new DWORD();
    private Acceptor acceptor;
    private ConnectionPool pool;
    private int count;
    private boolean accepting;

    @Override
    public void serve(ServerOptions options) throws IOException {
        pool = new ConnectionPool(options.bufferBytes());
        acceptor = new Acceptor(Winsock.listening());
        for (int i = 0; i < events.length; i++) {
            events[i] = WSACreateEvent();
            if (events[i] == WSA_INVALID_EVENT) {
                throw Winsock.failed("WSACreateEvent");
            }
        }
        acceptNext();
        while (true) {
            int rc = WSAWaitForMultipleEvents(count, events, false, WSA_INFINITE, false);
            if (rc == WSA_WAIT_FAILED) {
                throw Winsock.failed("WSAWaitForMultipleEvents");
            }
            // The first event that is set; those behind it are looked at as well, so that connections in
            // front do not starve them. Backwards, since the place of one that ends is filled from behind.
            for (int i = count - 1; i >= rc - WSA_WAIT_EVENT_0; i--) {
                if (HasOverlappedIoCompleted(requests[i])) {
                    completed(i);
                }
            }
        }
    }

    private void acceptNext() throws IOException {
        requests[count] = acceptor;
        acceptor.hEvent = events[count];
        count++;
        accepting = true;
        acceptor.post(null);
    }

    private void completed(int place) throws IOException {
        WSAOVERLAPPED request = requests[place];
        boolean isAcceptor = request == acceptor;
        long socket = isAcceptor ? acceptor.listener() : ((EchoConnection) request).socket;
        boolean good = WSAGetOverlappedResult(socket, request, transferred, false, flags);
        WSAResetEvent(request.hEvent);
        if (isAcceptor) {
            accepted(place, good);
        } else {
            advance(place, (EchoConnection) request, good);
        }
    }

    private void accepted(int place, boolean good) throws IOException {
        if (!good) {
            acceptor.post(null);
            return;
        }
        accepting = false;
        EchoConnection connection = pool.take(acceptor.take());
        connection.hEvent = events[place];
        requests[place] = connection;
        if (!connection.receive(null)) {
            end(place, connection); // And waits for another.
        } else if (count < requests.length) {
            acceptNext();
        }
    }

    private void advance(int place, EchoConnection connection, boolean good) throws IOException {
        boolean goesOn = good && (connection.sending ? connection.receive(null)
            : transferred.value != 0 && connection.send(transferred.value, null));
        if (!goesOn) {
            end(place, connection);
        }
    }

    /// An event belongs to the request that was started with it, and moves with it.
    private void end(int place, EchoConnection connection) throws IOException {
        pool.release(connection);
        count--;
        long freed = events[place];
        requests[place] = requests[count];
        events[place] = events[count];
        requests[count] = null;
        events[count] = freed;
        if (!accepting) {
            acceptNext();
        }
    }
}
