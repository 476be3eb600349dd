package dev.overlapped.examples;

import static dev.overlapped.winsock2.Minwindef.MAKEWORD;
import static dev.overlapped.winsock2.Winerror.WSA_IO_PENDING;
import static dev.overlapped.winsock2.Winsock2.*;

import dev.overlapped.winsock2.types.DWORD;
import dev.overlapped.winsock2.types.SOCKADDR_IN;
import dev.overlapped.winsock2.types.WSABUF;
import dev.overlapped.winsock2.types.WSADATA;
import dev.overlapped.winsock2.types.WSAOVERLAPPED;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// A port of `upper_server.c`, which stands in `examples/src/main/c`: line for line, by the faithful API. It
/// sends back in upper case what a client sends, one client after the other: `UpperServer PORT`.
final class UpperServer {
    private static final MemorySegment BYTES = Arena.ofAuto().allocate(512);

    private UpperServer() {
    }

    /// Waits for the request of `overlapped`; the number of bytes, or -1 after an error.
    private static int finish(long s, int rc, WSAOVERLAPPED overlapped) {
        DWORD count = new DWORD();
        DWORD flags = new DWORD();

        if (rc == SOCKET_ERROR && WSAGetLastError() != WSA_IO_PENDING) {
            return -1;
        }
        if (!WSAGetOverlappedResult(s, overlapped, count, true, flags)) {
            return -1;
        }
        return count.value;
    }

    private static void serve(long s, WSAOVERLAPPED overlapped) {
        WSABUF buffer = new WSABUF();
        DWORD flags = new DWORD();

        while (true) {
            buffer.buf = BYTES;
            buffer.len = (int) BYTES.byteSize();
            flags.value = 0;
            int count = finish(s, WSARecv(s, new WSABUF[] {buffer}, 1, null, flags, overlapped, null),
                    overlapped);
            if (count <= 0) {
                return;
            }
            for (int i = 0; i < count; i++) {
                char c = (char) BYTES.get(ValueLayout.JAVA_BYTE, i);
                BYTES.set(ValueLayout.JAVA_BYTE, i, (byte) (c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c));
            }
            buffer.len = count;
            if (finish(s, WSASend(s, new WSABUF[] {buffer}, 1, null, 0, overlapped, null), overlapped) < 0) {
                return;
            }
        }
    }

    public static void main(String... argv) {
        WSADATA data = new WSADATA();
        WSAOVERLAPPED overlapped = new WSAOVERLAPPED();
        SOCKADDR_IN here = new SOCKADDR_IN();
        DWORD length = new DWORD(SOCKADDR_IN.SIZEOF);

        if (argv.length < 1 || WSAStartup(MAKEWORD(2, 2), data) != 0) {
            System.exit(1);
        }
        here.sin_family = AF_INET;
        here.sin_port = htons(Integer.parseInt(argv[0]));
        here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        long listener = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
        if (bind(listener, here, SOCKADDR_IN.SIZEOF) != 0 || listen(listener, SOMAXCONN) != 0) {
            System.out.printf("bind or listen failed with error: %d\n", WSAGetLastError());
            System.exit(1);
        }
        getsockname(listener, here, length);
        System.out.printf("listening on 127.0.0.1:%d\n", ntohs(here.sin_port));
        overlapped.hEvent = WSACreateEvent();
        long s;
        while ((s = accept(listener, null, null)) != INVALID_SOCKET) {
            serve(s, overlapped);
            closesocket(s);
        }
        System.exit(1);
    }
}
