package dev.overlapped.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a gathered call holds, seen at sockets that do block, so that there is a time during the call.
class MessageTest {
    private static final long RECVMSG = System.getProperty("os.arch").equals("amd64") ? 47 : 212;

    private int receiver;
    private int sender;

    @BeforeEach
    void connect() {
        int listener = Libc.socket(Constants.AF_INET, Constants.SOCK_STREAM, 0);
        assertThat(Libc.listen(listener, 1)).isZero();
        Scratch scratch = Scratch.current();
        scratch.length().set(ValueLayout.JAVA_INT, 0, Scratch.ADDRESS_BYTES);
        assertThat(Libc.getsockname(listener, scratch.address(), scratch.length())).isZero();
        sender = Libc.socket(Constants.AF_INET, Constants.SOCK_STREAM, 0);
        assertThat(Libc.connect(sender, scratch.address(), Sockaddr.In.SIZE)).isZero();
        receiver = Libc.accept4(listener, scratch.address(), scratch.length(), 0);
        Libc.close(listener);
    }

    @AfterEach
    void disconnect() {
        Libc.close(sender);
        Libc.close(receiver);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 5, 16})
    void noArenaOfAGatherClosesDuringTheCall(int arenas) throws Exception {
        List<Arena> open = new ArrayList<>();
        List<MemorySegment> segments = new ArrayList<>();
        for (int i = 0; i < arenas; i++) {
            open.add(Arena.ofShared());
            segments.add(open.getLast().allocate(1));
        }
        CompletableFuture<Integer> id = new CompletableFuture<>();
        CompletableFuture<Long> received = new CompletableFuture<>();
        Thread.ofPlatform().start(() -> {
            Message message = Scratch.current().message();
        message.reserve(Message.PIECES_MAX);
            segments.forEach(segment -> assertThat(message.add(segment, 0, 1)).isTrue());
            id.complete(Libc.gettid());
            received.complete(Message.recvmsg(receiver, message, 0));
        });
        awaitSystemCall(id.get(), RECVMSG);

        for (Arena arena : open) {
            assertThatThrownBy(arena::close).isInstanceOf(IllegalStateException.class);
        }
        MemorySegment bytes = Arena.ofAuto().allocate(arenas);
        assertThat(Libc.send(sender, bytes, arenas, 0)).isEqualTo(arenas);
        assertThat(received.get()).isEqualTo(arenas);
        open.forEach(Arena::close);
    }

    /// The kernel tells which call a thread sleeps in, and "running" as long as it does not sleep.
    private static void awaitSystemCall(int thread, long number) throws Exception {
        Path state = Path.of("/proc/self/task/" + thread + "/syscall");
        while (!Files.readString(state).startsWith(number + " ")) {
            Thread.onSpinWait();
        }
    }

    @Test
    void memoryThatNeverClosesIsNotHeld() {
        Message message = Scratch.current().message();
        message.reserve(Message.PIECES_MAX);
        for (int i = 0; i < 2 * Message.HELD_MAX; i++) {
            assertThat(message.add(Arena.ofAuto().allocate(1), 0, 1)).isTrue();
            assertThat(message.add(direct(), 0, 1)).isTrue();
        }
        assertThat(message.add(Arena.global().allocate(1), 0, 1)).isTrue();
        assertThat(message.shape()).isZero();
        message.clear();
    }

    private static MemorySegment direct() {
        return MemorySegment.ofBuffer(ByteBuffer.allocateDirect(1));
    }

    @Test
    void aScopeTakesOnePlaceHoweverManyOfItsSegmentsAreThere() {
        Message message = Scratch.current().message();
        message.reserve(Message.PIECES_MAX);
        try (Arena arena = Arena.ofConfined()) {
            for (int i = 0; i < 2 * Message.HELD_MAX; i++) {
                assertThat(message.add(arena.allocate(1), 0, 1)).isTrue();
            }
            assertThat(message.shape()).isEqualTo(1);
            message.clear();
        }
    }

    @Test
    void aScopeTooManyIsRefusedAndNothingAppended() {
        Message message = Scratch.current().message();
        message.reserve(Message.PIECES_MAX);
        List<Arena> arenas = new ArrayList<>();
        for (int i = 0; i < Message.HELD_MAX; i++) {
            arenas.add(Arena.ofConfined());
            assertThat(message.add(arenas.getLast().allocate(1), 0, 1)).isTrue();
        }
        try (Arena another = Arena.ofConfined()) {
            assertThat(message.add(another.allocate(1), 0, 1)).isFalse();
        }
        assertThat(message.pieces()).isEqualTo(Message.HELD_MAX);
        message.clear();
        arenas.forEach(Arena::close);
    }

    @Test
    void clearedMessagesKeepNobodysMemoryAlive() {
        Message message = Scratch.current().message();
        message.reserve(Message.PIECES_MAX);
        try (Arena arena = Arena.ofConfined()) {
            assertThat(message.add(arena.allocate(1), 0, 1)).isTrue();
        }
        message.clear();
        assertThat(message.held).containsOnly(MemorySegment.NULL);
    }
}
