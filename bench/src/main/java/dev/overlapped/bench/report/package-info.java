/// What a comparison looks like: a table for the terminal, a page with charts, and all numbers as JSON.
package dev.overlapped.bench.report;
