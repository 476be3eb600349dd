/// What the JDK offers: selector, asynchronous channels, blocking sockets on virtual and on platform threads.
package dev.overlapped.bench.server.jdk;
