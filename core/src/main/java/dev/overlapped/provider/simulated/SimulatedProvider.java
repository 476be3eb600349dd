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
import java.net.SocketAddress;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/// A network inside the process: streams and datagrams on loopback addresses, as [SimulatedOptions] have it.
///
/// Everything happens on the thread that made it and those of [SimulatedThreads], one at a time, and in
/// virtual time: the clock moves only while all of them wait. So a run depends on its seed alone. What the
/// seam forbids, such as the use of a closed descriptor, is an `AssertionError` here, and so are waits that
/// nothing can ever end; both say the seed.
public final class SimulatedProvider implements TransportProvider {

    /// A descriptor that becomes readable when it is due, and stays so until it is set again.
    private final class Timer {
        private final Source source = new Source(this::readiness, this::toString);
        private boolean due;
        private int settings;

        private int readiness() {
            return due ? Source.READABLE : 0;
        }

        @Override
        public String toString() {
            return "a timer";
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

    /// What is still there: what a test that looks for leaks expects to be gone.
    ///
    /// @param descriptors the sockets and timers that are open, in words
    /// @param pollers     how many pollers are open
    /// @param bytes       that were sent to open sockets, and that nobody has taken. They are copies: no
    ///                    memory of the program's is kept beyond a call
    public record Leftovers(List<String> descriptors, int pollers, long bytes) {
        public Leftovers {
            descriptors = List.copyOf(descriptors);
        }
    }

    private final Schedule schedule;
    private final Network network;
    private final SimulatedThreads threads;

    public SimulatedProvider(SimulatedOptions options) {
        this(options, new SplittableRandom(options.seed()));
    }

    /// A network where `chance` decides in place of the seed, which may try all that can be decided in turn.
    public SimulatedProvider(SimulatedOptions options, RandomGenerator chance) {
        this(options, ThreadOptions.USUAL, chance, () -> { });
    }

    /// `atTurns` is run by each thread where it may lose its turn.
    public SimulatedProvider(SimulatedOptions options, ThreadOptions threadOptions, RandomGenerator chance,
            Runnable atTurns) {
        schedule = new Schedule(options, chance);
        network = new Network(this, schedule);
        threads = new SimulatedThreads(schedule, threadOptions, atTurns);
    }

    AssertionError mistake(String what) {
        return schedule.mistake(what);
    }

    // ---- descriptors ----

    private Object opened(int descriptor) {
        threads.self();
        return network.at(descriptor);
    }

    private SimulatedSocket socket(int descriptor) {
        if (opened(descriptor) instanceof SimulatedSocket socket) {
            return socket;
        }
        throw notA("socket", descriptor);
    }

    private StreamSocket stream(int descriptor) {
        if (opened(descriptor) instanceof StreamSocket socket) {
            return socket;
        }
        throw notA("stream", descriptor);
    }

    private DatagramSocket datagrams(int descriptor) {
        if (opened(descriptor) instanceof DatagramSocket socket) {
            return socket;
        }
        throw notA("socket for datagrams", descriptor);
    }

    private AssertionError notA(String wanted, int descriptor) {
        return mistake("descriptor " + descriptor + " is no " + wanted);
    }

    Source source(int descriptor) {
        return switch (opened(descriptor)) {
            case Timer timer -> timer.source;
            case Source end -> end;
            default -> socket(descriptor).source();
        };
    }

    /// A timer always finds some: an engine opens it first of all, and is none without it.
    boolean hasMemoryToWatch(int descriptor) {
        return opened(descriptor) instanceof Timer || !schedule.happens(Chance.NO_MEMORY_TO_WATCH);
    }

    /// How many descriptors are open: sockets, timers and watches of threads.
    public int openDescriptors() {
        return (int) network.opened().count();
    }

    /// How many pollers are open.
    public int openPollers() {
        return network.pollers();
    }

    /// What is still there.
    public Leftovers leftovers() {
        return new Leftovers(network.opened().map(Object::toString).toList(), network.pollers(),
                network.opened().mapToLong(SimulatedProvider::bytesHeld).sum());
    }

    private static long bytesHeld(Object opened) {
        return opened instanceof SimulatedSocket socket ? socket.bytesHeld() : 0;
    }

    /// From here on there are at most `most` descriptors, of which a poller takes two. Those that are open
    /// stay so, even if they are more.
    public void limitDescriptors(int most) {
        network.limitDescriptors(most);
    }

    @Override
    public int open(SocketKind kind) {
        threads.self();
        if (kind.isTcp()) {
            return network.add(new StreamSocket(schedule, network, kind));
        }
        return kind.isConnectionless() && !kind.isUnix()
                ? network.add(new DatagramSocket(schedule, network, kind)) : -Errno.ESOCKTNOSUPPORT;
    }

    @Override
    public int close(int descriptor, boolean forgiving) {
        if (opened(descriptor) instanceof SimulatedSocket socket) {
            socket.close();
        } else {
            source(descriptor).close();
        }
        network.remove(descriptor);
        return 0;
    }

    // ---- addresses ----

    @Override
    public int bind(int descriptor, SocketKind kind, SocketAddress address) {
        return network.bind(socket(descriptor), address);
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
        return network.listen(stream(descriptor), backlog);
    }

    /// As the kernel does, it looks for a free descriptor first: without one, connections stay where they
    /// are.
    @Override
    public int accept(int descriptor, PeerAddress peer) {
        StreamSocket listener = stream(descriptor);
        peer.value = null;
        if (!network.hasFree(1)) {
            return -Errno.EMFILE;
        }
        if (!listener.isListening()) {
            return -Errno.EINVAL;
        }
        StreamSocket accepted = listener.accept();
        if (accepted == null) {
            return -Errno.EAGAIN;
        }
        peer.value = accepted.origin();
        return network.add(accepted);
    }

    @Override
    public int connect(int descriptor, SocketKind kind, SocketAddress to) {
        return network.connect(socket(descriptor), to);
    }

    /// Urgent data is not simulated.
    @Override
    public long send(int descriptor, BufferList buffers, long bytesMax, int flags) {
        return (flags & MessageFlags.OUT_OF_BAND) != 0 ? -Errno.EOPNOTSUPP
                : stream(descriptor).send(buffers, bytesMax);
    }

    @Override
    public long receive(int descriptor, BufferList buffers, int flags) {
        return (flags & MessageFlags.OUT_OF_BAND) != 0 ? -Errno.EOPNOTSUPP
                : stream(descriptor).receive(buffers, (flags & MessageFlags.PEEK) != 0);
    }

    @Override
    public long sendTo(int descriptor, BufferList buffers, int flags, Endpoint to) {
        return datagrams(descriptor).send(buffers, flags, to);
    }

    @Override
    public long receiveFrom(int descriptor, BufferList buffers, int flags, Endpoint from) {
        return datagrams(descriptor).receive(buffers, flags, from);
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

    @Override
    public ConnectionEnd connectionEnd(int descriptor) {
        return opened(descriptor) instanceof StreamSocket socket ? socket.end() : network.end();
    }

    // ---- what may happen to a network ----

    /// Loses the connection of `descriptor`, to both sides and at once, as a router may do.
    public void reset(int descriptor) {
        stream(descriptor).reset();
    }

    /// As [#reset(int)], of the connection whose one end is at `local`. False: there is none.
    public boolean reset(SocketAddress local) {
        threads.self();
        return network.reset(local);
    }

    /// Nobody has answered `descriptor` for too long: its connection ends with ETIMEDOUT, for the reason
    /// `how`. The other side learns of it by a reset.
    public void timeOut(int descriptor, ConnectionEnd how) {
        stream(descriptor).timeOut(Errno.ETIMEDOUT, how);
    }

    /// `descriptor` receives nothing for `nanos`, whatever is sent to it.
    public void stall(int descriptor, long nanos) {
        stream(descriptor).stall(nanos);
    }

    /// The link goes down: nothing arrives any more, connects and datagrams are ENETUNREACH, and connections
    /// that have sent something give up 20 seconds later.
    public void takeLinkDown() {
        network.takeDown();
    }

    /// The link is up again: what has waited arrives.
    public void bringLinkUp() {
        network.bringUp();
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
        return network.addPoller() ? new SimulatedPoller(this, schedule) : null;
    }

    void pollerClosed() {
        network.removePoller();
    }

    @Override
    public int openTimer() {
        threads.self();
        return network.add(new Timer());
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
        return end == null ? -Errno.EINVAL : network.add(end);
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
