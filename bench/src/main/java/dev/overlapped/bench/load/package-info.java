/// The load generator: one process with one thread and a selector, the same for all servers.
package dev.overlapped.bench.load;
