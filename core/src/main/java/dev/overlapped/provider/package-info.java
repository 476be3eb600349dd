/// The one seam to the outside: everything the engine and the operations know of a network goes through
/// [dev.overlapped.provider.TransportProvider] and [dev.overlapped.provider.Poller].
///
/// Results are a count, or `-errno` with the values of [dev.overlapped.provider.Errno]; no method throws for
/// an operating error. Addresses are the JDK's own [java.net.SocketAddress].
package dev.overlapped.provider;
