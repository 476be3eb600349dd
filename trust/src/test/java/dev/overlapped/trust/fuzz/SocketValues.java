package dev.overlapped.trust.fuzz;

import dev.overlapped.Alertable;
import dev.overlapped.BufferPool;
import dev.overlapped.CompletionRoutine;
import dev.overlapped.Counters;
import dev.overlapped.ListeningSocket;
import dev.overlapped.Overlapped;
import dev.overlapped.OverlappedDatagramSocket;
import dev.overlapped.OverlappedSocket;
import dev.overlapped.Waitable;
import dev.overlapped.WaitableEvent;
import dev.overlapped.WinsockException;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/// The values of parameters of the idiomatic API, good and bad, by their types, and the objects that calls
/// have made. Addresses lead neither out of this machine nor out of the folder of the sequence. Also the
/// thread that rescues the sequence reads the objects.
final class SocketValues {
    private static final int KEPT_MAX = 500;
    private static final Duration SHORT = Duration.ofMillis(2);

    private final Map<Class<?>, Function<Choices, Object>> generators = new HashMap<>();
    private final List<Object> made = new CopyOnWriteArrayList<>();
    private final List<ByteBuffer> buffers = new ArrayList<>();
    private final List<SocketAddress> live = new ArrayList<>();
    private final Memories memories;
    private final Path folder;
    private final Sequence sequence;

    SocketValues(Memories memories, Path folder, Sequence sequence) {
        this.memories = memories;
        this.folder = folder;
        this.sequence = sequence;
        addObjects();
        addValues();
        addRoutines();
    }

    /// Whether there is a generator for parameters of that type.
    boolean has(Class<?> type) {
        return generators.containsKey(type);
    }

    Object of(Class<?> type, Choices choices) {
        return generators.get(type).apply(choices);
    }

    /// A call has returned this; some of it is used on.
    void made(Object result) {
        if (result instanceof AutoCloseable || (generators.containsKey(typeOf(result))
                && made.size() < KEPT_MAX)) {
            made.add(result);
        }
        if (result instanceof ByteBuffer buffer) {
            buffers.add(buffer);
        }
    }

    private static Class<?> typeOf(Object result) {
        return result == null ? null : result.getClass();
    }

    List<Object> made() {
        return made;
    }

    /// Byte buffers that calls were given.
    List<ByteBuffer> buffers() {
        return buffers;
    }

    void reachable(SocketAddress address) {
        live.add(address);
    }

    /// Nothing is to wait that nobody can end.
    void bound(Object receiver, String name) {
        if (name.equals("Alertable.runUntilStopped")) {
            Alertable.current().stop();
        }
        if (receiver instanceof BufferPool && name.equals("BufferPool.close")) {
            made.forEach(each -> {
                if (each instanceof Overlapped<?> request) {
                    request.cancel();
                }
            });
        }
    }

    // ---- objects of the API ----

    private void addObjects() {
        for (Class<?> type : List.of(ListeningSocket.class, Overlapped.class, OverlappedDatagramSocket.class,
                OverlappedSocket.class, WaitableEvent.class, BufferPool.class, WinsockException.class,
                OverlappedDatagramSocket.Received.class, Counters.class)) {
            generators.put(type, choices -> one(choices, type));
        }
        generators.put(Alertable.class, choices -> one(choices, Alertable.class));
        generators.put(Waitable.class, choices -> choices.oneIn(8) ? null : one(choices, Waitable.class));
        generators.put(Waitable[].class, choices -> {
            int count = choices.of(3, 1, 2, 3, 0, 64, 65, -1);
            return count < 0 ? null : fill(new Waitable[count], choices, Waitable.class);
        });
    }

    private Object one(Choices choices, Class<?> type) {
        List<Object> fitting = made.stream().filter(type::isInstance).toList();
        return fitting.isEmpty() ? null : fitting.get(choices.below(fitting.size()));
    }

    private <T> T[] fill(T[] array, Choices choices, Class<T> type) {
        for (int i = 0; i < array.length; i++) {
            array[i] = type.cast(of(type, choices));
        }
        return array;
    }

    // ---- values ----

    private void addValues() {
        generators.put(int.class, choices -> choices.of(2, 4, 16, 1, 0, -1, 1024, Integer.MIN_VALUE));
        generators.put(long.class, Choices::number);
        generators.put(Object.class, choices -> switch (choices.below(2, 4)) {
            case 0 -> choices.of(2, 0, 1, -1, 2, Integer.MIN_VALUE);
            case 1 -> choices.below(2) == 1;
            case 2 -> null;
            default -> 2;
        });
        generators.put(Duration.class, SocketValues::duration);
        generators.put(MemorySegment.class, memories::any);
        generators.put(MemorySegment[].class, choices -> {
            int count = choices.of(4, 1, 2, 3, 0, 20, -1);
            return count < 0 ? null : fill(new MemorySegment[count], choices, MemorySegment.class);
        });
        generators.put(ByteBuffer.class, this::buffer);
        generators.put(ByteBuffer[].class, choices -> {
            int count = choices.of(4, 1, 2, 3, 0, 20, -1);
            return count < 0 ? null : fill(new ByteBuffer[count], choices, ByteBuffer.class);
        });
        generators.put(SocketAddress.class, this::address);
        generators.put(ProtocolFamily.class, choices -> switch (choices.below(2, 5)) {
            case 0 -> StandardProtocolFamily.INET;
            case 1 -> StandardProtocolFamily.INET6;
            case 2 -> StandardProtocolFamily.UNIX;
            case 3 -> (ProtocolFamily) () -> "OWN";
            default -> null;
        });
        generators.put(SocketOption.class, SocketValues::option);
    }

    private static Object duration(Choices choices) {
        return switch (choices.below(2, 8)) {
            case 0 -> Duration.ZERO;
            case 2 -> Duration.ofNanos(1);
            case 3 -> Duration.ofSeconds(-1);
            case 4 -> Duration.ofSeconds(Long.MAX_VALUE);
            case 5 -> Duration.ofSeconds(Long.MIN_VALUE);
            case 6 -> null;
            case 7 -> Duration.ofDays(40_000);
            default -> SHORT;
        };
    }

    /// New, used before and perhaps in a request, direct or not, with and without room, or null.
    private Object buffer(Choices choices) {
        int size = choices.of(3, 100, 16, 4096, 0, 1, 1 << 20);
        ByteBuffer buffer = switch (choices.below(4, 10)) {
            case 0, 1 -> ByteBuffer.allocateDirect(size);
            case 2 -> ByteBuffer.allocate(size);
            case 4 -> ByteBuffer.allocateDirect(size).asReadOnlyBuffer();
            case 5 -> ByteBuffer.allocate(size).asReadOnlyBuffer();
            case 6 -> null;
            case 7 -> ofSegment(choices);
            case 8 -> ByteBuffer.allocate(size + 8).position(4).slice();
            default -> buffers.isEmpty() ? ByteBuffer.allocateDirect(size)
                    : buffers.get(choices.below(buffers.size()));
        };
        if (buffer != null && buffers.size() < KEPT_MAX) {
            buffers.add(buffer);
        }
        return buffer;
    }

    private ByteBuffer ofSegment(Choices choices) {
        MemorySegment memory = memories.any(choices);
        boolean fits = memory != null && memory.scope().isAlive()
                && memory.isAccessibleBy(Thread.currentThread());
        boolean bytes = fits && (memory.isNative() || memory.heapBase().orElse(null) instanceof byte[]);
        return bytes ? memory.asByteBuffer() : null;
    }

    private Object address(Choices choices) {
        InetAddress four = InetAddress.ofLiteral("127.0.0.1");
        return switch (choices.below(3, 12)) {
            case 3 -> null;
            case 4 -> InetSocketAddress.createUnresolved("nowhere.invalid", 80);
            case 5 -> UnixDomainSocketAddress.of(folder.resolve("a" + choices.below(3)));
            case 6 -> UnixDomainSocketAddress.of(folder.resolve("x".repeat(200)));
            case 7 -> UnixDomainSocketAddress.of(folder);
            case 8 -> new InetSocketAddress(four, choices.of(1, 0, 1, 65_535));
            case 9 -> new InetSocketAddress(InetAddress.ofLiteral("::1"), choices.of(1, 0, 1));
            case 10 -> new InetSocketAddress(InetAddress.ofLiteral("::"), 0);
            case 11 -> new OwnAddress();
            default -> live.get(choices.below(live.size()));
        };
    }

    /// Of no family.
    private static final class OwnAddress extends SocketAddress {
        private static final long serialVersionUID = 1;
    }

    private static Object option(Choices choices) {
        return switch (choices.below(8, 11)) {
            case 0 -> StandardSocketOptions.SO_SNDBUF;
            case 1 -> StandardSocketOptions.SO_RCVBUF;
            case 2 -> StandardSocketOptions.SO_REUSEADDR;
            case 3 -> StandardSocketOptions.SO_KEEPALIVE;
            case 4 -> StandardSocketOptions.SO_LINGER;
            case 5 -> StandardSocketOptions.TCP_NODELAY;
            case 6 -> StandardSocketOptions.SO_BROADCAST;
            case 7 -> OverlappedSocket.URGENT_INLINE;
            case 8 -> StandardSocketOptions.IP_TOS;
            case 9 -> StandardSocketOptions.IP_MULTICAST_IF;
            default -> null;
        };
    }

    // ---- what the program does ----

    private void addRoutines() {
        generators.put(CompletionRoutine.class, choices -> switch (choices.below(2, 4)) {
            case 2 -> null;
            case 3 -> (CompletionRoutine<Object>) (_, _, _) -> {
                throw new Sequence.Thrown();
            };
            default -> (CompletionRoutine<Object>) (_, _, _) -> sequence.next();
        });
        generators.put(Overlapped.Routine.class, choices -> switch (choices.below(2, 4)) {
            case 2 -> null;
            case 3 -> (Overlapped.Routine<Object>) _ -> {
                throw new Sequence.Thrown();
            };
            default -> (Overlapped.Routine<Object>) _ -> sequence.next();
        });
        generators.put(Runnable.class, choices -> switch (choices.below(2, 4)) {
            case 2 -> null;
            case 3 -> (Runnable) () -> {
                throw new Sequence.Thrown();
            };
            default -> (Runnable) sequence::next;
        });
    }
}
