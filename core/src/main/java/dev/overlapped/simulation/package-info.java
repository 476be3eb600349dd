/// A network inside the process, on which programs of either API run in tests: seeded, in virtual time, with
/// threads that take turns.
package dev.overlapped.simulation;
