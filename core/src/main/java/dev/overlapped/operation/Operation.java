package dev.overlapped.operation;

import dev.overlapped.provider.TransportProvider;

/// One kind of request, as far as the network is concerned.
///
/// Life: filled by its own `prepare`, then [#attempt] and [#advance] in turn until `advance` says true,
/// then read ([#transferred], [#errno]). Operations are reused; all calls come under the lock of the
/// direction it waits in.
public interface Operation {
    /// The kinds of requests. SEND and RECEIVE move bytes of a stream, SEND_TO and RECEIVE_FROM whole
    /// messages.
    enum Kind { SEND, RECEIVE, SEND_TO, RECEIVE_FROM, ACCEPT, CONNECT }

    /// What kind of request it is.
    Kind kind();

    /// Makes one non-blocking call that moves at most `bytesMax` bytes. Returns a count or `-errno`;
    /// `-EAGAIN` says that it has to wait and changes nothing.
    long attempt(TransportProvider provider, int descriptor, long bytesMax);

    /// Takes in the result of [#attempt] (never `-EAGAIN`). True: finished, whatever the outcome.
    boolean advance(long result);

    /// Whether the last attempt moved less than it asked for: the kernel has no more room, or no more bytes.
    boolean cameShort();

    /// Bytes moved so far.
    long transferred();

    /// Whether it has taken bytes from a stream that would be lost if it failed now.
    default boolean hasBytesInHand() {
        return kind() == Kind.RECEIVE && transferred() > 0;
    }

    /// 0, or why it failed.
    int errno();
}
