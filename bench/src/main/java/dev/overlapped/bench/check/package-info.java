/// The bars that the library sets itself, and whether it clears them.
package dev.overlapped.bench.check;
