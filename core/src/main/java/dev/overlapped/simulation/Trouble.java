package dev.overlapped.simulation;

import dev.overlapped.provider.simulated.Chance;

/// What a simulated network may do to a program; how probable each is, [SimulationOptions] has.
public enum Trouble {
    // ---- streams ----

    /// The network takes less of a send at once than it has room for; the rest follows a while later.
    SHORT_SENDS(Chance.SHORT_SENDS),
    /// The bytes of one send arrive in two parts.
    SHORT_RECEIVES(Chance.SHORT_RECEIVES),
    /// A receiver, having received, receives nothing for a while, whatever is sent to it.
    STALLS(Chance.STALLS),
    /// A connection is lost a while after a send, to both sides, and with it what is on its way.
    RESETS(Chance.RESETS),
    /// A connect is refused although somebody listens.
    REFUSED_CONNECTS(Chance.REFUSED_CONNECTS),
    /// A connect is not heard, and has to be repeated, which the network does a second later.
    SLOW_CONNECTS(Chance.SLOW_CONNECTS),

    // ---- datagrams ----

    /// A datagram is lost, and nobody is told.
    LOST_DATAGRAMS(Chance.LOST_DATAGRAMS),
    /// A datagram arrives twice.
    DOUBLED_DATAGRAMS(Chance.DOUBLED_DATAGRAMS),
    /// A datagram takes its time, and later ones overtake it.
    OVERTAKEN_DATAGRAMS(Chance.OVERTAKEN_DATAGRAMS),

    // ---- both ----

    /// Bytes, an end, a reset, a connect or a datagram takes a while; else it is there at once.
    DELAYS(Chance.DELAYS);

    final Chance chance;

    Trouble(Chance chance) {
        this.chance = chance;
    }
}
