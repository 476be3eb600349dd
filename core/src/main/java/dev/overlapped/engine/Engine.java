package dev.overlapped.engine;

import dev.overlapped.error.WinsockErrors;
import dev.overlapped.handle.HandleTable;
import dev.overlapped.operation.Operation;
import dev.overlapped.provider.NameQuery;
import dev.overlapped.provider.Poller;
import dev.overlapped.provider.ReadyEvents;
import dev.overlapped.provider.Resolution;
import dev.overlapped.provider.SocketKind;
import dev.overlapped.provider.TransportProvider;
import dev.overlapped.provider.epoll.EpollProvider;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/// Everything that is there once: the handles, the pool of reactors, the engine thread, the counters.
///
/// A program uses [#system]; a test may make an engine of its own on another provider.
public final class Engine {
    /// A constant, so that the trace costs nothing when it is off.
    static final boolean TRACE = isTraceWanted();
    /// What [#version] is before the first start and after the last end.
    public static final int NOT_STARTED = 0;

    /// A thread that owns no memory: what it can access, every thread can.
    private static final Thread STRANGER = Thread.ofPlatform().unstarted(() -> { });
    /// Reactors kept for the next thread that needs one; more are closed.
    static final int REACTORS_KEPT_MAX = 16;

    private static final class Holder {
        static final Engine SYSTEM = new Engine(new EpollProvider(), true);
    }

    private final TransportProvider provider;
    private final HandleTable objects = new HandleTable();
    private final HandleTable reactors = new HandleTable();
    /// Reactors that nobody leases, the last one returned first. Guarded by itself.
    private final ArrayDeque<Reactor> spare = new ArrayDeque<>();
    private final Instruments instruments = new Instruments();
    private final AtomicInteger callers = new AtomicInteger();
    private final Adoption adoption;
    /// Starts without their end. Guarded by the monitor.
    private int starts;
    /// Written under the monitor.
    private volatile int version = NOT_STARTED;

    /// The engine of this JVM, on the network of this machine. Started at the first use.
    public static Engine system() {
        return Holder.SYSTEM;
    }

    /// An engine on `provider`. Without `threaded` it has no thread of its own, and only waits make progress.
    public Engine(TransportProvider provider, boolean threaded) {
        this.provider = provider;
        this.adoption = new Adoption(this, provider, threaded);
    }

    private static boolean isTraceWanted() {
        String wanted = System.getProperty("dev.overlapped.trace");
        return wanted != null && !wanted.equals("false");
    }

    // ---- whether it is in use ----

    /// The lowest version of the API that a part of the program has started, or [#NOT_STARTED].
    public int version() {
        return version;
    }

    /// A part of the program, which expects version `wanted`, begins.
    public synchronized void start(int wanted) {
        version = starts == 0 ? wanted : Math.min(version, wanted);
        starts++;
    }

    /// The end of a start. The last one closes every socket but those of [#independent]; what is pending
    /// ends, and only its outcome is told. False: there was no start.
    public boolean endStart(Caller caller) {
        List<Socket> left = new ArrayList<>();
        synchronized (this) {
            if (starts == 0) {
                return false;
            }
            if (--starts == 0) {
                version = NOT_STARTED;
                removeAll(left);
            }
        }
        left.forEach(each -> each.close(caller, WinsockErrors.WSA_OPERATION_ABORTED));
        return true;
    }

    private void removeAll(List<Socket> removed) {
        // All first: a listener's accepts may wait for their first bytes in other sockets.
        forEachSocket(socket -> {
            if (!socket.independent) {
                socket.silence();
            }
        });
        forEachSocket(socket -> {
            if (!socket.independent && objects.remove(socket.handle()) != null) {
                removed.add(socket);
            }
        });
    }

    // ---- sockets and events ----

    /// Opens a socket; its handle, or a negated code.
    public long open(boolean ipv6, boolean stream, boolean overlapped) {
        return open(new SocketKind(family(ipv6), type(stream)), overlapped);
    }

    /// Opens a socket whose addresses are paths: a stream, or one of messages. Its handle, or a negated code.
    public long openUnix(boolean stream, boolean overlapped) {
        return open(new SocketKind(SocketKind.Family.UNIX,
                stream ? SocketKind.Type.STREAM : SocketKind.Type.SEQPACKET), overlapped);
    }

    private long open(SocketKind kind, boolean overlapped) {
        int descriptor = provider.open(kind);
        if (descriptor < 0) {
            return -WinsockErrors.codeOf(-descriptor);
        }
        return name(new Socket(this, kind, descriptor, overlapped, null));
    }

    /// Lets [#endStart] leave alone a socket that was just opened; returns its handle, or the code.
    public long independent(long handle) {
        if (handle > 0) {
            socket(handle).independent = true;
        }
        return handle;
    }

    long name(Socket socket) {
        long handle = objects.add(socket);
        if (handle == 0) {
            provider.close(socket.descriptor(), false);
            return -WinsockErrors.WSAEMFILE;
        }
        socket.named(handle);
        return handle;
    }

    /// The socket that `handle` names, or null.
    public Socket socket(long handle) {
        return objects.get(handle) instanceof Socket socket ? socket : null;
    }

    /// Closes a socket: what is pending ends, and is told. False: there is no such socket.
    public boolean close(long handle, Caller caller) {
        // Removing decides which of several closers it is.
        if (!(objects.get(handle) instanceof Socket) || !(objects.remove(handle) instanceof Socket socket)) {
            return false;
        }
        socket.close(caller, WinsockErrors.WSAECONNABORTED);
        return true;
    }

    /// Makes an event; its handle, or 0 when there are too many.
    public long createEvent(boolean manualReset, boolean signalled) {
        EventObject event = new EventObject(manualReset, signalled);
        long handle = objects.add(event);
        event.named(handle);
        return handle;
    }

    /// The event that `handle` names, or null.
    public EventObject event(long handle) {
        return objects.get(handle) instanceof EventObject event ? event : null;
    }

    /// Closes an event. Requests that were given it go on; false: there is no such event.
    public boolean closeEvent(long handle) {
        return event(handle) != null && objects.remove(handle) != null;
    }

    /// Gives any object a handle of the same kind; 0 when there are too many.
    public long nameObject(Object object) {
        return objects.add(object);
    }

    /// The object that `handle` names, or null.
    public Object object(long handle) {
        return objects.get(handle);
    }

    /// Ends a handle of [#nameObject].
    public boolean forget(long handle) {
        return objects.remove(handle) != null;
    }

    void forEachSocket(Consumer<Socket> visitor) {
        objects.forEach(object -> {
            if (object instanceof Socket socket) {
                visitor.accept(socket);
            }
        });
    }

    void endRequestsOf(Caller ended, Caller driver) {
        forEachSocket(socket -> socket.endRequestsOf(ended, driver));
    }

    /// Whether `segment` may be used by a request that outlives its call: no heap memory, which moves, and
    /// none that belongs to one thread.
    public static boolean isShared(MemorySegment segment) {
        return segment.isNative() && segment.isAccessibleBy(STRANGER);
    }

    // ---- names ----

    /// Flags of a question to the resolver, in Winsock's numbers: an address to bind to, the canonical name
    /// too, no look-up of the node, no look-up of the service.
    public static final int AI_PASSIVE = 1;
    public static final int AI_CANONNAME = 2;
    public static final int AI_NUMERICHOST = 4;
    public static final int AI_NUMERICSERV = 8;

    /// Is told each address that the resolver found, in its order; the canonical name may be null.
    public interface AddressFound {
        void accept(boolean ipv6, boolean stream, InetSocketAddress address, String canonicalName);
    }

    /// What a socket for the found addresses should be; null: whatever there is.
    public record Wanted(Boolean ipv6, Boolean stream) {
    }

    /// Asks the system's resolver; 0 or a Winsock code. This call may wait, not alertably.
    public int resolve(String node, String service, int flags, Wanted wanted, AddressFound found) {
        Resolution resolution = provider.resolve(new NameQuery(node, service, (flags & AI_PASSIVE) != 0,
                (flags & AI_CANONNAME) != 0, (flags & AI_NUMERICHOST) != 0, (flags & AI_NUMERICSERV) != 0,
                wanted.ipv6 == null ? null : family(wanted.ipv6),
                wanted.stream == null ? null : type(wanted.stream)));
        for (Resolution.Answer answer : resolution.answers()) {
            found.accept(answer.kind().family() == SocketKind.Family.IPV6,
                    answer.kind().type() == SocketKind.Type.STREAM, answer.address(),
                    resolution.canonicalName());
        }
        return WinsockErrors.codeOf(resolution.status());
    }

    private static SocketKind.Family family(boolean ipv6) {
        return ipv6 ? SocketKind.Family.IPV6 : SocketKind.Family.IPV4;
    }

    private static SocketKind.Type type(boolean stream) {
        return stream ? SocketKind.Type.STREAM : SocketKind.Type.DATAGRAM;
    }

    // ---- reactors ----

    /// A reactor for a thread that has none; null when descriptors or memory are used up.
    Reactor takeReactor(Caller caller) {
        Reactor reactor;
        synchronized (spare) {
            reactor = spare.pollLast();
        }
        if (reactor == null) {
            Poller poller = provider.openPoller();
            if (poller == null) {
                return null;
            }
            reactor = new Reactor(this, poller);
        }
        reactor.lease(caller);
        return reactor;
    }

    /// A released reactor comes back.
    void putBack(Reactor reactor) {
        synchronized (spare) {
            if (spare.size() < REACTORS_KEPT_MAX) {
                spare.addLast(reactor);
                return;
            }
        }
        reactors.remove(reactor.key());
        adoption.unnest(reactor);
        reactor.close();
    }

    long nameReactor(Reactor reactor) {
        return reactors.add(reactor);
    }

    Reactor reactor(long key) {
        return (Reactor) reactors.get(key);
    }

    void forEachReactor(Consumer<Reactor> visitor) {
        reactors.forEach(object -> visitor.accept((Reactor) object));
    }

    int countCaller() {
        return callers.incrementAndGet();
    }

    Adoption adoption() {
        return adoption;
    }

    // ---- events of the network ----

    /// Attempts what `events` say is ready. Stale ones find no socket, or cost an attempt.
    void dispatch(ReadyEvents events, Caller driver) {
        driver.lookAhead(events);
        for (int i = 0; i < events.size(); i++) {
            dispatch(events.key(i), events.readiness(i), driver);
        }
    }

    void dispatch(long key, int readiness, Caller driver) {
        Socket socket = socket(key);
        if (socket != null) {
            socket.ready(readiness, driver);
        }
    }

    // ---- seen from outside ----

    public Instruments instruments() {
        return instruments;
    }

    TransportProvider provider() {
        return provider;
    }

    /// With `-Ddev.overlapped.trace`: one line for each step of each request.
    void trace(String step, Operation operation, long socket, int code, long bytes) {
        long now = provider.nanoTime();
        System.err.printf("%d.%09d %s %s thread=%s socket=%d bytes=%d status=%d%n", now / 1_000_000_000,
                now % 1_000_000_000, step, operation.getClass().getSimpleName(),
                Thread.currentThread().getName(), socket, bytes, code);
    }

    /// Counters of this engine, since it was started.
    public static final class Instruments {
        private final LongAdder immediate = new LongAdder();
        private final LongAdder pending = new LongAdder();
        private final LongAdder gathered = new LongAdder();
        private final LongAdder adopted = new LongAdder();
        private final LongAdder wakeUps = new LongAdder();

        void countImmediate() {
            immediate.increment();
        }

        void countPending() {
            pending.increment();
        }

        void countGathered(int sends) {
            gathered.add(sends);
        }

        void countAdopted() {
            adopted.increment();
        }

        void countWakeUp() {
            wakeUps.increment();
        }

        /// Requests that ended within the call that started them.
        public long immediate() {
            return immediate.sum();
        }

        /// Requests that had to wait.
        public long pending() {
            return pending.sum();
        }

        /// Sends that left in a system call together with others.
        public long gathered() {
            return gathered.sum();
        }

        /// How often the engine thread took over for a thread that was not waiting.
        public long adopted() {
            return adopted.sum();
        }

        /// How often one thread woke another.
        public long wakeUps() {
            return wakeUps.sum();
        }
    }
}
