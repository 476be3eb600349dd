/// Sockets of the library, ready for use, and the addresses they are asked for with.
package dev.overlapped.cli.tcp;
