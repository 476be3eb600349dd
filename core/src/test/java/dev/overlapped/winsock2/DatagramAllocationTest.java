package dev.overlapped.winsock2;

import static dev.overlapped.winsock2.Moves.buffers;
import static dev.overlapped.winsock2.Moves.memory;
import static dev.overlapped.winsock2.Winsock2.AF_INET6;
import static dev.overlapped.winsock2.Winsock2.SOCKET_ERROR;
import static dev.overlapped.winsock2.Winsock2.SOCK_DGRAM;
import static dev.overlapped.winsock2.Winsock2.WSARecvFrom;
import static dev.overlapped.winsock2.Winsock2.WSASendTo;
import static dev.overlapped.winsock2.Winsock2.bind;
import static dev.overlapped.winsock2.Winsock2.getsockname;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.overlapped.winsock2.types.DWORD;
import dev.overlapped.winsock2.types.LPWSAOVERLAPPED_COMPLETION_ROUTINE;
import dev.overlapped.winsock2.types.SOCKADDR;
import dev.overlapped.winsock2.types.SOCKADDR_IN;
import dev.overlapped.winsock2.types.SOCKADDR_IN6;
import dev.overlapped.winsock2.types.WSABUF;
import dev.overlapped.winsock2.types.WSAOVERLAPPED;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The steady state of datagrams allocates nothing, addresses included.
class DatagramAllocationTest {
    private static final int CALLS_PER_ROUND = 2_000;

    private Loopback loopback;
    private long told;
    private int wrong;

    @BeforeEach
    void open() {
        loopback = new Loopback();
    }

    @AfterEach
    void close() {
        loopback.close();
    }

    private void check(boolean well) {
        if (!well) {
            wrong++;
        }
    }

    /// An echo server, out of completion routines, and its client, which waits with one.
    private void assertEchoAllocatesNothing(long client, long server, SOCKADDR name, SOCKADDR sender,
            int sizeof) {
        WSABUF[] room = buffers(memory(64));
        WSABUF[] bytes = buffers(memory(64));
        WSAOVERLAPPED[] overlapped = {new WSAOVERLAPPED(), new WSAOVERLAPPED(), new WSAOVERLAPPED()};
        DWORD count = new DWORD();
        DWORD flags = new DWORD();
        DWORD length = new DWORD(sizeof);
        LPWSAOVERLAPPED_COMPLETION_ROUTINE[] received = new LPWSAOVERLAPPED_COMPLETION_ROUTINE[1];
        LPWSAOVERLAPPED_COMPLETION_ROUTINE sent = (error, n, which, none) -> { };
        LPWSAOVERLAPPED_COMPLETION_ROUTINE back = (error, n, which, none) -> told += n;
        received[0] = (error, n, which, none) -> {
            check(WSASendTo(server, room, 1, count, 0, sender, length.value, overlapped[0], sent) == 0);
            check(WSARecvFrom(server, room, 1, count, flags, sender, length, overlapped[1], received[0])
                    == SOCKET_ERROR);
        };
        WSARecvFrom(server, room, 1, count, flags, sender, length, overlapped[1], received[0]);
        Allocations.assertNone(CALLS_PER_ROUND, () -> {
            long before = told;
            WSARecvFrom(client, bytes, 1, count, flags, null, null, overlapped[2], back);
            check(WSASendTo(client, bytes, 1, count, 0, name, sizeof, null, null) == 0);
            while (told == before) {
                Synchapi.SleepEx(Synchapi.INFINITE, true);
            }
        });
        assertThat(wrong).isZero();
    }

    @Test
    void anEchoOfDatagrams() {
        long server = loopback.datagram();
        assertEchoAllocatesNothing(loopback.datagram(), server, Loopback.nameOf(server), new SOCKADDR_IN(),
                SOCKADDR_IN.SIZEOF);
    }

    @Test
    void anEchoOfDatagramsOverIpv6() {
        SOCKADDR_IN6 loopback6 = new SOCKADDR_IN6();
        loopback6.sin6_family = AF_INET6;
        loopback6.sin6_addr.s6_addr[15] = 1;
        long server = loopback.keep(Winsock2.socket(AF_INET6, SOCK_DGRAM, 0));
        long client = loopback.keep(Winsock2.socket(AF_INET6, SOCK_DGRAM, 0));
        assumeTrue(bind(server, loopback6, SOCKADDR_IN6.SIZEOF) == 0, "this machine has no IPv6");
        assertThat(bind(client, loopback6, SOCKADDR_IN6.SIZEOF)).isZero();
        assertThat(getsockname(server, loopback6, new DWORD(SOCKADDR_IN6.SIZEOF))).isZero();
        assertEchoAllocatesNothing(client, server, loopback6, new SOCKADDR_IN6(), SOCKADDR_IN6.SIZEOF);
    }
}
