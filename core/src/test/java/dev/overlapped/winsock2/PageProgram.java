package dev.overlapped.winsock2;

import static dev.overlapped.winsock2.Minwindef.MAKEWORD;
import static dev.overlapped.winsock2.Synchapi.INFINITE;
import static dev.overlapped.winsock2.Winerror.WSA_IO_PENDING;
import static dev.overlapped.winsock2.Winsock2.AF_INET;
import static dev.overlapped.winsock2.Winsock2.INVALID_SOCKET;
import static dev.overlapped.winsock2.Winsock2.IPPROTO_TCP;
import static dev.overlapped.winsock2.Winsock2.SOCKET_ERROR;
import static dev.overlapped.winsock2.Winsock2.SOCK_STREAM;
import static dev.overlapped.winsock2.Winsock2.WSACleanup;
import static dev.overlapped.winsock2.Winsock2.WSACloseEvent;
import static dev.overlapped.winsock2.Winsock2.WSACreateEvent;
import static dev.overlapped.winsock2.Winsock2.WSAGetLastError;
import static dev.overlapped.winsock2.Winsock2.WSAGetOverlappedResult;
import static dev.overlapped.winsock2.Winsock2.WSAResetEvent;
import static dev.overlapped.winsock2.Winsock2.WSASend;
import static dev.overlapped.winsock2.Winsock2.WSAStartup;
import static dev.overlapped.winsock2.Winsock2.WSAWaitForMultipleEvents;
import static dev.overlapped.winsock2.Winsock2.WSA_INVALID_EVENT;
import static dev.overlapped.winsock2.Winsock2.WSA_WAIT_FAILED;
import static dev.overlapped.winsock2.Winsock2.accept;
import static dev.overlapped.winsock2.Winsock2.bind;
import static dev.overlapped.winsock2.Winsock2.closesocket;
import static dev.overlapped.winsock2.Winsock2.listen;
import static dev.overlapped.winsock2.Winsock2.socket;
import static dev.overlapped.winsock2.Ws2tcpip.AI_PASSIVE;
import static dev.overlapped.winsock2.Ws2tcpip.freeaddrinfo;
import static dev.overlapped.winsock2.Ws2tcpip.getaddrinfo;

import dev.overlapped.winsock2.types.ADDRINFOA;
import dev.overlapped.winsock2.types.DWORD;
import dev.overlapped.winsock2.types.Ref;
import dev.overlapped.winsock2.types.WSABUF;
import dev.overlapped.winsock2.types.WSADATA;
import dev.overlapped.winsock2.types.WSAOVERLAPPED;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The program of the page, step by step, as one class whose variables a test can see; in `cli` it is one
/// function, to be compared with the page. Before a function is called the test may do something that makes
/// it fail.
final class PageProgram {
    static final int DATA_BUFSIZE = 4096;
    static final int SEND_COUNT = 10;

    /// The lines that it has printed.
    final List<String> out = new ArrayList<>();
    long listenSocket = INVALID_SOCKET;
    long acceptSocket = INVALID_SOCKET;
    final WSAOVERLAPPED sendOverlapped = new WSAOVERLAPPED();

    private final String port;
    private final Map<String, Runnable> before;
    private final Ref<ADDRINFOA> result = new Ref<>(null);

    /// @param before what to do before the function of that name is called
    PageProgram(String port, Map<String, Runnable> before) {
        this.port = port;
        this.before = before;
    }

    private void before(String function) {
        before.getOrDefault(function, () -> { }).run();
    }

    private void print(String line, int number) {
        out.add(String.format(line, number));
    }

    int main() {
        int rc = WSAStartup(MAKEWORD(2, 2), new WSADATA());
        if (rc != 0) {
            print("Unable to load Winsock: %d", rc);
            return 1;
        }
        if (!resolve() || !listening() || !accepted()) {
            return 1;
        }
        WSABUF dataBuf = new WSABUF();
        dataBuf.len = DATA_BUFSIZE;
        dataBuf.buf = Arena.ofAuto().allocate(DATA_BUFSIZE);
        for (int i = 0; i < SEND_COUNT; i++) {
            if (!send(dataBuf)) {
                break;
            }
        }
        WSACloseEvent(sendOverlapped.hEvent);
        closesocket(acceptSocket);
        closesocket(listenSocket);
        freeaddrinfo(result.value);
        WSACleanup();
        return 0;
    }

    private boolean resolve() {
        ADDRINFOA hints = new ADDRINFOA();
        hints.ai_family = AF_INET;
        hints.ai_socktype = SOCK_STREAM;
        hints.ai_protocol = IPPROTO_TCP;
        hints.ai_flags = AI_PASSIVE;
        int rc = getaddrinfo(null, port, hints, result);
        if (rc != 0) {
            print("getaddrinfo failed with error: %d", rc);
            return false;
        }
        return true;
    }

    private boolean listening() {
        before("socket");
        listenSocket = socket(result.value.ai_family, result.value.ai_socktype, result.value.ai_protocol);
        if (listenSocket == INVALID_SOCKET) {
            print("socket failed with error: %d", WSAGetLastError());
            freeaddrinfo(result.value);
            return false;
        }
        before("bind");
        int rc = bind(listenSocket, result.value.ai_addr, (int) result.value.ai_addrlen);
        if (rc == SOCKET_ERROR) {
            print("bind failed with error: %d", WSAGetLastError());
            freeaddrinfo(result.value);
            closesocket(listenSocket);
            return false;
        }
        before("listen");
        rc = listen(listenSocket, 1);
        if (rc == SOCKET_ERROR) {
            print("listen failed with error: %d", WSAGetLastError());
            freeaddrinfo(result.value);
            closesocket(listenSocket);
            return false;
        }
        return true;
    }

    private boolean accepted() {
        before("accept");
        acceptSocket = accept(listenSocket, null, null);
        if (acceptSocket == INVALID_SOCKET) {
            print("accept failed with error: %d", WSAGetLastError());
            freeaddrinfo(result.value);
            closesocket(listenSocket);
            return false;
        }
        out.add("Client Accepted...");
        before("WSACreateEvent");
        sendOverlapped.hEvent = WSACreateEvent();
        if (sendOverlapped.hEvent == WSA_INVALID_EVENT) {
            print("WSACreateEvent failed with error: %d", WSAGetLastError());
            freeaddrinfo(result.value);
            closesocket(listenSocket);
            closesocket(acceptSocket);
            return false;
        }
        return true;
    }

    /// One turn of the loop; false where the page leaves it.
    private boolean send(WSABUF dataBuf) {
        DWORD sendBytes = new DWORD();
        before("WSASend");
        int rc = WSASend(acceptSocket, new WSABUF[] {dataBuf}, 1, sendBytes, 0, sendOverlapped, null);
        if (rc == SOCKET_ERROR && WSAGetLastError() != WSA_IO_PENDING) {
            print("WSASend failed with error: %d", WSAGetLastError());
            return false;
        }
        before("WSAWaitForMultipleEvents");
        rc = WSAWaitForMultipleEvents(1, new long[] {sendOverlapped.hEvent}, true, INFINITE, true);
        if (rc == WSA_WAIT_FAILED) {
            print("WSAWaitForMultipleEvents failed with error: %d", WSAGetLastError());
            return false;
        }
        before("WSAGetOverlappedResult");
        if (!WSAGetOverlappedResult(acceptSocket, sendOverlapped, sendBytes, false, new DWORD())) {
            print("WSASend failed with error: %d", WSAGetLastError());
            return false;
        }
        print("Wrote %d bytes", sendBytes.value);
        WSAResetEvent(sendOverlapped.hEvent);
        return true;
    }
}
