package dev.overlapped.bench.call;

import static dev.overlapped.bench.call.Link.MESSAGE_BYTES;
import static dev.overlapped.bench.call.Link.ROW;
import static dev.overlapped.bench.call.Link.check;
import static dev.overlapped.winsock2.Winsock2.WSARecv;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// Receives of 64 B that have already come. They come in rows; the bytes of a row are sent before it, which
/// is not measured.
public class ReceiveImmediate {
    /// A downcall of `recv`.
    @Benchmark
    @OperationsPerInvocation(ROW)
    public void bare(ByHand by) {
        for (int i = 0; i < ROW; i++) {
            check(by.link.socket.receive(by.link.message, MESSAGE_BYTES) == MESSAGE_BYTES, "recv");
        }
    }

    /// `WSARecv` with a structure, which nobody is told of.
    @Benchmark
    @OperationsPerInvocation(ROW)
    public void wsaRecv(ByLibrary by) {
        Link link = by.link;
        for (int i = 0; i < ROW; i++) {
            link.flags.value = 0;
            int result = WSARecv(link.socket, link.buffers, 1, link.count, link.flags, link.overlapped, null);
            check(result == 0 && link.count.value == MESSAGE_BYTES, "WSARecv");
        }
    }

    private static void fill(Bare peer, MemorySegment row) {
        check(peer.send(row, row.byteSize()) == row.byteSize(), "send");
    }

    /// Two sockets without the library.
    @State(Scope.Thread)
    public static class ByHand {
        private final MemorySegment row = Arena.ofAuto().allocate(ROW * MESSAGE_BYTES);
        private BareLink link;

        @Setup
        public void connect() {
            link = new BareLink(Link.ROOMY_BYTES);
        }

        @Setup(Level.Invocation)
        public void fill() {
            ReceiveImmediate.fill(link.peer, row);
        }

        @TearDown
        public void close() {
            link.close();
        }
    }

    /// A socket of the library, and a peer without it.
    @State(Scope.Thread)
    public static class ByLibrary {
        private final MemorySegment row = Arena.ofAuto().allocate(ROW * MESSAGE_BYTES);
        private Link link;

        @Setup
        public void connect() {
            link = new Link(Link.ROOMY_BYTES);
        }

        @Setup(Level.Invocation)
        public void fill() {
            ReceiveImmediate.fill(link.peer, row);
        }

        @TearDown
        public void close() {
            link.close();
        }
    }
}
