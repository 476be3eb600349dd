package dev.overlapped.winsock2;

import static dev.overlapped.winsock2.Winsock2.FIONBIO;
import static dev.overlapped.winsock2.Winsock2.FIONREAD;
import static dev.overlapped.winsock2.Winsock2.SOL_SOCKET;
import static dev.overlapped.winsock2.Winsock2.SO_RCVBUF;
import static dev.overlapped.winsock2.Winsock2.SO_SNDBUF;
import static dev.overlapped.winsock2.Winsock2.WSARecv;
import static dev.overlapped.winsock2.Winsock2.WSASend;
import static dev.overlapped.winsock2.Winsock2.WSAWaitForMultipleEvents;
import static dev.overlapped.winsock2.Winsock2.ioctlsocket;
import static dev.overlapped.winsock2.Winsock2.setsockopt;
import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.Counters;
import dev.overlapped.winsock2.types.DWORD;
import dev.overlapped.winsock2.types.LPWSAOVERLAPPED_COMPLETION_ROUTINE;
import dev.overlapped.winsock2.types.WSABUF;
import dev.overlapped.winsock2.types.WSAOVERLAPPED;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;

/// Short ways to say what tests of requests say all the time.
final class Moves {
    /// In every output before a call: what must not be written still holds it afterwards.
    static final int UNTOUCHED = 0xdeadbeef;
    /// More than a connection with a tiny send buffer takes while nobody reads.
    static final int TOO_MUCH = 1 << 20;
    /// How long an alertable wait lasts that shows that nothing comes.
    static final int NOTHING_COMES_MS = 100;

    private Moves() {
    }

    static MemorySegment memory(long bytes) {
        return Arena.ofAuto().allocate(bytes);
    }

    static MemorySegment text(String text) {
        return Arena.ofAuto().allocateFrom(text).asSlice(0, text.length());
    }

    static String text(MemorySegment bytes, long length) {
        return new String(bytes.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE),
                StandardCharsets.US_ASCII);
    }

    static WSABUF[] buffers(MemorySegment... segments) {
        WSABUF[] buffers = new WSABUF[segments.length];
        for (int i = 0; i < segments.length; i++) {
            buffers[i] = new WSABUF(segments[i], (int) segments[i].byteSize());
        }
        return buffers;
    }

    /// A structure with every output poisoned, for `hEvent`.
    static WSAOVERLAPPED overlapped(long hEvent) {
        WSAOVERLAPPED overlapped = new WSAOVERLAPPED();
        poison(overlapped);
        overlapped.hEvent = hEvent;
        return overlapped;
    }

    static void poison(WSAOVERLAPPED overlapped) {
        overlapped.Internal = UNTOUCHED;
        overlapped.InternalHigh = UNTOUCHED;
        overlapped.Offset = UNTOUCHED;
        overlapped.OffsetHigh = UNTOUCHED;
    }

    static int send(long s, MemorySegment bytes, WSAOVERLAPPED overlapped,
            LPWSAOVERLAPPED_COMPLETION_ROUTINE routine) {
        return WSASend(s, buffers(bytes), 1, new DWORD(), 0, overlapped, routine);
    }

    static int receive(long s, MemorySegment bytes, WSAOVERLAPPED overlapped,
            LPWSAOVERLAPPED_COMPLETION_ROUTINE routine) {
        return WSARecv(s, buffers(bytes), 1, new DWORD(), new DWORD(), overlapped, routine);
    }

    /// Waits for one event, not alertably.
    static int await(long event, int milliseconds) {
        return WSAWaitForMultipleEvents(1, new long[] {event}, false, milliseconds, false);
    }

    /// The smallest buffer that the kernel allows. With it megabytes take seconds.
    static void tinySendBuffer(long s) {
        sendBuffer(s, 1);
    }

    static void sendBuffer(long s, int bytes) {
        option(s, SO_SNDBUF, bytes);
    }

    /// From then on the kernel does not choose it any more.
    static void receiveBuffer(long s, int bytes) {
        option(s, SO_RCVBUF, bytes);
    }

    private static void option(long s, int name, int number) {
        MemorySegment value = Arena.ofAuto().allocateFrom(ValueLayout.JAVA_INT, number);
        assertThat(setsockopt(s, SOL_SOCKET, name, value, Integer.BYTES)).isZero();
    }

    static void nonBlocking(long s, boolean on) {
        assertThat(ioctlsocket(s, FIONBIO, new DWORD(on ? 1 : 0))).isZero();
    }

    /// Reads exactly `length` bytes.
    static MemorySegment read(SocketChannel peer, int length) {
        ByteBuffer bytes = ByteBuffer.allocateDirect(length);
        try {
            while (bytes.hasRemaining()) {
                assertThat(peer.read(bytes)).as("after %d of %d bytes", bytes.position(), length)
                        .isPositive();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return MemorySegment.ofBuffer(bytes.flip());
    }

    static void write(SocketChannel peer, String text) {
        try {
            peer.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Writes, and returns when all of it can be received.
    static void arrive(SocketChannel peer, long socket, String text) {
        write(peer, text);
        DWORD available = new DWORD();
        while (available.value < text.length()) {
            Thread.onSpinWait();
            assertThat(ioctlsocket(socket, FIONREAD, available)).isZero();
        }
    }

    /// How many requests of this JVM had to wait so far, those of blocking calls included.
    static long pendingSoFar() {
        return Counters.current().pending();
    }

    /// Returns when another one has had to.
    static void awaitPendingAfter(long before) {
        while (Counters.current().pending() == before) {
            Thread.onSpinWait();
        }
    }

    /// Runs `work` on a thread of its own; its end, and what it throws, are the task's.
    static <T> FutureTask<T> elsewhere(Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(work);
        Thread.ofPlatform().daemon().name("elsewhere").start(task);
        return task;
    }
}
