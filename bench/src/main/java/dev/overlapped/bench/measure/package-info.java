/// What is measured, and what the kernel says about a process.
package dev.overlapped.bench.measure;
