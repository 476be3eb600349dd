package dev.overlapped.provider.simulated;

import static dev.overlapped.provider.simulated.Sockets.UDP;
import static dev.overlapped.provider.simulated.Sockets.room;
import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.provider.Errno;
import dev.overlapped.provider.Interest;
import dev.overlapped.provider.Poller;
import dev.overlapped.provider.ReadyEvents;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What a network may do to datagrams, each fault alone.
class DatagramFaultsTest {
    private static final SimulatedOptions CALM = SimulatedOptions.calm(5).withDelayNanosMax(1000);

    private SimulatedProvider provider;
    private Sockets sockets;
    private int sender;
    private int receiver;

    private void begin(SimulatedOptions options) {
        provider = new SimulatedProvider(options);
        sockets = new Sockets(provider);
        sender = sockets.bound(UDP);
        receiver = sockets.bound(UDP);
    }

    private long send(int bytes) {
        return provider.sendTo(sender, room(bytes), 0, sockets.endpoint(receiver));
    }

    private long receive() {
        return provider.receiveFrom(receiver, room(100), 0, null);
    }

    /// Sends `count` datagrams of different lengths, and returns the lengths of what arrives.
    private List<Long> exchange(int count) {
        for (int bytes = 1; bytes <= count; bytes++) {
            assertThat(send(bytes)).isEqualTo(bytes);
        }
        Poller poller = provider.openPoller();
        poller.poll(new ReadyEvents(), 1_000_000);
        poller.close();
        List<Long> arrived = new ArrayList<>();
        for (long bytes = receive(); bytes >= 0; bytes = receive()) {
            arrived.add(bytes);
        }
        return arrived;
    }

    @Test
    void lostDatagramsAreNotMissedByTheirSender() {
        begin(CALM.with(Chance.LOST_DATAGRAMS, 0.5));
        List<Long> arrived = exchange(20);
        assertThat(arrived).hasSizeBetween(1, 19).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void doubledDatagramsArriveTwiceAtMost() {
        begin(CALM.with(Chance.DOUBLED_DATAGRAMS, 0.5));
        List<Long> arrived = exchange(20);
        assertThat(arrived).hasSizeBetween(21, 39).isSorted();
        for (long bytes = 1; bytes <= 20; bytes++) {
            long same = bytes;
            assertThat(arrived.stream().filter(each -> each == same).count()).isBetween(1L, 2L);
        }
    }

    @Test
    void delayedDatagramsKeepTheirOrderAndOvertakenOnesDoNot() {
        begin(CALM.with(Chance.DELAYS, 1));
        assertThat(exchange(20)).hasSize(20).isSorted();
        begin(CALM.with(Chance.OVERTAKEN_DATAGRAMS, 0.5));
        List<Long> arrived = exchange(20);
        assertThat(arrived).hasSize(20).doesNotHaveDuplicates();
        assertThat(arrived).isNotEqualTo(arrived.stream().sorted().toList());
    }

    @Test
    void aDamagedDatagramIsReportedAndCannotBeReceived() {
        begin(CALM.with(Chance.DAMAGED_DATAGRAMS, 1));
        assertThat(send(5)).isEqualTo(5);
        assertThat(sockets.awaitReadable(receiver)).isEqualTo(Interest.READ);
        assertThat(receive()).isEqualTo(-Errno.EAGAIN);
        assertThat(sockets.isReady(receiver, Interest.READ)).isFalse();
        assertThat(provider.leftovers().bytes()).isZero();
    }

    @Test
    void theSenderOfADatagramThatPassesTooManyRoutersIsTold() {
        begin(CALM.with(Chance.EXPIRED_DATAGRAMS, 1));
        assertThat(send(5)).isEqualTo(5);
        assertThat(receive()).isEqualTo(-Errno.EAGAIN);
        assertThat(send(5)).isEqualTo(-Errno.ENETRESET);
        assertThat(send(5)).isEqualTo(5);
    }

    @Test
    void aSendThatHasNoRoomIsToldWhenItHas() {
        begin(CALM.with(Chance.FALSE_READINESS, 1));
        assertThat(send(5)).isEqualTo(-Errno.EAGAIN);
        assertThat(sockets.isReady(sender, Interest.WRITE)).isFalse();
        assertThat(sockets.await(sender, Interest.WRITE)).isEqualTo(Interest.WRITE);
    }

    @Test
    void aSendMayFindNoMemory() {
        begin(CALM.with(Chance.NO_MEMORY_TO_SEND, 1));
        assertThat(send(5)).isEqualTo(-Errno.ENOBUFS);
        assertThat(receive()).isEqualTo(-Errno.EAGAIN);
    }

    @Test
    void emptyDatagramsFillABufferToo() {
        begin(CALM.withBufferBytes(1000));
        for (int i = 0; i < 1000; i++) {
            assertThat(send(0)).isZero();
        }
        assertThat(provider.leftovers().bytes()).isBetween(1000L, 1100L);
        assertThat(receive()).isZero();
    }

    @Test
    void datagramsOnTheirWayOutliveTheirSender() {
        begin(CALM.with(Chance.DELAYS, 1));
        assertThat(send(5)).isEqualTo(5);
        sockets.close(sender);
        sockets.awaitReadable(receiver);
        assertThat(receive()).isEqualTo(5);
    }
}
