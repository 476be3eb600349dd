/// Linux as the library sees it: system calls with their C names and the structures that they take.
///
/// This is the only package that links native functions, looks up symbols or reinterprets addresses. A call
/// answers with a count, a descriptor or 0, or with `-errno`; none of them throws for an operating error.
package dev.overlapped.linux;
