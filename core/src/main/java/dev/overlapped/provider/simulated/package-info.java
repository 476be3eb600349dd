/// A network inside the process, for tests: seeded, in virtual time, with threads that take turns.
package dev.overlapped.provider.simulated;
