package dev.overlapped.engine;

import dev.overlapped.address.Endpoint;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;

/// One end of a connection of a random program, or a socket for datagrams.
final class SimulatedEnd {
    final String name;
    final Socket socket;
    /// Null for an end of a connection.
    private final SimulatedDatagrams datagrams;
    private final InetSocketAddress address;
    /// Whom datagrams go to that name nobody; null: there is no such peer, or a thread is choosing one.
    SimulatedEnd addressee;
    /// Whom a socket for datagrams may send to, itself among them.
    List<SimulatedEnd> others = List.of();
    SimulatedStream outgoing;
    SimulatedStream incoming;
    SimulatedEnd peer;
    boolean closed;
    boolean sendingShut;
    /// A receive has seen the end of the stream.
    boolean ended;
    /// A request has failed because the connection is lost, and the first such code.
    boolean broken;
    private int reason;
    /// Something was cancelled here.
    boolean cancelled;
    /// A call is under way here, with the socket's mode and time-out as it needs them.
    boolean inCall;
    /// The network has lost the connection on purpose.
    boolean reset;

    SimulatedEnd(String name, Socket socket) {
        this(name, socket, null);
    }

    /// A socket for `datagrams`, which is bound.
    SimulatedEnd(String name, Socket socket, SimulatedDatagrams datagrams) {
        this.name = name;
        this.socket = socket;
        this.datagrams = datagrams;
        this.address = datagrams == null ? null : (InetSocketAddress) socket.localAddress();
    }

    boolean isForDatagrams() {
        return datagrams != null;
    }

    /// Of a socket for datagrams, closed or not.
    InetSocketAddress address() {
        return address;
    }

    /// Leaves its address in `endpoint`.
    void tell(Endpoint endpoint) {
        ByteBuffer bytes = ByteBuffer.wrap(address.getAddress().getAddress());
        if (bytes.remaining() == Integer.BYTES) {
            endpoint.setIpv4(bytes.getInt(), address.getPort());
        } else {
            endpoint.setIpv6(bytes.getLong(), bytes.getLong(), 0, address.getPort());
        }
    }

    // ---- what it sends and receives ----

    void sends(SimulatedTransfer transfer) {
        if (datagrams != null) {
            datagrams.add(transfer);
        } else {
            outgoing.add(transfer);
        }
    }

    void receives(SimulatedTransfer transfer) {
        if (datagrams != null) {
            datagrams.receive(transfer);
        } else {
            incoming.receive(transfer);
        }
    }

    // ---- its state ----

    void connectTo(SimulatedEnd other) {
        peer = other;
        other.peer = this;
        outgoing = other.incoming = new SimulatedStream();
        incoming = other.outgoing = new SimulatedStream();
    }

    boolean isUsable() {
        return !closed && (datagrams != null || socket.isConnected());
    }

    boolean mayBreak() {
        return closed || reset || peer == null || peer.closed;
    }

    /// A request has ended with `code`, or was refused. If that means that the connection is lost, all hear
    /// the same reason.
    void fails(int code) {
        if (isForDatagrams() || !SimulatedWeather.isLoss(code)) {
            return;
        }
        broken = true;
        if (!closed) {
            boolean isSame = reason == 0 || reason == code;
            SimulatedRoutines.require(isSame, reason + " is the reason, not " + code, this);
            reason = code;
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
