package dev.overlapped.bench.call;

import static dev.overlapped.bench.call.Link.MESSAGE_BYTES;
import static dev.overlapped.bench.call.Link.check;
import static dev.overlapped.winsock2.Synchapi.INFINITE;
import static dev.overlapped.winsock2.Synchapi.SleepEx;
import static dev.overlapped.winsock2.Winerror.WSA_IO_PENDING;
import static dev.overlapped.winsock2.Winsock2.SOCKET_ERROR;
import static dev.overlapped.winsock2.Winsock2.WSACloseEvent;
import static dev.overlapped.winsock2.Winsock2.WSACreateEvent;
import static dev.overlapped.winsock2.Winsock2.WSAGetLastError;
import static dev.overlapped.winsock2.Winsock2.WSAGetOverlappedResult;
import static dev.overlapped.winsock2.Winsock2.WSARecv;
import static dev.overlapped.winsock2.Winsock2.WSAResetEvent;
import static dev.overlapped.winsock2.Winsock2.WSAWaitForMultipleEvents;
import static dev.overlapped.winsock2.Winsock2.WSA_WAIT_EVENT_0;

import dev.overlapped.winsock2.types.LPWSAOVERLAPPED_COMPLETION_ROUTINE;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// Receives that stay pending, one at a time: the receive, a bare send of the same thread that ends it, and
/// the wait that tells of it.
@State(Scope.Thread)
public class ReceivePending {
    private final long[] event = new long[1];
    private int told;
    private final LPWSAOVERLAPPED_COMPLETION_ROUTINE routine = (error, bytes, overlapped, flags) -> told++;
    private Link link;

    /// One connection.
    @Setup
    public void connect() {
        link = new Link(Link.ROOMY_BYTES);
        event[0] = WSACreateEvent();
    }

    /// Closes it.
    @TearDown
    public void close() {
        WSACloseEvent(event[0]);
        link.close();
    }

    /// Told by an event.
    @Benchmark
    public void wsaRecvThenEvent() {
        link.overlapped.hEvent = event[0];
        receive(null);
        check(WSAWaitForMultipleEvents(1, event, false, INFINITE, false) == WSA_WAIT_EVENT_0, "wait");
        check(WSAGetOverlappedResult(link.socket, link.overlapped, link.count, false, link.flags)
            && link.count.value == MESSAGE_BYTES, "WSAGetOverlappedResult");
        WSAResetEvent(event[0]);
    }

    /// Told by a routine.
    @Benchmark
    public void wsaRecvThenRoutine() {
        int before = told;
        receive(routine);
        SleepEx(INFINITE, true);
        check(told == before + 1 && link.overlapped.InternalHigh == MESSAGE_BYTES, "SleepEx");
    }

    private void receive(LPWSAOVERLAPPED_COMPLETION_ROUTINE routineOrNull) {
        link.flags.value = 0;
        int result = WSARecv(link.socket, link.buffers, 1, null, link.flags, link.overlapped, routineOrNull);
        check(result == SOCKET_ERROR && WSAGetLastError() == WSA_IO_PENDING, "WSARecv");
        check(link.peer.send(link.message, MESSAGE_BYTES) == MESSAGE_BYTES, "send");
    }
}
