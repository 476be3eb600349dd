package dev.overlapped.provider;

import java.net.InetSocketAddress;
import java.util.List;

/// What the resolver answered.
///
/// @param status  OK exactly if there are answers
/// @param answers in the resolver's order of preference
/// @param canonicalName of the node, or null where it was not asked for
public record Resolution(Status status, List<Answer> answers, String canonicalName) {
    /// How the question ended.
    public enum Status {
        OK, NO_SUCH_NAME, TRY_AGAIN, NO_RECOVERY, BAD_FLAGS, NO_SUCH_FAMILY,
        NO_SUCH_TYPE, NO_SUCH_SERVICE, NO_MEMORY
    }

    /// One address, and what it may be opened as.
    public record Answer(SocketKind kind, InetSocketAddress address) {
    }
}
