/// The command `./overlapped bench`.
package dev.overlapped.bench;
