package dev.overlapped.engine;

import dev.overlapped.address.Endpoint;

/// How an API is told of its requests. One object serves any number of requests: what belongs to one
/// request comes back as its `tag`, the caller's own structure.
///
/// [#begun], [#refused] and [#publish] are called with the lock of the request's direction held, so they must
/// be short and must not call user code or the engine. [#deliver] is called on the initiating thread with no
/// lock held.
public interface Completion {
    /// The request is accepted and has not completed.
    void begun(Object tag);

    /// The request that had begun was not accepted after all, for the reason `code`, which the call returns:
    /// nothing will be published or delivered.
    default void refused(Object tag, int code) {
    }

    /// The request has ended: with `code` (0 or a Winsock code) and `bytes` moved. Called exactly once for
    /// a request whose start was accepted, before its indication.
    void publish(Object tag, int code, long bytes);

    /// A datagram has come `from` there: the address goes to `into` and `length`, which the request was given
    /// for that. Called under the same lock as [#publish] and before it, or on the thread that made the call.
    default void received(Endpoint from, Object into, Object length) {
        throw new AssertionError("no request here asks for " + from);
    }

    /// Runs the request's completion routine.
    void deliver(Object routine, Object tag, int code, long bytes) throws Exception;
}
