package dev.overlapped.engine;

/// One end of a connection of a random program.
final class SimulatedEnd {
    final String name;
    final Socket socket;
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
        this.name = name;
        this.socket = socket;
    }

    void connectTo(SimulatedEnd other) {
        peer = other;
        other.peer = this;
        outgoing = other.incoming = new SimulatedStream();
        incoming = other.outgoing = new SimulatedStream();
    }

    boolean isUsable() {
        return !closed && socket.isConnected();
    }

    boolean mayBreak() {
        return closed || reset || peer == null || peer.closed;
    }

    /// A request has failed, or was refused, because the connection is lost: all hear the same reason.
    void breaks(int code) {
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
