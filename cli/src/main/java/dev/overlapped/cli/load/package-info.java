/// The command `load`: a judge of echo servers, made with the sockets of the JDK.
package dev.overlapped.cli.load;
