/// A network inside the process, for tests: seeded, in virtual time, on one thread.
package dev.overlapped.provider.simulated;
