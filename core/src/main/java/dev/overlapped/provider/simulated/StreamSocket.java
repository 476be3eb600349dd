package dev.overlapped.provider.simulated;

import dev.overlapped.provider.BufferList;
import dev.overlapped.provider.ConnectionEnd;
import dev.overlapped.provider.Errno;
import dev.overlapped.provider.SocketKind;
import dev.overlapped.provider.SocketOptionName;
import dev.overlapped.provider.simulated.SimulatedPoller.Source;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.Map;

/// A TCP socket as the kernel would have it: its states, and what they answer. Results are a count or
/// `-errno`.
final class StreamSocket implements SimulatedSocket {
    private enum State { FRESH, LISTENING, CONNECTING, CONNECTED }

    /// A connect that finds no room in the backlog knocks again, as a lost SYN is sent again.
    private static final int KNOCKS_MAX = 6;
    private static final long KNOCK_NANOS = 1_000_000_000;

    private final Schedule schedule;
    private final Network network;
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
    /// A connect has been told that it is there.
    private boolean confirmed;
    private ConnectionEnd end = ConnectionEnd.UNKNOWN;

    StreamSocket(Schedule schedule, Network network, SocketKind kind) {
        this.schedule = schedule;
        this.network = network;
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
        int readable = incoming.isReadable() ? Source.READABLE : 0;
        int writable = sendingEnded || outgoing.isWritable() ? Source.WRITABLE : 0;
        return readable | writable | (ended ? Source.PEER_ENDED : 0)
                | (ended && sendingEnded ? Source.BROKEN : 0);
    }

    @Override
    public Source source() {
        return source;
    }

    @Override
    public SocketKind kind() {
        return kind;
    }

    @Override
    public InetSocketAddress local() {
        return local;
    }

    /// A connection that is lost has no other side.
    @Override
    public InetSocketAddress remote() {
        return state == State.CONNECTED && !lost ? remote : null;
    }

    @Override
    public Map<SocketOptionName, byte[]> options() {
        return options;
    }

    // ---- making connections ----

    @Override
    public void bind(InetSocketAddress address, boolean byNumber) {
        local = address;
        bound = true;
    }

    @Override
    public boolean isBound() {
        return bound;
    }

    int listen(int connectionsMax) {
        if (state == State.CONNECTING || state == State.CONNECTED) {
            return -Errno.EINVAL;
        }
        state = State.LISTENING;
        backlog = Math.max(0, connectionsMax);
        return 0;
    }

    boolean isListening() {
        return state == State.LISTENING && !closed;
    }

    /// A connection that waits, or null. It may have been reset while it waited, which its first call tells.
    StreamSocket accept() {
        return waiting.poll();
    }

    /// Whose connection it is, also when that is lost.
    InetSocketAddress origin() {
        return remote;
    }

    /// Whether a connect would begin now.
    boolean isFresh() {
        return state == State.FRESH && error == 0;
    }

    /// Begins to connect, or tells how it is going.
    int connect(InetSocketAddress to) {
        if (state == State.LISTENING) {
            return -Errno.EISCONN;
        }
        if (isFresh()) {
            state = State.CONNECTING;
            remote = to;
            boolean isSilent = schedule.happens(Chance.SILENT_CONNECTS);
            schedule.soon(() -> knock(isSilent, KNOCKS_MAX));
        }
        if (state == State.CONNECTED && lost && !confirmed) {
            // It came and went: all that the kernel says is why it went.
            state = State.FRESH;
        }
        confirmed = state == State.CONNECTED;
        return state == State.CONNECTED ? 0 : state == State.CONNECTING ? -Errno.EAGAIN : -takeError();
    }

    private void knock(boolean isSilent, int knocks) {
        if (closed) {
            return;
        }
        StreamSocket listener = network.listenerAt(remote);
        boolean isHeard = !isSilent && !network.isDown() && !schedule.happens(Chance.SLOW_CONNECTS);
        if (isHeard && (listener == null || schedule.happens(Chance.REFUSED_CONNECTS))) {
            failToConnect(Errno.ECONNREFUSED);
        } else if (isHeard && listener.waiting.size() <= listener.backlog) {
            listener.admit(this);
        } else if (knocks == 1) {
            failToConnect(Errno.ETIMEDOUT);
        } else {
            schedule.after(KNOCK_NANOS, () -> knock(isSilent, knocks - 1));
        }
    }

    /// A listener: makes a connection with `client`, to be accepted. As with the kernel one more waits than
    /// the backlog says.
    private void admit(StreamSocket client) {
        StreamSocket accepted = new StreamSocket(schedule, network, kind);
        accepted.join(client, client.remote, client.local);
        client.join(accepted, client.local, client.remote);
        accepted.outgoing = new Pipe(schedule, network, accepted.source, client.source, accepted::giveUp);
        client.outgoing = new Pipe(schedule, network, client.source, accepted.source, client::giveUp);
        client.incoming = accepted.outgoing;
        accepted.incoming = client.outgoing;
        waiting.add(accepted);
        source.signal(Source.READABLE);
        client.source.signal(Source.EVERYTHING);
        if (schedule.happens(Chance.BACKLOG_RESETS)) {
            schedule.later(accepted::reset);
        }
    }

    private void join(StreamSocket other, InetSocketAddress here, InetSocketAddress there) {
        state = State.CONNECTED;
        peer = other;
        lost = false;
        end = ConnectionEnd.UNKNOWN;
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
        if (!SimulatedSocket.isUsable(buffers, asked, false)) {
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
        if (schedule.happens(Chance.NO_MEMORY_TO_SEND)) {
            return -Errno.ENOBUFS;
        }
        int admitted = outgoing.admit(asked);
        if (admitted > 0) {
            outgoing.write(buffers, admitted);
            breakLater();
        }
        return admitted > 0 || asked == 0 ? admitted : -Errno.EAGAIN;
    }

    /// What a network may do to a connection at any moment.
    private void breakLater() {
        if (schedule.happens(Chance.RESETS)) {
            schedule.later(this::reset);
        }
        if (schedule.happens(Chance.TIME_OUTS)) {
            boolean wasIdle = schedule.below(2) == 0;
            ConnectionEnd how = wasIdle ? ConnectionEnd.KEEP_ALIVE : ConnectionEnd.RETRANSMISSION;
            schedule.later(() -> timeOut(Errno.ETIMEDOUT, how));
        }
    }

    long receive(BufferList buffers, boolean peek) {
        if (!SimulatedSocket.isUsable(buffers, buffers.remaining(), true)) {
            return -Errno.EFAULT;
        }
        int received = state == State.CONNECTED ? incoming.read(buffers, peek) : 0;
        if (received > 0) {
            return received;
        }
        if (error != 0) {
            return -takeError();
        }
        if (state != State.CONNECTED) {
            return -Errno.ENOTCONN;
        }
        return lost || incoming.hasEnded() ? 0 : -Errno.EAGAIN;
    }

    /// From here on it receives nothing for `nanos`, as if its side of the connection stood still.
    void stall(long nanos) {
        if (state == State.CONNECTED && !lost) {
            incoming.stall(nanos);
        }
    }

    @Override
    public int available() {
        return state == State.CONNECTED ? incoming.arrived() : 0;
    }

    @Override
    public long bytesHeld() {
        return state == State.CONNECTED ? incoming.untaken()
                : waiting.stream().mapToLong(StreamSocket::bytesHeld).sum();
    }

    // ---- ending ----

    @Override
    public int shutdownSending() {
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
    @Override
    public void close() {
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
        if (incoming.hasArrived() || lingersForNothing()) {
            abort();
            return;
        }
        incoming.abandon(this::abort);
        if (!sendingEnded) {
            sendingEnded = true;
            outgoing.end();
        }
    }

    private void abort() {
        incoming.cut();
        outgoing.cut();
        resetPeer();
    }

    /// Where even that cannot be told, the other side is told nothing, and finds out by asking.
    private void resetPeer() {
        StreamSocket other = peer;
        schedule.soon(() -> network.cross(() -> other.lose(this),
                () -> other.timeOut(Errno.ETIMEDOUT, ConnectionEnd.KEEP_ALIVE)));
    }

    /// The connection is lost, to both sides.
    void reset() {
        if (state == State.CONNECTED) {
            StreamSocket other = peer;
            lose(other);
            other.lose(this);
        }
    }

    /// A reset has come from `by`, which may be the peer of an earlier connection. After the peer's end it
    /// means that our bytes met a closed door.
    private void lose(StreamSocket by) {
        if (state == State.CONNECTED && peer == by && !lost && !closed) {
            lose(incoming.hasEnded() ? Errno.EPIPE : Errno.ECONNRESET);
        }
    }

    private void lose(int errno) {
        lost = true;
        error = errno;
        incoming.cut();
        outgoing.cut();
        source.signal(Source.EVERYTHING);
    }

    /// What it has sent was never acknowledged, since the link is down, or was until a moment ago. The kernel
    /// tells what it heard last: nothing, or that there was no way.
    private void giveUp() {
        timeOut(network.isDown() && schedule.below(2) == 0 ? Errno.ENETUNREACH : Errno.ETIMEDOUT,
                ConnectionEnd.RETRANSMISSION);
    }

    /// Nobody has answered for too long. The other side learns of it by a reset: it talks to a host that has
    /// forgotten the connection.
    void timeOut(int errno, ConnectionEnd how) {
        if (state != State.CONNECTED || lost) {
            return;
        }
        end = how;
        lost = true;
        if (!closed) {
            lose(errno);
        }
        resetPeer();
    }

    /// How the connection ended, if nobody answered. A link that is down is the reason, whatever came first.
    ConnectionEnd end() {
        boolean hasAddress = local != null && !local.getAddress().isAnyLocalAddress();
        return network.isDown() && hasAddress ? ConnectionEnd.NETWORK_DOWN : end;
    }

    @Override
    public String toString() {
        String connection = state != State.CONNECTED ? ""
                : " to " + remote + " (in: " + incoming + "; out: " + outgoing + ")" + (lost ? ", lost" : "");
        return state + " " + local + connection;
    }
}
