/// Random programs that look inside the engine, in its own package for that.
package dev.overlapped.engine;
