package dev.overlapped.trust.soak;

import java.util.List;
import java.util.Random;

/// How a request is told of: the ways that both APIs have, by whatever names.
enum Way {
    /// A routine in an alertable wait of the thread that started it.
    ROUTINE,
    /// A wait for its event that runs no routines.
    EVENT,
    /// A wait for its event that does.
    ALERTABLE,
    /// A wait for its result.
    RESULT,
    /// Winsock: a call without lpOverlapped. The idiomatic API has none: it bounds its wait, again and again.
    CALL,
    /// The idiomatic API: a future. Winsock has none: it looks at the structure from time to time.
    FUTURE;

    private static final List<Way> ALL = List.of(values());

    static Way any(Random random) {
        return ALL.get(random.nextInt(ALL.size()));
    }
}
