package dev.overlapped.provider.simulated;

import dev.overlapped.provider.BufferList;
import dev.overlapped.provider.Errno;
import dev.overlapped.provider.SocketKind;
import dev.overlapped.provider.SocketOptionName;
import dev.overlapped.provider.simulated.SimulatedPoller.Source;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Function;

/// A TCP socket as the kernel would have it: its states, and what they answer. Results are a count or
/// `-errno`.
final class StreamSocket {
    private enum State { FRESH, LISTENING, CONNECTING, CONNECTED }

    /// A connect that finds no room in the backlog knocks again, as a lost SYN is sent again.
    private static final int KNOCKS_MAX = 6;
    private static final long KNOCK_NANOS = 1_000_000_000;

    private final Schedule schedule;
    private final SocketKind kind;
    private final Source source = new Source(this::readiness, this::toString);
    private final Map<SocketOptionName, byte[]> options = new EnumMap<>(SocketOptionName.class);
    private State state = State.FRESH;
    private InetSocketAddress local;
    private InetSocketAddress remote;
    /// Its local address is its own, not that of the listener it came from.
    private boolean bound;
    /// Told once, by the next call that can.
    private int error;
    private boolean closed;

    /// Of a listener: connections that nobody has accepted yet.
    private final ArrayDeque<StreamSocket> waiting = new ArrayDeque<>();
    private int backlog;

    /// Of a connection.
    private StreamSocket peer;
    private Pipe incoming;
    private Pipe outgoing;
    private boolean sendingEnded;
    private boolean lost;

    StreamSocket(Schedule schedule, SocketKind kind) {
        this.schedule = schedule;
        this.kind = kind;
    }

    private int readiness() {
        return switch (state) {
            case LISTENING -> waiting.isEmpty() ? 0 : Source.READABLE;
            case FRESH -> Source.WRITABLE | Source.BROKEN;
            case CONNECTING -> 0;
            case CONNECTED -> lost ? Source.EVERYTHING : readinessOfConnection();
        };
    }

    private int readinessOfConnection() {
        boolean ended = incoming.hasEnded();
        int readable = ended || incoming.arrived() > 0 ? Source.READABLE : 0;
        int writable = sendingEnded || outgoing.isWritable() ? Source.WRITABLE : 0;
        return readable | writable | (ended ? Source.PEER_ENDED : 0)
                | (ended && sendingEnded ? Source.BROKEN : 0);
    }

    Source source() {
        return source;
    }

    SocketKind kind() {
        return kind;
    }

    InetSocketAddress local() {
        return local;
    }

    InetSocketAddress remote() {
        return state == State.CONNECTED ? remote : null;
    }

    Map<SocketOptionName, byte[]> options() {
        return options;
    }

    // ---- making connections ----

    void bind(InetSocketAddress address) {
        local = address;
        bound = true;
    }

    boolean isBound() {
        return bound;
    }

    int listen(int connectionsMax) {
        if (state == State.CONNECTING || state == State.CONNECTED) {
            return -Errno.EINVAL;
        }
        state = State.LISTENING;
        backlog = Math.max(1, connectionsMax);
        return 0;
    }

    boolean isListening() {
        return state == State.LISTENING && !closed;
    }

    /// A connection that waits, or null.
    StreamSocket accept() {
        return waiting.poll();
    }

    /// Begins to connect, or tells how it is going. `listeners` finds who listens at an address.
    int connect(InetSocketAddress to, Function<InetSocketAddress, StreamSocket> listeners) {
        if (state == State.LISTENING) {
            return -Errno.EISCONN;
        }
        if (state == State.FRESH && error == 0) {
            state = State.CONNECTING;
            remote = to;
            schedule.soon(() -> knock(listeners, KNOCKS_MAX));
        }
        return switch (state) {
            case CONNECTED -> 0;
            case CONNECTING -> -Errno.EAGAIN;
            default -> -takeError();
        };
    }

    private void knock(Function<InetSocketAddress, StreamSocket> listeners, int knocks) {
        if (closed) {
            return;
        }
        StreamSocket listener = listeners.apply(remote);
        if (listener == null || schedule.happens(schedule.options().refusedConnects())) {
            failToConnect(Errno.ECONNREFUSED);
        } else if (listener.waiting.size() < listener.backlog) {
            StreamSocket accepted = new StreamSocket(schedule, kind);
            accepted.join(this, remote, local);
            join(accepted, local, remote);
            incoming = accepted.outgoing = new Pipe(schedule, accepted.source, source);
            outgoing = accepted.incoming = new Pipe(schedule, source, accepted.source);
            listener.waiting.add(accepted);
            listener.source.signal(Source.READABLE);
            source.signal(Source.EVERYTHING);
        } else if (knocks == 1) {
            failToConnect(Errno.ETIMEDOUT);
        } else {
            schedule.after(KNOCK_NANOS, () -> knock(listeners, knocks - 1));
        }
    }

    private void join(StreamSocket other, InetSocketAddress here, InetSocketAddress there) {
        state = State.CONNECTED;
        peer = other;
        local = here;
        remote = there;
    }

    private void failToConnect(int errno) {
        state = State.FRESH;
        error = errno;
        source.signal(Source.EVERYTHING);
    }

    private int takeError() {
        int told = error;
        error = 0;
        return told;
    }

    // ---- moving bytes ----

    long send(BufferList buffers, long bytesMax) {
        long asked = Math.min(bytesMax, buffers.remaining());
        if (!isUsable(buffers, asked, false)) {
            return -Errno.EFAULT;
        }
        if (error != 0) {
            return -takeError();
        }
        if (state == State.CONNECTING) {
            return -Errno.EAGAIN;
        }
        if (state != State.CONNECTED || sendingEnded || lost) {
            return -Errno.EPIPE;
        }
        int admitted = outgoing.admit(asked);
        if (admitted > 0) {
            outgoing.write(buffers, admitted);
        }
        return admitted > 0 || asked == 0 ? admitted : -Errno.EAGAIN;
    }

    long receive(BufferList buffers, boolean peek) {
        if (!isUsable(buffers, buffers.remaining(), true)) {
            return -Errno.EFAULT;
        }
        if (state == State.CONNECTED && incoming.arrived() > 0) {
            return incoming.read(buffers, peek);
        }
        if (error != 0) {
            return -takeError();
        }
        if (state != State.CONNECTED) {
            return -Errno.ENOTCONN;
        }
        return lost || incoming.hasEnded() ? 0 : -Errno.EAGAIN;
    }

    /// Looked at before any byte moves. Nothing can change in between, since there is only one thread.
    private static boolean isUsable(BufferList buffers, long bytes, boolean toWrite) {
        long left = bytes;
        for (int i = 0; left > 0; i++) {
            MemorySegment segment = buffers.segment(i);
            long length = Math.min(left, buffers.length(i));
            if (!segment.scope().isAlive() || !segment.isAccessibleBy(Thread.currentThread())
                    || (toWrite && segment.isReadOnly()) || length > segment.byteSize() - buffers.start(i)) {
                return false;
            }
            left -= length;
        }
        return true;
    }

    int available() {
        return state == State.CONNECTED ? incoming.arrived() : 0;
    }

    // ---- ending ----

    int shutdownSending() {
        if (state != State.CONNECTED || lost) {
            return -Errno.ENOTCONN;
        }
        if (!sendingEnded) {
            sendingEnded = true;
            outgoing.end();
            source.signal(Source.EVERYTHING);
        }
        return 0;
    }

    /// Closes: bytes that nobody has taken, now or when they arrive, are answered with a reset.
    void close() {
        closed = true;
        source.close();
        for (StreamSocket unaccepted : waiting) {
            unaccepted.closed = true;
            unaccepted.abort();
        }
        waiting.clear();
        if (state != State.CONNECTED || lost) {
            return;
        }
        if (incoming.arrived() > 0 || lingersForNothing()) {
            abort();
            return;
        }
        incoming.abandon(this::abort);
        if (!sendingEnded) {
            sendingEnded = true;
            outgoing.end();
        }
    }

    private boolean lingersForNothing() {
        byte[] linger = options.get(SocketOptionName.LINGER);
        if (linger == null || linger.length < 2 * Integer.BYTES) {
            return false;
        }
        MemorySegment numbers = MemorySegment.ofArray(linger);
        return numbers.get(ValueLayout.JAVA_INT_UNALIGNED, 0) != 0
                && numbers.get(ValueLayout.JAVA_INT_UNALIGNED, Integer.BYTES) == 0;
    }

    private void abort() {
        incoming.cut();
        outgoing.cut();
        schedule.soon(peer::lose);
    }

    /// The connection is lost, to both sides.
    void reset() {
        if (state == State.CONNECTED) {
            lose();
            peer.lose();
        }
    }

    /// A reset has come. After the peer's end it means that our bytes met a closed door.
    private void lose() {
        if (lost || closed) {
            return;
        }
        lost = true;
        error = incoming.hasEnded() ? Errno.EPIPE : Errno.ECONNRESET;
        incoming.cut();
        outgoing.cut();
        source.signal(Source.EVERYTHING);
    }

    @Override
    public String toString() {
        String connection = state != State.CONNECTED ? ""
                : " to " + remote + " (in: " + incoming + "; out: " + outgoing + ")" + (lost ? ", lost" : "");
        return state + " " + local + connection;
    }
}
