package dev.overlapped.provider.epoll;

import static dev.overlapped.provider.epoll.Loopback.PROVIDER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.overlapped.provider.NameQuery;
import dev.overlapped.provider.Resolution;
import dev.overlapped.provider.Resolution.Answer;
import dev.overlapped.provider.Resolution.Status;
import dev.overlapped.provider.SocketKind;
import dev.overlapped.provider.SocketKind.Family;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

/// Literals only: no test depends on a name server.
class ResolverTest {
    private static Resolution numeric(String node, String service, Family family, SocketKind.Type type) {
        return PROVIDER.resolve(new NameQuery(node, service, false, false, true, true, family, type));
    }

    @Test
    void aLiteralIsItsOwnAddress() {
        Resolution resolution = numeric("127.0.0.1", "80", null, SocketKind.Type.STREAM);
        assertThat(resolution.status()).isEqualTo(Status.OK);
        assertThat(resolution.answers()).containsExactly(new Answer(Loopback.TCP,
                new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 80)));
        assertThat(resolution.canonicalName()).isNull();
    }

    @Test
    void withoutATypeEachIsAnsweredButRawSockets() {
        Resolution resolution = numeric("::1", "80", null, null);
        assertThat(resolution.answers()).extracting(answer -> answer.kind().type())
                .containsExactly(SocketKind.Type.STREAM, SocketKind.Type.DATAGRAM);
        assertThat(resolution.answers()).extracting(answer -> answer.kind().family())
                .containsOnly(Family.IPV6);
    }

    @Test
    void passiveWithoutANodeIsTheWildcard() {
        NameQuery query =
                new NameQuery(null, "80", true, false, false, true, Family.IPV4, SocketKind.Type.STREAM);
        assertThat(PROVIDER.resolve(query).answers().getFirst().address())
                .isEqualTo(new InetSocketAddress(InetAddress.ofLiteral("0.0.0.0"), 80));
    }

    @Test
    void theFirstAnswerCarriesTheCanonicalName() {
        NameQuery query =
                new NameQuery("127.0.0.1", null, false, true, true, false, null, SocketKind.Type.STREAM);
        assertThat(PROVIDER.resolve(query).canonicalName()).isEqualTo("127.0.0.1");
    }

    @Test
    void failuresHaveTheirReasons() {
        assertThat(numeric("not a literal", "80", null, null).status()).isEqualTo(Status.NO_SUCH_NAME);
        assertThat(numeric("127.0.0.1", "http", null, null).status()).isEqualTo(Status.NO_SUCH_NAME);
        NameQuery service = new NameQuery("127.0.0.1", "no such service", false, false, true, false, null,
                SocketKind.Type.STREAM);
        assertThat(PROVIDER.resolve(service).status()).isEqualTo(Status.NO_SUCH_SERVICE);
        NameQuery neither = new NameQuery(null, null, false, false, false, false, null, null);
        assertThat(PROVIDER.resolve(neither).status()).isEqualTo(Status.NO_SUCH_NAME);
        assertThat(PROVIDER.resolve(neither).answers()).isEmpty();
    }

    /// C would ask for what stands before it.
    @Test
    void aNameWithANulIsNoName() {
        assertThat(numeric("127.0.0.1\0.example", "80", null, null).status()).isEqualTo(Status.NO_SUCH_NAME);
        assertThat(numeric("127.0.0.1", "80\0", null, null).status()).isEqualTo(Status.NO_SUCH_NAME);
    }
}
