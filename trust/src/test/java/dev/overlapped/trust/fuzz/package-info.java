/// Bad input: sequences of random calls on every public entry point of both APIs.
///
/// [dev.overlapped.trust.fuzz.Sequence] runs one sequence, a [dev.overlapped.trust.fuzz.World] has the
/// objects that it works on, and two resource files say which calls there are and how each may end.
package dev.overlapped.trust.fuzz;
