package dev.overlapped.engine;

import dev.overlapped.error.WinsockErrors;
import dev.overlapped.provider.simulated.SimulatedOptions;
import dev.overlapped.provider.simulated.SimulatedProvider;
import java.lang.foreign.Arena;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// A program of one thread on the real engine and a simulated network, chosen by a seed: it opens a few
/// connections, starts requests in all ways, waits in all ways, cancels, shuts down and closes, and at last
/// drains what is left. What the engine promises is checked by [SimulatedRequests] whenever something ends,
/// and here after each step.
public final class SimulatedProgram {
    static final int ABORTED = WinsockErrors.WSA_OPERATION_ABORTED;

    private static final int STEPS = 100;
    private static final int CONNECTIONS_MAX = 4;
    private static final int CONNECTS_MAX = 20;
    private static final int MAILBOXES = 3;
    private static final long MILLI = 1_000_000;
    /// After so long nothing is on its way any more.
    private static final long LONG_NANOS = 10_000 * MILLI;

    private final long seed;
    private final SplittableRandom random;
    private final SimulatedProvider provider;
    private final Engine engine;
    private final Caller caller;
    private final SimulatedRoutines routines;
    private final SimulatedWeather weather;
    private final SimulatedRequests requests;
    private final List<SimulatedEnd> ends = new ArrayList<>();
    /// Sockets for datagrams, closed ones too.
    private final List<SimulatedEnd> mailboxes = new ArrayList<>();
    private final Arena doomed = Arena.ofShared();
    private Socket listener;

    public SimulatedProgram(long seed) {
        this.seed = seed;
        this.random = new SplittableRandom(seed);
        SimulatedOptions options = SimulatedWeather.options(seed, random);
        this.provider = new SimulatedProvider(options);
        this.engine = new Engine(provider, false);
        this.caller = engine.caller();
        this.routines = new SimulatedRoutines(engine, this::inRoutine);
        this.weather = new SimulatedWeather(options, provider, random, routines);
        this.requests = new SimulatedRequests(engine, random, routines, weather);
    }

    /// Runs it; what it did, line by line.
    public String run() {
        Thread thread = Thread.currentThread();
        Thread.UncaughtExceptionHandler before = thread.getUncaughtExceptionHandler();
        thread.setUncaughtExceptionHandler((_, thrown) -> routines.report(thrown));
        try {
            listen();
            openMailboxes();
            connect();
            for (int step = 0; step < STEPS; step++) {
                step();
                requests.check();
            }
            settle();
            finish();
            return routines.trace();
        } catch (Throwable e) {
            throw new AssertionError("seed " + seed + ": " + e.getMessage() + "\n" + routines.trace(), e);
        } finally {
            thread.setUncaughtExceptionHandler(before);
        }
    }

    // ---- connections ----

    private void listen() {
        listener = engine.socket(engine.open(random.nextBoolean(), true, true));
        require(listener.handshake().bind(loopback()) == 0, "bind");
        require(listener.handshake().listen(CONNECTIONS_MAX) == 0, "listen");
    }

    private void openMailboxes() {
        SimulatedDatagrams datagrams = new SimulatedDatagrams(weather.copiesMax());
        for (int i = 0; i < MAILBOXES; i++) {
            Socket socket = engine.socket(engine.open(listener.isIpv6(), false, true));
            require(socket.handshake().bind(loopback()) == 0, "bind");
            mailboxes.add(new SimulatedEnd("mailbox" + i, socket, datagrams));
        }
        mailboxes.forEach(each -> each.others = mailboxes);
    }

    /// Any port of this machine.
    private InetSocketAddress loopback() {
        return new InetSocketAddress(InetAddress.ofLiteral(listener.isIpv6() ? "::1" : "127.0.0.1"), 0);
    }

    private Socket open() {
        return engine.socket(engine.open(listener.isIpv6(), true, true));
    }

    private void connect() {
        if (requests.isAccepting()) {
            return;
        }
        closeStrays();
        SimulatedEnd client = new SimulatedEnd("client" + ends.size(), open());
        boolean acceptsBefore = random.nextBoolean();
        SimulatedEnd server = null;
        if (acceptsBefore) {
            server = new SimulatedEnd("server" + ends.size(), open());
            client.connectTo(server);
            requests.startAccept(listener, server);
        }
        if (random.nextInt(8) == 0) {
            weather.limitDescriptors(0);
        }
        boolean connected = connect(client.socket);
        long accepted = connected && !acceptsBefore ? acceptPatiently() : -1;
        weather.clear();
        connected &= acceptsBefore || accepted > 0;
        if (accepted > 0) {
            server = new SimulatedEnd("server" + ends.size(), engine.socket(accepted));
            client.connectTo(server);
        }
        if (connected) {
            ends.add(client);
            ends.add(server);
            return;
        }
        close(client);
        if (server != null) {
            requests.cancelAll(listener);
            close(server);
        }
    }

    /// Connections whose accept was cancelled or whose socket was closed before: nobody else shall have them.
    private void closeStrays() {
        for (SimulatedEnd end : ends) {
            if (!end.socket.isConnected()) {
                end.sendingShut = true;
                end.peer.reset = true;
            }
        }
        listener.nonBlocking(true);
        long stray = accept();
        while (stray > 0) {
            require(engine.close(stray, caller), "close a stray");
            stray = accept();
        }
        require(stray == -WinsockErrors.WSAEWOULDBLOCK, "accept gave " + stray);
        listener.nonBlocking(false);
    }

    /// A connection that was lost while it waited may be gone, so that there is none.
    private long acceptPatiently() {
        long accepted;
        do {
            accepted = routines.alertably(this::accept);
            routines.say("accept: " + accepted);
            weather.clear();
        } while (accepted < 0 && weather.mayFailAccept((int) -accepted));
        require(accepted > 0, "accept gave " + accepted);
        return accepted;
    }

    private long accept() {
        return listener.handshake().accept(caller, new SocketAddress[1]);
    }

    private boolean connect(Socket client) {
        for (int tries = 0; tries < CONNECTS_MAX; tries++) {
            long result = routines.alertably(
                    () -> client.handshake().connect(listener.localAddress(), caller));
            routines.say("connect " + client.handle() + ": " + result);
            if (result == 0) {
                return true;
            }
            require(weather.mayFailConnect((int) -result), "connect gave " + result);
        }
        return false;
    }

    // ---- steps ----

    private void step() {
        switch (random.nextInt(30)) {
            case 0 -> {
                if (ends.size() < 2 * CONNECTIONS_MAX) {
                    connect();
                }
            }
            case 1 -> cancel();
            case 2 -> end();
            case 3 -> {
                doomOrCall();
                if (random.nextInt(3) == 0) {
                    weather.change(anyEnd());
                }
            }
            case 4, 5, 6, 7, 8, 9, 10, 11 -> move(true);
            case 12, 13, 14, 15, 16, 17 -> move(false);
            case 18, 19 -> requests.awaitEvents();
            case 20 -> routines.sleep(random.nextLong(3 * MILLI), false);
            case 21, 22, 23 -> routines.sleep(0, true);
            default -> routines.sleep(random.nextLong(2 * MILLI), true);
        }
    }

    private SimulatedEnd anyEnd() {
        boolean isMailbox = random.nextInt(3) == 0;
        List<SimulatedEnd> usable =
                (isMailbox ? mailboxes : ends).stream().filter(SimulatedEnd::isUsable).toList();
        return usable.isEmpty() ? null : usable.get(random.nextInt(usable.size()));
    }

    private void move(boolean sends) {
        SimulatedEnd end = anyEnd();
        for (int count = end == null ? 0 : 1 + random.nextInt(4); count > 0; count--) {
            requests.start(end, sends, random.nextInt(12) == 0 ? doomed : null);
        }
    }

    private void cancel() {
        SimulatedEnd end = anyEnd();
        if (random.nextBoolean()) {
            requests.cancelOne();
        } else if (end != null) {
            end.cancelled = true;
            requests.cancelAll(end.socket);
        }
    }

    private void end() {
        SimulatedEnd end = anyEnd();
        if (end == null) {
            return;
        }
        switch (random.nextInt(6)) {
            case 0, 1, 2 -> shutdown(end);
            case 3, 4 -> close(end);
            default -> {
                if (end.isForDatagrams()) {
                    choosePeer(end);
                    return;
                }
                routines.say("reset " + end);
                end.reset = true;
                end.peer.reset = true;
                provider.reset(end.socket.descriptor());
            }
        }
    }

    /// Connects a socket for datagrams to another, or ends that. It may have to wait for sends before it,
    /// which no routine may do that interrupts a call.
    private void choosePeer(SimulatedEnd end) {
        if (caller.isInRoutine()) {
            return;
        }
        SimulatedEnd peer = random.nextBoolean() ? mailboxes.get(random.nextInt(mailboxes.size())) : null;
        long result = routines.alertably(
                () -> end.socket.handshake().connect(peer == null ? null : peer.address(), caller));
        routines.say("peer of " + end + " is " + peer + ": " + result);
        boolean mayFail = weather.mayCause((int) -result, end)
                || (result == -ABORTED && (end.closed || end.cancelled));
        require(result == 0 || mayFail, "a peer gave " + result);
        end.addressee = result == 0 ? peer : end.addressee;
    }

    private void shutdown(SimulatedEnd end) {
        routines.say("shutdown " + end);
        end.sendingShut = true;
        require(end.socket.shutdown(false, true) == 0, "shutdown");
    }

    private void close(SimulatedEnd end) {
        routines.say("close " + end);
        end.closed = true;
        require(engine.close(end.socket.handle(), caller), "close");
        requests.mustHaveEnded(end);
    }

    private void doomOrCall() {
        SimulatedEnd end = anyEnd();
        if (random.nextInt(4) == 0 && doomed.scope().isAlive()) {
            routines.say("close the arena");
            doomed.close();
        } else if (end != null) {
            requests.call(end, random.nextBoolean());
        }
    }

    /// What a routine does besides being run.
    private void inRoutine(SimulatedEnd end) {
        switch (random.nextInt(16)) {
            case 0, 1, 2, 3 -> {
                if (end.isUsable()) {
                    requests.start(end, random.nextInt(3) > 0, null);
                }
            }
            case 4, 5 -> move(true);
            case 6 -> move(false);
            case 7 -> routines.sleep(random.nextLong(MILLI), true);
            case 8 -> cancel();
            case 9 -> throw new SimulatedRoutines.Planned();
            default -> {
                if (random.nextInt(20) == 0) {
                    end();
                }
            }
        }
    }

    // ---- the end ----

    /// Everything that can end by itself does: all ends stop sending, and read to the end.
    private void settle() {
        routines.say("settle");
        routines.settle();
        weather.settle();
        mailboxes.stream().filter(SimulatedEnd::isUsable).forEach(this::close);
        boolean more;
        do {
            long before = requests.ended();
            if (!requests.isAccepting()) {
                closeStrays();
            }
            more = false;
            for (SimulatedEnd end : ends) {
                more |= end.isUsable() && settle(end);
            }
            more |= requests.hasPending();
            boolean over = routines.sleep(more ? LONG_NANOS : 0, true) == Caller.TIMEOUT;
            requests.check();
            require(!more || !over || requests.ended() > before, "nothing happens any more: " + requests);
        } while (more);
    }

    /// True: it has not read to the end.
    private boolean settle(SimulatedEnd end) {
        if (!end.sendingShut) {
            shutdown(end);
        }
        if (!end.ended && !end.broken && !requests.isReceiving(end)) {
            requests.start(end, false, null);
        }
        return !end.ended && !end.broken;
    }

    /// Nothing is left.
    private void finish() {
        for (SimulatedEnd end : ends) {
            if (!end.closed) {
                close(end);
            }
        }
        require(engine.close(listener.handle(), caller), "close the listener");
        require(!requests.hasPending(), "pending after everything is closed");
        routines.sleep(LONG_NANOS, true);
        requests.finish();
        require(provider.openDescriptors() == 1, provider.openDescriptors() + " descriptors are open");
        require(provider.openPollers() == 2, provider.openPollers() + " pollers are open");
        require(provider.leftovers().bytes() == 0, "bytes are left: " + provider.leftovers());
        if (doomed.scope().isAlive()) {
            doomed.close();
        }
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new AssertionError(what);
        }
    }
}
