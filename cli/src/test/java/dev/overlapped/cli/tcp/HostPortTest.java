package dev.overlapped.cli.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostPortTest {
    @Test
    void readsNamesAndAddresses() {
        assertThat(HostPort.parse("localhost:27015")).isEqualTo(new HostPort("localhost", 27015));
        assertThat(HostPort.parse("127.0.0.1:1")).isEqualTo(new HostPort("127.0.0.1", 1));
        assertThat(HostPort.parse("[::1]:65535")).isEqualTo(new HostPort("::1", 65535));
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost:27015", "127.0.0.1:1", "[::1]:65535"})
    void isWrittenAsItIsRead(String text) {
        assertThat(HostPort.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", ":", "localhost", "localhost:", ":27015", " :27015", "localhost:x", "localhost:-1",
        "localhost:+1", "localhost:0", "localhost:65536", "localhost:999999999999", "::1:27015", "[]:27015",
    })
    void refusesWhatIsNoHostAndPort(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> HostPort.parse(text))
            .withMessageContaining("'" + text + "'");
    }
}
