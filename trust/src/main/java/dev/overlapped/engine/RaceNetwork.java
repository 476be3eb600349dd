package dev.overlapped.engine;

import dev.overlapped.address.Endpoint;
import dev.overlapped.provider.BufferList;
import dev.overlapped.provider.ConnectionEnd;
import dev.overlapped.provider.Errno;
import dev.overlapped.provider.Interest;
import dev.overlapped.provider.NameQuery;
import dev.overlapped.provider.PeerAddress;
import dev.overlapped.provider.Poller;
import dev.overlapped.provider.Resolution;
import dev.overlapped.provider.SocketKind;
import dev.overlapped.provider.SocketOptionName;
import dev.overlapped.provider.Threads;
import dev.overlapped.provider.TransportProvider;
import dev.overlapped.provider.epoll.EpollProvider;
import java.lang.foreign.MemorySegment;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/// The seam for races: a network that any thread may use, so small that thousands of them are made each
/// second. Nothing happens in it by itself: a race says when bytes come in and when time passes.
///
/// It counts what the engine must never do: to use a descriptor after its close, to close one twice, to make
/// two calls at a time in one direction, to call a poller that is closed. One monitor guards all that is not
/// atomic, the pollers included.
final class RaceNetwork implements TransportProvider {
    private static final Threads SYSTEM = new EpollProvider().threads();
    /// Far longer than any race takes: a wait that lasts so long has missed what would have ended it.
    static final long PATIENCE_NANOS = 10_000_000_000L;
    /// Longer than the engine thread is ever patient.
    private static final long STEP_NANOS = 10_000_000_000L;
    /// The engine's timer, a listener, and two connections.
    private static final int DESCRIPTORS_MAX = 4;

    /// What a descriptor stands for.
    static final class Line {
        private int bytes;
        private int taken;
        private boolean due;
        private boolean open;
        private final AtomicBoolean receiving = new AtomicBoolean();
        private final AtomicBoolean sending = new AtomicBoolean();

        /// What is ready, in the words of [Interest]. There is always room to send.
        int readiness() {
            return (bytes > 0 || due ? Interest.READ : 0) | Interest.WRITE;
        }
    }

    private final Line[] lines = new Line[DESCRIPTORS_MAX];
    private int opened;
    private Line timer;
    private boolean timerArmed;
    private long passedNanos;
    private final int pollersMax;
    private final List<RacePoller> pollers = new ArrayList<>();
    private final AtomicInteger mistakes = new AtomicInteger();
    private volatile boolean overslept;

    RaceNetwork(int pollersMax) {
        this.pollersMax = pollersMax;
        for (int i = 0; i < DESCRIPTORS_MAX; i++) {
            lines[i] = new Line();
        }
    }

    // ---- what a race does ----

    /// Bytes come in.
    synchronized void arrive(int descriptor, int bytes) {
        lines[descriptor].bytes += bytes;
        signal(lines[descriptor], Interest.READ);
    }

    /// Time passes. Whether the timer was armed, and so is due.
    synchronized boolean passTime() {
        passedNanos += STEP_NANOS;
        boolean due = timerArmed;
        if (due) {
            timerArmed = false;
            timer.due = true;
            signal(timer, Interest.READ);
        }
        return due;
    }

    private void signal(Line line, int readiness) {
        for (RacePoller poller : pollers) {
            poller.signal(line, readiness);
        }
        notifyAll();
    }

    // ---- what a race asks ----

    /// Bytes that are there and have not been received.
    synchronized int bytesLeft(int descriptor) {
        return lines[descriptor].bytes;
    }

    /// Bytes that have been taken, to be sent.
    synchronized int bytesSent(int descriptor) {
        return lines[descriptor].taken;
    }

    synchronized boolean isTimerArmed() {
        return timerArmed;
    }

    /// What the engine must not have done.
    int mistakes() {
        return mistakes.get();
    }

    void mistake() {
        mistakes.incrementAndGet();
    }

    /// Whether somebody has slept through what would have ended his wait.
    boolean hasOverslept() {
        return overslept;
    }

    void oversleep() {
        overslept = true;
    }

    // ---- the seam ----

    @Override
    public synchronized int open(SocketKind kind) {
        lines[opened].open = true;
        return opened++;
    }

    /// What `descriptor` stands for; null, and a mistake, if it is closed.
    synchronized Line line(int descriptor) {
        Line line = descriptor < 0 ? null : lines[descriptor];
        if (line == null || !line.open) {
            mistake();
            return null;
        }
        return line;
    }

    /// Of few buffers all are used; of more the first one, which the seam allows: so a long receive takes
    /// many attempts.
    @Override
    public long receive(int descriptor, BufferList buffers, int flags) {
        Line line = line(descriptor);
        if (line == null) {
            return -Errno.EBADF;
        }
        mustBeAlone(line.receiving);
        long moved;
        synchronized (this) {
            long wanted = buffers.pieces() > PIECES_USED_MIN ? buffers.length(0) : buffers.remaining();
            moved = Math.min(wanted, line.bytes);
            line.bytes -= (int) moved;
        }
        line.receiving.set(false);
        return moved == 0 ? -Errno.EAGAIN : moved;
    }

    @Override
    public long send(int descriptor, BufferList buffers, long bytesMax, int flags) {
        Line line = line(descriptor);
        if (line == null) {
            return -Errno.EBADF;
        }
        mustBeAlone(line.sending);
        long moved = Math.min(bytesMax, buffers.remaining());
        synchronized (this) {
            line.taken += (int) moved;
        }
        line.sending.set(false);
        return moved;
    }

    private void mustBeAlone(AtomicBoolean calling) {
        if (!calling.compareAndSet(false, true)) {
            mistake();
        }
    }

    @Override
    public synchronized int close(int descriptor, boolean forgiving) {
        Line line = line(descriptor);
        if (line == null) {
            return -Errno.EBADF;
        }
        if (line.receiving.get() || line.sending.get()) {
            mistake();
        }
        line.open = false;
        return 0;
    }

    @Override
    public synchronized Poller openPoller() {
        if (pollers.size() == pollersMax) {
            return null;
        }
        RacePoller poller = new RacePoller(this);
        pollers.add(poller);
        return poller;
    }

    @Override
    public synchronized int openTimer() {
        int descriptor = open(null);
        timer = lines[descriptor];
        return descriptor;
    }

    @Override
    public synchronized int setTimer(int descriptor, long nanos) {
        timerArmed = true;
        timer.due = false;
        return 0;
    }

    /// Threads are asked whether they live, as on a kernel that cannot watch one.
    @Override
    public int openThreadWatch(int threadId) {
        return -Errno.ENOSYS;
    }

    @Override
    public synchronized long nanoTime() {
        return System.nanoTime() + passedNanos;
    }

    // ---- what no race needs ----

    private static UnsupportedOperationException notHere() {
        return new UnsupportedOperationException("no race needs that");
    }

    @Override
    public int bind(int descriptor, SocketKind kind, SocketAddress address) {
        throw notHere();
    }

    @Override
    public int listen(int descriptor, int backlog) {
        throw notHere();
    }

    @Override
    public int accept(int descriptor, PeerAddress peer) {
        throw notHere();
    }

    @Override
    public int connect(int descriptor, SocketKind kind, SocketAddress to) {
        throw notHere();
    }

    @Override
    public long sendTo(int descriptor, BufferList buffers, int flags, Endpoint to) {
        throw notHere();
    }

    @Override
    public long receiveFrom(int descriptor, BufferList buffers, int flags, Endpoint from) {
        throw notHere();
    }

    @Override
    public int shutdownSending(int descriptor) {
        throw notHere();
    }

    @Override
    public SocketAddress localAddress(int descriptor) {
        throw notHere();
    }

    @Override
    public SocketAddress peerAddress(int descriptor) {
        throw notHere();
    }

    @Override
    public int setOption(int descriptor, SocketOptionName option, MemorySegment value) {
        throw notHere();
    }

    @Override
    public int option(int descriptor, SocketOptionName option, MemorySegment value) {
        throw notHere();
    }

    @Override
    public int available(int descriptor) {
        throw notHere();
    }

    @Override
    public int atMark(int descriptor) {
        throw notHere();
    }

    @Override
    public ConnectionEnd connectionEnd(int descriptor) {
        throw notHere();
    }

    @Override
    public Threads threads() {
        return SYSTEM;
    }

    @Override
    public Resolution resolve(NameQuery query) {
        throw notHere();
    }
}
