/// Overlapped sockets for programs that have never seen Winsock.
///
/// An [dev.overlapped.OverlappedSocket] or a [dev.overlapped.ListeningSocket] starts requests. Each is an
/// [dev.overlapped.Overlapped], to be waited for, given a routine, or made a future.
/// [dev.overlapped.Alertable] has the waits in which routines run. Nothing has to be started or cleaned up.
package dev.overlapped;
