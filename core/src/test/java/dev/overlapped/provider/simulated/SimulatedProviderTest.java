package dev.overlapped.provider.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.overlapped.provider.BufferList;
import dev.overlapped.provider.Errno;
import dev.overlapped.provider.Interest;
import dev.overlapped.provider.NameQuery;
import dev.overlapped.provider.PeerAddress;
import dev.overlapped.provider.Poller;
import dev.overlapped.provider.ReadyEvents;
import dev.overlapped.provider.Resolution;
import dev.overlapped.provider.SocketKind;
import dev.overlapped.provider.SocketOptionName;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

/// The simulated network keeps the rules that the kernel has, as far as an engine can tell.
class SimulatedProviderTest {
    private static final SocketKind TCP = new SocketKind(SocketKind.Family.IPV4, SocketKind.Type.STREAM);
    private static final SocketKind TCP6 = new SocketKind(SocketKind.Family.IPV6, SocketKind.Type.STREAM);
    private static final long KEY = 12;
    private static final long FOREVER = -1;
    /// Everything takes a while, nothing goes wrong.
    private static final SimulatedOptions SLOW = SimulatedOptions.calm(7).withBufferBytes(30)
            .withDelayNanosMax(1000).with(Chance.DELAYS, 1);

    private final ReadyEvents events = new ReadyEvents();
    private SimulatedProvider provider;
    private Poller poller;
    private int client;
    private int server;

    private int listen(SocketKind kind, String address) {
        int listener = provider.open(kind);
        InetSocketAddress any = new InetSocketAddress(InetAddress.ofLiteral(address), 0);
        assertThat(provider.bind(listener, kind, any)).isZero();
        assertThat(provider.listen(listener, 1)).isZero();
        return listener;
    }

    private void begin(SimulatedOptions options) {
        provider = new SimulatedProvider(options);
        poller = provider.openPoller();
    }

    private void connect(SimulatedOptions options) {
        begin(options);
        int listener = listen(TCP, "127.0.0.1");
        client = provider.open(TCP);
        assertThat(poller.watch(listener, KEY, Interest.READ)).isZero();
        if (provider.connect(client, TCP, provider.localAddress(listener)) == -Errno.EAGAIN) {
            expect(Interest.READ);
        }
        PeerAddress peer = new PeerAddress();
        server = provider.accept(listener, peer);
        assertThat(peer.value).isEqualTo(provider.localAddress(client));
        assertThat(provider.accept(listener, peer)).isEqualTo(-Errno.EAGAIN);
        assertThat(provider.connect(client, TCP, provider.localAddress(listener))).isZero();
        provider.close(listener, false);
    }

    private static BufferList bytes(int count) {
        BufferList list = new BufferList();
        list.add(MemorySegment.ofArray(new byte[count]), count);
        return list;
    }

    private long send(int count) {
        return provider.send(client, bytes(count), count, 0);
    }

    private long receive(int count) {
        return provider.receive(server, bytes(count), 0);
    }

    private void expect(int readiness) {
        assertThat(poller.poll(events, FOREVER)).isEqualTo(1);
        assertThat(events.key(0)).isEqualTo(KEY);
        assertThat(events.readiness(0)).isEqualTo(readiness);
    }

    private void expectNothing() {
        assertThat(poller.poll(events, 0)).isZero();
    }

    @Test
    void whatArrivesIsAnEdgeAndTakesVirtualTime() {
        connect(SLOW);
        assertThat(poller.watch(server, KEY, Interest.READ)).isZero();
        assertThat(send(3)).isEqualTo(3);
        long before = provider.nanoTime();
        assertThat(receive(3)).isEqualTo(-Errno.EAGAIN);
        expectNothing();
        assertThat(provider.nanoTime()).isEqualTo(before);
        expect(Interest.READ);
        assertThat(provider.nanoTime()).isGreaterThan(before);
        expectNothing();
        assertThat(poller.rewatch(server, KEY, Interest.READ | Interest.LEVEL)).isZero();
        expect(Interest.READ);
        expect(Interest.READ);
        assertThat(provider.available(server)).isEqualTo(3);
        assertThat(receive(5)).isEqualTo(3);
        expectNothing();
    }

    @Test
    void roomIsReportedWhenAThirdIsFree() {
        connect(SimulatedOptions.calm(1).withBufferBytes(30));
        assertThat(poller.watch(client, KEY, Interest.WRITE)).isZero();
        expect(Interest.WRITE);
        assertThat(send(40)).isEqualTo(30);
        assertThat(send(1)).isEqualTo(-Errno.EAGAIN);
        assertThat(receive(9)).isEqualTo(9);
        expectNothing();
        assertThat(receive(1)).isEqualTo(1);
        expect(Interest.WRITE);
        assertThat(send(40)).isEqualTo(10);
    }

    @Test
    void anEndComesBehindTheBytes() {
        connect(SLOW);
        assertThat(poller.watch(server, KEY, Interest.READ)).isZero();
        assertThat(send(3)).isEqualTo(3);
        assertThat(provider.shutdownSending(client)).isZero();
        assertThat(send(1)).isEqualTo(-Errno.EPIPE);
        long taken = 0;
        do {
            assertThat(poller.poll(events, FOREVER)).isEqualTo(1);
            taken += Math.max(0, receive(5));
        } while ((events.readiness(0) & Interest.SPECIAL) == 0);
        assertThat(taken).isEqualTo(3);
        assertThat(receive(5)).isZero();
    }

    @Test
    void bytesThatNobodyTakesAreAnsweredWithAReset() {
        connect(SimulatedOptions.calm(1));
        assertThat(poller.watch(client, KEY, Interest.READ)).isZero();
        assertThat(send(3)).isEqualTo(3);
        assertThat(provider.close(server, false)).isZero();
        expect(Interest.READ | Interest.WRITE | Interest.SPECIAL);
        assertThat(provider.receive(client, bytes(1), 0)).isEqualTo(-Errno.ECONNRESET);
        assertThat(provider.receive(client, bytes(1), 0)).isZero();
        assertThat(send(1)).isEqualTo(-Errno.EPIPE);
        connect(SimulatedOptions.calm(1));
        provider.close(server, false);
        assertThat(send(3)).isEqualTo(3);
        assertThat(send(3)).isEqualTo(-Errno.EPIPE);
    }

    @Test
    void aLingerOfNoSecondsResets() {
        connect(SimulatedOptions.calm(1));
        MemorySegment atOnce = MemorySegment.ofArray(new int[] {1, 0});
        assertThat(provider.setOption(client, SocketOptionName.LINGER, atOnce)).isZero();
        provider.close(client, false);
        assertThat(receive(1)).isEqualTo(-Errno.ECONNRESET);
    }

    @Test
    void memoryThatCannotBeUsedMovesNothing() {
        connect(SimulatedOptions.calm(1));
        BufferList buffers = bytes(1);
        try (Arena arena = Arena.ofShared()) {
            buffers.add(arena.allocate(1), 1);
        }
        assertThat(provider.send(client, buffers, 2, 0)).isEqualTo(-Errno.EFAULT);
        assertThat(provider.available(server)).isZero();
        assertThat(send(2)).isEqualTo(2);
        assertThat(provider.receive(server, buffers, 0)).isEqualTo(-Errno.EFAULT);
        assertThat(receive(2)).isEqualTo(2);
    }

    @Test
    void nobodyThereRefuses() {
        begin(SLOW);
        int listener = listen(TCP6, "::1");
        InetSocketAddress address = (InetSocketAddress) provider.localAddress(listener);
        assertThat(provider.bind(provider.open(TCP6), TCP6, address)).isEqualTo(-Errno.EADDRINUSE);
        provider.close(listener, false);
        int socket = provider.open(TCP6);
        assertThat(provider.connect(socket, TCP6, address)).isEqualTo(-Errno.EAGAIN);
        assertThat(poller.watch(socket, KEY, Interest.WRITE)).isZero();
        expect(Interest.READ | Interest.WRITE | Interest.SPECIAL);
        assertThat(provider.connect(socket, TCP6, address)).isEqualTo(-Errno.ECONNREFUSED);
    }

    @Test
    void aTimerAndANestedPollerAndAWakeUpEndAPoll() {
        begin(SLOW);
        Poller inner = provider.openPoller();
        int timer = provider.openTimer();
        assertThat(inner.watch(timer, 1, Interest.READ)).isZero();
        assertThat(poller.nest(inner, KEY, true)).isZero();
        provider.setTimer(timer, 500);
        assertThat(poller.poll(events, 499)).isZero();
        expect(Interest.READ);
        assertThat(provider.nanoTime()).isEqualTo(500);
        assertThat(poller.nest(inner, KEY, false)).isZero();
        expectNothing();
        poller.wakeUp();
        assertThat(poller.poll(events, FOREVER)).isZero();
    }

    @Test
    void aWaitThatNothingCanEndSaysTheSeedAndWhatWaits() {
        connect(SLOW);
        assertThat(poller.watch(server, KEY, Interest.READ)).isZero();
        assertThatThrownBy(() -> poller.poll(events, FOREVER)).isInstanceOf(AssertionError.class)
                .hasMessageContaining("seed 7").hasMessageContaining("key 12");
    }

    @Test
    void whatTheSeamForbidsIsFound() {
        connect(SLOW);
        provider.close(client, false);
        assertThatThrownBy(() -> send(1)).isInstanceOf(AssertionError.class).hasMessageContaining("seed 7");
        assertThatThrownBy(() -> provider.close(client, false)).isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> poller.unwatch(server)).isInstanceOf(AssertionError.class);
    }

    @Test
    void literalAddressesAndLocalhostAreNames() {
        begin(SLOW);
        Resolution found = provider.resolve(new NameQuery("localhost", "80", false, false, false, false,
                SocketKind.Family.IPV4, null));
        InetSocketAddress address = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 80);
        assertThat(found.answers()).containsExactly(new Resolution.Answer(TCP, address),
                new Resolution.Answer(Sockets.UDP, address));
        Resolution none = provider.resolve(
                new NameQuery("example", null, false, false, false, false, null, null));
        assertThat(none.status()).isEqualTo(Resolution.Status.NO_SUCH_NAME);
    }
}
