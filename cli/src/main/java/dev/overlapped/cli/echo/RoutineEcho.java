package dev.overlapped.cli.echo;

import static dev.overlapped.winsock2.Synchapi.INFINITE;
import static dev.overlapped.winsock2.Synchapi.SleepEx;
import static dev.overlapped.winsock2.Winerror.WSAECONNABORTED;
import static dev.overlapped.winsock2.Winerror.WSAECONNRESET;

import dev.overlapped.cli.tcp.TcpSockets;
import dev.overlapped.cli.tcp.WinsockSession;
import dev.overlapped.cli.terminal.RunFailedException;
import dev.overlapped.winsock2.types.LPWSAOVERLAPPED_COMPLETION_ROUTINE;
import dev.overlapped.winsock2.types.WSAOVERLAPPED;
import java.io.PrintWriter;
import java.util.HashSet;
import java.util.Set;

/// The server as completion routines: its loop is one `SleepEx`, and everything else happens in routines that
/// this wait runs. Any number of connections.
final class RoutineEcho implements EchoServer {
    private final StopSignal stop = new StopSignal();
    private final Acceptor acceptor;
    private final ConnectionPool pool;
    private final Set<EchoConnection> open = new HashSet<>();
    // Made once: a method reference made at each call would be an object for each request.
    private final LPWSAOVERLAPPED_COMPLETION_ROUTINE accepted = this::accepted;
    private final LPWSAOVERLAPPED_COMPLETION_ROUTINE received = this::received;
    private final LPWSAOVERLAPPED_COMPLETION_ROUTINE sent = this::sent;
    /// What ends the loop; a routine has nobody to throw it to.
    private RunFailedException failure;

    /// A server of the clients of `listening`, with a buffer of that size for each.
    RoutineEcho(TcpSockets.Listening listening, int bufferBytes, PrintWriter err) {
        acceptor = new Acceptor(listening, err);
        pool = new ConnectionPool(bufferBytes);
    }

    @Override
    public void run() {
        try (stop) {
            acceptNext();
            while (failure == null && !stop.isGiven()) {
                SleepEx(INFINITE, true);
            }
        } finally {
            // Closing completes what is outstanding, but nothing here waits any more: the routines do not
            // run.
            acceptor.drop();
            open.forEach(pool::release);
        }
        if (failure != null) {
            throw failure;
        }
    }

    @Override
    public void stop() {
        stop.give();
    }

    /// Waits for a connection unless that is being done. If it cannot be done, for want of descriptors for
    /// instance, the next connection that ends brings another chance; with none open there is no such chance.
    private void acceptNext() {
        if (acceptor.isPending()) {
            return;
        }
        int error = acceptor.post(accepted);
        if (error != 0) {
            acceptFailed(error);
        }
    }

    private void acceptFailed(int error) {
        if (open.isEmpty()) {
            failure = WinsockSession.failed("AcceptEx", error);
        } else {
            acceptor.tellPaused(error);
        }
    }

    private void accepted(int dwError, int cbTransferred, WSAOVERLAPPED lpOverlapped, int dwFlags) {
        if (dwError == 0) {
            EchoConnection connection = pool.take(acceptor.take());
            open.add(connection);
            closeIfFailed(connection, connection.receive(received));
        } else {
            acceptor.drop();
            if (dwError != WSAECONNRESET && dwError != WSAECONNABORTED) {
                acceptFailed(dwError);
                return;
            }
            // The client had gone before it was accepted: that is no trouble of ours.
        }
        acceptNext();
    }

    private void received(int dwError, int cbTransferred, WSAOVERLAPPED lpOverlapped, int dwFlags) {
        EchoConnection connection = (EchoConnection) lpOverlapped;
        if (dwError != 0 || cbTransferred == 0) {
            close(connection);
        } else {
            closeIfFailed(connection, connection.send(cbTransferred, sent));
        }
    }

    private void sent(int dwError, int cbTransferred, WSAOVERLAPPED lpOverlapped, int dwFlags) {
        EchoConnection connection = (EchoConnection) lpOverlapped;
        if (dwError != 0) {
            close(connection);
        } else {
            closeIfFailed(connection, connection.receive(received));
        }
    }

    private void closeIfFailed(EchoConnection connection, int error) {
        if (error != 0) {
            close(connection);
        }
    }

    private void close(EchoConnection connection) {
        open.remove(connection);
        pool.release(connection);
        acceptNext();
    }
}
