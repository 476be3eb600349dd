package dev.overlapped.trust.soak;

import static dev.overlapped.winsock2.Winsock2.*;

import dev.overlapped.ListeningSocket;
import dev.overlapped.Overlapped;
import dev.overlapped.OverlappedSocket;
import dev.overlapped.WinsockException;
import dev.overlapped.winsock2.types.DWORD;
import dev.overlapped.winsock2.types.SOCKADDR_IN;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Random;

/// A listener of each API, and what makes connections with them. One thread uses it at a time; who is refused
/// a descriptor half-way opens new ones, since a connection may be left waiting.
final class Doors implements AutoCloseable {
    /// What a call for a descriptor was refused with.
    static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1;
        final transient int code;

        RefusedException(int code) {
            super("refused with " + code);
            this.code = code;
        }
    }

    private static final int SMALL_BUFFER_BYTES = 128 << 10;

    private final long winsock;
    private final int winsockPort;
    private final ListeningSocket idiomatic;

    Doors() throws RefusedException {
        winsock = checked(socket(AF_INET, SOCK_STREAM, IPPROTO_TCP));
        SOCKADDR_IN name = loopback(0);
        checked(bind(winsock, name, SOCKADDR_IN.SIZEOF));
        checked(listen(winsock, 64));
        checked(getsockname(winsock, name, new DWORD(SOCKADDR_IN.SIZEOF)));
        winsockPort = ntohs(name.sin_port);
        try {
            idiomatic = ListeningSocket.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
        } catch (WinsockException e) {
            closesocket(winsock);
            throw new RefusedException(e.code());
        }
    }

    /// Knocks where nobody is: what tells of a refusal is loaded then, which takes a descriptor.
    static int refusal() throws RefusedException {
        int port;
        try (Doors closed = new Doors()) {
            port = closed.winsockPort;
        }
        try {
            idiomaticConnected(port).close();
            return 0;
        } catch (RefusedException e) {
            return e.code;
        }
    }

    private static SOCKADDR_IN loopback(int port) {
        SOCKADDR_IN name = new SOCKADDR_IN();
        name.sin_family = AF_INET;
        name.sin_port = htons(port);
        name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        return name;
    }

    private static long checked(long result) throws RefusedException {
        if (result < 0) {
            throw new RefusedException(WSAGetLastError());
        }
        return result;
    }

    /// Two ends of a fresh connection; each of any API.
    End[] open(Random random) throws RefusedException {
        boolean toWinsock = random.nextBoolean();
        int port = toWinsock ? winsockPort : ((InetSocketAddress) idiomatic.localAddress()).getPort();
        boolean small = random.nextBoolean();
        End connecting = random.nextBoolean() ? new WinsockEnd(connected(port, small))
                : new IdiomaticEnd(idiomaticConnected(port));
        try {
            End accepted = toWinsock ? new WinsockEnd(checked(accept(winsock, null, null)))
                    : new IdiomaticEnd(await(idiomatic.accept()));
            return new End[] {connecting, accepted};
        } catch (RefusedException e) {
            connecting.close();
            throw e;
        }
    }

    /// The same of the idiomatic API alone.
    OverlappedSocket[] openIdiomatic() throws RefusedException {
        int port = ((InetSocketAddress) idiomatic.localAddress()).getPort();
        return new OverlappedSocket[] {idiomaticConnected(port), await(idiomatic.accept())};
    }

    private static long connected(int port, boolean small) throws RefusedException {
        long socket = checked(socket(AF_INET, SOCK_STREAM, IPPROTO_TCP));
        if (small) {
            MemorySegment bytes = MemorySegment.ofArray(new int[] {SMALL_BUFFER_BYTES});
            setsockopt(socket, SOL_SOCKET, SO_SNDBUF, bytes, Integer.BYTES);
        }
        if (connect(socket, loopback(port), SOCKADDR_IN.SIZEOF) != 0) {
            int code = WSAGetLastError();
            closesocket(socket);
            throw new RefusedException(code);
        }
        return socket;
    }

    private static OverlappedSocket idiomaticConnected(int port) throws RefusedException {
        try {
            return await(OverlappedSocket.connect(
                    new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port)));
        } catch (WinsockException e) {
            throw new RefusedException(e.code());
        }
    }

    private static <R> R await(Overlapped<R> request) throws RefusedException {
        Waits.untilDone(request);
        try {
            return request.result();
        } catch (WinsockException e) {
            throw new RefusedException(e.code());
        }
    }

    @Override
    public void close() {
        closesocket(winsock);
        idiomatic.close();
    }
}
