package dev.overlapped.winsock2;

import static dev.overlapped.winsock2.Winsock2.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.conformance.Clause;
import dev.overlapped.winsock2.types.DWORD;
import dev.overlapped.winsock2.types.SOCKADDR_IN;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// SO_REUSEADDR and SO_EXCLUSIVEADDRUSE at bind: who may have an address that somebody has already.
class AddressSharingTest {
    private Loopback loopback;

    @BeforeEach
    void start() {
        loopback = new Loopback();
    }

    @AfterEach
    void end() {
        loopback.close();
    }

    /// A fresh socket with one option set, or none if that is 0.
    private long with(int option) {
        long socket = loopback.stream();
        if (option != 0) {
            MemorySegment on = MemorySegment.ofArray(new int[] {1});
            assertThat(setsockopt(socket, SOL_SOCKET, option, on, Integer.BYTES)).isZero();
        }
        return socket;
    }

    /// 0 or the error.
    private static int bind(long socket, SOCKADDR_IN name) {
        return Winsock2.bind(socket, name, SOCKADDR_IN.SIZEOF) == 0 ? 0 : WSAGetLastError();
    }

    private static int listens(long socket) {
        return listen(socket, 5) == 0 ? 0 : WSAGetLastError();
    }

    /// Binds it anywhere; its address.
    private static SOCKADDR_IN bound(long socket) {
        SOCKADDR_IN name = new SOCKADDR_IN();
        assertThat(bind(socket, Loopback.loopback(0))).isZero();
        assertThat(getsockname(socket, name, new DWORD(SOCKADDR_IN.SIZEOF))).isZero();
        return name;
    }

    @Test
    @Clause("DECISIONS-8")
    void withReuseTheAddressOfALiveSocketIsSharedAndOneOfThemListens() {
        long first = with(0);
        SOCKADDR_IN name = bound(first);
        long second = with(SO_REUSEADDR);
        assertThat(bind(second, name)).isZero();
        assertThat(listens(first)).isZero();
        assertThat(listens(second)).isEqualTo(Winerror.WSAEADDRINUSE);
        assertThat(Winerror.WSAEADDRINUSE).isEqualTo(10048);
        long client = loopback.stream();
        assertThat(connect(client, name, SOCKADDR_IN.SIZEOF)).isZero();
        loopback.keep(accept(first, null, null));
    }

    @Test
    void withReuseTheAddressOfAListenerIsRefused() {
        SOCKADDR_IN name = Loopback.loopback(loopback.port());
        assertThat(bind(with(SO_REUSEADDR), name)).isEqualTo(Winerror.WSAEADDRINUSE);
    }

    @Test
    void withoutReuseAnAddressIsRefusedThatOthersShare() {
        SOCKADDR_IN name = bound(with(SO_REUSEADDR));
        assertThat(bind(with(SO_REUSEADDR), name)).isZero();
        assertThat(bind(with(0), name)).isEqualTo(Winerror.WSAEADDRINUSE);
        assertThat(bind(with(SO_EXCLUSIVEADDRUSE), name)).isEqualTo(Winerror.WSAEADDRINUSE);
        assertThat(bind(with(SO_REUSEADDR), name)).isZero();
    }

    @Test
    void anAddressThatIsKeptForOneIsRefusedToAll() {
        SOCKADDR_IN name = bound(with(SO_EXCLUSIVEADDRUSE));
        assertThat(bind(with(0), name)).isEqualTo(Winerror.WSAEADDRINUSE);
        assertThat(bind(with(SO_REUSEADDR), name)).isEqualTo(Winerror.WSAEACCES);
        SOCKADDR_IN everywhere = new SOCKADDR_IN();
        everywhere.sin_family = AF_INET;
        everywhere.sin_port = name.sin_port;
        assertThat(bind(with(SO_REUSEADDR), everywhere)).isEqualTo(Winerror.WSAEACCES);
    }

    @Test
    void aSharedAddressIsFreeWhenAllHaveGone() {
        long first = with(SO_REUSEADDR);
        long second = with(SO_REUSEADDR);
        SOCKADDR_IN name = bound(first);
        assertThat(bind(second, name)).isZero();
        assertThat(closesocket(first)).isZero();
        long third = with(0);
        assertThat(bind(third, name)).isEqualTo(Winerror.WSAEADDRINUSE);
        assertThat(closesocket(second)).isZero();
        assertThat(bind(third, name)).isZero();
        assertThat(listens(third)).isZero();
    }
}
