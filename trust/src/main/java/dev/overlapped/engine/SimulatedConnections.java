package dev.overlapped.engine;

import dev.overlapped.error.WinsockErrors;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// The connections of a random program and its sockets for datagrams: how they come about, which its first
/// thread sees to, and how they end.
final class SimulatedConnections {
    private static final int CONNECTS_MAX = 20;
    private static final int MAILBOXES = 3;

    private final Engine engine;
    private final SplittableRandom random;
    private final SimulatedRequests requests;
    private final SimulatedWeather weather;
    private final List<SimulatedEnd> ends = new ArrayList<>();
    /// Sockets for datagrams, closed ones too.
    private final List<SimulatedEnd> mailboxes = new ArrayList<>();
    private Socket listener;

    SimulatedConnections(Engine engine, SplittableRandom random, SimulatedRequests requests,
            SimulatedWeather weather) {
        this.weather = weather;
        this.engine = engine;
        this.random = random;
        this.requests = requests;
    }

    // ---- making connections ----

    void listen() {
        listener = engine.socket(engine.open(random.nextBoolean(), true, true));
        SimulatedProgram.require(listener.handshake().bind(loopback()) == 0, "bind");
        long listens = listener.handshake().listen(SimulatedProgram.CONNECTIONS_MAX);
        SimulatedProgram.require(listens == 0, "listen");
    }

    void openMailboxes() {
        SimulatedDatagrams datagrams = new SimulatedDatagrams(weather.copiesMax());
        for (int i = 0; i < MAILBOXES; i++) {
            Socket socket = engine.socket(engine.open(listener.isIpv6(), false, true));
            SimulatedProgram.require(socket.handshake().bind(loopback()) == 0, "bind");
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

    void connect() {
        if (ends.size() >= 2 * SimulatedProgram.CONNECTIONS_MAX || requests.isAccepting()) {
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
            weather.limitDescriptors(0, requests.routines());
        }
        boolean connected = connect(client.socket);
        long accepted = connected && !acceptsBefore ? acceptPatiently() : 0;
        weather.clear();
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
            server.cancelled = true;
            requests.cancelAll(listener);
            close(server);
        }
    }

    /// Connections whose accept was cancelled or whose socket was closed before: nobody else shall have them.
    void closeStrays() {
        for (SimulatedEnd end : ends) {
            if (!end.socket.isConnected()) {
                end.sendingShut = true;
                end.peer.reset = true;
            }
        }
        listener.nonBlocking(true);
        long stray = accept();
        while (stray > 0) {
            SimulatedProgram.require(engine.close(stray, Caller.current()), "close a stray");
            stray = accept();
        }
        SimulatedProgram.require(stray == -WinsockErrors.WSAEWOULDBLOCK, "accept gave " + stray);
        listener.nonBlocking(false);
    }

    /// Without a descriptor or memory it fails, and the connection waits for another try.
    private long acceptPatiently() {
        long accepted;
        do {
            accepted = requests.routines().alertably(this::accept);
            requests.routines().say("accept: " + accepted);
            weather.clear();
        } while (accepted < 0 && weather.mayFailAccept((int) -accepted));
        SimulatedProgram.require(accepted > 0, "accept gave " + accepted);
        return accepted;
    }

    private long accept() {
        return listener.handshake().accept(Caller.current(), new SocketAddress[1]);
    }

    private boolean connect(Socket client) {
        for (int tries = 0; tries < CONNECTS_MAX; tries++) {
            long result = requests.routines().alertably(
                    () -> client.handshake().connect(listener.localAddress(), Caller.current()));
            requests.routines().say("connect " + client.handle() + ": " + result);
            if (result == 0) {
                return true;
            }
            SimulatedProgram.require(weather.mayFailConnect((int) -result), "connect gave " + result);
        }
        return false;
    }

    // ---- using them ----

    List<SimulatedEnd> ends() {
        return ends;
    }

    /// One that is open, and connected if it is not for datagrams; or null.
    SimulatedEnd any() {
        boolean isMailbox = random.nextInt(3) == 0;
        List<SimulatedEnd> usable =
                (isMailbox ? mailboxes : ends).stream().filter(SimulatedEnd::isUsable).toList();
        return usable.isEmpty() ? null : usable.get(random.nextInt(usable.size()));
    }

    /// Connects a socket for datagrams to another, or ends that. It may have to wait for sends before it,
    /// which no routine may do that interrupts a call.
    void choosePeer(SimulatedEnd end) {
        if (end.inCall || Caller.current().isInRoutine()) {
            return;
        }
        SimulatedEnd before = end.addressee;
        SimulatedEnd peer = random.nextBoolean() ? mailboxes.get(random.nextInt(mailboxes.size())) : null;
        end.inCall = true;
        end.addressee = null;
        long result = requests.routines().alertably(() -> end.socket.handshake()
                .connect(peer == null ? null : peer.address(), Caller.current()));
        requests.routines().say("peer of " + end + " is " + peer + ": " + result);
        boolean isEnded = (result == -SimulatedProgram.ABORTED && (end.closed || end.cancelled))
                || (result == -WinsockErrors.WSAENOTSOCK && end.closed);
        boolean mayBe = result == 0 || isEnded || weather.mayCause((int) -result, end);
        SimulatedProgram.require(mayBe, "a peer gave " + result);
        end.addressee = result == 0 ? peer : before;
        end.inCall = false;
    }

    void shutdown(SimulatedEnd end) {
        requests.routines().say("shutdown " + end);
        end.sendingShut = true;
        SimulatedProgram.require(end.socket.shutdown(false, true) == 0, "shutdown");
    }

    void close(SimulatedEnd end) {
        requests.routines().say("close " + end);
        end.closed = true;
        SimulatedProgram.require(engine.close(end.socket.handle(), Caller.current()), "close");
        requests.mustHaveEnded(end);
    }

    void closeMailboxes() {
        mailboxes.stream().filter(SimulatedEnd::isUsable).forEach(this::close);
    }

    void finish() {
        for (SimulatedEnd end : ends) {
            if (!end.closed) {
                close(end);
            }
        }
        boolean closed = engine.close(listener.handle(), Caller.current());
        SimulatedProgram.require(closed, "close the listener");
    }
}
