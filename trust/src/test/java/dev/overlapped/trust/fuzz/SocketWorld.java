package dev.overlapped.trust.fuzz;

import dev.overlapped.Alertable;
import dev.overlapped.BufferPool;
import dev.overlapped.ListeningSocket;
import dev.overlapped.Overlapped;
import dev.overlapped.OverlappedDatagramSocket;
import dev.overlapped.OverlappedSocket;
import dev.overlapped.WaitableEvent;
import dev.overlapped.WinsockException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// The idiomatic API's objects: listeners, connections and datagram sockets of every family, with something
/// to receive; events, requests, a pool of buffers.
final class SocketWorld implements World {
    private static final int ROUTINES_MAX = 1_000;
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final byte[] HELLO = "hello, this is to be received".getBytes(StandardCharsets.US_ASCII);

    private final Sequence sequence;
    private Path folder;
    private Memories memories;
    private SocketValues values;
    private SocketCalls calls;
    private volatile Thread thread;

    SocketWorld(Sequence sequence) {
        this.sequence = sequence;
    }

    // ---- before ----

    @Override
    public void open() throws IOException, InterruptedException {
        folder = Files.createTempDirectory("fuzz");
        memories = new Memories();
        values = new SocketValues(memories, folder, sequence);
        calls = new SocketCalls(values);
        thread = Thread.currentThread();
        for (String host : List.of("127.0.0.1", "::1")) {
            InetSocketAddress free = new InetSocketAddress(InetAddress.ofLiteral(host), 0);
            connections(free);
            OverlappedDatagramSocket receiver = OverlappedDatagramSocket.bind(free);
            OverlappedDatagramSocket sender = OverlappedDatagramSocket.connect(receiver.localAddress());
            sender.send(ByteBuffer.wrap(HELLO)).await();
            values.made(receiver);
            values.made(sender);
            values.reachable(receiver.localAddress());
        }
        connections(UnixDomainSocketAddress.of(folder.resolve("listener")));
        for (StandardProtocolFamily family : StandardProtocolFamily.values()) {
            values.made(OverlappedSocket.open(family));
        }
        values.made(OverlappedDatagramSocket.open(StandardProtocolFamily.INET));
        values.made(WaitableEvent.manualReset());
        values.made(WaitableEvent.autoReset());
        values.made(Alertable.current());
        values.made(new BufferPool(2, 64));
    }

    private void connections(SocketAddress at) throws IOException, InterruptedException {
        ListeningSocket listener = ListeningSocket.bind(at);
        values.made(listener);
        values.reachable(listener.localAddress());
        OverlappedSocket client = OverlappedSocket.connect(listener.localAddress()).await();
        OverlappedSocket server = listener.accept().await();
        for (OverlappedSocket side : List.of(client, server)) {
            values.made(side);
            side.send(ByteBuffer.wrap(HELLO)).await();
            values.made(side.receive(ByteBuffer.allocateDirect(4)));
        }
    }

    // ---- meanwhile ----

    @Override
    public String call(Choices choices) {
        return choices.below(100) == 99 ? memories.closeSome(choices) : calls.call(choices);
    }

    /// Waits end when they are interrupted; closing a pool waits for requests, which end with their sockets.
    @Override
    public void rescue() {
        for (Object each : values.made()) {
            if (!(each instanceof BufferPool)) {
                close(each);
            }
        }
        thread.interrupt();
    }

    private static void close(Object object) {
        switch (object) {
            case OverlappedSocket socket -> socket.close();
            case OverlappedDatagramSocket socket -> socket.close();
            case ListeningSocket socket -> socket.close();
            case BufferPool pool -> pool.close();
            default -> {
                // Nothing to be closed.
            }
        }
    }

    // ---- afterwards ----

    @Override
    public void close() throws IOException, InterruptedException {
        // An interrupt of a rescue that came late is not for what follows.
        Thread.interrupted();
        values.made().stream().filter(each -> !(each instanceof BufferPool)).forEach(SocketWorld::close);
        for (Object each : values.made()) {
            if (each instanceof Overlapped<?> request) {
                end(request);
            }
        }
        OverlappedSocket closed = OverlappedSocket.open(StandardProtocolFamily.INET);
        closed.close();
        for (ByteBuffer each : values.buffers()) {
            // A buffer that some request had not given back would be refused.
            closed.send(each);
        }
        values.made().forEach(SocketWorld::close);
        int routines = 0;
        while (sleeps()) {
            if (routines++ > ROUTINES_MAX) {
                throw new AssertionError("routines beget routines");
            }
        }
        memories.close();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
        exchange();
    }

    private boolean sleeps() {
        try {
            return Alertable.sleep(Duration.ZERO);
        } catch (InterruptedException _) {
            return true;
        }
    }

    /// Its socket is closed, so it ends; a connection that it brought is closed.
    private static void end(Overlapped<?> request) throws InterruptedException {
        try {
            close(request.await());
        } catch (WinsockException e) {
            if (!CODES.contains(e.code())) {
                throw new AssertionError("a request ended with " + e.name() + ", which is not documented", e);
            }
        }
    }

    private static final Set<Integer> CODES = SocketCalls.DOCUMENTED.of("Overlapped.await").codes();

    /// What the API is for: bytes there and back, waited for and told by a routine.
    private static void exchange() throws IOException, InterruptedException {
        InetSocketAddress free = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
        try (ListeningSocket listener = ListeningSocket.bind(free);
                OverlappedSocket client = OverlappedSocket.connect(listener.localAddress()).await();
                OverlappedSocket server = listener.accept().await()) {
            ByteBuffer received = ByteBuffer.allocateDirect(HELLO.length);
            Overlapped<Long> receive = server.receiveFully(received);
            int[] routines = new int[1];
            receive.onCompletion(_ -> routines[0]++);
            client.send(ByteBuffer.wrap(HELLO)).await();
            while (routines[0] == 0) {
                Alertable.sleep(LONG);
            }
            boolean works = receive.result() == HELLO.length && routines[0] == 1
                    && received.flip().equals(ByteBuffer.wrap(HELLO));
            if (!works) {
                throw new AssertionError("a receive does not work: " + receive + ", routines: "
                        + routines[0]);
            }
        }
    }
}
