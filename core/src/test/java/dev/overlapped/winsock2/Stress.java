package dev.overlapped.winsock2;

import static dev.overlapped.winsock2.Mswsock.AcceptEx;
import static dev.overlapped.winsock2.Winsock2.INVALID_SOCKET;
import static dev.overlapped.winsock2.Winsock2.MSG_WAITALL;
import static dev.overlapped.winsock2.Winsock2.SD_SEND;
import static dev.overlapped.winsock2.Winsock2.WSAGetLastError;
import static dev.overlapped.winsock2.Winsock2.WSAWaitForMultipleEvents;
import static dev.overlapped.winsock2.Winsock2.WSA_WAIT_EVENT_0;
import static dev.overlapped.winsock2.Winsock2.accept;
import static dev.overlapped.winsock2.Winsock2.closesocket;
import static dev.overlapped.winsock2.Winsock2.connect;
import static dev.overlapped.winsock2.Winsock2.recv;
import static dev.overlapped.winsock2.Winsock2.send;
import static dev.overlapped.winsock2.Winsock2.setsockopt;
import static dev.overlapped.winsock2.Winsock2.shutdown;
import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.winsock2.types.SOCKADDR_IN;
import dev.overlapped.winsock2.types.WSAOVERLAPPED;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;

/// Platform and virtual threads that do everything at once to the same few connections, at random; and one
/// thread, the caller of [#run], that keeps ending connections, so that every wait ends.
///
/// What must hold: each request ends exactly once and is told of exactly once, where and as it asked; what
/// arrives is what was sent, in order, whatever is cancelled; nothing hangs.
final class Stress {
    static final int LINKS = 8;
    /// Requests that any thread may wait for or cancel.
    static final int BOARD = 64;
    /// Without any operation for so long something hangs.
    private static final long PATIENCE_NANOS = 8_000_000_000L;
    private static final int PATIENCE_MS = 8000;

    final long seed;
    final AtomicReferenceArray<StressLink> links = new AtomicReferenceArray<>(LINKS);
    final AtomicReferenceArray<StressRequest> board = new AtomicReferenceArray<>(BOARD);
    final AtomicInteger operations = new AtomicInteger();
    final List<StressActor> actors = new ArrayList<>();
    private final Loopback loopback;
    private final Queue<StressLink> retired = new ConcurrentLinkedQueue<>();
    private final Queue<StressRequest> requests = new ConcurrentLinkedQueue<>();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    /// Connections that were accepted by somebody else than who made them, by who made them.
    private final ConcurrentHashMap<Long, CompletableFuture<Long>> accepted = new ConcurrentHashMap<>();
    /// Events that several requests share, closed at the end.
    private final Queue<Long> events = new ConcurrentLinkedQueue<>();
    private long bytes;

    Stress(Loopback loopback, long seed) {
        this.loopback = loopback;
        this.seed = seed;
    }

    /// Runs `threads` actors, half of them virtual, for `each` operations each, and checks everything.
    /// Returns what was done, for whoever looks.
    String run(int threads, int each) {
        Random random = new Random(seed);
        Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((thread, thrown) -> fail(thrown));
        try {
            for (int i = 0; i < LINKS; i++) {
                links.set(i, connected(random));
            }
            for (int i = 0; i < threads; i++) {
                actors.add(new StressActor(this, i, each));
            }
            actors.forEach(StressActor::start);
            endLinksUntilAllActorsHaveEnded(random);
            for (int i = 0; i < LINKS; i++) {
                retire(i, random.nextBoolean(), null);
            }
            verifyRetired();
            requests.forEach(StressActor::verifyTold);
            events.forEach(event -> assertThat(Winsock2.WSACloseEvent(event)).isTrue());
        } catch (Throwable e) {
            fail(e);
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(before);
        }
        if (failure.get() != null) {
            throw new AssertionError("seed " + seed, failure.get());
        }
        long aborted = requests.stream().filter(each1 -> each1.code() != 0).count();
        return "seed %d: %d operations, %d requests, %d not successful, %d bytes".formatted(seed,
                operations.get(),
                requests.size(), aborted, bytes);
    }

    boolean hasFailed() {
        return failure.get() != null;
    }

    void fail(Throwable thrown) {
        if (!failure.compareAndSet(null, thrown)) {
            failure.get().addSuppressed(thrown);
        }
    }

    long event() {
        long event = Winsock2.WSACreateEvent();
        events.add(event);
        return event;
    }

    void started(StressRequest request) {
        requests.add(request);
    }

    private void endLinksUntilAllActorsHaveEnded(Random random) {
        int seen = -1;
        long since = 0;
        while (actors.stream().anyMatch(StressActor::isAlive)) {
            if (hasFailed()) {
                return;
            }
            if (operations.get() != seen) {
                seen = operations.get();
                since = System.nanoTime();
            } else if (System.nanoTime() - since > PATIENCE_NANOS) {
                throw new AssertionError("something hangs: " + describe());
            }
            retire(random.nextInt(LINKS), random.nextBoolean(), random);
            verifyRetired();
            LockSupport.parkNanos(500_000);
        }
    }

    private String describe() {
        StringBuilder text = new StringBuilder();
        Thread.getAllStackTraces().forEach((thread, stack) -> text.append('\n').append(thread).append(' ')
                .append(thread.getState()).append("\n    ").append(List.of(stack)));
        actors.stream().filter(StressActor::isAlive).forEach(each -> text.append('\n').append(each));
        requests.stream().filter(each -> !each.hasCompleted()).limit(200)
                .forEach(each -> text.append('\n').append(each));
        return text.toString();
    }

    // ---- connections ----

    /// Ends a connection, if nobody else does, and puts a new one in its place, unless `random` is null.
    void retire(int index, boolean gracefully, Random random) {
        StressLink link = links.get(index);
        if (gracefully) {
            if (!beginDraining(link)) {
                return;
            }
            replace(index, random);
            drain(link);
            link.close(0);
            link.close(1);
        } else {
            if (!link.state.compareAndSet(StressLink.State.OPEN, StressLink.State.CLOSED)) {
                return;
            }
            link.close(link.hashCode() & 1);
            replace(index, random);
            link.close(~link.hashCode() & 1);
        }
        retired.add(link);
    }

    private void replace(int index, Random random) {
        if (random != null) {
            links.set(index, connected(random));
        }
    }

    private void verifyRetired() {
        for (StressLink link = retired.poll(); link != null; link = retired.poll()) {
            bytes += link.verify();
        }
    }

    /// From here on nothing more is sent; what is pending leaves first.
    private static boolean beginDraining(StressLink link) {
        if (!link.sends(0).lock.tryLock()) {
            return false;
        }
        try {
            if (!link.sends(1).lock.tryLock()) {
                return false;
            }
            try {
                if (!link.state.compareAndSet(StressLink.State.OPEN, StressLink.State.DRAINING)) {
                    return false;
                }
                assertThat(shutdown(link.socket(0), SD_SEND)).isZero();
                assertThat(shutdown(link.socket(1), SD_SEND)).isZero();
                return true;
            } finally {
                link.sends(1).lock.unlock();
            }
        } finally {
            link.sends(0).lock.unlock();
        }
    }

    /// Receives at both ends until both have seen the end. Others may receive too, and cancel these.
    private void drain(StressLink link) {
        StressRequest[] receives = new StressRequest[2];
        boolean[] ended = new boolean[2];
        while (!ended[0] || !ended[1]) {
            for (int end = 0; end < 2; end++) {
                if (receives[end] == null || (receives[end].hasCompleted() && !ended[end])) {
                    ended[end] = receives[end] != null && receives[end].code() == 0
                            && receives[end].InternalHigh == 0;
                    receives[end] = ended[end] ? receives[end] : receiveAt(link, end);
                }
            }
            int open = ended[0] ? 1 : 0;
            int count = ended[0] || ended[1] ? 1 : 2;
            long[] events = {receives[open].hEvent, receives[1].hEvent};
            if (!ended[open]) {
                assertThat(WSAWaitForMultipleEvents(count, events, false, PATIENCE_MS, false))
                        .as("drains %s and %s", receives[0], receives[1])
                        .isIn(WSA_WAIT_EVENT_0, WSA_WAIT_EVENT_0 + 1);
            }
        }
    }

    private StressRequest receiveAt(StressLink link, int end) {
        StressRequest receive = new StressRequest(false, 64 << 10, StressRequest.Telling.SHARED_EVENT);
        receive.hEvent = event();
        StressLink.Order order = link.receives(end);
        order.lock.lock();
        try {
            order.add(receive);
            int code = StressActor.post(link.socket(end), receive, 1, 0);
            assertThat(code).isIn(0, Winerror.WSA_IO_PENDING);
        } finally {
            order.lock.unlock();
        }
        requests.add(receive);
        return receive;
    }

    /// A new connection. Who makes one accepts one too, whosoever it is.
    private StressLink connected(Random random) {
        long connecting = loopback.unkept();
        if (random.nextBoolean()) {
            setsockopt(connecting, Winsock2.SOL_SOCKET, Winsock2.SO_SNDBUF,
                    MemorySegment.ofArray(new int[] {4096}), Integer.BYTES);
        }
        assertThat(connect(connecting, Loopback.loopback(loopback.port()), SOCKADDR_IN.SIZEOF)).isZero();
        MemorySegment hello = Arena.ofAuto().allocate(ValueLayout.JAVA_LONG);
        hello.set(ValueLayout.JAVA_LONG, 0, connecting);
        assertThat(send(connecting, hello, Long.BYTES, 0)).isEqualTo(Long.BYTES);
        MemorySegment heard = Arena.ofAuto().allocate(128, Long.BYTES);
        long somebody = switch (random.nextInt(3)) {
            case 0 -> acceptOverlapped(heard, 0);
            case 1 -> acceptOverlapped(heard, Long.BYTES);
            default -> {
                long socket = accept(loopback.listener(), null, null);
                assertThat(socket).as("%d", WSAGetLastError()).isNotEqualTo(INVALID_SOCKET);
                yield hear(socket, heard);
            }
        };
        accepted.computeIfAbsent(heard.get(ValueLayout.JAVA_LONG, 0), key -> new CompletableFuture<>())
                .complete(somebody);
        long own = accepted.computeIfAbsent(connecting, key -> new CompletableFuture<>()).join();
        accepted.remove(connecting);
        return new StressLink(connecting, own);
    }

    private static long hear(long socket, MemorySegment heard) {
        assertThat(recv(socket, heard, Long.BYTES, MSG_WAITALL)).isEqualTo(Long.BYTES);
        return socket;
    }

    private long acceptOverlapped(MemorySegment heard, int length) {
        long fresh = loopback.unkept();
        WSAOVERLAPPED overlapped = new WSAOVERLAPPED();
        overlapped.hEvent = Winsock2.WSACreateEvent();
        assertThat(AcceptEx(loopback.listener(), fresh, heard, length, 32, 32, null, overlapped)).isFalse();
        assertThat(WSAGetLastError()).isEqualTo(Winerror.WSA_IO_PENDING);
        int waited = WSAWaitForMultipleEvents(1, new long[] {overlapped.hEvent}, false, PATIENCE_MS, false);
        assertThat(waited).as("an accept").isEqualTo(WSA_WAIT_EVENT_0);
        assertThat(overlapped.Internal).isZero();
        assertThat(overlapped.InternalHigh).isEqualTo(length);
        assertThat(Winsock2.WSACloseEvent(overlapped.hEvent)).isTrue();
        return length > 0 ? fresh : hear(fresh, heard);
    }

    /// After a failure: whatever is open.
    void closeAll() {
        for (int i = 0; i < LINKS; i++) {
            StressLink link = links.get(i);
            if (link != null) {
                closesocket(link.socket(0));
                closesocket(link.socket(1));
            }
        }
    }
}
