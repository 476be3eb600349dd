/// The commands `./overlapped simulate` and `./overlapped soak`.
package dev.overlapped.trust;
