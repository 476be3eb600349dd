/// This library, by its Winsock API: completion routines, and events.
package dev.overlapped.bench.server.winsock;
