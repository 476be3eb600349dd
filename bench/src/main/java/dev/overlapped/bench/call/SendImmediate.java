package dev.overlapped.bench.call;

import static dev.overlapped.bench.call.Link.MESSAGE_BYTES;
import static dev.overlapped.bench.call.Link.ROW;
import static dev.overlapped.bench.call.Link.check;
import static dev.overlapped.winsock2.Synchapi.INFINITE;
import static dev.overlapped.winsock2.Synchapi.SleepEx;
import static dev.overlapped.winsock2.Synchapi.WAIT_IO_COMPLETION;
import static dev.overlapped.winsock2.Winsock2.WSACloseEvent;
import static dev.overlapped.winsock2.Winsock2.WSACreateEvent;
import static dev.overlapped.winsock2.Winsock2.WSAGetOverlappedResult;
import static dev.overlapped.winsock2.Winsock2.WSAResetEvent;
import static dev.overlapped.winsock2.Winsock2.WSASend;
import static dev.overlapped.winsock2.Winsock2.WSAWaitForMultipleEvents;
import static dev.overlapped.winsock2.Winsock2.WSA_WAIT_EVENT_0;

import dev.overlapped.winsock2.types.LPWSAOVERLAPPED_COMPLETION_ROUTINE;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// Sends of 64 B that the kernel takes at once. They come in rows; what a row has sent is received before the
/// next one, which is not measured.
public class SendImmediate {
    /// A downcall of `send`.
    @Benchmark
    @OperationsPerInvocation(ROW)
    public void bare(ByHand by) {
        for (int i = 0; i < ROW; i++) {
            check(by.link.socket.send(by.link.message, MESSAGE_BYTES) == MESSAGE_BYTES, "send");
        }
    }

    /// `WSASend` with a structure, which nobody is told of.
    @Benchmark
    @OperationsPerInvocation(ROW)
    public void wsaSend(ByLibrary by) {
        by.link.overlapped.hEvent = 0;
        for (int i = 0; i < ROW; i++) {
            by.send(null);
        }
    }

    /// The loop of the WSASend page: send, wait for the event, take the result, reset the event.
    @Benchmark
    @OperationsPerInvocation(ROW)
    public void wsaSendThenEvent(ByLibrary by) {
        Link link = by.link;
        link.overlapped.hEvent = by.event[0];
        for (int i = 0; i < ROW; i++) {
            by.send(null);
            check(WSAWaitForMultipleEvents(1, by.event, false, INFINITE, false) == WSA_WAIT_EVENT_0, "wait");
            check(WSAGetOverlappedResult(link.socket, link.overlapped, link.count, false, link.flags),
                "WSAGetOverlappedResult");
            WSAResetEvent(by.event[0]);
        }
    }

    /// Send, and an alertable wait in which its routine runs.
    @Benchmark
    @OperationsPerInvocation(ROW)
    public void wsaSendThenRoutine(ByLibrary by) {
        for (int i = 0; i < ROW; i++) {
            by.send(by.routine);
            check(SleepEx(INFINITE, true) == WAIT_IO_COMPLETION, "SleepEx");
        }
    }

    /// A row of sends, and one alertable wait for all their routines.
    @Benchmark
    @OperationsPerInvocation(ROW)
    public void wsaSendsThenRoutines(ByLibrary by) {
        int before = by.told;
        for (int i = 0; i < ROW; i++) {
            by.send(by.routine);
        }
        check(SleepEx(INFINITE, true) == WAIT_IO_COMPLETION && by.told == before + ROW, "SleepEx");
    }

    /// Two sockets without the library.
    @State(Scope.Thread)
    public static class ByHand {
        private final MemorySegment room = Arena.ofAuto().allocate(Link.ROOMY_BYTES);
        private BareLink link;

        @Setup
        public void connect() {
            link = new BareLink(Link.ROOMY_BYTES);
        }

        @TearDown(Level.Invocation)
        public void drain() {
            link.peer.drain(room, (long) ROW * MESSAGE_BYTES);
        }

        @TearDown
        public void close() {
            link.close();
        }
    }

    /// A socket of the library, and a peer without it.
    @State(Scope.Thread)
    public static class ByLibrary {
        private final MemorySegment room = Arena.ofAuto().allocate(Link.ROOMY_BYTES);
        private final long[] event = new long[1];
        private int told;
        private final LPWSAOVERLAPPED_COMPLETION_ROUTINE routine =
            (error, bytes, overlapped, flags) -> told++;
        private Link link;

        @Setup
        public void connect() {
            link = new Link(Link.ROOMY_BYTES);
            event[0] = WSACreateEvent();
        }

        private void send(LPWSAOVERLAPPED_COMPLETION_ROUTINE routineOrNull) {
            check(WSASend(link.socket, link.buffers, 1, link.count, 0, link.overlapped, routineOrNull) == 0,
                "WSASend");
        }

        @TearDown(Level.Invocation)
        public void drain() {
            link.peer.drain(room, (long) ROW * MESSAGE_BYTES);
        }

        @TearDown
        public void close() {
            WSACloseEvent(event[0]);
            link.close();
        }
    }
}
