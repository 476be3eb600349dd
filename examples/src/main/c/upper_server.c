/* A small server as it is written for Windows: it sends back in upper case what a client sends, one client
 * after the other. UpperServer.java is the same program, line for line.
 *
 *   cl upper_server.c ws2_32.lib        upper_server PORT
 */
#include <winsock2.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

static char bytes[512];

/* Waits for the request of `overlapped`; the number of bytes, or -1 after an error. */
static int finish(SOCKET s, int rc, WSAOVERLAPPED *overlapped)
{
    DWORD count = 0, flags = 0;

    if (rc == SOCKET_ERROR && WSAGetLastError() != WSA_IO_PENDING)
        return -1;
    if (!WSAGetOverlappedResult(s, overlapped, &count, TRUE, &flags))
        return -1;
    return (int)count;
}

static void serve(SOCKET s, WSAOVERLAPPED *overlapped)
{
    WSABUF buffer;
    DWORD flags;
    int count, i;

    for (;;) {
        buffer.buf = bytes;
        buffer.len = sizeof bytes;
        flags = 0;
        count = finish(s, WSARecv(s, &buffer, 1, NULL, &flags, overlapped, NULL), overlapped);
        if (count <= 0)
            return;
        for (i = 0; i < count; i++)
            bytes[i] = (char)toupper((unsigned char)bytes[i]);
        buffer.len = count;
        if (finish(s, WSASend(s, &buffer, 1, NULL, 0, overlapped, NULL), overlapped) < 0)
            return;
    }
}

int main(int argc, char **argv)
{
    WSADATA data;
    WSAOVERLAPPED overlapped = {0};
    struct sockaddr_in here = {0};
    int length = sizeof here;
    SOCKET listener, s;

    if (argc < 2 || WSAStartup(MAKEWORD(2, 2), &data) != 0)
        return 1;
    here.sin_family = AF_INET;
    here.sin_port = htons((u_short)atoi(argv[1]));
    here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    listener = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    if (bind(listener, (struct sockaddr *)&here, sizeof here) != 0 || listen(listener, SOMAXCONN) != 0) {
        printf("bind or listen failed with error: %d\n", WSAGetLastError());
        return 1;
    }
    getsockname(listener, (struct sockaddr *)&here, &length);
    printf("listening on 127.0.0.1:%d\n", ntohs(here.sin_port));
    overlapped.hEvent = WSACreateEvent();
    while ((s = accept(listener, NULL, NULL)) != INVALID_SOCKET) {
        serve(s, &overlapped);
        closesocket(s);
    }
    return 1;
}
