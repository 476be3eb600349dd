/// What this machine allows, and what to do where that is little.
package dev.overlapped.cli.doctor;
