package dev.overlapped.bench.call;

import static dev.overlapped.bench.call.Link.MESSAGE_BYTES;
import static dev.overlapped.bench.call.Link.check;
import static dev.overlapped.winsock2.Synchapi.SleepEx;
import static dev.overlapped.winsock2.Winerror.WSAEWOULDBLOCK;
import static dev.overlapped.winsock2.Winerror.WSA_IO_PENDING;
import static dev.overlapped.winsock2.Winsock2.FIONBIO;
import static dev.overlapped.winsock2.Winsock2.SOCKET_ERROR;
import static dev.overlapped.winsock2.Winsock2.WSACloseEvent;
import static dev.overlapped.winsock2.Winsock2.WSACreateEvent;
import static dev.overlapped.winsock2.Winsock2.WSAGetLastError;
import static dev.overlapped.winsock2.Winsock2.WSAGetOverlappedResult;
import static dev.overlapped.winsock2.Winsock2.WSAResetEvent;
import static dev.overlapped.winsock2.Winsock2.WSASend;
import static dev.overlapped.winsock2.Winsock2.WSAWaitForMultipleEvents;
import static dev.overlapped.winsock2.Winsock2.WSA_WAIT_EVENT_0;
import static dev.overlapped.winsock2.Winsock2.ioctlsocket;
import static dev.overlapped.winsock2.Winsock2.send;

import dev.overlapped.winsock2.types.DWORD;
import dev.overlapped.winsock2.types.LPWSAOVERLAPPED_COMPLETION_ROUTINE;
import dev.overlapped.winsock2.types.WSAOVERLAPPED;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// Sends of 64 B that stay pending, since the kernel's buffers are full: a row of them, then the peer
/// receives what there is, and the sends end. The receives of the peer are measured too, a share of them for
/// each send; filling the buffers again is not.
@State(Scope.Thread)
public class SendPending {
    private static final int OUTSTANDING = 64;
    /// The less lies in the buffers, the less does the peer take of the time.
    private static final int BUFFER_BYTES = 8 << 10;

    private final MemorySegment room = Arena.ofAuto().allocate(1 << 20);
    private final WSAOVERLAPPED[] overlapped = new WSAOVERLAPPED[OUTSTANDING];
    private final long[] events = new long[OUTSTANDING];
    private final long[] last = new long[1];
    private int told;
    private final LPWSAOVERLAPPED_COMPLETION_ROUTINE routine = (error, bytes, sent, flags) -> told++;
    private Link link;

    /// One connection, and an event for each of the sends.
    @Setup
    public void connect() {
        link = new Link(BUFFER_BYTES);
        check(ioctlsocket(link.socket, FIONBIO, new DWORD(1)) == 0, "ioctlsocket");
        Arrays.setAll(overlapped, _ -> new WSAOVERLAPPED());
        Arrays.setAll(events, _ -> WSACreateEvent());
        last[0] = events[OUTSTANDING - 1];
    }

    /// Closes it.
    @TearDown
    public void close() {
        Arrays.stream(events).forEach(event -> WSACloseEvent(event));
        link.close();
    }

    /// Before each row.
    @Setup(Level.Invocation)
    public void fill() {
        int sent;
        do {
            sent = send(link.socket, room, (int) room.byteSize(), 0);
        } while (sent > 0);
        check(WSAGetLastError() == WSAEWOULDBLOCK, "send");
    }

    /// Each with an event; since they end in the order of the stream, the last one's is waited for.
    @Benchmark
    @OperationsPerInvocation(OUTSTANDING)
    public void wsaSendsThenEvents() {
        for (int i = 0; i < OUTSTANDING; i++) {
            overlapped[i].hEvent = events[i];
            start(overlapped[i], null);
        }
        do {
            link.peer.drainAvailable(room);
        } while (WSAWaitForMultipleEvents(1, last, false, 0, false) != WSA_WAIT_EVENT_0);
        for (int i = 0; i < OUTSTANDING; i++) {
            check(WSAGetOverlappedResult(link.socket, overlapped[i], link.count, false, link.flags)
                && link.count.value == MESSAGE_BYTES, "WSAGetOverlappedResult");
            WSAResetEvent(events[i]);
        }
    }

    /// All with one routine.
    @Benchmark
    @OperationsPerInvocation(OUTSTANDING)
    public void wsaSendsThenRoutines() {
        int all = told + OUTSTANDING;
        for (int i = 0; i < OUTSTANDING; i++) {
            start(overlapped[i], routine);
        }
        while (told != all) {
            link.peer.drainAvailable(room);
            SleepEx(0, true);
        }
    }

    private void start(WSAOVERLAPPED request, LPWSAOVERLAPPED_COMPLETION_ROUTINE routineOrNull) {
        int result = WSASend(link.socket, link.buffers, 1, null, 0, request, routineOrNull);
        check(result == SOCKET_ERROR && WSAGetLastError() == WSA_IO_PENDING, "WSASend");
    }
}
