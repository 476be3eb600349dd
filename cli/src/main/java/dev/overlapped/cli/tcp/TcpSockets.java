package dev.overlapped.cli.tcp;

import static dev.overlapped.cli.tcp.WinsockSession.failed;
import static dev.overlapped.winsock2.Winerror.WSAECONNREFUSED;
import static dev.overlapped.winsock2.Winsock2.AF_UNSPEC;
import static dev.overlapped.winsock2.Winsock2.INVALID_SOCKET;
import static dev.overlapped.winsock2.Winsock2.IPPROTO_TCP;
import static dev.overlapped.winsock2.Winsock2.SOCKET_ERROR;
import static dev.overlapped.winsock2.Winsock2.SOCK_STREAM;
import static dev.overlapped.winsock2.Winsock2.WSAGetLastError;
import static dev.overlapped.winsock2.Winsock2.WSASetLastError;
import static dev.overlapped.winsock2.Winsock2.bind;
import static dev.overlapped.winsock2.Winsock2.closesocket;
import static dev.overlapped.winsock2.Winsock2.connect;
import static dev.overlapped.winsock2.Winsock2.getsockname;
import static dev.overlapped.winsock2.Winsock2.listen;
import static dev.overlapped.winsock2.Winsock2.socket;
import static dev.overlapped.winsock2.Ws2tcpip.AI_PASSIVE;
import static dev.overlapped.winsock2.Ws2tcpip.freeaddrinfo;
import static dev.overlapped.winsock2.Ws2tcpip.getaddrinfo;

import dev.overlapped.cli.terminal.RunFailedException;
import dev.overlapped.winsock2.types.ADDRINFOA;
import dev.overlapped.winsock2.types.DWORD;
import dev.overlapped.winsock2.types.Ref;
import dev.overlapped.winsock2.types.SOCKADDR_STORAGE;
import java.util.concurrent.TimeUnit;

/// TCP sockets of this library that are ready for use: a listening one, and a connected one.
public final class TcpSockets {
    private static final long RETRY_MILLIS = 50;

    private TcpSockets() {
    }

    /// A socket that listens.
    ///
    /// @param socket the socket; whoever called [TcpSockets#listening] closes it
    /// @param family its address family, which the sockets given to `AcceptEx` need too
    /// @param address where it listens, with the port that was found if any was asked for
    public record Listening(long socket, int family, HostPort address) {
    }

    /// Listens at `address`; port 0 takes a free one.
    public static Listening listening(HostPort address, int backlog) {
        ADDRINFOA found = resolve(address, AI_PASSIVE);
        try {
            long socket = socket(found.ai_family, found.ai_socktype, found.ai_protocol);
            if (socket == INVALID_SOCKET) {
                throw failed("socket");
            }
            try {
                if (bind(socket, found.ai_addr, (int) found.ai_addrlen) == SOCKET_ERROR) {
                    throw failed("bind");
                }
                if (listen(socket, backlog) == SOCKET_ERROR) {
                    throw failed("listen");
                }
                HostPort actual = new HostPort(address.host(), localPort(socket));
                return new Listening(socket, found.ai_family, actual);
            } catch (RunFailedException e) {
                closesocket(socket);
                throw e;
            }
        } finally {
            freeaddrinfo(found);
        }
    }

    /// Connects to `address`. A refused connection is tried again for that long: the peer may be about to
    /// start. Whoever called closes the socket.
    public static long connected(HostPort address, long patienceSeconds) {
        ADDRINFOA found = resolve(address, 0);
        try {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(patienceSeconds);
            while (true) {
                long socket = connectOnce(found);
                if (socket != INVALID_SOCKET) {
                    return socket;
                }
                int error = WSAGetLastError();
                if (error != WSAECONNREFUSED || System.nanoTime() >= deadline) {
                    throw new RunFailedException("connect to " + address + " failed with error: " + error);
                }
                pause();
            }
        } finally {
            freeaddrinfo(found);
        }
    }

    /// Tries each address of the host; leaves the last one's error behind if none answers.
    private static long connectOnce(ADDRINFOA addresses) {
        for (ADDRINFOA a = addresses; a != null; a = a.ai_next) {
            long socket = socket(a.ai_family, a.ai_socktype, a.ai_protocol);
            if (socket == INVALID_SOCKET) {
                throw failed("socket");
            }
            if (connect(socket, a.ai_addr, (int) a.ai_addrlen) == 0) {
                return socket;
            }
            int error = WSAGetLastError();
            closesocket(socket);
            WSASetLastError(error);
        }
        return INVALID_SOCKET;
    }

    private static void pause() {
        try {
            Thread.sleep(RETRY_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RunFailedException("interrupted while connecting");
        }
    }

    private static ADDRINFOA resolve(HostPort address, int flags) {
        ADDRINFOA hints = new ADDRINFOA();
        hints.ai_family = AF_UNSPEC;
        hints.ai_socktype = SOCK_STREAM;
        hints.ai_protocol = IPPROTO_TCP;
        hints.ai_flags = flags;
        Ref<ADDRINFOA> result = new Ref<>();
        int rc = getaddrinfo(address.host(), Integer.toString(address.port()), hints, result);
        if (rc != 0) {
            throw new RunFailedException("getaddrinfo for '" + address.host() + "' failed with error: " + rc);
        }
        return result.value;
    }

    private static int localPort(long socket) {
        SOCKADDR_STORAGE name = new SOCKADDR_STORAGE();
        if (getsockname(socket, name, new DWORD(SOCKADDR_STORAGE.SIZEOF)) == SOCKET_ERROR) {
            throw failed("getsockname");
        }
        // In both families the port is what follows the family, high byte first.
        return Byte.toUnsignedInt(name.__ss_data[0]) << 8 | Byte.toUnsignedInt(name.__ss_data[1]);
    }
}
