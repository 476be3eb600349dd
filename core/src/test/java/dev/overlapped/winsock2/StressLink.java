package dev.overlapped.winsock2;

import static dev.overlapped.winsock2.Winsock2.closesocket;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;

/// A connection of the stress test: two sockets, a stream each way, and all requests in the order in which
/// they were started, which is the order of their bytes.
final class StressLink {
    /// DRAINING: no send starts any more, and everything sent is received. CLOSED: at least one end has been
    /// closed in the middle of things.
    enum State { OPEN, DRAINING, CLOSED }

    private static final Set<Integer> CODES = Set.of(0, Winerror.WSA_OPERATION_ABORTED,
            Winerror.WSAECONNABORTED, Winerror.WSAECONNRESET);

    final AtomicReference<State> state = new AtomicReference<>(State.OPEN);
    /// By the end that sends.
    private final Stream[] streams = {new Stream(), new Stream()};
    private final long[] sockets;

    StressLink(long connecting, long accepted) {
        sockets = new long[] {connecting, accepted};
    }

    long socket(int end) {
        return sockets[end];
    }

    /// Of the requests that send from this end.
    Order sends(int end) {
        return streams[end].sends;
    }

    /// Of the requests that receive at this end.
    Order receives(int end) {
        return streams[1 - end].receives;
    }

    void close(int end) {
        assertThat(closesocket(sockets[end])).isZero();
    }

    /// Both ends are closed: everything has ended, and what has arrived is what was sent. Returns how many
    /// bytes that were.
    long verify() {
        long bytes = 0;
        for (Stream stream : streams) {
            bytes += stream.verify(state.get() == State.DRAINING);
        }
        return bytes;
    }

    /// Requests of one direction, in the order of their start: whoever starts one holds the lock.
    static final class Order {
        final ReentrantLock lock = new ReentrantLock();
        private final List<StressRequest> requests = new ArrayList<>();

        void add(StressRequest request) {
            requests.add(request);
        }

        /// The call was refused.
        void remove(StressRequest request) {
            requests.remove(request);
        }
    }

    private static final class Stream {
        private final Order sends = new Order();
        private final Order receives = new Order();
        private Iterator<StressRequest> unread;
        /// What is left of the send at which the reading is.
        private MemorySegment rest = MemorySegment.ofArray(new byte[0]);

        long verify(boolean complete) {
            sends.lock.lock();
            receives.lock.lock();
            try {
                sends.requests.forEach(Stream::verifyEnd);
                receives.requests.forEach(Stream::verifyEnd);
                unread = sends.requests.iterator();
                long bytes = 0;
                for (StressRequest receive : receives.requests) {
                    read(receive);
                    bytes += receive.InternalHigh;
                }
                while (complete && rest.byteSize() == 0 && nextSend()) {
                    // Sends that moved nothing are all that may follow.
                }
                assertThat(complete ? rest.byteSize() : 0).as("bytes lost of %s%nreceived %s",
                        sends.requests, receives.requests).isZero();
                sends.requests.forEach(StressRequest::forgetMemory);
                receives.requests.forEach(StressRequest::forgetMemory);
                return bytes;
            } finally {
                receives.lock.unlock();
                sends.lock.unlock();
            }
        }

        private static void verifyEnd(StressRequest request) {
            assertThat(request.hasCompleted()).as("%s", request).isTrue();
            assertThat(request.code()).as("%s", request)
                    .matches(code -> CODES.contains(code) || request.telling == StressRequest.Telling.CALL);
            assertThat(request.InternalHigh).as("%s", request).isBetween(0L, (long) request.length);
            assertThat(request.Offset).isEqualTo(Posted.POISON);
        }

        private void read(StressRequest receive) {
            long at = 0;
            while (at < receive.InternalHigh) {
                while (rest.byteSize() == 0) {
                    assertThat(nextSend()).as("something was sent for byte %d of %s", at, receive).isTrue();
                }
                long count = Math.min(rest.byteSize(), receive.InternalHigh - at);
                long wrong = receive.memory().asSlice(at, count).mismatch(rest.asSlice(0, count));
                assertThat(wrong).as("first wrong byte from %d of %s", at, receive).isEqualTo(-1);
                rest = rest.asSlice(count);
                at += count;
            }
        }

        /// A send that failed may have moved any of its bytes, and is the last that moved any.
        private boolean nextSend() {
            if (!unread.hasNext()) {
                return false;
            }
            StressRequest send = unread.next();
            boolean counts = send.telling != StressRequest.Telling.CALL
                    && send.code() == Winerror.WSA_OPERATION_ABORTED;
            if (send.code() == 0 || counts) {
                rest = send.sent().asSlice(0, send.InternalHigh);
            } else {
                rest = send.sent();
                unread = List.<StressRequest>of().iterator();
            }
            return true;
        }
    }
}
