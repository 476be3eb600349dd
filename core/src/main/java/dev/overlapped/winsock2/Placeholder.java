package dev.overlapped.winsock2;

/// PLACEHOLDER: keeps this exported package from being empty. Delete with the first real class.
final class Placeholder {
    private Placeholder() {
    }
}
