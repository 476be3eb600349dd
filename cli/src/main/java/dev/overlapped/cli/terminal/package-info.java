/// What the commands say and how: one line for a mistake, one JSON object for a result, a bar in between.
package dev.overlapped.cli.terminal;
