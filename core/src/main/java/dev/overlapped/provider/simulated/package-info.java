/// A network inside the process, for tests: seeded, in virtual time, with threads that
/// take turns.
///
/// A calm one does what the kernel does, as far as an engine can tell; tests run on both and compare. What
/// may go wrong besides is in [dev.overlapped.provider.simulated.Chance], and happens by chance; descriptors
/// that are used up, a link that is down, a reader that stands still and a lost connection can be had on
/// purpose, by methods of [dev.overlapped.provider.simulated.SimulatedProvider].
///
/// Not simulated: urgent data, messages in order (SEQPACKET), paths as addresses, sockets that share an
/// address, IPv6 sockets that talk to IPv4, and options, which are kept and do nothing but for a linger of no
/// seconds.
package dev.overlapped.provider.simulated;
