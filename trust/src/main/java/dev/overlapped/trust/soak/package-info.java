/// Everything at once on real sockets for minutes or hours: `overlapped soak`. Uses what programs can use.
package dev.overlapped.trust.soak;
