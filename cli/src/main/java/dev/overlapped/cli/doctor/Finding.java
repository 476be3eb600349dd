package dev.overlapped.cli.doctor;

/// What was found out about one thing.
///
/// @param name   of the thing, one word
/// @param is     what it is on this machine
/// @param advice what to do about it; null if it is well
record Finding(String name, String is, String advice) {
    static Finding ok(String name, String is) {
        return new Finding(name, is, null);
    }

    boolean isOk() {
        return advice == null;
    }
}
