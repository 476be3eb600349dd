package dev.overlapped.trust.soak;

import dev.overlapped.Alertable;
import dev.overlapped.Overlapped;
import dev.overlapped.OverlappedSocket;
import dev.overlapped.WaitableEvent;
import dev.overlapped.WinsockException;
import dev.overlapped.winsock2.Winerror;
import java.lang.foreign.MemorySegment;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/// A connection of the idiomatic API.
final class IdiomaticEnd implements End {
    private static final Duration LOOK = Duration.ofMillis(50);

    private final OverlappedSocket socket;

    IdiomaticEnd(OverlappedSocket socket) {
        this.socket = socket;
    }

    @Override
    public Pending send(MemorySegment bytes, Way way) {
        return new Request(socket.send(bytes), way);
    }

    @Override
    public Pending receive(MemorySegment room, Way way) {
        return new Request(socket.receive(room), way);
    }

    @Override
    public void endOutput() {
        try {
            socket.shutdownOutput();
        } catch (WinsockException e) {
            requireEnded(e);
        }
    }

    @Override
    public void reset() {
        try {
            socket.option(StandardSocketOptions.SO_LINGER, 0);
        } catch (WinsockException e) {
            requireEnded(e);
        }
        close();
    }

    /// The other end may have ended the connection before, or another thread this one.
    private static void requireEnded(WinsockException e) {
        switch (e.code()) {
            case Winerror.WSAENOTSOCK, Winerror.WSAENOTCONN, Winerror.WSAECONNRESET, Winerror.WSAECONNABORTED,
                    Winerror.WSAEINVAL -> { }
            default -> throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        socket.close();
    }

    private static final class Request implements Pending {
        private final Overlapped<Long> request;
        private final Way way;
        private final CompletableFuture<Long> future;
        /// Runs of the routine, or ends of the future.
        private final AtomicInteger runs = new AtomicInteger();

        Request(Overlapped<Long> request, Way way) {
            this.request = request;
            this.way = way;
            this.future = way == Way.FUTURE ? request.toCompletableFuture() : null;
            if (way == Way.ROUTINE) {
                request.onCompletion(_ -> runs.incrementAndGet());
            } else if (way == Way.FUTURE) {
                var _ = future.whenComplete((_, _) -> runs.incrementAndGet());
            }
        }

        @Override
        public void await() throws InterruptedException {
            switch (way) {
                case ROUTINE -> {
                    while (runs.get() == 0) {
                        Alertable.sleep(LOOK);
                    }
                }
                case EVENT -> WaitableEvent.awaitAny(request);
                case ALERTABLE -> Alertable.await(request);
                case RESULT -> {
                    try {
                        request.await();
                    } catch (WinsockException e) {
                        requireTold(e);
                    }
                }
                case CALL -> {
                    while (!request.await(LOOK)) {
                        Thread.onSpinWait();
                    }
                }
                case FUTURE -> {
                    try {
                        future.get();
                    } catch (ExecutionException e) {
                        requireTold((WinsockException) e.getCause());
                    }
                }
            }
        }

        private void requireTold(WinsockException e) {
            if (e.code() != code()) {
                throw new AssertionError("another code: " + code(), e);
            }
        }

        @Override
        public void cancel() {
            request.cancel();
        }

        @Override
        public boolean isDone() {
            return request.isDone();
        }

        @Override
        public boolean endsWithThread() {
            return way == Way.ROUTINE;
        }

        @Override
        public int code() {
            WinsockException failure = request.failure();
            return failure == null ? 0 : failure.code();
        }

        @Override
        public long bytes() {
            return Math.max(0, request.bytes());
        }

        @Override
        public String toString() {
            return way + ", " + request;
        }

        @Override
        public String complaint(boolean abandoned) {
            boolean counts = way == Way.ROUTINE || way == Way.FUTURE;
            boolean maybeLater = way == Way.FUTURE || abandoned;
            boolean is = !counts || runs.get() == 1 || (runs.get() == 0 && maybeLater);
            return is ? null : "it was told of " + runs.get() + " times";
        }
    }
}
