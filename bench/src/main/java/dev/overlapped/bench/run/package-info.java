/// Who is compared, at what, and how a run goes: servers and load generator are processes of their own.
package dev.overlapped.bench.run;
