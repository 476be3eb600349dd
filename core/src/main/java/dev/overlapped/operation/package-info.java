/// What a request does to its socket: one file per kind of request.
///
/// An operation makes one non-blocking call at a time through the provider, takes its result in, and says
/// when it is finished. It knows neither who asked nor who will be told.
package dev.overlapped.operation;
