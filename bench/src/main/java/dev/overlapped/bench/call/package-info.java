/// What single calls cost: JMH benchmarks, and the command that runs them in rounds. A benchmark makes its
/// system calls on real connections; those of a send by hand are the measure for the others.
package dev.overlapped.bench.call;
