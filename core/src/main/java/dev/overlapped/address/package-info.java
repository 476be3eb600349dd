/// Addresses as numbers, which the API, the engine and every provider understand. A leaf: it knows nothing
/// else.
package dev.overlapped.address;
