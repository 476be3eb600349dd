package dev.overlapped.cli.echo;

import static dev.overlapped.winsock2.Winbase.HasOverlappedIoCompleted;
import static dev.overlapped.winsock2.Winerror.WSAECONNABORTED;
import static dev.overlapped.winsock2.Winerror.WSAECONNRESET;
import static dev.overlapped.winsock2.Winsock2.WSACloseEvent;
import static dev.overlapped.winsock2.Winsock2.WSACreateEvent;
import static dev.overlapped.winsock2.Winsock2.WSAGetLastError;
import static dev.overlapped.winsock2.Winsock2.WSAGetOverlappedResult;
import static dev.overlapped.winsock2.Winsock2.WSAResetEvent;
import static dev.overlapped.winsock2.Winsock2.WSAWaitForMultipleEvents;
import static dev.overlapped.winsock2.Winsock2.WSA_INFINITE;
import static dev.overlapped.winsock2.Winsock2.WSA_INVALID_EVENT;
import static dev.overlapped.winsock2.Winsock2.WSA_MAXIMUM_WAIT_EVENTS;
import static dev.overlapped.winsock2.Winsock2.WSA_WAIT_FAILED;
import static dev.overlapped.winsock2.Winsock2.WSA_WAIT_IO_COMPLETION;

import dev.overlapped.cli.tcp.TcpSockets;
import dev.overlapped.cli.tcp.WinsockSession;
import dev.overlapped.winsock2.types.DWORD;
import dev.overlapped.winsock2.types.WSAOVERLAPPED;
import java.io.PrintWriter;

/// The server with events: one for the next connection and one for each connection, which is as many as one
/// wait can take. So there is room for 63 connections; another client waits in the listener's queue until one
/// of them ends.
final class EventEcho implements EchoServer {
    private static final int LARGEST_COUNT = WSA_MAXIMUM_WAIT_EVENTS - 1;

    private final StopSignal stop = new StopSignal();
    private final Acceptor acceptor;
    private final ConnectionPool pool;
    /// The open connections come first. Behind them are `null`.
    private final EchoConnection[] connections = new EchoConnection[LARGEST_COUNT];
    private int count;
    /// The acceptor's event, then one for each place in `connections`: an event belongs to a place, and a
    /// connection that moves takes its event along.
    private final long[] events = new long[WSA_MAXIMUM_WAIT_EVENTS];
    private final DWORD transferred = new DWORD();
    private final DWORD flags = new DWORD();

    /// A server of the clients of `listening`, with a buffer of that size for each.
    EventEcho(TcpSockets.Listening listening, int bufferBytes, PrintWriter err) {
        acceptor = new Acceptor(listening, err);
        pool = new ConnectionPool(bufferBytes);
    }

    @Override
    public void run() {
        try (stop) {
            createEvents();
            acceptNext();
            while (!stop.isGiven()) {
                // The wait is alertable for the sake of the stop signal alone.
                int rc = WSAWaitForMultipleEvents(1 + count, events, false, WSA_INFINITE, true);
                if (rc == WSA_WAIT_FAILED) {
                    throw WinsockSession.failed("WSAWaitForMultipleEvents");
                }
                if (rc != WSA_WAIT_IO_COMPLETION) {
                    serveCompleted();
                }
            }
        } finally {
            acceptor.drop();
            for (int i = 0; i < count; i++) {
                pool.release(connections[i]);
            }
            for (long event : events) {
                if (event != WSA_INVALID_EVENT) {
                    WSACloseEvent(event);
                }
            }
        }
    }

    @Override
    public void stop() {
        stop.give();
    }

    private void createEvents() {
        for (int i = 0; i < events.length; i++) {
            events[i] = WSACreateEvent();
            if (events[i] == WSA_INVALID_EVENT) {
                throw WinsockSession.failed("WSACreateEvent");
            }
        }
        acceptor.hEvent = events[0];
    }

    /// Serves every request that has completed: the wait names only the first event that is set, and to serve
    /// just that one would let the connections in front starve those behind.
    private void serveCompleted() {
        if (acceptor.isPending() && HasOverlappedIoCompleted(acceptor)) {
            accepted();
        }
        // Backwards, since a connection that is closed is replaced by the last one, which then was looked at
        // already.
        for (int i = count - 1; i >= 0; i--) {
            if (HasOverlappedIoCompleted(connections[i])) {
                advance(i);
            }
        }
    }

    /// Waits for a connection unless that is being done, or there is no room for it. If it cannot be done,
    /// for want of descriptors for instance, the next connection that ends brings another chance; with none
    /// open there is no such chance.
    private void acceptNext() {
        if (acceptor.isPending() || count == LARGEST_COUNT) {
            return;
        }
        int error = acceptor.post(null);
        if (error != 0) {
            acceptFailed(error);
        }
    }

    private void acceptFailed(int error) {
        if (count == 0) {
            throw WinsockSession.failed("AcceptEx", error);
        }
        acceptor.tellPaused(error);
    }

    private void accepted() {
        int error = result(acceptor, acceptor.listeningSocket());
        if (error == 0) {
            EchoConnection connection = pool.take(acceptor.take());
            int place = count++;
            connections[place] = connection;
            connection.hEvent = events[1 + place];
            closeIfFailed(place, connection.receive(null));
        } else {
            acceptor.drop();
            if (error != WSAECONNRESET && error != WSAECONNABORTED) {
                acceptFailed(error);
                return;
            }
            // The client had gone before it was accepted: that is no trouble of ours.
        }
        acceptNext();
    }

    private void advance(int place) {
        EchoConnection connection = connections[place];
        int error = result(connection, connection.socket);
        if (error != 0) {
            close(place);
        } else if (connection.isSending()) {
            closeIfFailed(place, connection.receive(null));
        } else if (transferred.value == 0) {
            close(place);
        } else {
            closeIfFailed(place, connection.send(transferred.value, null));
        }
    }

    /// The code that a completed request ended with, and its bytes in `transferred`. Its event is ready for
    /// another.
    private int result(WSAOVERLAPPED request, long socket) {
        boolean good = WSAGetOverlappedResult(socket, request, transferred, false, flags);
        int error = good ? 0 : WSAGetLastError();
        WSAResetEvent(request.hEvent);
        return error;
    }

    private void closeIfFailed(int place, int error) {
        if (error != 0) {
            close(place);
        }
    }

    private void close(int place) {
        pool.release(connections[place]);
        count--;
        long freed = events[1 + place];
        connections[place] = connections[count];
        events[1 + place] = events[1 + count];
        connections[count] = null;
        events[1 + count] = freed;
        acceptNext();
    }
}
