package dev.overlapped.cli.tcp;

import static dev.overlapped.winsock2.Minwindef.MAKEWORD;
import static dev.overlapped.winsock2.Winsock2.WSACleanup;
import static dev.overlapped.winsock2.Winsock2.WSAGetLastError;
import static dev.overlapped.winsock2.Winsock2.WSAStartup;

import dev.overlapped.cli.terminal.RunFailedException;
import dev.overlapped.winsock2.types.WSADATA;

/// Winsock, from `WSAStartup` to `WSACleanup`.
public final class WinsockSession implements AutoCloseable {
    private WinsockSession() {
    }

    /// Starts Winsock.
    public static WinsockSession open() {
        int rc = WSAStartup(MAKEWORD(2, 2), new WSADATA());
        if (rc != 0) {
            throw new RunFailedException("Unable to load Winsock: " + rc);
        }
        return new WinsockSession();
    }

    /// What to tell the user when `function` has just failed on this thread, in the words of the page's
    /// example.
    public static RunFailedException failed(String function) {
        return failed(function, WSAGetLastError());
    }

    /// What to tell the user about the code that a request of `function` ended with.
    public static RunFailedException failed(String function, int error) {
        return new RunFailedException(function + " failed with error: " + error);
    }

    /// Ends Winsock; whatever is still pending ends without an indication.
    @Override
    public void close() {
        // It could fail only because somebody else has cleaned up more often than they have started.
        WSACleanup();
    }
}
