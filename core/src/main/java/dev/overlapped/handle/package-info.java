/// Numbers that name objects: what a program holds instead of a reference, so that a wrong one can be told.
package dev.overlapped.handle;
