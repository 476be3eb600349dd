/// Netty 4.2 on its two native transports, one event loop.
package dev.overlapped.bench.server.netty;
