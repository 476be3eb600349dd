package dev.overlapped.winsock2;

import static dev.overlapped.winsock2.Processthreadsapi.GetCurrentThreadId;
import static dev.overlapped.winsock2.Processthreadsapi.OpenThread;
import static dev.overlapped.winsock2.Winsock2.AF_INET;
import static dev.overlapped.winsock2.Winsock2.INVALID_SOCKET;
import static dev.overlapped.winsock2.Winsock2.SOCK_STREAM;
import static dev.overlapped.winsock2.Winsock2.WSACloseEvent;
import static dev.overlapped.winsock2.Winsock2.WSACreateEvent;
import static dev.overlapped.winsock2.Winsock2.WSAGetLastError;
import static dev.overlapped.winsock2.Winsock2.accept;
import static dev.overlapped.winsock2.Winsock2.closesocket;
import static dev.overlapped.winsock2.Winsock2.socket;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// What a program is told that has all the handles open that there are.
class HandleLimitTest {
    @Test
    void oneMoreIsRefusedWhateverItIsOf() {
        assertThat(ChildJvm.run(Program.class).lines()).containsExactly(
                "WSACreateEvent 8", "CreateEvent 8", "OpenThread 8", "socket 10024", "accept 10024",
                "a socket with room");
    }

    /// Opens events until there are no more.
    static final class Program {
        private Program() {
        }

        public static void main(String[] arguments) {
            try (Loopback loopback = new Loopback()) {
                long last = 0;
                for (long event = WSACreateEvent(); event != 0; event = WSACreateEvent()) {
                    last = event;
                }
                System.out.println("WSACreateEvent " + WSAGetLastError());
                if (Synchapi.CreateEventA(null, true, false, null) == 0) {
                    System.out.println("CreateEvent " + WSAGetLastError());
                }
                if (OpenThread(0, false, GetCurrentThreadId()) == 0) {
                    System.out.println("OpenThread " + WSAGetLastError());
                }
                if (socket(AF_INET, SOCK_STREAM, 0) == INVALID_SOCKET) {
                    System.out.println("socket " + WSAGetLastError());
                }
                loopback.peer();
                if (accept(loopback.listener(), null, null) == INVALID_SOCKET) {
                    System.out.println("accept " + WSAGetLastError());
                }
                assertThat(WSACloseEvent(last)).isTrue();
                long socket = socket(AF_INET, SOCK_STREAM, 0);
                if (socket != INVALID_SOCKET) {
                    System.out.println("a socket with room");
                    assertThat(closesocket(socket)).isZero();
                }
            }
        }
    }
}
