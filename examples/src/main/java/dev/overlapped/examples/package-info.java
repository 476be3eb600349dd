/// Small programs to read and to start from. All but `UpperServer` use the idiomatic API.
package dev.overlapped.examples;
