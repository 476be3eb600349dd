package dev.overlapped.trust.fuzz;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// Memory of every kind, good and bad. One for each sequence, whose thread it is of.
final class Memories {
    private static final int[] SIZES = {256, 4096, 65_536, 4, 1, 0, 32, 8, 3 << 20, 255, 1024};
    private static final MemorySegment LARGE = Arena.ofAuto().allocate(3 << 20, Long.BYTES);
    private static final MemorySegment CLOSED = closed(Arena.ofShared());
    private static final MemorySegment OTHER_THREADS = ofOtherThread();

    private final Arena shared = Arena.ofShared();
    private final MemorySegment closable = shared.allocate(4096);
    private final Arena confined = Arena.ofConfined();
    private final MemorySegment own = confined.allocate(4096);

    private static MemorySegment closed(Arena arena) {
        try (arena) {
            return arena.allocate(64);
        }
    }

    /// Of a thread that has ended: nobody can use it, and nobody can close it.
    private static MemorySegment ofOtherThread() {
        FutureTask<MemorySegment> task = new FutureTask<>(new Allocation());
        Thread.ofPlatform().daemon().start(task);
        try {
            return task.get();
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError(e);
        }
    }

    /// A class of its own, since the other one is not usable before its constants are there.
    private static final class Allocation implements Callable<MemorySegment> {
        @Override
        public MemorySegment call() {
            return Arena.ofConfined().allocate(4096);
        }
    }

    /// A segment, or null.
    MemorySegment any(Choices choices) {
        int size = choices.of(3, SIZES);
        MemorySegment large = LARGE.asSlice(choices.oneIn(8) ? 1 : 0, Math.min(size, LARGE.byteSize() - 1));
        return switch (choices.below(8, 24)) {
            case 8 -> null;
            case 9 -> MemorySegment.NULL;
            case 10 -> CLOSED;
            case 11 -> OTHER_THREADS;
            case 12, 13 -> MemorySegment.ofArray(new byte[Math.min(size, 65_536)]);
            case 14 -> MemorySegment.ofArray(new long[8]);
            case 15 -> MemorySegment.ofArray(new int[] {1});
            case 16 -> large.asReadOnly();
            case 17 -> MemorySegment.ofArray(new byte[16]).asReadOnly();
            case 18 -> closable;
            case 19 -> own;
            case 20 -> closable.asSlice(8, 16);
            case 21 -> own.asReadOnly();
            case 22 -> MemorySegment.ofAddress(choices.number());
            default -> large;
        };
    }

    /// Frees what the program may free at any moment. During a system call the JDK refuses it.
    String closeSome(Choices choices) {
        Arena arena = choices.below(2) == 1 ? confined : shared;
        try {
            arena.close();
            return "freed memory";
        } catch (IllegalStateException e) {
            return "freed no memory: " + e.getMessage();
        }
    }

    /// Frees the rest.
    void close() {
        for (Arena arena : new Arena[] {shared, confined}) {
            if (arena.scope().isAlive()) {
                arena.close();
            }
        }
    }
}
