/// The Linux provider: sockets that never block, and epoll.
package dev.overlapped.provider.epoll;
