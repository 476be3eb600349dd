/// What a flight recording can be told of the engine: its events, off by default.
package dev.overlapped.flight;
