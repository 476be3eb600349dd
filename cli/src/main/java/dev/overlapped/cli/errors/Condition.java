package dev.overlapped.cli.errors;

import java.util.concurrent.Callable;

/// One error of the page, and a way to make it happen.
///
/// @param code what `WSASend` or its request is to end with
/// @param name of the code
/// @param how it is made, for people
/// @param breaksNetwork whether it needs a network that may be broken
/// @param cause makes it happen, and answers with the code that came of it
record Condition(int code, String name, String how, boolean breaksNetwork, Callable<Integer> cause) {
    static Condition of(int code, String name, String how, Callable<Integer> cause) {
        return new Condition(code, name, how, false, cause);
    }

    static Condition ofNetwork(int code, String name, String how, Callable<Integer> cause) {
        return new Condition(code, name, how, true, cause);
    }
}
