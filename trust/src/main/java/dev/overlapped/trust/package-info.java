/// The commands `./overlapped simulate`, `./overlapped soak` and `./overlapped races`.
package dev.overlapped.trust;
