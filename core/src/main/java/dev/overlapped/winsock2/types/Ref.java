package dev.overlapped.winsock2.types;

/// A place for a reference: what C code passes as a pointer to a pointer, such as the `ppResult` of
/// `getaddrinfo`.
///
/// The object belongs to the application. A function writes it on the calling thread while the call lasts,
/// with plain accesses.
///
/// @param <T> what the pointer points to
public final class Ref<T> {
    /// The object referred to; `null` is C's `NULL`.
    public T value;

    /// A place that holds `null`.
    public Ref() {
    }

    /// A place that holds `value`.
    public Ref(T value) {
        this.value = value;
    }
}
