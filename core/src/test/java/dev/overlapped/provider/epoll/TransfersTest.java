package dev.overlapped.provider.epoll;

import static dev.overlapped.provider.epoll.Loopback.PROVIDER;
import static dev.overlapped.provider.epoll.Loopback.list;
import static dev.overlapped.provider.epoll.Loopback.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.linux.Message;
import dev.overlapped.provider.BufferList;
import dev.overlapped.provider.Errno;
import dev.overlapped.provider.MessageFlags;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TransfersTest {
    private final Loopback loopback = new Loopback();
    private final Arena auto = Arena.ofAuto();

    @AfterEach
    void close() {
        loopback.close();
    }

    @Test
    void oneBufferIsSentAndReceived() {
        assertThat(loopback.send(text(auto, "hello"))).isEqualTo(5);
        MemorySegment to = auto.allocate(10);
        assertThat(loopback.receive(to)).isEqualTo(5);
        assertThat(text(to.asSlice(0, 5))).isEqualTo("hello");
    }

    @Test
    void buffersAreGatheredAndScatteredInOrder() {
        assertThat(loopback.send(text(auto, "ab"), text(auto, "cde"), text(auto, "f"))).isEqualTo(6);
        MemorySegment first = auto.allocate(1);
        MemorySegment second = auto.allocate(4);
        MemorySegment third = auto.allocate(9);
        assertThat(loopback.receive(first, second, third)).isEqualTo(6);
        assertThat(text(first) + text(second) + text(third.asSlice(0, 1))).isEqualTo("abcdef");
    }

    @Test
    void whatIsLeftOfABufferIsSentFromWhereItBegins() {
        BufferList one = list(text(auto, "consumed rest"));
        one.consume(9);
        assertThat(PROVIDER.send(loopback.client, one, Long.MAX_VALUE, 0)).isEqualTo(4);
        BufferList two = list(text(auto, "gone"), text(auto, "half done"), text(auto, " whole"));
        two.consume(4 + 4);
        assertThat(PROVIDER.send(loopback.client, two, Long.MAX_VALUE, 0)).isEqualTo(11);
        assertThat(loopback.arrived(15)).isEqualTo("rest done whole");
    }

    @Test
    void aReceiveGoesOnWhereTheLastOneEnded() {
        BufferList buffers = list(auto.allocate(3), auto.allocate(3));
        MemorySegment first = buffers.segment(0);
        MemorySegment second = buffers.segment(1);
        loopback.send(text(auto, "abcdef"));
        buffers.consume(1);
        assertThat(PROVIDER.receive(loopback.server, buffers, 0)).isEqualTo(5);
        assertThat(text(first) + text(second)).isEqualTo("\0abcde");
    }

    @Test
    void neverMoreThanTheMostBytesAreSent() {
        BufferList one = list(text(auto, "abcdef"));
        assertThat(PROVIDER.send(loopback.client, one, 2, 0)).isEqualTo(2);
        BufferList several = list(text(auto, "cd"), text(auto, "ef"));
        assertThat(PROVIDER.send(loopback.client, several, 3, 0)).isEqualTo(3);
        assertThat(loopback.arrived(5)).isEqualTo("abcde");
    }

    @Test
    void noBuffersSendNothingAndThatIsNoError() {
        assertThat(loopback.send()).isZero();
    }

    @Test
    void heapMemoryIsSentAndReceivedBetweenNativeMemory() {
        MemorySegment heap = MemorySegment.ofArray("XheapX".getBytes(StandardCharsets.US_ASCII));
        assertThat(loopback.send(text(auto, "na"), heap.asSlice(1, 4), text(auto, "tive"))).isEqualTo(10);
        MemorySegment first = MemorySegment.ofArray(new byte[3]);
        MemorySegment second = auto.allocate(4);
        MemorySegment third = MemorySegment.ofArray(new byte[8]);
        assertThat(loopback.receive(first, second, third)).isEqualTo(10);
        assertThat(text(first) + text(second) + text(third)).isEqualTo("naheaptive\0\0\0\0\0");
    }

    @Test
    void arraysOfOtherTypesAreBytesToo() {
        assertThat(loopback.send(MemorySegment.ofArray(new long[] {1, 2}))).isEqualTo(16);
        long[] received = new long[2];
        assertThat(loopback.receive(MemorySegment.ofArray(received))).isEqualTo(16);
        assertThat(received).containsExactly(1, 2);
    }

    @Test
    void heapMemoryIsTakenByTheCopyBuffer() {
        MemorySegment large = MemorySegment.ofArray(new byte[Message.COPIED_BYTES_MAX + 1]);
        assertThat(loopback.send(large)).isEqualTo(Message.COPIED_BYTES_MAX);
        Loopback.awaitReadable(loopback.server);
        assertThat(loopback.receive(large)).isBetween(1L, (long) Message.COPIED_BYTES_MAX);
    }

    @Test
    void aClosedArenaGivesEfaultAndNothingIsSent() {
        Arena arena = Arena.ofShared();
        MemorySegment closed = text(arena, "closed");
        BufferList rest = list(closed);
        rest.consume(2);
        arena.close();
        assertThat(loopback.send(closed)).isEqualTo(-Errno.EFAULT);
        assertThat(loopback.send(text(auto, "open"), closed)).isEqualTo(-Errno.EFAULT);
        assertThat(PROVIDER.send(loopback.client, rest, 1, 0)).isEqualTo(-Errno.EFAULT);
        loopback.assertNothingArrives();
    }

    @Test
    void aClosedArenaGivesEfaultAndWhatWaitsStaysInTheSocket() {
        Arena arena = Arena.ofShared();
        MemorySegment closed = arena.allocate(4);
        arena.close();
        loopback.send(text(auto, "kept"));
        assertThat(loopback.receive(closed)).isEqualTo(-Errno.EFAULT);
        assertThat(loopback.receive(auto.allocate(1), closed)).isEqualTo(-Errno.EFAULT);
        assertThat(loopback.arrived(4)).isEqualTo("kept");
    }

    @Test
    void theOwnerOfAConfinedArenaMayUseIt() {
        try (Arena confined = Arena.ofConfined()) {
            assertThat(loopback.send(text(confined, "con"))).isEqualTo(3);
            assertThat(loopback.send(text(confined, "fin"), text(confined, "ed"))).isEqualTo(5);
        }
        assertThat(loopback.arrived(8)).isEqualTo("confined");
    }

    @Test
    void aConfinedArenaOfAnotherThreadGivesEfault() {
        try (Arena confined = Arena.ofConfined()) {
            MemorySegment foreign = text(confined, "foreign");
            BufferList rest = list(foreign);
            rest.consume(1);
            List<Long> results = CompletableFuture.supplyAsync(() -> List.of(
                    loopback.send(foreign),
                    loopback.send(text(auto, "own"), foreign),
                    PROVIDER.send(loopback.client, rest, 1, 0),
                    loopback.receive(foreign),
                    loopback.receive(foreign, foreign))).join();
            assertThat(results).containsOnly((long) -Errno.EFAULT);
        }
        loopback.assertNothingArrives();
    }

    @Test
    void readOnlyMemoryIsSentButNotReceivedInto() {
        MemorySegment readOnly = text(auto, "fixed").asReadOnly();
        assertThat(loopback.send(readOnly)).isEqualTo(5);
        assertThat(loopback.receive(readOnly)).isEqualTo(-Errno.EFAULT);
        assertThat(loopback.receive(auto.allocate(1), readOnly)).isEqualTo(-Errno.EFAULT);
        MemorySegment heap = MemorySegment.ofArray(new byte[8]).asReadOnly();
        assertThat(loopback.receive(heap)).isEqualTo(-Errno.EFAULT);
        assertThat(loopback.arrived(5)).isEqualTo("fixed");
    }

    @Test
    void aLengthBeyondTheSegmentGivesEfault() {
        BufferList tooLong = new BufferList();
        tooLong.add(auto.allocate(4), 5);
        assertThat(PROVIDER.send(loopback.client, tooLong, Long.MAX_VALUE, 0)).isEqualTo(-Errno.EFAULT);
        tooLong.add(auto.allocate(1), 1);
        assertThat(PROVIDER.send(loopback.client, tooLong, Long.MAX_VALUE, 0)).isEqualTo(-Errno.EFAULT);
        assertThat(PROVIDER.receive(loopback.server, tooLong, 0)).isEqualTo(-Errno.EFAULT);
    }

    @Test
    void moreArenasThanACallCanHoldAreSentByCopying() {
        List<Arena> arenas = new ArrayList<>();
        MemorySegment[] segments = segmentsOfDifferentArenas(arenas);
        for (int i = 0; i < segments.length; i++) {
            segments[i].set(ValueLayout.JAVA_BYTE, 0, (byte) ('a' + i));
        }
        assertThat(loopback.send(segments)).isEqualTo(segments.length);
        assertThat(loopback.arrived(20)).isEqualTo("abcdefghijklmnopqrst");
        arenas.getLast().close();
        assertThat(loopback.send(segments)).isEqualTo(-Errno.EFAULT);
        loopback.assertNothingArrives();
    }

    @Test
    void aReceiveCoversTheArenasThatItsCallCanHold() {
        MemorySegment[] segments = segmentsOfDifferentArenas(new ArrayList<>());
        loopback.send(text(auto, "abcdefghijklmnopqrst"));
        assertThat(loopback.receive(segments)).isEqualTo(Message.HELD_MAX);
        assertThat(loopback.arrived(4)).isEqualTo("qrst");
    }

    private static MemorySegment[] segmentsOfDifferentArenas(List<Arena> arenas) {
        MemorySegment[] segments = new MemorySegment[Message.HELD_MAX + 4];
        for (int i = 0; i < segments.length; i++) {
            arenas.add(Arena.ofShared());
            segments[i] = arenas.getLast().allocate(1);
        }
        return segments;
    }

    @Test
    void oneCallTakesAsManyPiecesAsTheKernelDoes() {
        MemorySegment[] pieces = new MemorySegment[Message.PIECES_MAX + 1];
        Arrays.setAll(pieces, i -> auto.allocate(1));
        assertThat(loopback.send(pieces)).isEqualTo(Message.PIECES_MAX);
        assertThat(loopback.receive(pieces)).isEqualTo(Message.PIECES_MAX);
    }

    /// The kernel takes no more than 2 GiB in one call, and no more is asked for.
    @Test
    void moreRoomThanOneCallTakesIsNoError() {
        MemorySegment[] room = new MemorySegment[129];
        Arrays.fill(room, auto.allocate(16 << 20));
        assertThat(list(room).remaining()).isGreaterThan(Transfers.CALL_BYTES_MAX);
        loopback.send(text(auto, "abc"));
        assertThat(loopback.receive(room)).isEqualTo(3);
        assertThat(text(room[0].asSlice(0, 3))).isEqualTo("abc");
    }

    @Test
    void aFullSocketTakesPartAndThenSaysItWouldWait() {
        MemorySegment large = auto.allocate(16 << 20);
        assertThat(loopback.send(large)).isBetween(1L, large.byteSize() - 1);
        long sent;
        do {
            sent = loopback.send(large);
        } while (sent > 0);
        assertThat(sent).isEqualTo(-Errno.EAGAIN);
        assertThat(loopback.send(large, large)).isEqualTo(-Errno.EAGAIN);
    }

    @Test
    void theEndOfTheStreamIsZeroAndAnEmptySocketIsNot() {
        assertThat(loopback.receive(auto.allocate(1))).isEqualTo(-Errno.EAGAIN);
        assertThat(PROVIDER.shutdownSending(loopback.client)).isZero();
        Loopback.awaitReadable(loopback.server);
        assertThat(loopback.receive(auto.allocate(1))).isZero();
        assertThat(loopback.receive(auto.allocate(1), auto.allocate(1))).isZero();
    }

    @Test
    void aSendAfterTheOwnEndIsAnErrorAndNoSignal() {
        assertThat(PROVIDER.shutdownSending(loopback.client)).isZero();
        assertThat(loopback.send(text(auto, "x"))).isEqualTo(-Errno.EPIPE);
        assertThat(loopback.send(text(auto, "x"), text(auto, "y"))).isEqualTo(-Errno.EPIPE);
    }

    @Test
    void peekedBytesStay() {
        loopback.send(text(auto, "look"));
        MemorySegment heap = MemorySegment.ofArray(new byte[4]);
        assertThat(PROVIDER.receive(loopback.server, list(heap), MessageFlags.PEEK)).isEqualTo(4);
        assertThat(text(heap)).isEqualTo("look");
        assertThat(loopback.arrived(4)).isEqualTo("look");
    }

    @Test
    void urgentDataGoesBesideTheStream() {
        BufferList urgent = list(text(auto, "!"));
        assertThat(PROVIDER.send(loopback.client, urgent, 1, MessageFlags.OUT_OF_BAND)).isEqualTo(1);
        Loopback.awaitReadable(loopback.server);
        MemorySegment to = auto.allocate(1);
        assertThat(PROVIDER.receive(loopback.server, list(to), MessageFlags.OUT_OF_BAND)).isEqualTo(1);
        assertThat(text(to)).isEqualTo("!");
    }

    @Test
    void virtualThreadsHaveTheirOwnScratchMemory() throws InterruptedException {
        Thread virtual = Thread.ofVirtual().start(() -> loopback.send(text(auto, "vir"), text(auto, "tual")));
        virtual.join();
        assertThat(loopback.arrived(7)).isEqualTo("virtual");
    }
}
