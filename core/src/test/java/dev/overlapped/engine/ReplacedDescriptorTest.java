package dev.overlapped.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.error.WinsockErrors;
import dev.overlapped.provider.TransportProvider;
import dev.overlapped.provider.epoll.EpollProvider;
import dev.overlapped.winsock2.Crew;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// An accept closes the descriptor that its socket had before. From then on it may be anybody's.
class ReplacedDescriptorTest {
    private final TransportProvider linux = new EpollProvider();
    private final List<Integer> connected = new ArrayList<>();
    private int replaced = -1;
    private Runnable whileItIsClosed;

    /// Linux, with an eye on what happens to one descriptor.
    private TransportProvider watched() {
        return (TransportProvider) Proxy.newProxyInstance(TransportProvider.class.getClassLoader(),
                new Class<?>[] {TransportProvider.class}, (_, method, arguments) -> {
                    if (method.getName().equals("close") && arguments[0].equals(replaced)) {
                        whileItIsClosed.run();
                    } else if (method.getName().equals("connect")) {
                        connected.add((Integer) arguments[0]);
                    }
                    return method.invoke(linux, arguments);
                });
    }

    @Test
    void aConnectThatComesMeanwhileDoesNotUseIt() throws IOException {
        Engine engine = new Engine(watched(), false);
        Caller caller = Caller.ofThisThread(engine);
        Socket listener = engine.socket(engine.open(false, true, true));
        InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
        assertThat(listener.handshake().bind(new InetSocketAddress(loopback, 0))).isZero();
        assertThat(listener.handshake().listen(1)).isZero();
        Socket acceptor = engine.socket(engine.open(false, true, true));
        replaced = acceptor.descriptor();
        List<Long> results = new ArrayList<>();
        whileItIsClosed = () -> {
            try (Crew crew = new Crew()) {
                crew.platform(() -> results.add(acceptor.handshake()
                        .connect(listener.localAddress(), Caller.ofThisThread(engine))));
            }
        };
        try (SocketChannel peer = SocketChannel.open(listener.localAddress())) {
            Request request = listener.handshake().acceptRequest(caller);
            assertThat(request.acceptInto(acceptor, Arena.ofAuto().allocate(1), 0)).isTrue();
            request.indicate(new Untold(), this, null, null);
            assertThat(listener.start(request, caller)).isEqualTo(-WinsockErrors.WSA_IO_PENDING);
            assertThat(acceptor.peerAddress()).isEqualTo(peer.getLocalAddress());
        }
        assertThat(results).containsExactly((long) -WinsockErrors.WSAEISCONN);
        assertThat(connected).isEmpty();
        assertThat(engine.close(acceptor.handle(), caller)).isTrue();
        assertThat(engine.close(listener.handle(), caller)).isTrue();
    }
}
