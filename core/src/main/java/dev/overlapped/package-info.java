/// Overlapped sockets for programs that have never seen Winsock.
///
/// An [dev.overlapped.OverlappedSocket] or a [dev.overlapped.ListeningSocket] starts requests. Each is an
/// [dev.overlapped.Overlapped], to be waited for, given a routine, or made a future.
/// [dev.overlapped.Alertable] has the waits in which routines run. Nothing has to be started or cleaned up.
///
/// Beside what the methods say they throw: an argument that is null, or has a null in it, where none is
/// allowed is a [NullPointerException]; an address is an [java.nio.channels.UnresolvedAddressException] or an
/// [java.nio.channels.UnsupportedAddressTypeException] if it cannot be used, and memory of another thread a
/// [WrongThreadException]. Receiving into read-only memory is a [java.nio.ReadOnlyBufferException], or an
/// [IllegalArgumentException] for a segment. A family or an option that this kind of socket does not have is
/// an [UnsupportedOperationException], and a number that an option cannot have an [IllegalArgumentException].
package dev.overlapped;
