package dev.overlapped.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.provider.BufferList;
import dev.overlapped.provider.Errno;
import dev.overlapped.provider.MessageFlags;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/// What operations on messages make of each result of the network, and of the parts of a message.
class DatagramOperationsTest {
    private static final int DESCRIPTOR = 5;
    private static final long BYTES_MAX = 100;

    private final SendTo send = new SendTo();
    private final ReceiveFrom receive = new ReceiveFrom();
    private final MessageParts parts = new MessageParts();

    private static void add(BufferList to, long bytes) {
        to.add(Arena.ofAuto().allocate(bytes), bytes);
    }

    private void prepareSend(long bytes, int flags) {
        send.prepare(flags, parts);
        add(send.buffers(), bytes);
    }

    private void prepareReceive(long bytes) {
        receive.prepare(0);
        add(receive.buffers(), bytes);
    }

    private static long attempt(Operation operation, Number... results) {
        return operation.attempt(new Answers(results).provider(), DESCRIPTOR, BYTES_MAX);
    }

    @Test
    void aSentMessageHasTheBytesThatWereTaken() {
        prepareSend(10, 0);
        assertThat(send.advance(attempt(send, 10L))).isTrue();
        assertThat(send.transferred()).isEqualTo(10);
        assertThat(send.errno()).isZero();
        assertThat(send.cameShort()).isFalse();
    }

    @Test
    void aMessageThatIsNotSentKeepsTheReason() {
        prepareSend(10, 0);
        assertThat(send.advance(attempt(send, (long) -Errno.EMSGSIZE))).isTrue();
        assertThat(send.errno()).isEqualTo(Errno.EMSGSIZE);
        assertThat(send.transferred()).isZero();
    }

    @Test
    void anEmptyMessageIsSentToo() {
        prepareSend(0, 0);
        assertThat(send.advance(attempt(send, 0L))).isTrue();
        assertThat(send.errno()).isZero();
    }

    @Test
    void whatIsPreparedAgainKnowsNothingOfBefore() {
        prepareSend(10, 0);
        send.advance(10);
        send.advance(-Errno.EMSGSIZE);
        prepareSend(3, 0);
        assertThat(send.buffers().remaining()).isEqualTo(3);
        assertThat(send.transferred()).isZero();
        assertThat(send.errno()).isZero();
        prepareReceive(10);
        receive.advance(11);
        prepareReceive(3);
        assertThat(receive.buffers().remaining()).isEqualTo(3);
        assertThat(receive.transferred()).isZero();
        assertThat(receive.errno()).isZero();
    }

    @Test
    void aReceivedMessageThatFitsHasAllOfItsBytes() {
        prepareReceive(10);
        assertThat(receive.advance(attempt(receive, 10L))).isTrue();
        assertThat(receive.transferred()).isEqualTo(10);
        assertThat(receive.errno()).isZero();
        assertThat(receive.cameShort()).isFalse();
    }

    @Test
    void oneThatDoesNotFitFillsTheBuffersAndSaysSo() {
        prepareReceive(10);
        assertThat(receive.advance(attempt(receive, 11L))).isTrue();
        assertThat(receive.transferred()).isEqualTo(10);
        assertThat(receive.errno()).isEqualTo(Errno.EMSGSIZE);
    }

    @Test
    void aReceiveThatFailsKeepsTheReason() {
        prepareReceive(10);
        assertThat(receive.advance(attempt(receive, (long) -Errno.ECONNREFUSED))).isTrue();
        assertThat(receive.errno()).isEqualTo(Errno.ECONNREFUSED);
        assertThat(receive.transferred()).isZero();
    }

    @Test
    void theSenderIsAskedForOnlyWhereItIsWanted() {
        Answers answers = new Answers(1L, 1L, 1L);
        prepareReceive(10);
        receive.attempt(answers.provider(), DESCRIPTOR, BYTES_MAX);
        assertThat(answers.last().getLast()).isNull();
        receive.wantSender();
        receive.attempt(answers.provider(), DESCRIPTOR, BYTES_MAX);
        assertThat(answers.last().getLast()).isSameAs(receive.from());
        prepareReceive(10);
        receive.attempt(answers.provider(), DESCRIPTOR, BYTES_MAX);
        assertThat(answers.last().getLast()).isNull();
    }

    @Test
    void messagesInPartsAreRefusedBeyondTheirLimitAndForgotten() {
        prepareSend(MessageParts.BYTES_MAX, MessageFlags.PARTIAL);
        assertThat(attempt(send)).isEqualTo(MessageParts.BYTES_MAX);
        prepareSend(1, MessageFlags.PARTIAL);
        assertThat(attempt(send)).isEqualTo(-Errno.EMSGSIZE);
        assertThat(parts.isEmpty()).isTrue();
        prepareSend(MessageParts.BYTES_MAX, MessageFlags.PARTIAL);
        attempt(send);
        prepareSend(1, 0);
        assertThat(attempt(send)).isEqualTo(-Errno.EMSGSIZE);
        assertThat(parts.isEmpty()).isTrue();
    }

    @Test
    void aMessageOfExactlyTheLimitLeavesWithItsLastPart() {
        prepareSend(MessageParts.BYTES_MAX - 1, MessageFlags.PARTIAL);
        attempt(send);
        prepareSend(1, 0);
        assertThat(attempt(send, (long) MessageParts.BYTES_MAX)).isEqualTo(1);
        assertThat(parts.isEmpty()).isTrue();
    }

    @Test
    void partsStayWhileTheLastOneHasToWaitAndAreGoneWhenItFails() {
        prepareSend(5, MessageFlags.PARTIAL);
        attempt(send);
        prepareSend(1, 0);
        assertThat(attempt(send, (long) -Errno.EAGAIN)).isEqualTo(-Errno.EAGAIN);
        assertThat(parts.isEmpty()).isFalse();
        assertThat(attempt(send, (long) -Errno.ECONNRESET)).isEqualTo(-Errno.ECONNRESET);
        assertThat(parts.isEmpty()).isTrue();
    }

    private void prepareText(int flags, String... pieces) {
        send.prepare(flags, parts);
        for (String piece : pieces) {
            byte[] bytes = piece.getBytes(StandardCharsets.US_ASCII);
            send.buffers().add(MemorySegment.ofArray(bytes), bytes.length);
        }
    }

    @Test
    void partsLeaveInOrderAsOneMessageAndTheNextOneHasNoneOfThem() {
        String large = "x".repeat(10_000);
        prepareText(MessageFlags.PARTIAL, "one ", "two ");
        assertThat(attempt(send)).isEqualTo(8);
        prepareText(MessageFlags.PARTIAL, large);
        attempt(send);
        prepareText(0, " three", " four");
        Answers answers = new Answers(10_019L, 4L);
        assertThat(send.attempt(answers.provider(), DESCRIPTOR, BYTES_MAX)).isEqualTo(11);
        assertThat(answers.text()).isEqualTo("one two " + large + " three four");
        prepareText(0, "next");
        assertThat(send.attempt(answers.provider(), DESCRIPTOR, BYTES_MAX)).isEqualTo(4);
        assertThat(answers.text()).isEqualTo("next");
    }

    @Test
    void aPartWhoseMemoryHasClosedIsRefused() {
        send.prepare(MessageFlags.PARTIAL, parts);
        try (Arena arena = Arena.ofConfined()) {
            send.buffers().add(arena.allocate(1), 1);
        }
        assertThat(attempt(send)).isEqualTo(-Errno.EFAULT);
        assertThat(parts.isEmpty()).isTrue();
    }
}
