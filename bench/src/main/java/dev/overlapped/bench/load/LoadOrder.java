package dev.overlapped.bench.load;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/// What the load generator is told to do.
///
/// @param kind what to do
/// @param port where the server listens
/// @param process the server's number
/// @param connections how many, at a time
/// @param messageBytes the length of a message
/// @param periodBytes [LoadKind#SINK]: after so many bytes the stream repeats
/// @param rate [LoadKind#FIXED_RATE]: messages per second, all connections together
/// @param warmMillis how long it goes on before it measures
/// @param settleMillis how much longer at most, while a compiler is at work or little has been done
/// @param windowMillis how long it measures
public record LoadOrder(LoadKind kind, int port, long process, int connections, int messageBytes,
        int periodBytes, double rate, int warmMillis, int settleMillis, int windowMillis) {
    /// One line, which [#parse] understands.
    public String line() {
        return "run " + kind + ' ' + port + ' ' + process + ' ' + connections + ' ' + messageBytes + ' '
            + periodBytes + ' ' + rate + ' ' + warmMillis + ' ' + settleMillis + ' ' + windowMillis;
    }

    /// What [#line] has written.
    static LoadOrder parse(String line) {
        String[] words = line.split(" ", -1);
        return new LoadOrder(LoadKind.valueOf(words[1]), Integer.parseInt(words[2]), Long.parseLong(words[3]),
            Integer.parseInt(words[4]), Integer.parseInt(words[5]), Integer.parseInt(words[6]),
            Double.parseDouble(words[7]), Integer.parseInt(words[8]), Integer.parseInt(words[9]),
            Integer.parseInt(words[10]));
    }

    InetSocketAddress server() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    long warmNanos() {
        return warmMillis * 1_000_000L;
    }

    long settleNanos() {
        return settleMillis * 1_000_000L;
    }

    long windowNanos() {
        return windowMillis * 1_000_000L;
    }
}
