/// A race about what is not public in the faithful API, in its own package for that.
package dev.overlapped.winsock2;
