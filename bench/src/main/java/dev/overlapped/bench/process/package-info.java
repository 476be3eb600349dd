/// Other processes: how they are started, spoken to and ended, and the programs that this machine has.
package dev.overlapped.bench.process;
