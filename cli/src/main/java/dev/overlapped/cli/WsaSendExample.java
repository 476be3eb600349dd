package dev.overlapped.cli;

import static dev.overlapped.winsock2.Minwindef.MAKEWORD;
import static dev.overlapped.winsock2.Synchapi.INFINITE;
import static dev.overlapped.winsock2.Winerror.WSA_IO_PENDING;
import static dev.overlapped.winsock2.Winsock2.*;
import static dev.overlapped.winsock2.Ws2tcpip.AI_PASSIVE;
import static dev.overlapped.winsock2.Ws2tcpip.freeaddrinfo;
import static dev.overlapped.winsock2.Ws2tcpip.getaddrinfo;

import dev.overlapped.winsock2.types.ADDRINFOA;
import dev.overlapped.winsock2.types.DWORD;
import dev.overlapped.winsock2.types.Ref;
import dev.overlapped.winsock2.types.WSABUF;
import dev.overlapped.winsock2.types.WSADATA;
import dev.overlapped.winsock2.types.WSAOVERLAPPED;
import java.io.PrintWriter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// The example program of the WSASend page, line by line: the names, their order, the messages and the page's
/// own comments are kept, to be read beside the C. Six substitutions make the C++ Java; each is explained
/// where it is first made, in a comment that begins with "Java:".
///
/// Two things are ours, so that it can be tried: the port is a parameter where the page writes `"27015"`, and
/// the buffer, which the page leaves uninitialised, has a content that a client can check.
final class WsaSendExample {
    static final int DATA_BUFSIZE = 4096;
    static final int SEND_COUNT = 10;

    /// The content repeats after so many bytes; a prime, so that a shift by any power of two is seen.
    private static final int CONTENT_PERIOD = 251;

    private WsaSendExample() {
    }

    /// What the program sends at that position of each of its buffers.
    static byte contentAt(int position) {
        return (byte) (position % CONTENT_PERIOD);
    }

    // The page's program is one function, which sets variables to a value that it never uses. It is kept as
    // it is: the reader compares it with the page.
    @SuppressWarnings("UnusedVariable")
    static int main(PrintWriter stdout, String port) {
        // Java: SecureZeroMemory -> new. Every structure below is zeroed by its constructor.
        WSADATA wsd = new WSADATA();

        // Java: a pointer to a structure -> the object; a pointer to such a pointer -> a Ref.
        Ref<ADDRINFOA> result = new Ref<>(null);
        ADDRINFOA hints;
        WSAOVERLAPPED SendOverlapped;

        long ListenSocket = INVALID_SOCKET;
        long AcceptSocket = INVALID_SOCKET;

        WSABUF DataBuf = new WSABUF();
        // Java: &x of a number that a function sets -> a DWORD.
        DWORD SendBytes = new DWORD();
        DWORD Flags = new DWORD();

        // Java: char buffer[N] -> Arena.ofAuto().allocate(N): native memory, which the system may own for a
        // while.
        MemorySegment buffer = Arena.ofAuto().allocate(DATA_BUFSIZE);

        int err = 0;
        int rc;
        int i;

        for (i = 0; i < DATA_BUFSIZE; i++) {
            buffer.set(ValueLayout.JAVA_BYTE, i, contentAt(i));
        }

        // Load Winsock
        rc = WSAStartup(MAKEWORD(2, 2), wsd);
        if (rc != 0) {
            stdout.printf("Unable to load Winsock: %d\n", rc);
            return 1;
        }

        // Make sure the hints struct is zeroed out
        hints = new ADDRINFOA();

        // Initialize the hints to obtain the
        // wildcard bind address for IPv4
        hints.ai_family = AF_INET;
        hints.ai_socktype = SOCK_STREAM;
        hints.ai_protocol = IPPROTO_TCP;
        hints.ai_flags = AI_PASSIVE;

        rc = getaddrinfo(null, port, hints, result);
        if (rc != 0) {
            stdout.printf("getaddrinfo failed with error: %d\n", rc);
            return 1;
        }

        ListenSocket = socket(result.value.ai_family,
                              result.value.ai_socktype, result.value.ai_protocol);
        if (ListenSocket == INVALID_SOCKET) {
            stdout.printf("socket failed with error: %d\n", WSAGetLastError());
            freeaddrinfo(result.value);
            return 1;
        }

        rc = bind(ListenSocket, result.value.ai_addr, (int) result.value.ai_addrlen);
        if (rc == SOCKET_ERROR) {
            stdout.printf("bind failed with error: %d\n", WSAGetLastError());
            freeaddrinfo(result.value);
            closesocket(ListenSocket);
            return 1;
        }

        rc = listen(ListenSocket, 1);
        if (rc == SOCKET_ERROR) {
            stdout.printf("listen failed with error: %d\n", WSAGetLastError());
            freeaddrinfo(result.value);
            closesocket(ListenSocket);
            return 1;
        }
        // Accept an incoming connection request
        AcceptSocket = accept(ListenSocket, null, null);
        if (AcceptSocket == INVALID_SOCKET) {
            stdout.printf("accept failed with error: %d\n", WSAGetLastError());
            freeaddrinfo(result.value);
            closesocket(ListenSocket);
            return 1;
        }

        stdout.printf("Client Accepted...\n");

        // Make sure the SendOverlapped struct is zeroed out
        SendOverlapped = new WSAOVERLAPPED();

        // Create an event handle and setup the overlapped structure.
        SendOverlapped.hEvent = WSACreateEvent();
        // Java: a handle is a long, and its NULL is 0, here by its name.
        if (SendOverlapped.hEvent == WSA_INVALID_EVENT) {
            stdout.printf("WSACreateEvent failed with error: %d\n", WSAGetLastError());
            freeaddrinfo(result.value);
            closesocket(ListenSocket);
            closesocket(AcceptSocket);
            return 1;
        }

        DataBuf.len = DATA_BUFSIZE;
        DataBuf.buf = buffer;

        for (i = 0; i < SEND_COUNT; i++) {

            // Java: &structure -> an array of one.
            rc = WSASend(AcceptSocket, new WSABUF[] {DataBuf}, 1,
                         SendBytes, 0, SendOverlapped, null);
            if ((rc == SOCKET_ERROR) &&
                (WSA_IO_PENDING != (err = WSAGetLastError()))) {
                stdout.printf("WSASend failed with error: %d\n", err);
                break;
            }

            rc = WSAWaitForMultipleEvents(1, new long[] {SendOverlapped.hEvent}, true, INFINITE,
                                          true);
            if (rc == WSA_WAIT_FAILED) {
                stdout.printf("WSAWaitForMultipleEvents failed with error: %d\n",
                              WSAGetLastError());
                break;
            }

            // Java: rc == FALSE -> !.
            if (!WSAGetOverlappedResult(AcceptSocket, SendOverlapped, SendBytes,
                                        false, Flags)) {
                stdout.printf("WSASend failed with error: %d\n", WSAGetLastError());
                break;
            }

            stdout.printf("Wrote %d bytes\n", SendBytes.value);

            WSAResetEvent(SendOverlapped.hEvent);

        }

        WSACloseEvent(SendOverlapped.hEvent);
        closesocket(AcceptSocket);
        closesocket(ListenSocket);
        freeaddrinfo(result.value);

        WSACleanup();

        return 0;
    }
}
