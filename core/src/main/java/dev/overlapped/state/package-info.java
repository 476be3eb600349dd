/// What a socket remembers: what it has become, and its options. No request is known here.
package dev.overlapped.state;
