package dev.overlapped.provider.simulated;

/// What may happen on a simulated network; how probable each is, [SimulatedOptions] has.
public enum Chance {
    // ---- streams ----

    /// A send takes less than there is room for; the rest has room a while later.
    SHORT_SENDS(0.5),
    /// The bytes of one send arrive in two parts.
    SHORT_RECEIVES(0.5),
    /// A reader, having received, receives nothing for a while, whatever arrives.
    STALLS(0.1),
    /// A connection is lost a while after a send, to both sides.
    RESETS(0.01),
    /// Nobody answers a connection any more, which its sender finds out a while after a send.
    TIME_OUTS(0.005),
    /// A connect is refused although somebody listens.
    REFUSED_CONNECTS(0.3),
    /// A connect is not heard, and has to be repeated a second later.
    SLOW_CONNECTS(0.3),
    /// A connect is never heard, however often it is repeated.
    SILENT_CONNECTS(0.1),
    /// A connection is reset a while after it was made: while it waits to be accepted, or soon after.
    BACKLOG_RESETS(0.2),

    // ---- datagrams ----

    /// A datagram is lost, and nobody is told.
    LOST_DATAGRAMS(0.3),
    /// A datagram arrives twice.
    DOUBLED_DATAGRAMS(0.3),
    /// A datagram takes its time, and later ones overtake it.
    OVERTAKEN_DATAGRAMS(0.3),
    /// A datagram arrives damaged: it is reported, and cannot be received.
    DAMAGED_DATAGRAMS(0.2),
    /// A datagram passes too many routers, and its sender is told.
    EXPIRED_DATAGRAMS(0.05),

    // ---- both ----

    /// Bytes, an end, a reset, a connect or a datagram takes a while; else it is there at once.
    DELAYS(1),
    /// A stream is reported readable before its bytes are there, or anything writable and then has no room.
    FALSE_READINESS(0.3),
    /// A poll returns early, as after a signal; never two in a row.
    INTERRUPTED_POLLS(0.3),
    /// A send finds no memory.
    NO_MEMORY_TO_SEND(0.02),
    /// A poller finds no memory for one more descriptor.
    NO_MEMORY_TO_WATCH(0.02);

    /// The most that a storm makes of it, so that programs get somewhere.
    final double stormyMax;

    Chance(double stormyMax) {
        this.stormyMax = stormyMax;
    }
}
