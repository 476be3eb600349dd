package dev.overlapped.cli.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MessageContentTest {
    @Test
    void differsByConnectionAndByMessage() {
        MessageContent content = new MessageContent(16);
        ByteBuffer view = content.view();
        Set<ByteBuffer> seen = new HashSet<>();
        for (int connection = 0; connection < 10; connection++) {
            for (long message = 0; message < 1000; message++) {
                content.choose(view, connection, message);
                assertThat(view.remaining()).isEqualTo(16);
                seen.add(view.slice());
            }
        }

        // Connections use the same period, so some of their messages do meet, but hardly ever at the same
        // time.
        assertThat(seen).hasSizeGreaterThan(9_000);
    }

    @Test
    void anyMessageOfAnyConnectionHasAPlace() {
        MessageContent content = new MessageContent(200_000);
        ByteBuffer view = content.view();

        content.choose(view, 1_000_000, Long.MAX_VALUE);

        assertThat(view.remaining()).isEqualTo(200_000);
    }
}
