package dev.overlapped.bench.call;

import static dev.overlapped.bench.call.Link.check;
import static dev.overlapped.winsock2.Minwindef.MAKEWORD;
import static dev.overlapped.winsock2.Synchapi.INFINITE;
import static dev.overlapped.winsock2.Winsock2.WSACleanup;
import static dev.overlapped.winsock2.Winsock2.WSACloseEvent;
import static dev.overlapped.winsock2.Winsock2.WSACreateEvent;
import static dev.overlapped.winsock2.Winsock2.WSAResetEvent;
import static dev.overlapped.winsock2.Winsock2.WSASetEvent;
import static dev.overlapped.winsock2.Winsock2.WSAStartup;
import static dev.overlapped.winsock2.Winsock2.WSAWaitForMultipleEvents;
import static dev.overlapped.winsock2.Winsock2.WSA_WAIT_EVENT_0;

import dev.overlapped.winsock2.types.WSADATA;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// An event without a request.
@State(Scope.Thread)
public class Event {
    private final long[] event = new long[1];

    /// Not signalled.
    @Setup
    public void create() {
        check(WSAStartup(MAKEWORD(2, 2), new WSADATA()) == 0, "WSAStartup");
        event[0] = WSACreateEvent();
    }

    /// Closes it.
    @TearDown
    public void close() {
        WSACloseEvent(event[0]);
        WSACleanup();
    }

    /// Set, a wait that finds it set, and reset.
    @Benchmark
    public void setAndWait() {
        check(WSASetEvent(event[0]), "WSASetEvent");
        check(WSAWaitForMultipleEvents(1, event, false, INFINITE, false) == WSA_WAIT_EVENT_0, "wait");
        check(WSAResetEvent(event[0]), "WSAResetEvent");
    }
}
