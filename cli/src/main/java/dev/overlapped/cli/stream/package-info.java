/// The commands `send` and `drain`: one long stream, with any number of sends outstanding.
package dev.overlapped.cli.stream;
