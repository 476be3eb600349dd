/// Winsock 2 as the C pages describe it: one class per Windows header, functions and constants under their
/// C names.
///
/// Start with [dev.overlapped.winsock2.Winsock2]; `docs/PORTING.md` shows the page's C program beside the
/// Java.
package dev.overlapped.winsock2;
