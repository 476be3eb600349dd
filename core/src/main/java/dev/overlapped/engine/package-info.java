/// The engine: whoever waits, drives.
///
/// Start with [dev.overlapped.engine.OperationQueue] (a direction of a socket, and the lock on which
/// correctness rests), then [dev.overlapped.engine.Caller] (a thread that starts requests and waits) and
/// [dev.overlapped.engine.Reactor] (what is waited on). Below this package a result is a count or `-errno`;
/// what leaves it is a count or a negated Winsock code.
package dev.overlapped.engine;
