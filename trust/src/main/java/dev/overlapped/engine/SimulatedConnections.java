package dev.overlapped.engine;

import dev.overlapped.error.WinsockErrors;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// The connections of a random program: how they come about, which its first thread sees to, and how they
/// end.
final class SimulatedConnections {
    private static final int CONNECTS_MAX = 20;

    private final Engine engine;
    private final SplittableRandom random;
    private final SimulatedRequests requests;
    private final List<SimulatedEnd> ends = new ArrayList<>();
    private Socket listener;

    SimulatedConnections(Engine engine, SplittableRandom random, SimulatedRequests requests) {
        this.engine = engine;
        this.random = random;
        this.requests = requests;
    }

    // ---- making connections ----

    void listen() {
        listener = engine.socket(engine.open(random.nextBoolean(), true, true));
        InetAddress loopback = InetAddress.ofLiteral(listener.isIpv6() ? "::1" : "127.0.0.1");
        SimulatedProgram.require(listener.handshake().bind(new InetSocketAddress(loopback, 0)) == 0, "bind");
        long listens = listener.handshake().listen(SimulatedProgram.CONNECTIONS_MAX);
        SimulatedProgram.require(listens == 0, "listen");
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
        boolean connected = connect(client.socket);
        if (connected && !acceptsBefore) {
            long accepted = requests.routines().alertably(this::accept);
            SimulatedProgram.require(accepted > 0, "accept gave " + accepted);
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
            SimulatedProgram.require(result == -WinsockErrors.WSAECONNREFUSED, "connect gave " + result);
        }
        return false;
    }

    // ---- using them ----

    List<SimulatedEnd> ends() {
        return ends;
    }

    /// One that is connected and open, or null.
    SimulatedEnd any() {
        List<SimulatedEnd> usable = ends.stream().filter(SimulatedEnd::isUsable).toList();
        return usable.isEmpty() ? null : usable.get(random.nextInt(usable.size()));
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
