package dev.overlapped.winsock2;

import static dev.overlapped.winsock2.Winsock2.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.engine.Engine;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;

/// Overlapped requests on memory of their own, with outputs that are poisoned first.
final class Requests {
    static final int POISON = 0xdeadbeef;
    /// Longer than any wait that is to succeed.
    static final int LONG_MS = 10_000;
    /// Long enough for something that must not happen.
    static final int SHORT_MS = 100;

    private Requests() {
    }

    /// A request's structure with every field poisoned, and no event.
    static WSAOVERLAPPED poisoned() {
        WSAOVERLAPPED overlapped = new WSAOVERLAPPED();
        overlapped.Internal = POISON;
        overlapped.InternalHigh = POISON;
        overlapped.Offset = POISON;
        overlapped.OffsetHigh = POISON;
        return overlapped;
    }

    /// The same with a fresh event, which is signalled, as if from an earlier use.
    static WSAOVERLAPPED withEvent() {
        WSAOVERLAPPED overlapped = poisoned();
        overlapped.hEvent = WSACreateEvent();
        assertThat(WSASetEvent(overlapped.hEvent)).isTrue();
        return overlapped;
    }

    static MemorySegment room(int bytes) {
        return Arena.ofAuto().allocate(Math.max(bytes, 1)).fill((byte) 0xEE);
    }

    static MemorySegment nativeCopy(byte[] bytes) {
        return Arena.ofAuto().allocate(Math.max(bytes.length, 1)).copyFrom(MemorySegment.ofArray(bytes));
    }

    static byte[] random(int bytes, long seed) {
        byte[] content = new byte[bytes];
        new Random(seed).nextBytes(content);
        return content;
    }

    static byte[] bytesOf(MemorySegment segment, long length) {
        return segment.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
    }

    static WSABUF[] buffers(MemorySegment... segments) {
        return Arrays.stream(segments).map(each -> new WSABUF(each, (int) each.byteSize()))
                .toArray(WSABUF[]::new);
    }

    /// Starts a send of whole segments; 0, 997 or another code. A count that must not be touched is checked.
    static int send(long socket, WSAOVERLAPPED overlapped, LPWSAOVERLAPPED_COMPLETION_ROUTINE routine,
            MemorySegment... segments) {
        DWORD sent = new DWORD(POISON);
        int result = WSASend(socket, buffers(segments), segments.length, sent, 0, overlapped, routine);
        return outcome(result, sent);
    }

    /// Starts a receive into whole segments; 0, 997 or another code.
    static int receive(long socket, WSAOVERLAPPED overlapped, LPWSAOVERLAPPED_COMPLETION_ROUTINE routine,
            MemorySegment... segments) {
        DWORD received = new DWORD(POISON);
        int result = WSARecv(socket, buffers(segments), segments.length, received, new DWORD(), overlapped,
                routine);
        return outcome(result, received);
    }

    private static int outcome(int result, DWORD count) {
        int code = WSAGetLastError();
        assertThat(result).isEqualTo(code == 0 ? 0 : SOCKET_ERROR);
        if (code != 0) {
            assertThat(count.value).isEqualTo(POISON);
        }
        return code;
    }

    /// The code in the structure, 996 while it is pending.
    static int status(WSAOVERLAPPED overlapped) {
        return Ntstatus.toWinsock(overlapped.Internal);
    }

    /// Waits for the event of a request; its code.
    static int await(WSAOVERLAPPED overlapped) {
        assertThat(WSAWaitForMultipleEvents(1, new long[] {overlapped.hEvent}, true, LONG_MS, false))
                .as("the event of a request").isEqualTo(WSA_WAIT_EVENT_0);
        assertThat(overlapped.Offset).isEqualTo(POISON);
        assertThat(overlapped.OffsetHigh).isEqualTo(POISON);
        return status(overlapped);
    }

    static boolean isSignalled(WSAOVERLAPPED overlapped) {
        return WSAWaitForMultipleEvents(1, new long[] {overlapped.hEvent}, true, 0, false)
                == WSA_WAIT_EVENT_0;
    }

    /// Drives this thread's requests until `condition` holds.
    static void until(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + LONG_MS * 1_000_000L;
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(deadline);
            Synchapi.SleepEx(1, false);
        }
    }

    /// How many requests have had to wait so far, calls included.
    static long pending() {
        return Engine.system().instruments().pending();
    }

    /// A call on a thread of its own, which is waiting in it when this returns.
    static CompletableFuture<Ended> blocking(IntSupplier call) {
        long before = pending();
        CompletableFuture<Ended> ended = elsewhere(call);
        until("the call waits", () -> pending() > before || ended.isDone());
        return ended;
    }

    /// A call on a thread of its own.
    static CompletableFuture<Ended> elsewhere(IntSupplier call) {
        CompletableFuture<Ended> ended = new CompletableFuture<>();
        Thread.ofPlatform().daemon().start(() -> {
            try {
                int result = call.getAsInt();
                ended.complete(new Ended(result, WSAGetLastError()));
            } catch (Throwable e) {
                ended.completeExceptionally(e);
            }
        });
        return ended;
    }

    static <T> T get(CompletableFuture<T> future) {
        try {
            return future.get(LONG_MS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /// What a call returned, and the last error after it.
    record Ended(int result, int code) {
        static final int FAILED = SOCKET_ERROR;
    }

    /// One run of a routine.
    record Run(int error, int bytes, WSAOVERLAPPED overlapped, int flags) {
    }

    /// A routine that notes its runs.
    static final class Runs implements LPWSAOVERLAPPED_COMPLETION_ROUTINE {
        final List<Run> all = new ArrayList<>();

        @Override
        public void invoke(int dwError, int cbTransferred, WSAOVERLAPPED lpOverlapped, int dwFlags) {
            all.add(new Run(dwError, cbTransferred, lpOverlapped, dwFlags));
        }

        /// Waits alertably until it has run `count` times.
        void await(int count) {
            while (all.size() < count) {
                assertThat(Synchapi.SleepEx(LONG_MS, true)).as("%d of %d routines ran", all.size(), count)
                        .isEqualTo(Synchapi.WAIT_IO_COMPLETION);
            }
            assertThat(all).hasSize(count);
        }
    }

    /// Shows that nothing else is queued to this thread.
    static void assertNoMoreRoutines() {
        assertThat(Synchapi.SleepEx(SHORT_MS, true)).isZero();
    }

    // ---- peers ----

    static void write(SocketChannel peer, byte[] bytes) {
        try {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                peer.write(buffer);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Reads `count` bytes, fewer at the end of the stream.
    static byte[] read(SocketChannel peer, int count) {
        try {
            ByteBuffer buffer = ByteBuffer.allocate(count);
            int got;
            do {
                got = peer.read(buffer);
            } while (got > 0);
            return Arrays.copyOf(buffer.array(), buffer.position());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What fits into the buffer for sending is bounded from here on. Not by less than what loopback sends in
    /// one packet: the kernel then waits for acknowledgements that come late.
    static void smallSendBuffer(long socket) {
        assertThat(setsockopt(socket, SOL_SOCKET, SO_SNDBUF, MemorySegment.ofArray(new int[] {128 * 1024}),
                Integer.BYTES)).isZero();
    }
}
