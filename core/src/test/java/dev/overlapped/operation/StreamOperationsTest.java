package dev.overlapped.operation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.provider.Errno;
import dev.overlapped.provider.MessageFlags;
import dev.overlapped.provider.SocketKind;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

/// What operations of a stream make of each result of the network.
class StreamOperationsTest {
    private static final int DESCRIPTOR = 5;
    private static final long BYTES_MAX = 100;
    private static final SocketKind STREAM =
            new SocketKind(SocketKind.Family.IPV6, SocketKind.Type.STREAM);

    private final Send send = new Send();
    private final Receive receive = new Receive();

    private static MemorySegment memory(long bytes) {
        return Arena.ofAuto().allocate(bytes);
    }

    private void prepareSend(long bytes, boolean whole) {
        send.prepare(0, whole);
        send.buffers().add(memory(bytes), bytes);
    }

    private void prepareReceive(long bytes, int flags, boolean untilFull) {
        receive.prepare(flags, untilFull);
        receive.buffers().add(memory(bytes), bytes);
    }

    private static long attempt(Operation operation, long result) {
        return operation.attempt(new Answers(result).provider(), DESCRIPTOR, BYTES_MAX);
    }

    private static boolean advances(Operation operation, long result) {
        return operation.advance(attempt(operation, result));
    }

    @Test
    void aSendIsFinishedByItsLastByte() {
        prepareSend(10, true);
        assertThat(advances(send, 4)).isFalse();
        assertThat(send.buffers().remaining()).isEqualTo(6);
        assertThat(advances(send, 6)).isTrue();
        assertThat(send.transferred()).isEqualTo(10);
        assertThat(send.errno()).isZero();
    }

    @Test
    void aSendThatNeedNotBeWholeIsFinishedByItsFirstBytes() {
        prepareSend(10, false);
        assertThat(advances(send, 4)).isTrue();
        assertThat(send.transferred()).isEqualTo(4);
    }

    @Test
    void aSendOfNoBytesIsFinishedByNone() {
        prepareSend(0, true);
        assertThat(advances(send, 0)).isTrue();
        assertThat(send.errno()).isZero();
    }

    @Test
    void aSendThatFailsKeepsTheReasonAndWhatWentBefore() {
        prepareSend(10, true);
        assertThat(advances(send, 4)).isFalse();
        assertThat(advances(send, -Errno.ECONNRESET)).isTrue();
        assertThat(send.errno()).isEqualTo(Errno.ECONNRESET);
        assertThat(send.transferred()).isEqualTo(4);
    }

    @Test
    void aSendComesShortWhenLessIsTakenThanItAskedFor() {
        prepareSend(10, true);
        attempt(send, 9);
        assertThat(send.cameShort()).isTrue();
        attempt(send, 10);
        assertThat(send.cameShort()).isFalse();
        attempt(send, 0);
        assertThat(send.cameShort()).isTrue();
        attempt(send, -Errno.EAGAIN);
        assertThat(send.cameShort()).isFalse();
    }

    @Test
    void aSendOfMoreThanOneCallMovesDoesNotComeShortAtTheEndOfTheCall() {
        prepareSend(2 * BYTES_MAX, true);
        attempt(send, BYTES_MAX);
        assertThat(send.cameShort()).isFalse();
    }

    @Test
    void memoryThatTheKernelIsNotGivenAtOnceProvesNothing() {
        send.prepare(0, true);
        send.buffers().add(MemorySegment.ofArray(new byte[10]), 10);
        attempt(send, 9);
        assertThat(send.cameShort()).isFalse();
        receive.prepare(0, false);
        receive.buffers().add(MemorySegment.ofArray(new byte[10]), 10);
        attempt(receive, 9);
        assertThat(receive.cameShort()).isFalse();
    }

    @Test
    void onlyWholeSendsWithoutFlagsLeaveWithTheirNeighbours() {
        send.prepare(0, true);
        assertThat(send.gathers()).isTrue();
        send.prepare(0, false);
        assertThat(send.gathers()).isFalse();
        send.prepare(MessageFlags.OUT_OF_BAND, true);
        assertThat(send.gathers()).isFalse();
    }

    @Test
    void whatIsPreparedAgainKnowsNothingOfBefore() {
        prepareSend(10, true);
        advances(send, 4);
        advances(send, -Errno.ECONNRESET);
        prepareSend(3, true);
        assertThat(send.buffers().remaining()).isEqualTo(3);
        assertThat(send.transferred()).isZero();
        assertThat(send.errno()).isZero();
        prepareReceive(10, 0, true);
        advances(receive, -Errno.ECONNRESET);
        prepareReceive(3, 0, false);
        assertThat(receive.buffers().remaining()).isEqualTo(3);
        assertThat(receive.errno()).isZero();
        advances(receive, 1);
        prepareReceive(3, 0, false);
        assertThat(receive.buffers().remaining()).isEqualTo(3);
        assertThat(receive.transferred()).isZero();
    }

    @Test
    void aReceiveIsFinishedByAnyBytesAndByTheEndOfTheStream() {
        prepareReceive(10, 0, false);
        assertThat(advances(receive, 1)).isTrue();
        assertThat(receive.transferred()).isEqualTo(1);
        assertThat(receive.hasBytesInHand()).isTrue();
        prepareReceive(10, 0, false);
        assertThat(advances(receive, 0)).isTrue();
        assertThat(receive.hasBytesInHand()).isFalse();
    }

    @Test
    void aReceiveUntilFullIsFinishedByItsLastByteOrTheEndOfTheStream() {
        prepareReceive(10, 0, true);
        assertThat(advances(receive, 4)).isFalse();
        assertThat(advances(receive, 6)).isTrue();
        assertThat(receive.transferred()).isEqualTo(10);
        prepareReceive(10, 0, true);
        assertThat(advances(receive, 4)).isFalse();
        assertThat(advances(receive, 0)).isTrue();
        assertThat(receive.transferred()).isEqualTo(4);
    }

    @Test
    void aFailureBehindBytesInHandIsLeftToTheNextReceive() {
        prepareReceive(10, 0, true);
        advances(receive, 4);
        assertThat(advances(receive, -Errno.ECONNRESET)).isTrue();
        assertThat(receive.errno()).isZero();
        prepareReceive(10, 0, true);
        assertThat(advances(receive, -Errno.ECONNRESET)).isTrue();
        assertThat(receive.errno()).isEqualTo(Errno.ECONNRESET);
    }

    @Test
    void lostMemoryIsToldEvenBehindBytesInHand() {
        prepareReceive(10, 0, true);
        advances(receive, 4);
        assertThat(advances(receive, -Errno.EFAULT)).isTrue();
        assertThat(receive.errno()).isEqualTo(Errno.EFAULT);
    }

    @Test
    void aReceiveComesShortWhenTheStreamHadLessThanItAskedFor() {
        prepareReceive(10, 0, false);
        attempt(receive, 9);
        assertThat(receive.cameShort()).isTrue();
        attempt(receive, 10);
        assertThat(receive.cameShort()).isFalse();
        attempt(receive, 0);
        assertThat(receive.cameShort()).isFalse();
        prepareReceive(10, MessageFlags.PEEK, false);
        attempt(receive, 9);
        assertThat(receive.cameShort()).isFalse();
    }

    @Test
    void anEmptyReceiveLooksForAByteAndLeavesIt() {
        prepareReceive(10, 0, false);
        attempt(receive, 9);
        receive.prepare(0, false);
        Answers answers = new Answers(1L);
        assertThat(receive.attempt(answers.provider(), DESCRIPTOR, BYTES_MAX)).isZero();
        assertThat(answers.last().getFirst()).isEqualTo("receive");
        assertThat(answers.last().getLast()).isEqualTo(MessageFlags.PEEK);
        assertThat(receive.cameShort()).isFalse();
        assertThat(attempt(receive, -Errno.EAGAIN)).isEqualTo(-Errno.EAGAIN);
    }

    @Test
    void onlyAReceiveOfUrgentDataIsUrgent() {
        prepareReceive(1, MessageFlags.OUT_OF_BAND, false);
        assertThat(receive.isUrgent()).isTrue();
        prepareReceive(1, MessageFlags.PEEK, false);
        assertThat(receive.isUrgent()).isFalse();
    }

    @Test
    void anAcceptOwnsItsDescriptorOrHasAReason() {
        Accept accept = new Accept();
        assertThat(accept.accepted()).isEqualTo(-1);
        assertThat(accept.advance(-Errno.EMFILE)).isTrue();
        assertThat(accept.errno()).isEqualTo(Errno.EMFILE);
        assertThat(accept.accepted()).isEqualTo(-1);
        Accept taken = new Accept();
        long result = taken.attempt(new Answers(0).provider(), DESCRIPTOR, 0);
        assertThat(taken.advance(result)).isTrue();
        assertThat(taken.accepted()).isZero();
        assertThat(taken.errno()).isZero();
        assertThat(taken.cameShort()).isFalse();
        assertThat(taken.transferred()).isZero();
    }

    @Test
    void aConnectKnowsHowItWent() {
        Connect connect = new Connect(STREAM, new InetSocketAddress(InetAddress.ofLiteral("::1"), 1));
        assertThat(connect.dissolves()).isFalse();
        long result = connect.attempt(new Answers(-Errno.ECONNREFUSED).provider(), DESCRIPTOR, 0);
        assertThat(connect.advance(result)).isTrue();
        assertThat(connect.errno()).isEqualTo(Errno.ECONNREFUSED);
        assertThat(connect.advance(0)).isTrue();
        assertThat(connect.errno()).isZero();
        assertThat(connect.cameShort()).isFalse();
        assertThat(connect.transferred()).isZero();
        assertThat(new Connect(STREAM, null).dissolves()).isTrue();
    }
}
