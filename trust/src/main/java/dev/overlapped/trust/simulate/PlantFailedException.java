package dev.overlapped.trust.simulate;

/// A plant could not be tried: its patch does not apply, or what comes of it does not compile or run. The
/// message is for the user, as it is.
final class PlantFailedException extends Exception {
    private static final long serialVersionUID = 1;

    PlantFailedException(String message) {
        super(message);
    }
}
