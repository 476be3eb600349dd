package dev.overlapped.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.error.WinsockErrors;
import dev.overlapped.provider.Errno;
import dev.overlapped.provider.PeerAddress;
import dev.overlapped.provider.SocketOptionName;
import dev.overlapped.provider.simulated.Chance;
import dev.overlapped.provider.simulated.SimulatedOptions;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// How a socket comes to connections.
@Timeout(value = PromptedNetwork.SECONDS_MAX, threadMode = Timeout.ThreadMode.SAME_THREAD)
class HandshakeTest {
    private static final int SOL_SOCKET = 0xffff;
    private static final int SO_REUSEADDR = 4;
    private static final int SO_EXCLUSIVEADDRUSE = ~SO_REUSEADDR;
    private static final int PORT = 4242;
    private static final InetSocketAddress HERE = TestSockets.loopback(PORT);
    private static final InetSocketAddress ELSEWHERE =
            new InetSocketAddress(InetAddress.ofLiteral("127.0.0.2"), PORT);
    private static final InetSocketAddress EVERYWHERE = new InetSocketAddress(PORT);

    private final PromptedNetwork network = new PromptedNetwork();
    private final Engine engine = network.engine;
    private final Caller caller = network.caller;
    private final MemorySegment firstBytes = Arena.ofAuto().allocate(4);

    private Socket with(int option) {
        Socket socket = network.sockets.stream();
        assertThat(socket.setOption(SOL_SOCKET, option, MemorySegment.ofArray(new int[] {1}), Integer.BYTES))
                .isZero();
        return socket;
    }

    private static long bind(Socket socket, SocketAddress address) {
        return socket.handshake().bind(address);
    }

    private long connect(Socket socket, Socket to) {
        return socket.handshake().connect(to.localAddress(), caller);
    }

    private long accept(Socket listener, Socket into, long bytes, String tag) {
        Request accept = listener.handshake().acceptRequest(caller);
        assertThat(accept.acceptInto(into, firstBytes, bytes)).isTrue();
        return network.start(accept, tag);
    }

    private Socket awaited(Socket listener) {
        return engine.socket(listener.handshake().awaited());
    }

    // ---- binding ----

    @Test
    void itIsBoundOnceAndKnowsItsAddress() {
        Socket socket = network.sockets.stream();
        assertThat(socket.handshake().isBound()).isFalse();
        assertThat(socket.localAddress()).isNull();
        assertThat(bind(socket, HERE)).isZero();
        assertThat(socket.handshake().isBound()).isTrue();
        assertThat(socket.localAddress()).isEqualTo(HERE);
        assertThat(bind(socket, TestSockets.loopback(0))).isEqualTo(-WinsockErrors.WSAEINVAL);
        assertThat(socket.localAddress()).isEqualTo(HERE);
    }

    @Test
    void whatTheNetworkHasAgainstAnAddressIsTold() {
        Socket socket = network.sockets.stream();
        network.answer("bind", -Errno.EADDRNOTAVAIL);
        assertThat(bind(socket, HERE)).isEqualTo(-WinsockErrors.WSAEADDRNOTAVAIL);
        assertThat(socket.handshake().isBound()).isFalse();
        assertThat(bind(socket, HERE)).isZero();
    }

    @Test
    void anAddressThatAnotherSocketHoldsIsRefused() {
        assertThat(bind(network.sockets.stream(), HERE)).isZero();
        long before = network.count("bind");
        assertThat(bind(network.sockets.stream(), HERE)).isEqualTo(-WinsockErrors.WSAEADDRINUSE);
        assertThat(bind(network.sockets.stream(), EVERYWHERE)).isEqualTo(-WinsockErrors.WSAEADDRINUSE);
        assertThat(network.count("bind")).isEqualTo(before);
        assertThat(network.count("setOption")).isZero();
    }

    @Test
    void aSocketThatIsBoundEverywhereHoldsEachAddressOfItsPort() {
        assertThat(bind(network.sockets.stream(), EVERYWHERE)).isZero();
        assertThat(bind(network.sockets.stream(), HERE)).isEqualTo(-WinsockErrors.WSAEADDRINUSE);
        assertThat(bind(network.sockets.stream(), TestSockets.loopback(PORT + 1))).isZero();
    }

    @Test
    void anotherAddressAndAnotherKindAreFree() {
        assertThat(bind(network.sockets.stream(), HERE)).isZero();
        assertThat(bind(network.sockets.stream(), ELSEWHERE)).isZero();
        assertThat(bind(engine.socket(engine.open(false, false, true)), HERE)).isZero();
    }

    @Test
    void manySocketsMayAskForAnyPort() {
        assertThat(bind(network.sockets.stream(), TestSockets.loopback(0))).isZero();
        assertThat(bind(network.sockets.stream(), TestSockets.loopback(0))).isZero();
        assertThat(network.count("setOption")).isZero();
    }

    @Test
    void whoSharesAnAddressHasTheKernelAgreeForAll() {
        Socket first = network.sockets.stream();
        assertThat(bind(first, HERE)).isZero();
        Socket second = with(SO_REUSEADDR);
        network.answer("bind", 0);
        assertThat(bind(second, HERE)).isZero();
        assertThat(network.calls.stream().filter(each -> each.name().equals("setOption"))
                .map(each -> each.arguments().subList(0, 2)))
                .containsExactly(List.of(first.descriptor(), SocketOptionName.REUSE_ADDRESS),
                        List.of(second.descriptor(), SocketOptionName.REUSE_ADDRESS));
        assertThat(bind(second, HERE)).isEqualTo(-WinsockErrors.WSAEINVAL);
        assertThat(network.count("setOption")).as("by one that is bound").isEqualTo(2);
    }

    @Test
    void whoWouldShareAFreeAddressNeedsNobodyToAgree() {
        assertThat(bind(with(SO_REUSEADDR), HERE)).isZero();
        assertThat(network.count("setOption")).isZero();
    }

    @Test
    void anAddressThatIsKeptIsNotShared() {
        assertThat(bind(with(SO_EXCLUSIVEADDRUSE), HERE)).isZero();
        assertThat(bind(with(SO_REUSEADDR), HERE)).isEqualTo(-WinsockErrors.WSAEACCES);
        assertThat(bind(network.sockets.stream(), HERE)).isEqualTo(-WinsockErrors.WSAEADDRINUSE);
        assertThat(network.count("setOption")).isZero();
    }

    // ---- connecting ----

    @Test
    void aConnectTellsWhatHasBecomeOfIt() {
        Socket socket = network.sockets.stream();
        Socket listener = network.sockets.listener();
        assertThat(socket.handshake().connect(TestSockets.loopback(1), caller))
                .isEqualTo(-WinsockErrors.WSAECONNREFUSED);
        assertThat(socket.isConnected()).isFalse();
        assertThat(connect(socket, listener)).isZero();
        assertThat(socket.isConnected()).isTrue();
        assertThat(socket.peerAddress()).isEqualTo(listener.localAddress());
        assertThat(connect(socket, listener)).isEqualTo(-WinsockErrors.WSAEISCONN);
    }

    @Test
    void aNonBlockingConnectGoesOnByItself() {
        PromptedNetwork slow = new PromptedNetwork(
                SimulatedOptions.calm(1).with(Chance.DELAYS, 1).withDelayNanosMax(1000));
        Socket listener = slow.sockets.listener();
        Socket socket = slow.sockets.stream();
        socket.nonBlocking(true);
        SocketAddress to = listener.localAddress();
        assertThat(socket.handshake().connect(to, slow.caller)).isEqualTo(-WinsockErrors.WSAEWOULDBLOCK);
        assertThat(socket.handshake().connect(to, slow.caller)).isEqualTo(-WinsockErrors.WSAEALREADY);
        assertThat(socket.handshake().listen(1)).isEqualTo(-WinsockErrors.WSAEISCONN);
        slow.caller.sleep(10_000, false);
        assertThat(socket.isConnected()).isTrue();
    }

    @Test
    void aNonBlockingConnectThatNeedNotWaitHasItsOutcomeAtOnce() {
        Socket socket = network.sockets.stream();
        socket.nonBlocking(true);
        assertThat(connect(socket, network.sockets.listener())).isZero();
    }

    @Test
    void aConnectInARoutineThatInterruptsACallDoesNotWait() {
        PromptedNetwork slow = new PromptedNetwork(
                SimulatedOptions.calm(1).with(Chance.DELAYS, 1).withDelayNanosMax(1000));
        Socket listener = slow.sockets.listener();
        Socket socket = slow.sockets.stream();
        long[] result = new long[1];
        slow.caller.queue(() -> {
            result[0] = socket.handshake().connect(listener.localAddress(), slow.caller);
            slow.caller.cancelCall();
        }, slow.caller);
        assertThat(listener.handshake().accept(slow.caller, new SocketAddress[1]))
                .isEqualTo(-WinsockErrors.WSAEINTR);
        assertThat(result[0]).isEqualTo(-WinsockErrors.WSAEINPROGRESS);
    }

    @Test
    void aConnectCanBeARequestThatTellsItsOutcome() {
        Socket socket = network.sockets.stream();
        SocketAddress to = network.sockets.listener().localAddress();
        Request request = socket.handshake().connectRequest(to, caller);
        assertThat(network.start(request, "connect")).isZero();
        assertThat(network.told).containsExactly("connect begins", "connect=0/0");
    }

    // ---- accepting ----

    @Test
    void onlyABoundStreamListens() {
        assertThat(network.sockets.datagrams().handshake().listen(1)).isEqualTo(-WinsockErrors.WSAEOPNOTSUPP);
        assertThat(network.sockets.stream().handshake().listen(1)).isEqualTo(-WinsockErrors.WSAEINVAL);
        assertThat(network.sockets.connection()[0].handshake().listen(1))
                .isEqualTo(-WinsockErrors.WSAEISCONN);
        Socket bound = network.sockets.stream();
        assertThat(bind(bound, HERE)).isZero();
        network.answer("listen", -Errno.EADDRINUSE);
        assertThat(bound.handshake().listen(7)).isEqualTo(-WinsockErrors.WSAEADDRINUSE);
        assertThat(bound.isListening()).isFalse();
        assertThat(bound.handshake().listen(7)).isZero();
        assertThat(bound.isListening()).isTrue();
        assertThat(network.last("listen")).containsExactly(bound.descriptor(), 7);
    }

    @Test
    void anAcceptGivesTheConnectionAndItsPeer() {
        Socket listener = network.sockets.listener();
        Socket client = network.sockets.stream();
        connect(client, listener);
        SocketAddress[] peer = new SocketAddress[1];
        Socket accepted = engine.socket(listener.handshake().accept(caller, peer));
        assertThat(peer[0]).isEqualTo(client.localAddress());
        assertThat(accepted.peerAddress()).isEqualTo(client.localAddress());
        listener.nonBlocking(true);
        assertThat(listener.handshake().accept(caller, peer)).isEqualTo(-WinsockErrors.WSAEWOULDBLOCK);
    }

    @Test
    void anAcceptTurnsAFreshSocketIntoTheConnection() {
        Socket listener = network.sockets.listener();
        Socket fresh = network.sockets.stream();
        int replaced = fresh.descriptor();
        Socket client = network.sockets.stream();
        connect(client, listener);
        assertThat(accept(listener, fresh, 0, "accept")).isEqualTo(-WinsockErrors.WSA_IO_PENDING);
        assertThat(network.told).containsExactly("accept begins", "accept=0/0");
        assertThat(fresh.peerAddress()).isEqualTo(client.localAddress());
        assertThat(network.last("close")).containsExactly(replaced, false);
        assertThat(caller.waiter().hasPending()).isFalse();
    }

    @Test
    void aSocketThatAwaitsItsConnectionHasNoDescriptorBefore() {
        Socket listener = network.sockets.listener();
        int before = network.real.openDescriptors();
        Socket awaited = awaited(listener);
        assertThat(network.real.openDescriptors()).isEqualTo(before);
        assertThat(awaited.isConnected()).isFalse();
        connect(network.sockets.stream(), listener);
        accept(listener, awaited, 0, "accept");
        assertThat(awaited.isConnected()).isTrue();
        assertThat(network.count("close")).isZero();
    }

    @Test
    void firstBytesThatAreThereAlreadyEndTheAcceptAtOnce() {
        Socket listener = network.sockets.listener();
        Socket client = network.sockets.stream();
        connect(client, listener);
        assertThat(network.start(network.send(client, 3), "send")).isEqualTo(3);
        Socket fresh = awaited(listener);
        assertThat(accept(listener, fresh, 4, "accept")).isEqualTo(-WinsockErrors.WSA_IO_PENDING);
        assertThat(network.told).endsWith("accept begins", "accept=0/3");
    }

    @Test
    void anAcceptThatWaitsForFirstBytesIsCancelledAtItsListener() {
        Socket listener = network.sockets.listener();
        Socket client = network.sockets.stream();
        connect(client, listener);
        Socket fresh = awaited(listener);
        accept(listener, fresh, 4, "accept");
        assertThat(network.told).containsExactly("accept begins");
        assertThat(listener.cancel("another", null, caller)).isZero();
        assertThat(listener.cancel("accept", null, caller)).isEqualTo(1);
        assertThat(network.told).endsWith("accept=" + WinsockErrors.WSA_OPERATION_ABORTED + "/0");
        assertThat(listener.cancel(null, null, caller)).isZero();
    }

    @Test
    void aConnectionWhoseSocketHasBecomeAnotherOneIsClosed() {
        Socket listener = network.sockets.listener();
        Socket fresh = awaited(listener);
        connect(network.sockets.stream(), listener);
        int before = network.real.openDescriptors();
        network.onNext("accept", () -> {
            int accepted = network.real.accept(listener.descriptor(), new PeerAddress());
            assertThat(fresh.becomes(-1, listener)).isTrue();
            return accepted;
        });
        accept(listener, fresh, 0, "accept");
        assertThat(network.told).endsWith("accept=" + WinsockErrors.WSA_OPERATION_ABORTED + "/0");
        assertThat(network.real.openDescriptors()).isEqualTo(before);
        assertThat(caller.waiter().hasPending()).isFalse();
    }

    @Test
    void anAcceptWhoseFirstBytesCannotBeWaitedForEnds() {
        Socket listener = network.sockets.listener();
        connect(network.sockets.stream(), listener);
        Socket fresh = awaited(listener);
        // Of the listener first, then of the connection.
        network.answer("watch", 0, -Errno.ENOMEM);
        accept(listener, fresh, 4, "accept");
        assertThat(network.told).endsWith("accept=" + WinsockErrors.WSAENOBUFS + "/0");
        assertThat(caller.waiter().hasPending()).isFalse();
    }

    // ---- being accepted into ----

    @Test
    void aFreshSocketIsForOneAcceptAtATime() {
        Socket listener = network.sockets.listener();
        Handshake fresh = network.sockets.stream().handshake();
        assertThat(fresh.reserveFor(listener)).isTrue();
        assertThat(fresh.reserveFor(listener)).isFalse();
        assertThat(fresh.reserveFor(network.sockets.listener())).isFalse();
        fresh.endReservation();
        assertThat(fresh.reserveFor(listener)).isTrue();
        assertThat(fresh.close()).isSameAs(listener);
        fresh.endReservation();
        assertThat(fresh.reserveFor(listener)).as("closed").isFalse();
        assertThat(fresh.close()).isNull();
    }

    @Test
    void onlyAFreshSocketOfTheSameKindCanBecomeAConnection() {
        Socket listener = network.sockets.listener();
        Socket bound = network.sockets.stream();
        assertThat(bind(bound, HERE)).isZero();
        assertThat(bound.handshake().reserveFor(listener)).isFalse();
        Socket datagrams = engine.socket(engine.open(false, false, true));
        assertThat(datagrams.handshake().reserveFor(listener)).isFalse();
        assertThat(accept(listener, bound, 0, "accept")).isEqualTo(-WinsockErrors.WSAEINVAL);
    }
}
