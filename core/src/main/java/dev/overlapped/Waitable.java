package dev.overlapped;

/// What a thread can wait for together with others: see [WaitableEvent#awaitAny] and
/// [WaitableEvent#awaitAll].
public sealed interface Waitable permits Overlapped, WaitableEvent {
}
