/// The servers under test: a process of its own each, told what to do by its command line.
package dev.overlapped.bench.server;
