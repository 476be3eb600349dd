package dev.overlapped.winsock2;

import static dev.overlapped.winsock2.Handleapi.CloseHandle;
import static dev.overlapped.winsock2.Processthreadsapi.GetCurrentThreadId;
import static dev.overlapped.winsock2.Processthreadsapi.OpenThread;
import static dev.overlapped.winsock2.Processthreadsapi.QueueUserAPC;
import static dev.overlapped.winsock2.Synchapi.INFINITE;
import static dev.overlapped.winsock2.Synchapi.SleepEx;
import static dev.overlapped.winsock2.Synchapi.WAIT_IO_COMPLETION;
import static dev.overlapped.winsock2.Winsock2.WSACloseEvent;
import static dev.overlapped.winsock2.Winsock2.WSACreateEvent;
import static dev.overlapped.winsock2.Winsock2.WSAGetLastError;
import static dev.overlapped.winsock2.Winsock2.WSAGetOverlappedResult;
import static dev.overlapped.winsock2.Winsock2.WSASetEvent;
import static dev.overlapped.winsock2.Winsock2.WSAWaitForMultipleEvents;
import static dev.overlapped.winsock2.Winsock2.WSA_INFINITE;
import static dev.overlapped.winsock2.Winsock2.WSA_WAIT_EVENT_0;
import static dev.overlapped.winsock2.Winsock2.recv;
import static dev.overlapped.winsock2.Winsock2.send;
import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.winsock2.types.DWORD;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/// One thread in one of the waits that the library has, for ever, until the test lets it go.
final class Waiting {
    /// The waits there are.
    enum Kind { RECV, SEND, ACCEPT, SLEEP, EVENTS, RESULT }

    private static final int LARGE = 16 << 20;

    private final Kind kind;
    private final Loopback loopback;
    /// For RECV, SEND and RESULT.
    private final SocketChannel peer;
    private final long socket;
    /// For EVENTS.
    private final long event = WSACreateEvent();
    /// For SLEEP.
    private volatile int threadId;

    /// Made on a thread that may block.
    Waiting(Kind kind, Loopback loopback) {
        this.kind = kind;
        this.loopback = loopback;
        boolean connects = kind == Kind.RECV || kind == Kind.SEND || kind == Kind.RESULT;
        peer = connects ? loopback.peer() : null;
        socket = connects ? loopback.accepted() : 0;
    }

    /// Waits on the calling thread until [#letGo], and returns if the wait ended as it should. `ready` is
    /// called just before.
    void await(Runnable ready) {
        threadId = GetCurrentThreadId();
        switch (kind) {
            case RECV -> {
                ready.run();
                assertThat(recv(socket, MemorySegment.ofArray(new byte[2]), 2, 0)).isOne();
            }
            case SEND -> {
                ready.run();
                assertThat(send(socket, MemorySegment.ofArray(new byte[LARGE]), LARGE, 0)).isEqualTo(LARGE);
            }
            case ACCEPT -> {
                ready.run();
                assertThat(loopback.accepted()).isPositive();
            }
            case SLEEP -> {
                ready.run();
                assertThat(SleepEx(INFINITE, true)).isEqualTo(WAIT_IO_COMPLETION);
            }
            case EVENTS -> {
                ready.run();
                assertThat(WSAWaitForMultipleEvents(1, new long[] {event}, false, WSA_INFINITE, true))
                        .isEqualTo(WSA_WAIT_EVENT_0);
            }
            case RESULT -> awaitResult(ready);
        }
    }

    private void awaitResult(Runnable ready) {
        try (Posted receive = Posted.receive(socket, 2).isPending()) {
            DWORD transferred = new DWORD(Posted.POISON);
            ready.run();
            assertThat(WSAGetOverlappedResult(socket, receive.overlapped, transferred, true, null))
                    .as("error %d", WSAGetLastError()).isTrue();
            assertThat(transferred.value).isOne();
        }
    }

    /// Makes what is waited for come true.
    void letGo() throws IOException {
        switch (kind) {
            case RECV, RESULT -> peer.write(ByteBuffer.wrap(new byte[1]));
            case SEND -> readAll();
            case ACCEPT -> loopback.peer();
            case SLEEP -> queueApc();
            case EVENTS -> assertThat(WSASetEvent(event)).isTrue();
        }
    }

    private void readAll() throws IOException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 20);
        for (long left = LARGE; left > 0;) {
            int read = peer.read(buffer.clear());
            assertThat(read).isPositive();
            left -= read;
        }
    }

    private void queueApc() {
        long thread = OpenThread(0, false, threadId);
        assertThat(thread).isPositive();
        assertThat(QueueUserAPC(parameter -> { }, thread, 0)).isOne();
        assertThat(CloseHandle(thread)).isTrue();
    }

    /// After the end.
    void close() {
        assertThat(WSACloseEvent(event)).isTrue();
    }
}
