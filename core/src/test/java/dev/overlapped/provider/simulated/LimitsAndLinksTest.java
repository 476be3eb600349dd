package dev.overlapped.provider.simulated;

import static dev.overlapped.provider.simulated.Sockets.TCP;
import static dev.overlapped.provider.simulated.Sockets.UDP;
import static dev.overlapped.provider.simulated.Sockets.room;
import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.provider.ConnectionEnd;
import dev.overlapped.provider.Errno;
import dev.overlapped.provider.Interest;
import dev.overlapped.provider.PeerAddress;
import dev.overlapped.provider.Poller;
import dev.overlapped.provider.ReadyEvents;
import org.junit.jupiter.api.Test;

/// What concerns all sockets of a simulated network: descriptors and memory that are used up, interrupted
/// polls, and a link that goes down.
class LimitsAndLinksTest {
    private static final SimulatedOptions CALM = SimulatedOptions.calm(9);
    private static final long SECOND_NANOS = 1_000_000_000;
    private static final long PATIENCE_NANOS = 20 * SECOND_NANOS;

    private SimulatedProvider provider;
    private Sockets sockets;
    private int listener;

    private void begin(SimulatedOptions options) {
        provider = new SimulatedProvider(options);
        sockets = new Sockets(provider);
        listener = sockets.listening(1);
    }

    @Test
    void withoutADescriptorNothingIsOpenedAndAConnectionStaysWhereItIs() {
        begin(CALM.withDescriptorsMax(4));
        sockets.connected(listener);
        Poller poller = provider.openPoller();
        assertThat(poller).isNotNull();
        assertThat(provider.openPoller()).isNull();
        assertThat(provider.open(TCP)).isEqualTo(-Errno.EMFILE);
        assertThat(provider.open(UDP)).isEqualTo(-Errno.EMFILE);
        assertThat(provider.openTimer()).isEqualTo(-Errno.EMFILE);
        assertThat(provider.accept(listener, new PeerAddress())).isEqualTo(-Errno.EMFILE);
        poller.close();
        assertThat(sockets.accepted(listener)).isNotNegative();
    }

    @Test
    void theLimitCanBeChangedAndClosesNothing() {
        begin(CALM);
        provider.limitDescriptors(0);
        assertThat(provider.open(TCP)).isEqualTo(-Errno.EMFILE);
        assertThat(provider.accept(listener, new PeerAddress())).isEqualTo(-Errno.EMFILE);
        provider.limitDescriptors(2);
        int last = sockets.open(UDP);
        assertThat(provider.open(UDP)).isEqualTo(-Errno.EMFILE);
        sockets.close(last);
        sockets.open(UDP);
    }

    @Test
    void aPollerMayFindNoMemoryAndThenWatchesNothing() {
        begin(CALM.with(Chance.NO_MEMORY_TO_WATCH, 1));
        Poller poller = provider.openPoller();
        assertThat(poller.watch(listener, 1, Interest.READ)).isEqualTo(-Errno.ENOMEM);
        sockets.connecting(listener);
        assertThat(poller.poll(new ReadyEvents(), 0)).isZero();
    }

    @Test
    void anInterruptedPollReturnsEarlyAndTheNextOneDoesNot() {
        begin(CALM.with(Chance.INTERRUPTED_POLLS, 1));
        Poller poller = provider.openPoller();
        assertThat(poller.poll(new ReadyEvents(), 500)).isZero();
        assertThat(provider.nanoTime()).isZero();
        assertThat(poller.poll(new ReadyEvents(), 500)).isZero();
        assertThat(provider.nanoTime()).isEqualTo(500);
    }

    @Test
    void whileTheLinkIsDownNothingCanBeReached() {
        begin(CALM);
        int sender = sockets.open(UDP);
        int receiver = sockets.bound(UDP);
        provider.takeLinkDown();
        int client = sockets.open(TCP);
        assertThat(provider.connect(client, TCP, sockets.address(listener))).isEqualTo(-Errno.ENETUNREACH);
        assertThat(provider.connectionEnd(client)).isEqualTo(ConnectionEnd.UNKNOWN);
        assertThat(provider.connect(sender, UDP, sockets.address(receiver))).isEqualTo(-Errno.ENETUNREACH);
        assertThat(provider.sendTo(receiver, room(1), 0, sockets.endpoint(receiver)))
                .isEqualTo(-Errno.ENETUNREACH);
        assertThat(provider.connectionEnd(receiver)).isEqualTo(ConnectionEnd.NETWORK_DOWN);
        provider.bringLinkUp();
        assertThat(provider.connect(client, TCP, sockets.address(listener))).isZero();
        assertThat(provider.sendTo(sender, room(1), 0, sockets.endpoint(receiver))).isEqualTo(1);
    }

    @Test
    void whatIsSentOverALinkThatComesBackInTimeArrives() {
        begin(CALM);
        int client = sockets.connected(listener);
        int server = sockets.accepted(listener);
        provider.takeLinkDown();
        assertThat(provider.send(client, room(3), 3, 0)).isEqualTo(3);
        assertThat(provider.shutdownSending(client)).isZero();
        Poller poller = provider.openPoller();
        assertThat(poller.watch(server, 1, Interest.READ)).isZero();
        assertThat(poller.poll(new ReadyEvents(), PATIENCE_NANOS - 1)).isZero();
        provider.bringLinkUp();
        assertThat(poller.poll(new ReadyEvents(), 0)).isEqualTo(1);
        assertThat(provider.receive(server, room(9), 0)).isEqualTo(3);
        assertThat(provider.receive(server, room(9), 0)).isZero();
    }

    @Test
    void whoeverSendsOverALinkThatStaysDownGivesUpAndTheOtherSideHearsLater() {
        begin(CALM);
        int client = sockets.connected(listener);
        int server = sockets.accepted(listener);
        provider.takeLinkDown();
        assertThat(provider.send(client, room(3), 3, 0)).isEqualTo(3);
        sockets.awaitReadable(client);
        assertThat(provider.nanoTime()).isEqualTo(PATIENCE_NANOS);
        assertThat(provider.receive(client, room(1), 0))
                .isIn(-(long) Errno.ETIMEDOUT, -(long) Errno.ENETUNREACH);
        assertThat(provider.connectionEnd(client)).isEqualTo(ConnectionEnd.NETWORK_DOWN);
        assertThat(provider.receive(server, room(1), 0)).isEqualTo(-Errno.EAGAIN);
        provider.bringLinkUp();
        assertThat(provider.connectionEnd(client)).isEqualTo(ConnectionEnd.RETRANSMISSION);
        assertThat(provider.receive(server, room(1), 0)).isEqualTo(-Errno.ECONNRESET);
    }

    @Test
    void aConnectOverALinkThatGoesDownTimesOut() {
        begin(CALM.with(Chance.SLOW_CONNECTS, 1));
        int client = sockets.connecting(listener);
        provider.takeLinkDown();
        sockets.await(client, Interest.WRITE);
        assertThat(provider.connect(client, TCP, sockets.address(listener))).isEqualTo(-Errno.ETIMEDOUT);
    }
}
