package dev.overlapped.winsock2;

import static dev.overlapped.winsock2.Winsock2.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.ListeningSocket;
import dev.overlapped.Overlapped;
import dev.overlapped.OverlappedDatagramSocket;
import dev.overlapped.OverlappedSocket;
import dev.overlapped.winsock2.types.DWORD;
import dev.overlapped.winsock2.types.LPWSAOVERLAPPED_COMPLETION_ROUTINE;
import dev.overlapped.winsock2.types.SOCKADDR_IN;
import dev.overlapped.winsock2.types.WSAOVERLAPPED;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.ObjectName;

/// Opens sockets of every kind, starts requests of every kind on them, and closes them while those are
/// pending; then looks at what the process has. `main` of a JVM of its own.
final class SocketChurn {
    private static final int BATCH = 500;
    private static final int BIG = 4 << 20;
    /// The allocator's own granularity, and what the JVM itself needs for its statistics.
    private static final long NATIVE_SLACK_KB = 512;
    private static final long HEAP_SLACK_KB = 4096;
    private static final int COLLECTIONS_MAX = 50;
    private static final MemorySegment LINGER_0 = MemorySegment.ofArray(new short[] {1, 0});
    private static final Pattern OTHER = Pattern.compile("Other \\(reserved=\\d+KB, committed=(\\d+)KB\\)");

    private final MemorySegment much = Requests.room(BIG);
    private final MemorySegment room = Requests.room(64);
    private final Loopback loopback = new Loopback();
    private final ListeningSocket listener;
    private final Random random;
    private int opened;

    private SocketChurn(long seed) throws IOException {
        random = new Random(seed);
        listener = ListeningSocket.bind(address(0));
    }

    public static void main(String[] arguments) throws Exception {
        int sockets = Integer.parseInt(arguments[0]);
        SocketChurn churn = new SocketChurn(Long.parseLong(arguments[1]));
        churn.run(sockets / 5);
        EngineThread.fillPool(churn.loopback);
        churn.run(2 * BATCH);
        State before = State.now(Long.MAX_VALUE, 0);
        churn.run(sockets - sockets / 5);
        State after = State.now(before.descriptors, before.heapKb + HEAP_SLACK_KB);
        System.out.println("before " + before);
        System.out.println("after  " + after);
        assertThat(after.descriptors).as("descriptors").isLessThanOrEqualTo(before.descriptors);
        assertThat(after.threads).as("threads").isLessThanOrEqualTo(before.threads);
        assertThat(after.nativeKb).as("KB of native memory")
                .isLessThanOrEqualTo(before.nativeKb + NATIVE_SLACK_KB);
        assertThat(after.heapKb).as("KB of heap").isLessThanOrEqualTo(before.heapKb + HEAP_SLACK_KB);
    }

    /// What the process has when nothing is under way.
    private record State(long descriptors, long threads, long nativeKb, long heapKb) {
        static State now(long descriptors, long heapKb) throws JMException {
            long open = EngineThread.descriptors(descriptors);
            long heap = heapKbNow();
            for (int i = 0; i < COLLECTIONS_MAX && heap > heapKb; i++) {
                heap = Math.min(heap, heapKbNow());
            }
            return new State(open, threadsNow(), nativeKbNow(), heap);
        }

        /// What futures have left to a pool, and closed sockets to a cleaner, is still on its way at first.
        private static long heapKbNow() {
            boolean _ = ForkJoinPool.commonPool().awaitQuiescence(1, TimeUnit.SECONDS);
            System.gc();
            return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() >> 10;
        }

        /// Without the JVM's workers, which come and go as it likes.
        private static long threadsNow() {
            return Thread.getAllStackTraces().keySet().stream()
                    .filter(each -> !each.getName().startsWith("ForkJoinPool")).count();
        }

        /// What `malloc` has given to whoever asked through Java: arenas and buffers.
        private static long nativeKbNow() throws JMException {
            Object summary = ManagementFactory.getPlatformMBeanServer().invoke(
                    new ObjectName("com.sun.management:type=DiagnosticCommand"), "vmNativeMemory",
                    new Object[] {new String[] {"summary"}}, new String[] {String[].class.getName()});
            Matcher other = OTHER.matcher((String) summary);
            assertThat(other.find()).as("%s", summary).isTrue();
            return Long.parseLong(other.group(1));
        }
    }

    // ---- batches ----

    private void run(int sockets) throws Exception {
        for (int end = opened + sockets; opened < end;) {
            Batch batch = new Batch();
            try (Crew crew = new Crew()) {
                // A thread that ends with its requests pending, or one that stays.
                switch (random.nextInt(3)) {
                    case 0 -> batch.fill();
                    case 1 -> crew.platform(batch::fill);
                    default -> crew.virtual(batch::fill);
                }
            }
            batch.close();
        }
    }

    private static InetSocketAddress address(int port) {
        return new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port);
    }

    /// Some sockets and what is pending on them. One thread fills it, and then another one closes it.
    private final class Batch {
        private final List<Long> sockets = new ArrayList<>();
        private final List<AutoCloseable> others = new ArrayList<>();
        private final List<WSAOVERLAPPED> requests = new ArrayList<>();
        private final List<Overlapped<?>> idiomatic = new ArrayList<>();
        private final List<Long> events = new ArrayList<>();

        void fill() throws Exception {
            while (sockets.size() + others.size() < BATCH) {
                switch (random.nextInt(8)) {
                    case 0, 1, 2 -> pair();
                    case 3 -> datagrams();
                    case 4 -> accepting();
                    case 5, 6 -> idiomaticPair();
                    default -> idiomaticDatagrams();
                }
            }
            opened += sockets.size() + others.size();
        }

        private WSAOVERLAPPED request() {
            WSAOVERLAPPED overlapped = new WSAOVERLAPPED();
            if (random.nextBoolean()) {
                overlapped.hEvent = WSACreateEvent();
                events.add(overlapped.hEvent);
            }
            requests.add(overlapped);
            return overlapped;
        }

        private LPWSAOVERLAPPED_COMPLETION_ROUTINE routine() {
            return random.nextInt(3) == 0 ? (_, _, _, _) -> { } : null;
        }

        private void isStarted(int result) {
            assertThat(result == 0 || WSAGetLastError() == Winerror.WSA_IO_PENDING)
                    .as("error %d", WSAGetLastError()).isTrue();
        }

        private void pair() {
            long connecting = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
            assertThat(connect(connecting, Loopback.loopback(loopback.port()), SOCKADDR_IN.SIZEOF))
                    .as("error %d", WSAGetLastError()).isZero();
            long accepted = accept(loopback.listener(), null, null);
            for (long each : new long[] {connecting, accepted}) {
                // Neither leaves its port in TIME_WAIT.
                assertThat(setsockopt(each, SOL_SOCKET, SO_LINGER, LINGER_0, 4)).isZero();
                for (int i = random.nextInt(3); i > 0; i--) {
                    isStarted(WSARecv(each, Requests.buffers(room), 1, null, new DWORD(), request(),
                            routine()));
                }
                sockets.add(each);
            }
            if (random.nextInt(8) == 0) {
                isStarted(WSASend(accepted, Requests.buffers(much), 1, null, 0, request(), routine()));
            }
        }

        private void datagrams() {
            long socket = socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP);
            assertThat(bind(socket, Loopback.loopback(0), SOCKADDR_IN.SIZEOF)).isZero();
            for (int i = random.nextInt(3); i > 0; i--) {
                isStarted(WSARecvFrom(socket, Requests.buffers(room), 1, null, new DWORD(), new SOCKADDR_IN(),
                        new DWORD(SOCKADDR_IN.SIZEOF), request(), routine()));
            }
            sockets.add(socket);
        }

        private void accepting() {
            long own = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
            long acceptor = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
            assertThat(bind(own, Loopback.loopback(0), SOCKADDR_IN.SIZEOF)).isZero();
            assertThat(listen(own, 1)).isZero();
            assertThat(Mswsock.AcceptExRoutine(own, acceptor, Requests.room(64), 0, 32, 32, null, request(),
                    routine())).isFalse();
            assertThat(WSAGetLastError()).isEqualTo(Winerror.WSA_IO_PENDING);
            sockets.add(own);
            sockets.add(acceptor);
        }

        private void idiomaticPair() throws IOException, InterruptedException {
            OverlappedSocket connecting = OverlappedSocket.connect(listener.localAddress()).await();
            OverlappedSocket accepted = listener.accept().await();
            for (OverlappedSocket each : List.of(connecting, accepted)) {
                each.option(StandardSocketOptions.SO_LINGER, 0);
                keep(each.receive(random.nextBoolean() ? ByteBuffer.allocate(10) : room.asByteBuffer()));
                others.add(each);
            }
            if (random.nextInt(8) == 0) {
                keep(accepted.send(much));
            }
        }

        private void idiomaticDatagrams() throws IOException {
            OverlappedDatagramSocket socket = OverlappedDatagramSocket.bind(address(0));
            keep(socket.receiveFrom(ByteBuffer.allocate(10)));
            others.add(socket);
        }

        private void keep(Overlapped<?> request) {
            idiomatic.add(request);
            switch (random.nextInt(3)) {
                case 0 -> request.onCompletion(_ -> { });
                case 1 -> {
                    var _ = request.toCompletableFuture();
                }
                default -> { }
            }
        }

        /// In any order. A request has ended when the sockets of its connection have closed.
        void close() {
            Collections.shuffle(sockets, random);
            Collections.shuffle(others, random);
            for (long each : sockets) {
                assertThat(closesocket(each)).isZero();
            }
            try {
                for (AutoCloseable each : others) {
                    each.close();
                }
            } catch (Exception e) {
                throw new AssertionError(e);
            }
            assertThat(requests).allMatch(Winbase::HasOverlappedIoCompleted);
            assertThat(idiomatic).allMatch(Overlapped::isDone);
            events.forEach(each -> assertThat(WSACloseEvent(each)).isTrue());
            // Routines of this thread, which would otherwise be kept for it.
            while (Synchapi.SleepEx(0, true) != 0) {
                Thread.onSpinWait();
            }
        }
    }
}
