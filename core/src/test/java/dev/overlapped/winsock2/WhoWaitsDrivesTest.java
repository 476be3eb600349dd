package dev.overlapped.winsock2;

import static dev.overlapped.winsock2.Synchapi.SleepEx;
import static dev.overlapped.winsock2.Winsock2.INVALID_SOCKET;
import static dev.overlapped.winsock2.Winsock2.WSACloseEvent;
import static dev.overlapped.winsock2.Winsock2.WSACreateEvent;
import static dev.overlapped.winsock2.Winsock2.WSAGetLastError;
import static dev.overlapped.winsock2.Winsock2.WSASetEvent;
import static dev.overlapped.winsock2.Winsock2.WSAWaitForMultipleEvents;
import static dev.overlapped.winsock2.Winsock2.WSA_INFINITE;
import static dev.overlapped.winsock2.Winsock2.accept;
import static dev.overlapped.winsock2.Winsock2.closesocket;
import static dev.overlapped.winsock2.Winsock2.ntohs;
import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.winsock2.types.DWORD;
import dev.overlapped.winsock2.types.SOCKADDR_IN;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Exchanger;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Threads that wait drive what they wait for; the engine thread has next to nothing to do, and when nothing
/// happens it does nothing.
class WhoWaitsDrivesTest {
    private Loopback loopback;

    @BeforeEach
    void open() {
        loopback = new Loopback();
    }

    @AfterEach
    void close() {
        loopback.close();
    }

    @Test
    void fourThreadsThatBlockInAcceptOnOneListenerNeedNoEngineThread() throws IOException {
        int connections = 1000;
        long listener = loopback.listener();
        Set<Integer> accepted = ConcurrentHashMap.newKeySet();
        Set<Integer> connected = ConcurrentHashMap.newKeySet();
        long before = EngineThread.switches();
        try (Crew crew = new Crew()) {
            for (int i = 0; i < 4; i++) {
                crew.platform(() -> acceptUntilClosed(listener, accepted));
            }
            try {
                for (int i = 0; i < connections; i++) {
                    connected.add(connectAndReadToTheEnd());
                }
            } finally {
                closesocket(listener);
            }
        }
        assertThat(EngineThread.switches() - before).isLessThan(connections / 100);
        assertThat(accepted).isEqualTo(connected);
    }

    /// The end comes when it has been accepted and closed: each connection is a new wait. Returns its port.
    private int connectAndReadToTheEnd() throws IOException {
        InetSocketAddress listener = new InetSocketAddress(InetAddress.getLoopbackAddress(), loopback.port());
        try (SocketChannel peer = SocketChannel.open(listener)) {
            assertThat(peer.read(ByteBuffer.allocate(1))).isEqualTo(-1);
            return ((InetSocketAddress) peer.getLocalAddress()).getPort();
        }
    }

    private static void acceptUntilClosed(long listener, Set<Integer> ports) {
        SOCKADDR_IN from = new SOCKADDR_IN();
        long socket = accept(listener, from, new DWORD(SOCKADDR_IN.SIZEOF));
        while (socket != INVALID_SOCKET) {
            ports.add(ntohs(from.sin_port));
            assertThat(closesocket(socket)).isZero();
            socket = accept(listener, from, new DWORD(SOCKADDR_IN.SIZEOF));
        }
        // Closed while it waited, or just before it began to.
        assertThat(WSAGetLastError()).isIn(Winerror.WSA_OPERATION_ABORTED, Winerror.WSAENOTSOCK);
    }

    @Test
    void aThreadThatAwaitsWhatAnotherOneIssuesNeedsNoEngineThread() throws IOException {
        int messages = 5000;
        SocketChannel peer = loopback.peer();
        long socket = loopback.accepted();
        Exchanger<Posted> handOver = new Exchanger<>();
        try (Crew crew = new Crew()) {
            crew.platform(() -> {
                for (int i = 0; i < messages; i++) {
                    try (Posted receive = Posted.receive(socket, 8).isPending()) {
                        handOver.exchange(receive);
                        // Something else than a wait of the library, until the other thread is done.
                        handOver.exchange(null);
                    }
                }
            });
            long before = EngineThread.switches();
            crew.platform(() -> {
                for (int i = 0; i < messages; i++) {
                    Posted receive = handOver.exchange(null);
                    peer.write(ByteBuffer.allocate(4).putInt(i).flip());
                    receive.await().succeeded(4);
                    assertThat(Integer.reverseBytes(receive.memory.get(ValueLayout.JAVA_INT_UNALIGNED, 0)))
                            .isEqualTo(i);
                    handOver.exchange(null);
                }
            });
            crew.join();
            assertThat(EngineThread.switches() - before).isLessThan(messages / 100);
        }
    }

    @Test
    void aWaitThatBeganBeforeTheMessageCameIsTheOneThatReceivesIt() throws IOException {
        int messages = 3000;
        SocketChannel peer = loopback.peer();
        long socket = loopback.accepted();
        Exchanger<Posted> handOver = new Exchanger<>();
        ByteBuffer echoed = ByteBuffer.allocate(1);
        try (Crew crew = new Crew()) {
            crew.platform(() -> {
                for (int i = 0; i < messages; i++) {
                    try (Posted receive = Posted.receive(socket, 8).isPending()) {
                        handOver.exchange(receive);
                        handOver.exchange(null);
                    }
                }
            });
            long before = EngineThread.switches();
            // The peer answers each message with the next one, so the wait is most often there first.
            crew.platform(() -> {
                for (int i = 0; i < messages; i++) {
                    Posted receive = handOver.exchange(null);
                    Winsock2.send(socket, java.lang.foreign.MemorySegment.ofArray(new byte[] {(byte) i}), 1,
                            0);
                    receive.await().succeeded(1);
                    assertThat(receive.memory.get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) i);
                    handOver.exchange(null);
                }
            });
            for (int i = 0; i < messages; i++) {
                assertThat(peer.read(echoed.clear())).isEqualTo(1);
                peer.write(echoed.flip());
            }
            crew.join();
            assertThat(EngineThread.switches() - before).isLessThan(messages / 100);
        }
    }

    @Test
    void nothingWakesTheEngineThreadWhileAThousandReceivesArePending() {
        int eachThread = 500;
        List<long[]> pairs = new ArrayList<>();
        for (int i = 0; i < 2 * eachThread; i++) {
            pairs.add(loopback.pair());
        }
        AtomicInteger routines = new AtomicInteger();
        CountDownLatch posted = new CountDownLatch(2);
        CountDownLatch counted = new CountDownLatch(1);
        long over = WSACreateEvent();
        try (Crew crew = new Crew()) {
            // The one's requests are looked after by the engine thread, the other's by itself.
            crew.platform(() -> {
                pairs.subList(0, eachThread).forEach(pair -> Posted.receive(pair[0], 1).isPending().close());
                posted.countDown();
                counted.await();
            });
            crew.platform(() -> {
                pairs.subList(eachThread, 2 * eachThread).forEach(pair -> Posted.receive(pair[0], 1,
                        (error, bytes, overlapped, flags) -> routines.incrementAndGet()).isPending().close());
                posted.countDown();
                assertThat(WSAWaitForMultipleEvents(1, new long[] {over}, false, WSA_INFINITE, true))
                        .isZero();
            });
            crew.platform(() -> {
                posted.await();
                // Until the engine thread has seen what there is to see.
                assertThat(SleepEx(200, true)).isZero();
                long before = EngineThread.switches();
                assertThat(SleepEx(1000, true)).isZero();
                long after = EngineThread.switches();
                counted.countDown();
                WSASetEvent(over);
                assertThat(after - before).isZero();
            });
        }
        assertThat(WSACloseEvent(over)).isTrue();
        assertThat(routines).hasValue(0);
    }
}
