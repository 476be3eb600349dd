package dev.overlapped.trust.soak;

import static dev.overlapped.winsock2.Winbase.HasOverlappedIoCompleted;
import static dev.overlapped.winsock2.Winsock2.*;

import dev.overlapped.winsock2.Ioapiset;
import dev.overlapped.winsock2.Synchapi;
import dev.overlapped.winsock2.Winerror;
import dev.overlapped.winsock2.types.DWORD;
import dev.overlapped.winsock2.types.WSABUF;
import dev.overlapped.winsock2.types.WSAOVERLAPPED;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;

/// A connection by Winsock's names.
final class WinsockEnd implements End {
    /// How long one look for routines takes at most: those of a thread that is gone never run.
    private static final int LOOK_MS = 50;

    private static final int STATUS_INSUFFICIENT_RESOURCES = 0xC000009A;
    private static final int STATUS_CANCELLED = 0xC0000120;
    private static final int STATUS_CONNECTION_RESET = 0xC000020D;
    private static final int STATUS_CONNECTION_ABORTED = 0xC0000241;

    private final long socket;

    WinsockEnd(long socket) {
        this.socket = socket;
    }

    @Override
    public Pending send(MemorySegment bytes, Way way) {
        return start(true, bytes, way);
    }

    @Override
    public Pending receive(MemorySegment room, Way way) {
        return start(false, room, way);
    }

    private Pending start(boolean sends, MemorySegment memory, Way way) {
        WSABUF[] buffers = {new WSABUF(memory, (int) memory.byteSize())};
        if (way == Way.CALL) {
            DWORD moved = new DWORD();
            int result = sends ? WSASend(socket, buffers, 1, moved, 0, null, null)
                    : WSARecv(socket, buffers, 1, moved, new DWORD(), null, null);
            return new Call(result == SOCKET_ERROR ? WSAGetLastError() : 0, moved.value);
        }
        Request request = new Request(socket, way);
        int result = sends
                ? WSASend(socket, buffers, 1, null, 0, request, way == Way.ROUTINE ? Request::told : null)
                : WSARecv(socket, buffers, 1, null, new DWORD(), request,
                        way == Way.ROUTINE ? Request::told : null);
        return request.started(result == SOCKET_ERROR ? WSAGetLastError() : 0);
    }

    @Override
    public void endOutput() {
        shutdown(socket, SD_SEND);
    }

    @Override
    public void reset() {
        setsockopt(socket, SOL_SOCKET, SO_LINGER, MemorySegment.ofArray(new short[] {1, 0}), 4);
        close();
    }

    @Override
    public void close() {
        closesocket(socket);
    }

    /// A call without lpOverlapped, which is over when it returns.
    private record Call(int code, long bytes) implements Pending {
        @Override
        public void await() {
        }

        @Override
        public void cancel() {
        }

        @Override
        public boolean isDone() {
            return true;
        }

        @Override
        public boolean endsWithThread() {
            return true;
        }

        @Override
        public String complaint(boolean abandoned) {
            return null;
        }
    }

    /// Java's CONTAINING_RECORD.
    private static final class Request extends WSAOVERLAPPED implements Pending {
        private final long socket;
        private final Way way;
        private final AtomicInteger runs = new AtomicInteger();
        /// The code of the call, if it has not begun.
        private int refusal;
        /// What the routine was told.
        private volatile int toldCode;
        private volatile long toldBytes;

        Request(long socket, Way way) {
            this.socket = socket;
            this.way = way;
            if (way != Way.ROUTINE) {
                hEvent = WSACreateEvent();
            }
        }

        Request started(int code) {
            refusal = code == Winerror.WSA_IO_PENDING ? 0 : code;
            return this;
        }

        private static void told(int error, int bytes, WSAOVERLAPPED overlapped, int flags) {
            Request self = (Request) overlapped;
            self.toldCode = error;
            self.toldBytes = Integer.toUnsignedLong(bytes);
            self.runs.incrementAndGet();
        }

        @Override
        public void await() {
            if (refusal != 0) {
                return;
            }
            switch (way) {
                case ROUTINE -> {
                    while (runs.get() == 0) {
                        Synchapi.SleepEx(LOOK_MS, true);
                    }
                }
                case RESULT -> {
                    WSAGetOverlappedResult(socket, this, new DWORD(), true, new DWORD());
                    // Whoever closes the socket takes its name first, and then ends its requests.
                    awaitEvent(false);
                }
                case FUTURE -> {
                    while (!isDone()) {
                        Synchapi.SleepEx(1, false);
                    }
                }
                default -> awaitEvent(way == Way.ALERTABLE);
            }
        }

        private void awaitEvent(boolean alertable) {
            int ended;
            do {
                ended = WSAWaitForMultipleEvents(1, new long[] {hEvent}, false, WSA_INFINITE, alertable);
            } while (ended == WSA_WAIT_IO_COMPLETION);
        }

        @Override
        public void cancel() {
            // That it is not found any more is no mistake.
            Ioapiset.CancelIoEx(socket, this);
        }

        @Override
        public boolean isDone() {
            return refusal != 0 || HasOverlappedIoCompleted(this);
        }

        @Override
        public boolean endsWithThread() {
            return true;
        }

        @Override
        public int code() {
            return refusal != 0 ? refusal : codeOf((int) Internal);
        }

        /// Of those statuses that the soak brings about; another one is its own number, which is no code.
        private static int codeOf(int status) {
            return switch (status) {
                case STATUS_CANCELLED -> Winerror.WSA_OPERATION_ABORTED;
                case STATUS_CONNECTION_RESET -> Winerror.WSAECONNRESET;
                case STATUS_CONNECTION_ABORTED -> Winerror.WSAECONNABORTED;
                case STATUS_INSUFFICIENT_RESOURCES -> Winerror.WSAENOBUFS;
                default -> status;
            };
        }

        @Override
        public long bytes() {
            return refusal != 0 ? 0 : InternalHigh;
        }

        @Override
        public String complaint(boolean abandoned) {
            String complaint = refusal == 0 ? complaintOfTold(abandoned)
                    : runs.get() == 0 ? null : "it was told of, and had not begun";
            if (hEvent != 0) {
                WSACloseEvent(hEvent);
            }
            return complaint;
        }

        @Override
        public String toString() {
            return way + ", status " + Long.toHexString(Internal) + ", refusal " + refusal;
        }

        private String complaintOfTold(boolean abandoned) {
            if (way == Way.ROUTINE) {
                if (runs.get() > 1 || (runs.get() == 0 && !abandoned)) {
                    return "its routine ran " + runs.get() + " times";
                }
                return runs.get() == 0 || (toldCode == code() && toldBytes == bytes()) ? null
                        : "its routine was told " + toldCode + ", " + toldBytes;
            }
            int signalled = WSAWaitForMultipleEvents(1, new long[] {hEvent}, false, 0, false);
            return signalled == WSA_WAIT_EVENT_0 ? null : "its event is not signalled: " + signalled;
        }
    }
}
