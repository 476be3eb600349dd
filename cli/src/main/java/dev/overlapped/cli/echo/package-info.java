/// The command `echo`: one server on one thread, told of completions by routines or by events.
package dev.overlapped.cli.echo;
