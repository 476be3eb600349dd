package dev.overlapped;

/// PLACEHOLDER: keeps this exported package from being empty. Delete with the first real class.
final class Placeholder {
    private Placeholder() {
    }
}
