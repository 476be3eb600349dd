/// The command itself, and the example of the WSASend page with a client for it.
package dev.overlapped.cli;
