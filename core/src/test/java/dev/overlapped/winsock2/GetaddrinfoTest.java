package dev.overlapped.winsock2;

import static dev.overlapped.winsock2.Ws2tcpip.getaddrinfo;
import static dev.overlapped.winsock2.Winsock2.*;
import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.winsock2.types.ADDRINFOA;
import dev.overlapped.winsock2.types.Ref;
import dev.overlapped.winsock2.types.SOCKADDR_IN;
import dev.overlapped.winsock2.types.SOCKADDR_IN6;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// getaddrinfo, with what needs no network: numbers, the loopback, and errors.
class GetaddrinfoTest {
    private Loopback loopback;

    @BeforeEach
    void start() {
        loopback = new Loopback();
    }

    @AfterEach
    void end() {
        loopback.close();
    }

    private static ADDRINFOA hints(int flags, int family, int type, int protocol) {
        ADDRINFOA hints = new ADDRINFOA();
        hints.ai_flags = flags;
        hints.ai_family = family;
        hints.ai_socktype = type;
        hints.ai_protocol = protocol;
        return hints;
    }

    private static ADDRINFOA found(String node, String service, ADDRINFOA hints) {
        Ref<ADDRINFOA> result = new Ref<>();
        assertThat(getaddrinfo(node, service, hints, result)).isZero();
        assertThat(WSAGetLastError()).isZero();
        return result.value;
    }

    private static void assertFails(int code, String node, String service, ADDRINFOA hints) {
        Ref<ADDRINFOA> result = new Ref<>(new ADDRINFOA());
        assertThat(getaddrinfo(node, service, hints, result)).isEqualTo(code);
        assertThat(WSAGetLastError()).isEqualTo(code);
        assertThat(result.value).isNull();
    }

    /// What the example of the WSASend page asks for: and the socket it makes of the answer works.
    @Test
    void theHintsOfThePageFindWhereToListen() {
        ADDRINFOA first = found(null, "27015", hints(Ws2tcpip.AI_PASSIVE, AF_INET, SOCK_STREAM, IPPROTO_TCP));
        assertThat(first.ai_family).isEqualTo(AF_INET);
        assertThat(first.ai_socktype).isEqualTo(SOCK_STREAM);
        assertThat(first.ai_protocol).isEqualTo(IPPROTO_TCP);
        assertThat(first.ai_addrlen).isEqualTo(SOCKADDR_IN.SIZEOF);
        assertThat(first.ai_next).isNull();
        SOCKADDR_IN any = (SOCKADDR_IN) first.ai_addr;
        assertThat(any.sin_addr.s_addr).isZero();
        assertThat(ntohs(any.sin_port)).isEqualTo(27015);
        Ws2tcpip.freeaddrinfo(first);
        any.sin_port = 0;
        long listener = loopback.keep(socket(first.ai_family, first.ai_socktype, first.ai_protocol));
        assertThat(bind(listener, first.ai_addr, (int) first.ai_addrlen)).isZero();
    }

    @Test
    void withoutPassiveANodeThatIsNullIsTheLoopback() {
        SOCKADDR_IN name = (SOCKADDR_IN) found(null, "80", hints(0, AF_INET, SOCK_STREAM, 0)).ai_addr;
        assertThat(name.sin_addr.s_addr).isEqualTo(htonl(INADDR_LOOPBACK));
    }

    @Test
    void numbersNeedNoLookUp() {
        ADDRINFOA v4 = found("192.0.2.7", "1234", hints(Ws2tcpip.AI_NUMERICHOST, 0, SOCK_STREAM, 0));
        assertThat(v4.ai_family).isEqualTo(AF_INET);
        assertThat(((SOCKADDR_IN) v4.ai_addr).sin_addr.s_addr).isEqualTo(htonl(0xC0000207));
        assertThat(v4.ai_next).isNull();
        ADDRINFOA v6 = found("2001:db8::5", null, hints(Ws2tcpip.AI_NUMERICHOST, 0, SOCK_STREAM, 0));
        assertThat(v6.ai_family).isEqualTo(AF_INET6);
        assertThat(v6.ai_addrlen).isEqualTo(SOCKADDR_IN6.SIZEOF);
        byte[] address = ((SOCKADDR_IN6) v6.ai_addr).sin6_addr.s6_addr;
        assertThat(address[0]).isEqualTo((byte) 0x20);
        assertThat(address[15]).isEqualTo((byte) 5);
        assertThat(((SOCKADDR_IN6) v6.ai_addr).sin6_port).isZero();
    }

    @Test
    void withoutHintsThereIsAnAnswerForEachKindOfSocket() {
        ADDRINFOA first = found("127.0.0.1", "27015", null);
        boolean streams = false;
        boolean datagrams = false;
        for (ADDRINFOA each = first; each != null; each = each.ai_next) {
            streams |= each.ai_socktype == SOCK_STREAM && each.ai_protocol == IPPROTO_TCP;
            datagrams |= each.ai_socktype == SOCK_DGRAM && each.ai_protocol == IPPROTO_UDP;
            assertThat(ntohs(((SOCKADDR_IN) each.ai_addr).sin_port)).isEqualTo(27015);
        }
        assertThat(streams && datagrams).isTrue();
    }

    @Test
    void theCanonicalNameComesWithTheFirstAnswer() {
        int flags = Ws2tcpip.AI_CANONNAME | Ws2tcpip.AI_NUMERICHOST;
        assertThat(found("127.0.0.1", null, hints(flags, AF_INET, SOCK_STREAM, 0)).ai_canonname)
                .isEqualTo("127.0.0.1");
        assertThat(found("127.0.0.1", null, null).ai_canonname).isNull();
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", value = {
        // code, node, service, flags, family, type, protocol
        "11001,-,-,0,2,1,6", "11001,not a number,80,4,2,1,6", "11001,::1,80,4,2,1,6",
        "10109,127.0.0.1,no-such-service,0,2,1,6",
        "10022,127.0.0.1,80,2048000,2,1,6", "10047,127.0.0.1,80,0,77,1,6", "10044,127.0.0.1,80,0,2,77,0",
        "10044,127.0.0.1,80,0,2,1,17"})
    void whatCannotBeFoundIsSaidWhy(int code, String node, String service, int flags, int family, int type,
            int protocol) {
        assertFails(code, node, service, hints(flags, family, type, protocol));
    }

    @Test
    void hintsHaveNothingButHints() {
        ADDRINFOA length = hints(0, AF_INET, SOCK_STREAM, 0);
        length.ai_addrlen = 16;
        assertFails(Winerror.WSAEINVAL, "127.0.0.1", "80", length);
        ADDRINFOA address = hints(0, AF_INET, SOCK_STREAM, 0);
        address.ai_addr = new SOCKADDR_IN();
        assertFails(Winerror.WSAEINVAL, "127.0.0.1", "80", address);
        assertThat(getaddrinfo("127.0.0.1", "80", null, null)).isEqualTo(Winerror.WSAEFAULT);
        Ws2tcpip.freeaddrinfo(null);
    }
}
