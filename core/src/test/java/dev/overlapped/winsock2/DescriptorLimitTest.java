package dev.overlapped.winsock2;

import static dev.overlapped.winsock2.Winsock2.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.winsock2.types.DWORD;
import dev.overlapped.winsock2.types.SOCKADDR_IN;
import dev.overlapped.winsock2.types.WSABUF;
import dev.overlapped.winsock2.types.WSADATA;
import dev.overlapped.winsock2.types.WSAOVERLAPPED;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/// What happens when a process has no descriptors left: a program of its own under `ulimit -n`.
class DescriptorLimitTest {
    private static final int DESCRIPTORS_MAX = 80;

    @Test
    void usedUpDescriptorsAreAnErrorThatPasses() throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String shell = "ulimit -n " + DESCRIPTORS_MAX + " && exec \"$0\" \"$@\"";
        Process process = new ProcessBuilder("sh", "-c", shell, java, "-XX:TieredStopAtLevel=1",
                "-XX:-MaxFDLimit", "--enable-native-access=ALL-UNNAMED", "-cp",
                Path.of("target", "classes") + ":" + Path.of("target", "test-classes"),
                Program.class.getName()).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(output.lines()).containsExactly(
                "socket 10024",
                "accept 10024",
                "AcceptEx 10024",
                "elsewhere: WSARecv 10055, recv 10055, SleepEx 0, waited 0",
                "accepted with room",
                "received 3");
        assertThat(process.waitFor()).isZero();
    }

    /// Uses up the descriptors, and prints what it is told; without a test library, which needs descriptors.
    static final class Program {
        private Program() {
        }

        public static void main(String[] arguments) {
            WSAStartup(0x0202, new WSADATA());
            long listener = socket(AF_INET, SOCK_STREAM, 0);
            bind(listener, Loopback.loopback(0), SOCKADDR_IN.SIZEOF);
            listen(listener, 5);
            SOCKADDR_IN name = new SOCKADDR_IN();
            getsockname(listener, name, new DWORD(SOCKADDR_IN.SIZEOF));
            long idle = loadClasses(listener, name);
            long client = socket(AF_INET, SOCK_STREAM, 0);
            long acceptor = socket(AF_INET, SOCK_STREAM, 0);
            List<Long> others = new ArrayList<>();
            long opened;
            while ((opened = socket(AF_INET, SOCK_STREAM, 0)) != INVALID_SOCKET) {
                others.add(opened);
            }
            System.out.println("socket " + WSAGetLastError());
            connect(client, name, SOCKADDR_IN.SIZEOF);
            if (accept(listener, null, null) == INVALID_SOCKET) {
                System.out.println("accept " + WSAGetLastError());
            }
            System.out.println("AcceptEx " + acceptEx(listener, acceptor));
            // What earlier threads have given back is used first.
            String told;
            do {
                told = elsewhere(idle);
            } while (told.contains("WSARecv 997"));
            System.out.println(told);
            closesocket(others.getFirst());
            long accepted = accept(listener, null, null);
            if (accepted != INVALID_SOCKET) {
                System.out.println("accepted with room");
            }
            System.out.println("received " + received(accepted, client));
            WSACleanup();
        }

        /// Loading a class takes a descriptor, so everything is done once while there are some.
        private static long loadClasses(long listener, SOCKADDR_IN name) {
            long client = socket(AF_INET, SOCK_STREAM, 0);
            long acceptor = socket(AF_INET, SOCK_STREAM, 0);
            bind(client, name, SOCKADDR_IN.SIZEOF);
            connect(client, name, SOCKADDR_IN.SIZEOF);
            acceptEx(listener, acceptor);
            received(acceptor, client);
            int[] timeoutMs = {10};
            setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, MemorySegment.ofArray(timeoutMs), Integer.BYTES);
            elsewhere(client);
            return client;
        }

        /// On a thread that has waited for nothing yet: it needs descriptors of its own to have something
        /// pending, and can wait for what others do without. The thread stays, with what it has.
        private static String elsewhere(long idle) {
            long event = WSACreateEvent();
            StringBuilder told = new StringBuilder("elsewhere:");
            CountDownLatch finished = new CountDownLatch(1);
            Thread.ofPlatform().daemon().start(() -> {
                WSABUF[] room = {new WSABUF(Arena.global().allocate(9), 9)};
                WSARecv(idle, room, 1, null, new DWORD(), new WSAOVERLAPPED(), null);
                told.append(" WSARecv ").append(WSAGetLastError());
                recv(idle, room[0].buf, 9, 0);
                told.append(", recv ").append(WSAGetLastError());
                told.append(", SleepEx ").append(Synchapi.SleepEx(10, true));
                int waited = WSAWaitForMultipleEvents(1, new long[] {event}, true, 10_000, false);
                told.append(", waited ").append(waited);
                finished.countDown();
                LockSupport.park();
            });
            WSASetEvent(event);
            try {
                if (!finished.await(5, TimeUnit.SECONDS)) {
                    return "does not come back";
                }
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            return told.toString();
        }

        private static int acceptEx(long listener, long acceptor) {
            WSAOVERLAPPED overlapped = new WSAOVERLAPPED();
            Mswsock.AcceptEx(listener, acceptor, Arena.global().allocate(64), 0, 32, 32, null, overlapped);
            WSAGetOverlappedResult(listener, overlapped, new DWORD(), true, null);
            return WSAGetLastError();
        }

        private static int received(long accepted, long client) {
            send(client, Arena.global().allocate(3), 3, 0);
            DWORD received = new DWORD();
            WSABUF[] room = {new WSABUF(Arena.global().allocate(9), 9)};
            WSARecv(accepted, room, 1, received, new DWORD(), null, null);
            return received.value;
        }
    }
}
