package dev.overlapped.provider.simulated;

import dev.overlapped.address.Endpoint;
import dev.overlapped.provider.BufferList;
import dev.overlapped.provider.ConnectionEnd;
import dev.overlapped.provider.Errno;
import dev.overlapped.provider.MessageFlags;
import dev.overlapped.provider.NameQuery;
import dev.overlapped.provider.PeerAddress;
import dev.overlapped.provider.Poller;
import dev.overlapped.provider.Resolution;
import dev.overlapped.provider.SocketKind;
import dev.overlapped.provider.SocketOptionName;
import dev.overlapped.provider.TransportProvider;
import dev.overlapped.provider.simulated.SimulatedPoller.Source;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;

/// A network inside the process: stream sockets on loopback addresses, as [SimulatedOptions] have it.
///
/// Everything happens on the thread that made it and those of [SimulatedThreads], one at a time, and in
/// virtual time: the clock moves only while all of them wait. So a run depends on its seed alone. What the
/// seam forbids, such as the use of a closed descriptor, is an `AssertionError` here, and so are waits that
/// nothing can ever end; both say the seed.
public final class SimulatedProvider implements TransportProvider {
    private static final int PORTS_AT = 49_152;
    private static final int PORT_MAX = 65_535;

    /// A descriptor that becomes readable when it is due, and stays so until it is set again.
    private final class Timer {
        private final Source source = new Source(this::readiness, () -> "a timer");
        private boolean due;
        private int settings;

        private int readiness() {
            return due ? Source.READABLE : 0;
        }

        void set(long nanos) {
            due = false;
            int setting = ++settings;
            schedule.after(Math.max(1, nanos), () -> {
                if (setting == settings) {
                    due = true;
                    source.signal(Source.READABLE);
                }
            });
        }
    }

    private final Schedule schedule;
    private final SimulatedThreads threads;
    /// Sockets and timers by descriptor; null where none is open. As with the kernel the lowest free number
    /// is the next one, so that a stale use hits a stranger soon.
    private final List<Object> descriptors = new ArrayList<>();
    private int lastPort = PORT_MAX;
    private int pollers;

    public SimulatedProvider(SimulatedOptions options) {
        this(options, ThreadOptions.USUAL, null, () -> { });
    }

    /// `choices` are asked where the order of things is open, for a number below a bound (null: it is drawn);
    /// `atTurns` is run by each thread where it may lose its turn.
    public SimulatedProvider(SimulatedOptions options, ThreadOptions threadOptions, IntUnaryOperator choices,
            Runnable atTurns) {
        schedule = new Schedule(options, choices);
        threads = new SimulatedThreads(schedule, threadOptions, atTurns);
    }

    AssertionError mistake(String what) {
        return schedule.mistake(what);
    }

    // ---- descriptors ----

    private int add(Object opened) {
        threads.self();
        int free = descriptors.indexOf(null);
        if (free < 0) {
            descriptors.add(opened);
            return descriptors.size() - 1;
        }
        descriptors.set(free, opened);
        return free;
    }

    private Object opened(int descriptor) {
        threads.self();
        boolean inTable = descriptor >= 0 && descriptor < descriptors.size();
        Object found = inTable ? descriptors.get(descriptor) : null;
        if (found == null) {
            throw mistake("descriptor " + descriptor + " is not open");
        }
        return found;
    }

    private StreamSocket socket(int descriptor) {
        if (opened(descriptor) instanceof StreamSocket socket) {
            return socket;
        }
        throw mistake("descriptor " + descriptor + " is no socket");
    }

    Source source(int descriptor) {
        return switch (opened(descriptor)) {
            case Timer timer -> timer.source;
            case Source end -> end;
            default -> socket(descriptor).source();
        };
    }

    /// How many descriptors are open: sockets, timers and watches of threads.
    public int openDescriptors() {
        return (int) descriptors.stream().filter(each -> each != null).count();
    }

    /// How many pollers are open.
    public int openPollers() {
        return pollers;
    }

    @Override
    public int open(SocketKind kind) {
        return kind.isTcp() ? add(new StreamSocket(schedule, kind))
                : -Errno.ESOCKTNOSUPPORT;
    }

    @Override
    public int close(int descriptor, boolean forgiving) {
        if (opened(descriptor) instanceof StreamSocket socket) {
            socket.close();
        } else {
            source(descriptor).close();
        }
        descriptors.set(descriptor, null);
        return 0;
    }

    // ---- addresses ----

    @Override
    public int bind(int descriptor, SocketKind kind, SocketAddress address) {
        StreamSocket socket = socket(descriptor);
        if (!(address instanceof InetSocketAddress wanted) || !isOf(kind.family(), wanted.getAddress())) {
            return -Errno.EAFNOSUPPORT;
        }
        InetAddress ip = wanted.getAddress();
        if (!ip.isLoopbackAddress() && !ip.isAnyLocalAddress()) {
            return -Errno.EADDRNOTAVAIL;
        }
        if (socket.local() != null) {
            return -Errno.EINVAL;
        }
        if (wanted.getPort() == 0) {
            return bindToFreePort(socket, ip);
        }
        if (isTaken(wanted)) {
            return -Errno.EADDRINUSE;
        }
        socket.bind(wanted);
        return 0;
    }

    /// An unresolved address has none.
    private static boolean isOf(SocketKind.Family family, InetAddress ip) {
        return family == SocketKind.Family.IPV4 ? ip instanceof Inet4Address : ip instanceof Inet6Address;
    }

    private int bindToFreePort(StreamSocket socket, InetAddress ip) {
        for (int tries = PORTS_AT; tries <= PORT_MAX; tries++) {
            lastPort = lastPort == PORT_MAX ? PORTS_AT : lastPort + 1;
            InetSocketAddress candidate = new InetSocketAddress(ip, lastPort);
            if (!isTaken(candidate)) {
                socket.bind(candidate);
                return 0;
            }
        }
        return -Errno.EADDRINUSE;
    }

    private boolean isTaken(InetSocketAddress wanted) {
        return descriptors.stream().anyMatch(each -> each instanceof StreamSocket other && other.isBound()
                && (covers(other.local(), wanted) || covers(wanted, other.local())));
    }

    /// Whether a socket at `one` hears what is sent to `other`.
    private static boolean covers(InetSocketAddress one, InetSocketAddress other) {
        return one.getPort() == other.getPort() && (one.getAddress().equals(other.getAddress())
                || (one.getAddress().isAnyLocalAddress()
                        && one.getAddress().getClass() == other.getAddress().getClass()));
    }

    private StreamSocket listenerAt(InetSocketAddress address) {
        for (Object each : descriptors) {
            if (each instanceof StreamSocket socket && socket.isListening()
                    && covers(socket.local(), address)) {
                return socket;
            }
        }
        return null;
    }

    @Override
    public SocketAddress localAddress(int descriptor) {
        return socket(descriptor).local();
    }

    @Override
    public SocketAddress peerAddress(int descriptor) {
        return socket(descriptor).remote();
    }

    // ---- connections ----

    @Override
    public int listen(int descriptor, int backlog) {
        StreamSocket socket = socket(descriptor);
        int bound = socket.isBound() ? 0 : bindToFreePort(socket, Names.loopback(socket.kind().family()));
        return bound < 0 ? bound : socket.listen(backlog);
    }

    @Override
    public int accept(int descriptor, PeerAddress peer) {
        StreamSocket listener = socket(descriptor);
        if (!listener.isListening()) {
            return -Errno.EINVAL;
        }
        StreamSocket accepted = listener.accept();
        peer.value = accepted == null ? null : accepted.remote();
        return accepted == null ? -Errno.EAGAIN : add(accepted);
    }

    @Override
    public int connect(int descriptor, SocketKind kind, SocketAddress to) {
        StreamSocket socket = socket(descriptor);
        if (!(to instanceof InetSocketAddress there) || !isOf(kind.family(), there.getAddress())) {
            return -Errno.EAFNOSUPPORT;
        }
        if (!there.getAddress().isLoopbackAddress()) {
            return -Errno.ENETUNREACH;
        }
        int bound = socket.local() != null ? 0 : bindToFreePort(socket, Names.loopback(kind.family()));
        return bound < 0 ? bound : socket.connect(there, this::listenerAt);
    }

    @Override
    public long send(int descriptor, BufferList buffers, long bytesMax, int flags) {
        return (flags & MessageFlags.OUT_OF_BAND) != 0 ? -Errno.EOPNOTSUPP
                : socket(descriptor).send(buffers, bytesMax);
    }

    @Override
    public long receive(int descriptor, BufferList buffers, int flags) {
        return (flags & MessageFlags.OUT_OF_BAND) != 0 ? -Errno.EOPNOTSUPP
                : socket(descriptor).receive(buffers, (flags & MessageFlags.PEEK) != 0);
    }

    @Override
    public long sendTo(int descriptor, BufferList buffers, int flags, Endpoint to) {
        return -Errno.EOPNOTSUPP;
    }

    @Override
    public long receiveFrom(int descriptor, BufferList buffers, int flags, Endpoint from) {
        return -Errno.EOPNOTSUPP;
    }

    @Override
    public int available(int descriptor) {
        return socket(descriptor).available();
    }

    @Override
    public int atMark(int descriptor) {
        return 1;
    }

    @Override
    public int shutdownSending(int descriptor) {
        return socket(descriptor).shutdownSending();
    }

    /// Loses the connection of `descriptor`, to both sides and at once, as a router may do.
    public void reset(int descriptor) {
        socket(descriptor).reset();
    }

    /// As [#reset(int)], of the connection whose one end is at `local`. False: there is none.
    public boolean reset(SocketAddress local) {
        threads.self();
        for (Object each : descriptors) {
            if (each instanceof StreamSocket socket && socket.remote() != null
                    && local.equals(socket.local())) {
                socket.reset();
                return true;
            }
        }
        return false;
    }

    @Override
    public ConnectionEnd connectionEnd(int descriptor) {
        return ConnectionEnd.UNKNOWN;
    }

    // ---- options: kept, and without effect but for a linger of no seconds ----

    @Override
    public int setOption(int descriptor, SocketOptionName option, MemorySegment value) {
        socket(descriptor).options().put(option, value.toArray(ValueLayout.JAVA_BYTE));
        return 0;
    }

    @Override
    public int option(int descriptor, SocketOptionName option, MemorySegment value) {
        byte[] kept = socket(descriptor).options().getOrDefault(option, new byte[Integer.BYTES]);
        int length = (int) Math.min(kept.length, value.byteSize());
        MemorySegment.copy(kept, 0, value, ValueLayout.JAVA_BYTE, 0, length);
        return length;
    }

    // ---- waiting and time ----

    @Override
    public Poller openPoller() {
        threads.self();
        pollers++;
        return new SimulatedPoller(this, schedule);
    }

    void pollerClosed() {
        pollers--;
    }

    @Override
    public int openTimer() {
        return add(new Timer());
    }

    @Override
    public int setTimer(int timer, long nanos) {
        if (!(opened(timer) instanceof Timer found)) {
            throw mistake("descriptor " + timer + " is no timer");
        }
        found.set(nanos);
        return 0;
    }

    @Override
    public SimulatedThreads threads() {
        return threads;
    }

    @Override
    public int openThreadWatch(int threadId) {
        if (!threads.watchesEnds()) {
            return -Errno.ENOSYS;
        }
        Source end = threads.watchEnd(threadId);
        return end == null ? -Errno.EINVAL : add(end);
    }

    @Override
    public long nanoTime() {
        return schedule.now();
    }

    @Override
    public Resolution resolve(NameQuery query) {
        return Names.resolve(query);
    }
}
